"""The org: its people, groups and trusted origins, its switches, and (from their own modules) apps and servers.

These dataclasses are the one model of the org. The config file, the store, the Management API and the admin
console are views of it; `mock_idp.org.file` reads it from TOML, `mock_idp.org.live` keeps it while the mock runs.
Names are those of Okta's Management API in snake_case, people's are those of the claims (OIDC Core 5.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_idp.org.app import App
from mock_idp.org.authorization_server import ORG_SERVER, AuthorizationServer
from mock_idp.org.ids import okta_id

__all__ = [
    "EVERYONE",
    "ORG_SERVER",
    "App",
    "AuthorizationServer",
    "Group",
    "Org",
    "OrgError",
    "Settings",
    "TrustedOrigin",
    "User",
    "default_org",
    "okta_id",
]

EVERYONE = "Everyone"
USER_STATUSES = (
    "STAGED",
    "PROVISIONED",
    "ACTIVE",
    "RECOVERY",
    "PASSWORD_EXPIRED",
    "LOCKED_OUT",
    "SUSPENDED",
    "DEPROVISIONED",
)


class OrgError(ValueError):
    """Settings that cannot be used: where they stand, which key, how to mend it."""


@dataclass(frozen=True)
class User:
    """A person. `id` is the `sub` of ID Tokens, `login` the `sub` of access tokens.

    `groups` holds the names of the person's groups; `attributes` the profile attributes that are no claim of
    their own (Okta's names, for expressions such as `user.department`); `claims` are added to the profile claims
    as they are. `factors` are the second factors of this person (`amr` values such as `otp`). Times are seconds
    since the epoch; 0 in `activated`, `status_changed` and `password_changed` is never.
    """

    id: str
    login: str
    email: str
    name: str
    given_name: str = ""
    family_name: str = ""
    middle_name: str = ""
    nickname: str = ""
    profile: str = ""
    picture: str = ""
    website: str = ""
    gender: str = ""
    birthdate: str = ""
    phone_number: str = ""
    address: Mapping[str, Any] = field(default_factory=dict)
    password: str = ""
    locale: str = "en-US"
    zoneinfo: str = "America/Los_Angeles"
    updated_at: int = 1_700_000_000
    email_verified: bool = True
    groups: tuple[str, ...] = (EVERYONE,)
    claims: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    status: str = "ACTIVE"
    factors: tuple[str, ...] = ()
    created: int = 1_700_000_000
    activated: int = 1_700_000_000
    status_changed: int = 1_700_000_000
    password_changed: int = 1_700_000_000


@dataclass(frozen=True)
class Group:
    """A group of people; who is in it stands in `User.groups`, by name."""

    name: str
    id: str = ""
    description: str = ""
    type: str = "OKTA_GROUP"
    created: int = 1_700_000_000
    last_updated: int = 1_700_000_000


@dataclass(frozen=True)
class TrustedOrigin:
    """An origin whose pages may call Okta (`CORS`), be redirected to (`REDIRECT`) or frame it (`IFRAME_EMBED`)."""

    origin: str
    name: str = ""
    id: str = ""
    scopes: tuple[str, ...] = ("CORS", "REDIRECT")
    status: str = "ACTIVE"
    created: int = 1_700_000_000
    last_updated: int = 1_700_000_000


@dataclass(frozen=True)
class Settings:
    """Switches; each names the behaviour of okta.md (its section 10) that it selects. docs/switches.md explains."""

    strictness: str = "okta"
    engine: str = "oie"
    code_ttl: int = 300
    id_token_ttl: int = 3600
    session_ttl: int = 7200
    org_code_flow_id_token: str = "thin"
    org_access_token_typ: bool = True
    default_as_has_policy: bool = True
    error_page_enhanced: bool = True
    pkce_required_error: str = "redirect"
    post_message_with_code: bool = True
    refreshed_id_token_nonce: bool = False
    groups_limit: int = 100
    consent: bool = True
    jwks_next_key: bool = True
    jwks_extra_key: bool = True
    rate_limit: int = 0
    frontchannel_slo: bool = True
    frontchannel_logout_method: str = "GET"
    simplified_target: str = "redirect_uri"
    admin_host: str = ""
    custom_url: str = ""
    maintenance: bool = False
    adopt_clients: bool = False


@dataclass(frozen=True)
class Org:
    """An org as it is when the mock starts."""

    name: str = "Gauntlet"
    id: str = okta_id("00o", "gauntlet")
    settings: Settings = field(default_factory=Settings)
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    apps: tuple[App, ...] = ()
    authorization_servers: tuple[AuthorizationServer, ...] = ()
    trusted_origins: tuple[TrustedOrigin, ...] = ()


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
