"""The org's config file (TOML): reading it, writing it, and checking what it and the control API say.

Without a file a sensible org is there: the `default` custom authorization server and one user. Whatever cannot
be used is one OrgError that names the place and the remedy.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tomli_w

from mock_idp.crypto import jwe
from mock_idp.crypto.keys import ALGORITHMS
from mock_idp.expressions.language import ExpressionError, parse
from mock_idp.org import patterns
from mock_idp.org.app import GroupsClaim
from mock_idp.org.authorization_server import MOST_ACCESS_MINUTES, MOST_REFRESH_MINUTES, Claim, Rule, brief
from mock_idp.org.build import build, changed, check_key
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
SECRET_METHODS = frozenset({"client_secret_basic", "client_secret_post", "client_secret_jwt"})
RESPONSE_TYPES = frozenset({"code", "id_token", "token"})
_TOP = ("name", "id", "settings", "users", "groups", "apps", "authorization_servers", "trusted_origins")
_VISIBLE = re.compile(r"[\x20-\x7e]+")  # VSCHAR, RFC 6749 appendix A
_SERVER_ID = re.compile(r"[A-Za-z0-9_-]+")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/?")
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
    """A checked app; raises OrgError for settings that are not understood or could not work.

    `client_secret` is short for one entry of `secrets`. Who names neither `users` nor `groups` means everybody
    (`implicit_assignment`).
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
    one_of(app.token_endpoint_auth_method, AUTH_METHODS, f"{where}.token_endpoint_auth_method")
    one_of(app.application_type, ("web", "browser", "native", "service"), f"{where}.application_type")
    one_of(app.status, ("ACTIVE", "INACTIVE"), f"{where}.status")
    one_of(app.refresh_token_rotation, ("STATIC", "ROTATE"), f"{where}.refresh_token_rotation")
    one_of(app.wildcard_redirect, ("DISABLED", "SUBDOMAIN"), f"{where}.wildcard_redirect")
    one_of(app.consent_method, ("TRUSTED", "REQUIRED"), f"{where}.consent_method")
    one_of(app.issuer_mode, ("ORG_URL", "CUSTOM_URL", "DYNAMIC"), f"{where}.issuer_mode")
    one_of(app.idp_initiated_login_mode, ("DISABLED", "SPEC", "OKTA"), f"{where}.idp_initiated_login_mode")
    if app.groups_claim:
        _check_claim(app.groups_claim, app.groups_claim.filter_type, f"{where}.groups_claim")
    if not 0 <= app.refresh_token_leeway <= 60:
        raise OrgError(f"{where}.refresh_token_leeway: expected 0 to 60 seconds, got {app.refresh_token_leeway}")
    if app.token_endpoint_auth_method in SECRET_METHODS and not app.secrets and not app.adopted:
        raise OrgError(f"{where}.client_secret: missing; only token_endpoint_auth_method 'none' goes without")
    one_of(app.id_token_signed_response_alg, ALGORITHMS, f"{where}.id_token_signed_response_alg")
    if app.id_token_signed_response_alg.startswith("HS") and not app.secrets:
        raise OrgError(f"{where}.id_token_signed_response_alg: HMAC needs a client_secret")
    _check_encryption(app, where)
    one_of(app.global_token_revocation_subject, ("email", "iss_sub"), f"{where}.global_token_revocation_subject")
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(app, name):
            check_uri(uri, f"{where}.{name}")
    for name in ("frontchannel_logout_uri", "backchannel_logout_uri", "global_token_revocation_uri"):
        if getattr(app, name):
            check_uri(getattr(app, name), f"{where}.{name}")
    for entry in app.response_types:
        if not entry.split() or not set(entry.split()) <= RESPONSE_TYPES:
            raise OrgError(f"{where}.response_types: expected code, id_token, token or several of them, got {entry!r}")
    return app


def _check_encryption(app: App, where: str) -> None:
    """Raises OrgError for an encryption of ID Tokens that cannot be done."""
    alg, enc = app.id_token_encrypted_response_alg, app.id_token_encrypted_response_enc
    one_of(alg, ("", *jwe.ALGORITHMS), f"{where}.id_token_encrypted_response_alg")
    one_of(enc, ("", *jwe.ENCODINGS), f"{where}.id_token_encrypted_response_enc")
    if enc and not alg:
        raise OrgError(f"{where}.id_token_encrypted_response_enc: needs id_token_encrypted_response_alg, too")
    if alg and jwe.is_symmetric(alg) and not app.secrets:
        raise OrgError(f"{where}.id_token_encrypted_response_alg: {alg} needs a client_secret")
    if alg and not jwe.is_symmetric(alg) and not app.jwks and not app.jwks_uri:
        raise OrgError(f"{where}.id_token_encrypted_response_alg: {alg} needs the app's jwks or jwks_uri")


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
    one_of(user.status, USER_STATUSES, f"{where}.status")
    return user


def _server_of(data: Any, where: str) -> AuthorizationServer:
    server: AuthorizationServer = build(AuthorizationServer, data, where)
    if not _SERVER_ID.fullmatch(server.id) or server.id in (ORG_SERVER, "v1"):
        raise OrgError(f"{where}.id: expected letters, digits, - and _ (not 'org' or 'v1'), got {server.id!r}")
    if not server.audiences:
        raise OrgError(f"{where}.audiences: expected at least one")
    if len(server.audiences) > 1:
        raise OrgError(f"{where}.audiences: expected one, because Okta supports no more, got {len(server.audiences)}")
    for i, policy in enumerate(server.policies or ()):
        for k, rule in enumerate(policy.rules):
            _check_lifetimes(rule, f"{where}.policies[{i}].rules[{k}]")
    for index, claim in enumerate(server.claims):
        one_of(claim.claim_type, ("IDENTITY", "RESOURCE"), f"{where}.claims[{index}].claim_type")
        _check_claim(claim, claim.group_filter_type, f"{where}.claims[{index}]")
    one_of(server.strictness, ("", "okta", "core"), f"{where}.strictness")
    one_of(server.issuer_mode, ("ORG_URL", "CUSTOM_URL", "DYNAMIC"), f"{where}.issuer_mode")
    one_of(server.rotation_mode, ("AUTO", "MANUAL"), f"{where}.rotation_mode")
    return server


def _check_claim(claim: Claim | GroupsClaim, filter_type: str, where: str) -> None:
    """Raises OrgError for a claim that no token could have: an unknown type, or what is no expression."""
    one_of(claim.value_type, ("EXPRESSION", "GROUPS", "SYSTEM"), f"{where}.value_type")
    if claim.value_type == "GROUPS":
        one_of(filter_type, GROUP_FILTERS, f"{where}.{'group_' if isinstance(claim, Claim) else ''}filter_type")
        if filter_type == "REGEX":
            try:
                patterns.compiled(claim.value)
            except patterns.PatternError as error:
                raise OrgError(f"{where}.value: {error}") from None
    if claim.value_type == "EXPRESSION":
        try:
            parse(claim.value)
        except ExpressionError as error:
            raise OrgError(f"{where}.value: {error}") from None


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


def _check_lifetimes(rule: Rule, where: str) -> None:
    """The ranges that Okta's API has (`mock_idp.operations.policies`)."""
    access, refresh = rule.access_token_lifetime_minutes, rule.refresh_token_lifetime_minutes
    _in_range(access, 5, MOST_ACCESS_MINUTES, f"{where}.access_token_lifetime_minutes")
    if refresh:  # 0 is without end
        _in_range(refresh, access, MOST_REFRESH_MINUTES, f"{where}.refresh_token_lifetime_minutes")
    window = rule.refresh_token_window_minutes
    _in_range(window, 10, MOST_REFRESH_MINUTES, f"{where}.refresh_token_window_minutes")


def _in_range(value: int, least: int, most: int, where: str) -> None:
    if not least <= value <= most:
        raise OrgError(f"{where}: expected {least} to {most}, got {value}")


def one_of(value: str, allowed: Iterable[str], where: str) -> None:
    if value not in allowed:
        raise OrgError(f"{where}: expected {' or '.join(repr(a) for a in allowed)}, got {value!r}")


def _plainly(cls: type[Any]) -> Callable[[Any, str], Any]:
    return lambda data, where: build(cls, data, where)


_LISTS: dict[str, tuple[Callable[[Any, str], Any], tuple[str, ...]]] = {
    "users": (user_of, ("login", "id")),
    "groups": (_plainly(Group), ("name", "id")),
    "apps": (app_of, ("client_id",)),
    "authorization_servers": (_server_of, ("id",)),
    "trusted_origins": (_plainly(TrustedOrigin), ("origin", "id")),
}
"""The lists of the file: how an entry is read, and which members no two may share."""


def _list_of(
    read: Callable[[Any, str], Any], data: Mapping[str, Any], key: str, where: str, unique: tuple[str, ...]
) -> tuple[Any, ...]:
    entries = data[key]
    if not isinstance(entries, list):
        raise OrgError(f"{where}: {key}: expected a list of tables ([[{key}]])")
    made = tuple(read(entry, f"{where}: {key}[{i}]") for i, entry in enumerate(entries))
    for name in unique:
        seen: set[str] = set()
        for item in made:
            value = getattr(item, name)
            if value and value in seen:
                raise OrgError(f"{where}: {key}: {name} {value!r} occurs twice")
            seen.add(value)
    return made
