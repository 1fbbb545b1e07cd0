"""Reading the org from a TOML file, and checking what it and the control API say about apps and people.

Without a file a sensible org is there: the `default` custom authorization server and one user. Whatever cannot
be used is one OrgError that names the place and the remedy.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mock_idp.org.model import ORG_SERVER, App, AuthorizationServer, Org, OrgError, Settings, User, default_org, okta_id

AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
RESPONSE_TYPES = frozenset({"code", "id_token", "token"})
_TOP = ("name", "id", "settings", "users", "apps", "authorization_servers")
_VISIBLE = re.compile(r"[\x20-\x7e]+")  # VSCHAR, RFC 6749 appendix A
_SERVER_ID = re.compile(r"[A-Za-z0-9_-]+")


def build(cls: type[Any], data: Any, where: str) -> Any:
    """A dataclass from a mapping, with one clear error for an unknown key or a wrong type."""
    if not isinstance(data, Mapping):
        raise OrgError(f"{where}: expected a table, got {type(data).__name__}")
    fields = {f.name: f for f in dataclasses.fields(cls)}
    for key in data:
        _known(str(key), fields, where)
    values = {key: _value(str(fields[key].type), value, f"{where}.{key}") for key, value in data.items()}
    required = [
        f.name for f in fields.values() if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    missing = [name for name in required if name not in values]
    if missing:
        raise OrgError(f"{where}: missing {', '.join(missing)}")
    return cls(**values)


def _known(key: str, known: Iterable[str], where: str) -> None:
    names = list(known)
    if key in names:
        return
    near = difflib.get_close_matches(key, names, 1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
    raise OrgError(f"{where}: unknown key {key!r}{hint}")


def _value(kind: str, value: Any, where: str) -> Any:
    if kind.startswith("tuple"):
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise OrgError(f"{where}: expected a list of strings, got {value!r}")
        return tuple(value)
    if kind.startswith("Mapping"):
        if not isinstance(value, Mapping):
            raise OrgError(f"{where}: expected a table, got {value!r}")
        return dict(value)
    if type(value).__name__ != kind:  # a bool is no int here
        raise OrgError(f"{where}: expected {kind}, got {value!r}")
    return value


def _one_of(value: str, allowed: Iterable[str], where: str) -> None:
    if value not in allowed:
        raise OrgError(f"{where}: expected {' or '.join(repr(a) for a in allowed)}, got {value!r}")


def app_of(data: Any, where: str) -> App:
    """A checked app; raises OrgError for settings that are not understood or could not work."""
    app: App = build(App, data, where)
    if not _VISIBLE.fullmatch(app.client_id):
        raise OrgError(f"{where}.client_id: expected printable ASCII characters, got {app.client_id!r}")
    _one_of(app.token_endpoint_auth_method, AUTH_METHODS, f"{where}.token_endpoint_auth_method")
    _one_of(app.application_type, ("web", "browser", "native"), f"{where}.application_type")
    _one_of(app.status, ("ACTIVE", "INACTIVE"), f"{where}.status")
    _one_of(app.refresh_token_rotation, ("STATIC", "ROTATE"), f"{where}.refresh_token_rotation")
    if not 0 <= app.refresh_token_leeway <= 60:
        raise OrgError(f"{where}.refresh_token_leeway: expected 0 to 60 seconds, got {app.refresh_token_leeway}")
    if app.token_endpoint_auth_method != "none" and not app.client_secret and not app.adopted:
        raise OrgError(f"{where}.client_secret: missing; only token_endpoint_auth_method 'none' goes without")
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(app, name):
            check_uri(uri, f"{where}.{name}")
    for entry in app.response_types:
        if not entry.split() or not set(entry.split()) <= RESPONSE_TYPES:
            raise OrgError(f"{where}.response_types: expected code, id_token, token or several of them, got {entry!r}")
    return app


def check_uri(uri: str, where: str) -> None:
    """Raises OrgError unless `uri` is absolute and has no fragment (RFC 6749 3.1.2)."""
    try:
        parts = urlsplit(uri)
        usable = bool(parts.scheme) and not parts.fragment and bool(parts.netloc or parts.path)
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[\x21-\x7e]+", uri) or "#" in uri:
        raise OrgError(f"{where}: expected an absolute URI without a fragment, got {uri!r}")


def user_of(data: Any, where: str) -> User:
    """A checked user; `id`, `email` and `name` follow from `login` where they are missing."""
    if isinstance(data, Mapping) and isinstance(data.get("login"), str):
        login = data["login"]
        data = {"id": okta_id("00u", login), "email": login, "name": login} | dict(data)
    user: User = build(User, data, where)
    return user


def _server_of(data: Any, where: str) -> AuthorizationServer:
    server: AuthorizationServer = build(AuthorizationServer, data, where)
    if not _SERVER_ID.fullmatch(server.id) or server.id in (ORG_SERVER, "v1"):
        raise OrgError(f"{where}.id: expected letters, digits, - and _ (not 'org' or 'v1'), got {server.id!r}")
    if not server.audiences:
        raise OrgError(f"{where}.audiences: expected at least one")
    _one_of(server.strictness, ("", "okta", "core"), f"{where}.strictness")
    return server


def _settings_of(data: Any, where: str) -> Settings:
    settings: Settings = build(Settings, data, where)
    _one_of(settings.strictness, ("okta", "core"), f"{where}.strictness")
    _one_of(settings.org_code_flow_id_token, ("thin", "fat"), f"{where}.org_code_flow_id_token")
    for name in ("code_ttl", "access_token_ttl", "id_token_ttl"):
        if getattr(settings, name) < 1:
            raise OrgError(f"{where}.{name}: expected at least 1 second, got {getattr(settings, name)}")
    return settings


def _list_of(read: Any, data: Mapping[str, Any], key: str, path: Path, unique: str) -> tuple[Any, ...]:
    entries = data[key]
    if not isinstance(entries, list):
        raise OrgError(f"{path}: {key}: expected a list of tables ([[{key}]])")
    made = tuple(read(entry, f"{path}: {key}[{i}]") for i, entry in enumerate(entries))
    seen: set[str] = set()
    for item in made:
        value = getattr(item, unique)
        if value in seen:
            raise OrgError(f"{path}: {key}: {unique} {value!r} occurs twice")
        seen.add(value)
    return made


def load_org(path: Path | None) -> Org:
    """The org of a config file; `default_org()` without one. Raises OrgError."""
    org = default_org()
    if path is None:
        return org
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OrgError(f"{path}: cannot read the config file: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OrgError(f"{path}: not a TOML file: {error}") from None
    for key in data:
        _known(key, _TOP, str(path))
    changes: dict[str, Any] = {k: _value("str", data[k], f"{path}: {k}") for k in ("name", "id") if k in data}
    if "settings" in data:
        changes["settings"] = _settings_of(data["settings"], f"{path}: settings")
    lists = {"users": (user_of, "login"), "apps": (app_of, "client_id"), "authorization_servers": (_server_of, "id")}
    for key, (read, unique) in lists.items():
        if key in data:
            changes[key] = _list_of(read, data, key, path, unique)
    return dataclasses.replace(org, **changes)
