"""The org: its users, its apps (clients) and its authorization servers.

Field names are those of Okta's Management API (okta.md 5). `mock_idp.org.file` reads them from a TOML file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ORG_SERVER = "org"


class OrgError(ValueError):
    """Settings that cannot be used: where they stand, which key, how to mend it."""


def okta_id(prefix: str, seed: str) -> str:
    """An id of Okta's shape (20 characters) that is always the same for the same seed."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    digest = hashlib.sha256(seed.encode()).digest()
    return prefix + "".join(alphabet[byte % 62] for byte in digest[: 20 - len(prefix)])


@dataclass(frozen=True)
class User:
    """A person. `id` is the `sub` of ID Tokens, `login` the `sub` of access tokens."""

    id: str
    login: str
    email: str
    name: str
    given_name: str = ""
    family_name: str = ""
    password: str = ""
    locale: str = "en-US"
    zoneinfo: str = "America/Los_Angeles"
    updated_at: int = 1_700_000_000
    email_verified: bool = True
    groups: tuple[str, ...] = ("Everyone",)
    claims: Mapping[str, Any] = field(default_factory=dict)


def user_from(document: Mapping[str, Any]) -> User:
    """The user whose fields a store document holds (lists where the dataclass has tuples)."""
    values: dict[str, Any] = dict(document)
    return User(**values | {"groups": tuple(values.get("groups", ()))})


@dataclass(frozen=True)
class App:
    """An app integration, i.e. an OAuth client; `client_secret` empty for public clients.

    `adopted`: its secret and client authentication method are taken from its first token request.
    """

    client_id: str
    client_secret: str = ""
    label: str = ""
    status: str = "ACTIVE"
    application_type: str = "web"
    token_endpoint_auth_method: str = "client_secret_basic"
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    initiate_login_uri: str = ""
    response_types: tuple[str, ...] = ("code",)
    grant_types: tuple[str, ...] = ("authorization_code",)
    pkce_required: bool = False
    refresh_token_rotation: str = "STATIC"
    refresh_token_leeway: int = 30
    adopted: bool = False

    @property
    def needs_pkce(self) -> bool:
        """Public clients must use PKCE at Okta (okta.md 3.5); of an adopted one nobody knows what it is."""
        return self.pkce_required or (self.token_endpoint_auth_method == "none" and not self.adopted)


def app_from(document: Mapping[str, Any]) -> App:
    """The app whose fields a store document holds."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in document.items()}
    return App(**values)


@dataclass(frozen=True)
class AuthorizationServer:
    """The org server (`org`) or a custom one; `strictness` is `okta`, `core` or empty (the org's)."""

    id: str
    name: str = ""
    audiences: tuple[str, ...] = ("api://default",)
    scopes: tuple[str, ...] = ()
    strictness: str = ""

    @property
    def is_org(self) -> bool:
        return self.id == ORG_SERVER


@dataclass(frozen=True)
class Settings:
    """Switches; each names the behaviour of okta.md that it selects."""

    strictness: str = "okta"
    code_ttl: int = 300
    access_token_ttl: int = 3600
    id_token_ttl: int = 3600
    org_code_flow_id_token: str = "thin"
    error_page_enhanced: bool = True
    adopt_clients: bool = False


@dataclass(frozen=True)
class Org:
    name: str = "Gauntlet"
    id: str = okta_id("00o", "gauntlet")
    settings: Settings = field(default_factory=Settings)
    users: tuple[User, ...] = ()
    apps: tuple[App, ...] = ()
    authorization_servers: tuple[AuthorizationServer, ...] = ()


def default_org() -> Org:
    """One person, no apps, the `default` custom authorization server beside the org server."""
    ada = User(
        id=okta_id("00u", "ada"),
        login="ada@example.com",
        email="ada@example.com",
        name="Ada Admin",
        given_name="Ada",
        family_name="Admin",
        password="correct horse",
    )
    return Org(users=(ada,), authorization_servers=(AuthorizationServer("default", "default"),))
