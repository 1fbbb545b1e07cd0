"""The org's config file (TOML): reading it and writing it; what is not understood is one OrgError with the place.

Without a file a sensible org is there: the `default` custom authorization server and one user. What Okta would
refuse is the business of `mock_idp.operations.gate`, which every file passes.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from mock_idp.crypto import jwe
from mock_idp.crypto.keys import ALGORITHMS
from mock_idp.org.app import DEPENDENT, with_defaults
from mock_idp.org.authorization_server import brief
from mock_idp.org.build import build, changed, check_key, document
from mock_idp.org.ids import okta_id
from mock_idp.org.model import (
    ORG_SERVER,
    USER_STATUSES,
    App,
    AuthorizationServer,
    Group,
    Org,
    OrgError,
    Settings,
    TrustedOrigin,
    User,
    default_org,
)

AUTH_METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none")
_TOP = ("name", "id", "settings", "users", "groups", "apps", "authorization_servers", "trusted_origins")
_VISIBLE = re.compile(r"[\x20-\x7e]+")  # VSCHAR, RFC 6749 appendix A
_SERVER_ID = re.compile(r"[A-Za-z0-9_-]+")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/?")
_STATUSES = ("ACTIVE", "INACTIVE")
_CLAIM_TYPES = ("IDENTITY", "RESOURCE")
_APP_CHOICES: Mapping[str, tuple[str, ...]] = {
    "token_endpoint_auth_method": AUTH_METHODS,
    "application_type": ("web", "browser", "native", "service"),
    "status": _STATUSES,
    "refresh_token_rotation": ("STATIC", "ROTATE"),
    "wildcard_redirect": ("DISABLED", "SUBDOMAIN"),
    "consent_method": ("TRUSTED", "REQUIRED"),
    "issuer_mode": ("ORG_URL", "CUSTOM_URL", "DYNAMIC"),
    "idp_initiated_login_mode": ("DISABLED", "SPEC", "OKTA"),
    "global_token_revocation_subject": ("email", "iss_sub"),
    "network_connection": ("ANYWHERE", "ZONE"),
    "id_token_signed_response_alg": ALGORITHMS,
    "id_token_encrypted_response_alg": ("", *jwe.ALGORITHMS),
    "id_token_encrypted_response_enc": ("", *jwe.ENCODINGS),
    "userinfo_signed_response_alg": ("", "RS256"),
}
GROUP_FILTERS = ("STARTS_WITH", "EQUALS", "CONTAINS", "REGEX")
_CHOICES = {
    "strictness": ("okta", "core"),
    "engine": ("oie", "classic"),
    "org_code_flow_id_token": ("thin", "fat"),
    "pkce_required_error": ("redirect", "page"),
    "frontchannel_logout_method": ("GET", "POST"),
    "simplified_target": ("redirect_uri", "initiate_login_uri"),
}
"""Switches with names for values."""
_TEN_YEARS = 10 * 366 * 24 * 3600
_RANGES = {
    **dict.fromkeys(("code_ttl", "id_token_ttl", "session_ttl"), (1, _TEN_YEARS)),
    "groups_limit": (1, 1_000_000),
    "rate_limit": (0, 1_000_000),
}
"""Switches with numbers for values."""
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?")


def load_org(path: Path | None) -> Org:
    """The org of a config file; `default_org()` without one. Raises OrgError."""
    org = default_org()
    if path is None:
        return org
    try:
        return parse_org(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise OrgError(f"{path}: cannot read the config file: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise OrgError(f"{path}: not a TOML file: {error}") from None


def parse_org(text: str, where: str) -> Org:
    """The org of a config file's text, `default_org()` where it is silent. Raises OrgError."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise OrgError(f"{where}: not a TOML file: {error}") from None
    return org_of(_nulls(data), where, default_org())


def org_of(data: Mapping[str, Any], where: str, org: Org) -> Org:
    """`org` with what `data` says in its place."""
    for key in data:
        check_key(key, _TOP, where)
    changes: dict[str, Any] = {}
    for key in ("name", "id"):
        if key in data:
            if not isinstance(data[key], str):
                raise OrgError(f"{where}: {key}: expected str, got {data[key]!r}")
            changes[key] = data[key]
    if "settings" in data:
        changes["settings"] = settings_of(data["settings"], f"{where}: settings")
    for key, (read, unique) in _LISTS.items():
        if key in data:
            changes[key] = _list_of(read, data, key, where, unique)
    return dataclasses.replace(org, **changes)


def dump_org(org: Org) -> str:
    """The org as the text of a config file, without what is the default anyway. It holds secrets and passwords.

    What `parse_org` makes of it is the same org, once `LiveOrg` has completed both.
    """
    servers = tuple(
        brief(server, with_policy=org.settings.default_as_has_policy) for server in org.authorization_servers
    )
    made = changed(dataclasses.replace(org, authorization_servers=servers))
    # A file without these has those of the default org, and an app without assignments is everybody's.
    made = {"users": [], "authorization_servers": []} | made
    for app, written in zip(org.apps, made.get("apps", ()), strict=True):
        written.setdefault("implicit_assignment", app.implicit_assignment)
        usual = with_defaults(app, frozenset(written))
        written |= {name: document(app)[name] for name in DEPENDENT if getattr(usual, name) != getattr(app, name)}
    return tomli_w.dumps(_without_nulls(made), indent=2)


_NULL = {"$null": True}
"""Stands for JSON's null, which TOML does not have, in profiles and claims."""


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_without_nulls(member) for member in value]
    return _NULL if value is None else value


def _nulls(value: Any) -> Any:
    if value == _NULL:
        return None
    if isinstance(value, Mapping):
        return {key: _nulls(member) for key, member in value.items()}
    return [_nulls(member) for member in value] if isinstance(value, list) else value


# ---- the parts ----------------------------------------------------------------------------------------------


def app_of(data: Any, where: str) -> App:
    """An app with Okta's defaults; raises OrgError for settings that are not understood.

    `client_secret` is short for one entry of `secrets`. Who names neither `users` nor `groups` means everybody
    (`implicit_assignment`). `response_types` may be written as requests have them (`code id_token`).
    """
    if isinstance(data, Mapping):
        data = dict(data)
        secret = data.pop("client_secret", None)
        if secret is not None and not isinstance(secret, str):
            raise OrgError(f"{where}.client_secret: expected str, got {secret!r}")
        if secret:
            data.setdefault("secrets", [{"value": secret, "id": okta_id("ocs", f"{data.get('client_id')}/{secret}")}])
        if not data.keys() & {"users", "groups"}:
            data.setdefault("implicit_assignment", True)
    app: App = build(App, data, where)
    if not _VISIBLE.fullmatch(app.client_id):
        raise OrgError(f"{where}.client_id: expected printable ASCII characters, got {app.client_id!r}")
    for name, allowed in _APP_CHOICES.items():
        one_of(getattr(app, name), allowed, f"{where}.{name}")
    for number, entry in enumerate(app.secrets):
        one_of(entry.status, _STATUSES, f"{where}.secrets[{number}].status")
    if app.groups_claim:
        _check_kind(app.groups_claim.value_type, app.groups_claim.filter_type, f"{where}.groups_claim", "filter_type")
    types = tuple(dict.fromkeys(part for entry in app.response_types for part in entry.split()))
    for part in types:
        one_of(part, ("code", "id_token", "token"), f"{where}.response_types")
    _check_signing_and_encryption(app, where)
    return with_defaults(dataclasses.replace(app, response_types=types), frozenset(data))


def _check_signing_and_encryption(app: App, where: str) -> None:
    """Raises OrgError for ID Tokens that cannot be made as wanted."""
    alg, has_secret = app.id_token_encrypted_response_alg, bool(app.secrets) or app.adopted
    if app.id_token_signed_response_alg.startswith("HS") and not has_secret:
        raise OrgError(f"{where}.id_token_signed_response_alg: HMAC needs a client_secret")
    if app.id_token_encrypted_response_enc and not alg:
        raise OrgError(f"{where}.id_token_encrypted_response_enc: needs id_token_encrypted_response_alg, too")
    if alg and jwe.is_symmetric(alg) and not has_secret:
        raise OrgError(f"{where}.id_token_encrypted_response_alg: {alg} needs a client_secret")
    if alg and not jwe.is_symmetric(alg) and not app.jwks and not app.jwks_uri:
        raise OrgError(f"{where}.id_token_encrypted_response_alg: {alg} needs the app's jwks or jwks_uri")


def user_of(data: Any, where: str) -> User:
    """A checked user; `id`, `email` and `name` follow from `login` where they are missing."""
    if isinstance(data, Mapping) and isinstance(data.get("login"), str):
        login = data["login"]
        data = {"id": okta_id("00u", login), "email": login, "name": login} | dict(data)
    user: User = build(User, data, where)
    one_of(user.status, USER_STATUSES, f"{where}.status")
    return user


def _server_of(data: Any, where: str) -> AuthorizationServer:
    server: AuthorizationServer = build(AuthorizationServer, data, where)
    if not _SERVER_ID.fullmatch(server.id) or server.id in (ORG_SERVER, "v1"):
        raise OrgError(f"{where}.id: expected letters, digits, - and _ (not 'org' or 'v1'), got {server.id!r}")
    _check_unique(server.scopes, ("name", "id"), f"{where}.", "scopes")
    _check_unique(server.claims, ("id",), f"{where}.", "claims")
    for kind in _CLAIM_TYPES:
        _check_unique([c for c in server.claims if c.claim_type == kind], ("name",), f"{where}.", "claims")
    _check_unique(server.policies or (), ("name", "id"), f"{where}.", "policies")
    for number, policy in enumerate(server.policies or ()):
        place = f"{where}.policies[{number}]"
        one_of(policy.status, _STATUSES, f"{place}.status")
        _check_unique(policy.rules, ("name", "id"), f"{place}.", "rules")
        for index, rule in enumerate(policy.rules):
            one_of(rule.status, _STATUSES, f"{place}.rules[{index}].status")
    for index, scope in enumerate(server.scopes):
        one_of(scope.consent, ("IMPLICIT", "FLEXIBLE", "REQUIRED"), f"{where}.scopes[{index}].consent")
        one_of(scope.metadata_publish, ("NO_CLIENTS", "ALL_CLIENTS"), f"{where}.scopes[{index}].metadata_publish")
    for index, claim in enumerate(server.claims):
        place = f"{where}.claims[{index}]"
        one_of(claim.claim_type, _CLAIM_TYPES, f"{place}.claim_type")
        one_of(claim.status, _STATUSES, f"{place}.status")
        _check_kind(claim.value_type, claim.group_filter_type, place, "group_filter_type")
    one_of(server.status, _STATUSES, f"{where}.status")
    one_of(server.strictness, ("", "okta", "core"), f"{where}.strictness")
    one_of(server.issuer_mode, ("ORG_URL", "CUSTOM_URL", "DYNAMIC"), f"{where}.issuer_mode")
    one_of(server.rotation_mode, ("AUTO", "MANUAL"), f"{where}.rotation_mode")
    return server


def _check_kind(value_type: str, filter_type: str, where: str, member: str) -> None:
    """Raises OrgError for a claim's value of a kind that Okta does not have."""
    one_of(value_type, ("EXPRESSION", "GROUPS", "SYSTEM"), f"{where}.value_type")
    if value_type == "GROUPS":
        one_of(filter_type, GROUP_FILTERS, f"{where}.{member}")


def _origin_of(data: Any, where: str) -> TrustedOrigin:
    origin: TrustedOrigin = build(TrustedOrigin, data, where)
    one_of(origin.status, _STATUSES, f"{where}.status")
    for scope in origin.scopes:
        one_of(scope, ("CORS", "REDIRECT", "IFRAME_EMBED"), f"{where}.scopes")
    return origin


def settings_of(data: Any, where: str) -> Settings:
    """The org's switches; raises OrgError."""
    settings: Settings = build(Settings, data, where)
    for name, values in _CHOICES.items():
        one_of(getattr(settings, name), values, f"{where}.{name}")
    for name, (least, most) in _RANGES.items():
        _in_range(getattr(settings, name), least, most, f"{where}.{name}")
    if settings.admin_host and not _HOST.fullmatch(settings.admin_host):
        raise OrgError(f"{where}.admin_host: expected a host name, got {settings.admin_host!r}")
    if settings.custom_url and not _ORIGIN.fullmatch(settings.custom_url):
        raise OrgError(f"{where}.custom_url: expected a URL without a path, got {settings.custom_url!r}")
    return settings


def _in_range(value: int, least: int, most: int, where: str) -> None:
    if not least <= value <= most:
        raise OrgError(f"{where}: expected {least} to {most}, got {value}")


def one_of(value: str, allowed: Iterable[str], where: str) -> None:
    if value not in allowed:
        raise OrgError(f"{where}: expected {' or '.join(repr(a) for a in allowed)}, got {value!r}")


def _group_of(data: Any, where: str) -> Group:
    group: Group = build(Group, data, where)
    return group


_LISTS: dict[str, tuple[Callable[[Any, str], Any], tuple[str, ...]]] = {
    "users": (user_of, ("login", "id")),
    "groups": (_group_of, ("name", "id")),
    "apps": (app_of, ("client_id",)),
    "authorization_servers": (_server_of, ("id",)),
    "trusted_origins": (_origin_of, ("origin", "id")),
}
"""The lists of the file: how an entry is read, and which members no two may share."""


def _list_of(
    read: Callable[[Any, str], Any], data: Mapping[str, Any], key: str, where: str, unique: tuple[str, ...]
) -> tuple[Any, ...]:
    entries = data[key]
    if not isinstance(entries, list):
        raise OrgError(f"{where}: {key}: expected a list of tables ([[{key}]])")
    made = tuple(read(entry, f"{where}: {key}[{i}]") for i, entry in enumerate(entries))
    _check_unique(made, unique, f"{where}: ", key)
    return made


def _check_unique(entries: Iterable[Any], unique: Iterable[str], where: str, key: str) -> None:
    """Raises OrgError for two entries with the same value of one of these members."""
    entries = list(entries)
    for name in unique:
        seen: set[str] = set()
        for item in entries:
            value = getattr(item, name)
            if value and value in seen:
                raise OrgError(f"{where}{key}: {name} {value!r} occurs twice")
            seen.add(value)
