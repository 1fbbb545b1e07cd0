"""Settings of the app for one login: edits of the seam `app`, by the Management API's names (docs/decisions/0013, 7).

They lie over what the app is registered with, for the requests of that attempt alone, and may be what Okta would not
let anybody save. `assigned` stands for what the API has at `/apps/{id}/users`: whether the attempt's person may use it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from mock_idp.edits.app_urls import APP_URLS
from mock_idp.edits.symbols import Symbol, SymbolError
from mock_idp.org.app import App, Secret

Check = tuple[str, Callable[[Any], bool]]


def _one_of(*values: str) -> Check:
    return f"one of {', '.join(values)}", lambda value: value in values


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(member, str | Symbol) for member in value)


def _members(**known: Check) -> Check:
    """An object with some of these members."""

    def fits(value: Any) -> bool:
        return (
            isinstance(value, Mapping)
            and bool(value)
            and all(name in known and known[name][1](value[name]) for name in value)
        )

    return "an object with " + ", ".join(f"{name} ({expected})" for name, (expected, _) in known.items()), fits


_TEXT: Check = ("a string", lambda value: isinstance(value, str | Symbol))
_TEXTS: Check = ("a list of strings", _is_texts)
_FLAG: Check = ("true or false", lambda value: isinstance(value, bool))
_LEEWAY: Check = ("0 to 60 seconds", lambda value: type(value) is int and 0 <= value <= 60)

SETTINGS: Mapping[str, Check] = {
    "status": _one_of("ACTIVE", "INACTIVE"),
    "application_type": _one_of("web", "browser", "native", "service"),
    "grant_types": _TEXTS,
    "response_types": _TEXTS,
    "redirect_uris": _TEXTS,
    "wildcard_redirect": _one_of("DISABLED", "SUBDOMAIN"),
    "token_endpoint_auth_method": _one_of(
        *("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none")
    ),
    "client_secret": _TEXT,
    "pkce_required": _FLAG,
    "dpop_bound_access_tokens": _FLAG,
    "refresh_token": _members(rotation_type=_one_of("ROTATE", "STATIC"), leeway=_LEEWAY),
    "initiate_login_uri": _TEXT,
    "idp_initiated_login": _members(mode=_one_of("DISABLED", "SPEC", "OKTA"), default_scope=_TEXTS),
    "assigned": _FLAG,
}
"""What can be set, with what is expected there, in words and as a check."""
ASSIGNED = "assigned"
"""The one that is no member of an app: the person's assignment."""
_FIELDS = {
    "refresh_token": {"rotation_type": "refresh_token_rotation", "leeway": "refresh_token_leeway"},
    "idp_initiated_login": {"mode": "idp_initiated_login_mode", "default_scope": "idp_initiated_login_scopes"},
}


def overlaid(app: App, name: str, value: Any) -> App:
    """The app with one setting changed; `value` has been checked, and its symbols are resolved."""
    if name == "client_secret":
        return dataclasses.replace(app, secrets=(Secret(value),))
    fields = {field: value[member] for member, field in _FIELDS.get(name, {}).items() if member in value}
    changes: dict[str, Any] = {
        field: tuple(found) if isinstance(found, list) else found for field, found in (fields or {name: value}).items()
    }
    if name == "token_endpoint_auth_method":
        changes["adopted"] = False  # who says how a client authenticates need not learn it from its requests
    return dataclasses.replace(app, **changes)


def value_of(app: App, name: str) -> Any:
    """What the app has now, as `overlaid` takes it."""
    if name == "client_secret":
        return app.client_secret
    if name in _FIELDS:
        return {member: _plain(getattr(app, field)) for member, field in _FIELDS[name].items()}
    return _plain(getattr(app, name))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def url_of(app: App, kind: str) -> str:
    """The value of the symbol `app_url(kind)`; SymbolError without a redirect URI."""
    if not app.redirect_uris:
        raise SymbolError("this app has no redirect URI")
    return APP_URLS[kind](app.redirect_uris[0])
