"""The org: its users, its apps (clients) and its authorization servers, read from one TOML file.

Field names are those of Okta's Management API. Without a file a sensible org is there: the `default` custom
authorization server and one user.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ORG_SERVER = "org"


class OrgError(ValueError):
    """A config file that cannot be used: which file, which key, how to mend it."""


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
    email_verified: bool = True
    groups: tuple[str, ...] = ("Everyone",)
    claims: Mapping[str, Any] = field(default_factory=dict)


def user_from(document: Mapping[str, Any]) -> User:
    """The user whose fields a store document holds (lists where the dataclass has tuples)."""
    values: dict[str, Any] = dict(document)
    return User(**values | {"groups": tuple(values.get("groups", ()))})


@dataclass(frozen=True)
class App:
    """An app integration, i.e. an OAuth client; `client_secret` empty for public clients."""

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


def app_from(document: Mapping[str, Any]) -> App:
    """The app whose fields a store document holds."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in document.items()}
    return App(**values)


@dataclass(frozen=True)
class AuthorizationServer:
    """The org server (`org`) or a custom one; `strictness` is `okta` or `core`."""

    id: str
    name: str = ""
    audiences: tuple[str, ...] = ("api://default",)
    scopes: tuple[str, ...] = ()

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


def build(cls: type[Any], data: Any, where: str) -> Any:
    """A dataclass from a mapping, with one clear error for an unknown key or a wrong type."""
    if not isinstance(data, Mapping):
        raise OrgError(f"{where}: expected a table, got {type(data).__name__}")
    fields = {f.name: f for f in dataclasses.fields(cls)}
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in fields:
            near = difflib.get_close_matches(str(key), fields, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(fields)}"
            raise OrgError(f"{where}: unknown key {key!r}{hint}")
        kind = str(fields[key].type)
        if kind.startswith("tuple"):
            if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
                raise OrgError(f"{where}.{key}: expected a list of strings")
            value = tuple(value)
        elif (kind == "int" and (isinstance(value, bool) or not isinstance(value, int))) or (
            kind in ("str", "bool") and type(value).__name__ != kind
        ):
            raise OrgError(f"{where}.{key}: expected {kind}, got {value!r}")
        values[key] = value
    missing = [
        f.name
        for f in fields.values()
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING and f.name not in values
    ]
    if missing:
        raise OrgError(f"{where}: missing {', '.join(missing)}")
    return cls(**values)


def load_org(path: Path | None) -> Org:
    """The org of a config file; `default_org()` without one. Raises OrgError."""
    if path is None:
        return default_org()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OrgError(f"{path}: cannot read the config file: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OrgError(f"{path}: not a TOML file: {error}") from None
    known = {"name", "id", "settings", "users", "apps", "authorization_servers"}
    for key in data:
        if key not in known:
            raise OrgError(f"{path}: unknown key {key!r}; known: {', '.join(sorted(known))}")
    base = default_org()
    tables = {"users": User, "apps": App, "authorization_servers": AuthorizationServer}
    lists: dict[str, tuple[Any, ...]] = {}
    for key, cls in tables.items():
        entries = data.get(key)
        if entries is None:
            lists[key] = getattr(base, key)
            continue
        if not isinstance(entries, list):
            raise OrgError(f"{path}: {key} must be a list of tables ([[{key}]])")
        lists[key] = tuple(build(cls, _with_id(cls, entry), f"{path}: {key}[{i}]") for i, entry in enumerate(entries))
    settings = build(Settings, data.get("settings", {}), f"{path}: settings")
    if settings.strictness not in ("okta", "core"):
        raise OrgError(f"{path}: settings.strictness: expected 'okta' or 'core', got {settings.strictness!r}")
    return Org(name=data.get("name", base.name), id=data.get("id", base.id), settings=settings, **lists)


def _with_id(cls: type[Any], entry: Any) -> Any:
    if cls is User and isinstance(entry, Mapping) and "login" in entry:
        derived = {"id": okta_id("00u", str(entry["login"])), "email": entry["login"], "name": entry["login"]}
        return derived | dict(entry)
    return entry
