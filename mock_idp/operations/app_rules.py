"""What Okta lets the settings of an OpenID Connect app be (okta.md 5.2 and 5.3).

`check` raises E0000001 with one cause for each rule that is broken. Texts that no source has follow the pattern of
those that are known ("'response_types' must contain at least one of [...] when 'grant_types' contains ...").
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey, import_key

from mock_idp.org.app import App
from mock_idp.org.problems import invalid

MOST_KEYS, MOST_SECRETS, MOST_LABEL = 50, 2, 100
_CLIENT_ID = re.compile(r"[A-Za-z0-9$\-_.+!*'(),]{6,100}")
_VISIBLE = re.compile(r"[\x20-\x7e]+")
_DIRECT = frozenset(
    {"urn:okta:params:oauth:grant-type:otp", "urn:okta:params:oauth:grant-type:oob"}
    | {"http://auth0.com/oauth/grant-type/mfa-otp", "http://auth0.com/oauth/grant-type/mfa-oob"}
)
_URN = "urn:ietf:params:oauth:grant-type:"
_DEVICE, _SAML, _EXCHANGE = f"{_URN}device_code", f"{_URN}saml2-bearer", f"{_URN}token-exchange"
_BROWSERS = frozenset({"authorization_code", "implicit", "refresh_token", "interaction_code", _DEVICE, _SAML}) | _DIRECT
GRANTS: Mapping[str, frozenset[str]] = {
    "web": _BROWSERS | {"client_credentials", _EXCHANGE, f"{_URN}jwt-bearer", "urn:openid:params:grant-type:ciba"},
    "native": _BROWSERS
    | {"password", _EXCHANGE, f"{_URN}jwt-bearer", "urn:openid:params:grant-type:ciba", "urn:okta:params:oauth:ropg"},
    "browser": _BROWSERS | {_EXCHANGE},
    "service": frozenset({"client_credentials", _EXCHANGE, _SAML, f"{_URN}jwt-bearer"}) | _DIRECT,
}
_REQUIRED = {"web": "authorization_code", "native": "authorization_code", "service": "client_credentials"}
_URLS = (
    *("initiate_login_uri", "frontchannel_logout_uri", "backchannel_logout_uri", "global_token_revocation_uri"),
    *("jwks_uri", "client_uri", "logo_uri", "tos_uri", "policy_uri"),
)
_LAUNCH = ("authorization_code", "implicit", "interaction_code")
Fault = tuple[str, str]
"""The member that Okta names in the summary, and the cause."""


def check(app: App, allowed: Container[str] = ()) -> None:
    """Raises E0000001 for settings that Okta refuses; the first broken rule is in the summary.

    `allowed`: members about which this caller has to be less strict than Okta.
    """
    faults = [*_identity(app), *_grants(app), *_client(app), *_uris(app), *_launch(app), *_keys(app)]
    faults = [fault for fault in faults if fault[0] not in allowed]
    if faults:
        raise invalid(faults[0][0], *(cause for _, cause in faults))


def check_secret(secret: str, method: str) -> None:
    """Raises E0000001 for a client secret that Okta would not take."""
    name = "client_secret"
    if method == "private_key_jwt":
        raise invalid(name, "'client_secret' can't be used when 'token_endpoint_auth_method' is 'private_key_jwt'.")
    if not _VISIBLE.fullmatch(secret):
        raise invalid(name, "client_secret: ''client_secret'' must only contain printable ASCII: [x20-x7E]+")
    if len(secret) > 100:
        raise invalid(name, "client_secret: 'client_secret' can't be more than '100' characters long.")
    if len(secret) < 14:
        raise invalid(name, "client_secret: 'client_secret' must be at least '14' characters long.")
    if method == "client_secret_jwt" and len(secret) < 32:
        raise invalid(
            name,
            "client_secret: 'client_secret' must be at least '32' characters long when "
            "'token_endpoint_auth_method' is 'client_secret_jwt'.",
        )


# ---- the rules ----------------------------------------------------------------------------------------------


def _identity(app: App) -> Iterator[Fault]:
    if not app.label.strip():
        yield "label", "label: The field cannot be left blank"
    elif len(app.label) > MOST_LABEL:
        yield "label", "label: The field is too long"
    if not _CLIENT_ID.fullmatch(app.client_id) or app.client_id == "ALL_CLIENTS":
        text = "must be 6 to 100 alphanumeric characters or $-_.+!*'(), and not the reserved word ALL_CLIENTS."
        yield "client_id", f"client_id: 'client_id' {text}"


def _grants(app: App) -> Iterator[Fault]:
    kind, grants, types = app.application_type, set(app.grant_types), set(app.response_types)
    if not grants:
        yield "grant_types", "grant_types: The field cannot be left blank"
    for grant in app.grant_types:
        if grant not in GRANTS[kind]:
            text = f"The value '{grant}' is not valid for 'grant_types' when 'application_type' is '{kind}'."
            yield "grant_types", f"grant_types: {text}"
    required = _REQUIRED.get(kind)
    if required and grants and required not in grants:
        text = f"'grant_types' must contain '{required}' when 'application_type' is '{kind}'."
        yield "grant_types", f"grant_types: {text}"
    for grant, wanted in (
        ("authorization_code", ("code",)),
        ("implicit", ("token", "id_token")),
        ("interaction_code", ("code",)),
    ):
        if grant in grants and not types & set(wanted):
            text = f"'response_types' must contain at least one of {list(wanted)} when 'grant_types' contains '{grant}'"
            yield "response_types", f"response_types: {text}"
    if "code" in types and grants and not grants & {"authorization_code", "interaction_code"}:
        text = "'grant_types' must contain at least one of ['authorization_code'] when 'response_types' contains 'code'"
        yield "grant_types", f"grant_types: {text}"
    # Okta's document has no exception for service apps; the real ones come with DPoP switched on.
    if app.dpop_bound_access_tokens and kind != "service":
        for grant in sorted(grants & {"implicit", "client_credentials"}):
            text = f"'grant_types' must not contain '{grant}' when 'dpop_bound_access_tokens' is true."
            yield "grant_types", f"grant_types: {text}"


def _client(app: App) -> Iterator[Fault]:
    method = app.token_endpoint_auth_method
    if app.application_type == "service" and method == "none":
        text = "'token_endpoint_auth_method' must not be 'none' when 'application_type' is 'service'."
        yield "token_endpoint_auth_method", f"token_endpoint_auth_method: {text}"
    elif method == "none" and not app.pkce_required:
        text = "'pkce_required' must be true when 'token_endpoint_auth_method' is 'none'."
        yield "pkce_required", f"pkce_required: {text}"
    if not 0 <= app.refresh_token_leeway <= 60:
        yield "refresh_token", "leeway: 'leeway' must be between '0' and '60' seconds."
    if app.participate_slo:
        if app.application_type not in ("web", "browser"):
            yield "participate_slo", "participate_slo: Only 'web' and 'browser' apps may participate in single logout."
        if not app.frontchannel_logout_uri:
            yield "frontchannel_logout_uri", "frontchannel_logout_uri: 'frontchannel_logout_uri' is required."


def _uris(app: App) -> Iterator[Fault]:
    if set(app.grant_types) & {"authorization_code", "implicit"} and not app.redirect_uris:
        yield "redirect_uris", "redirect_uris: 'redirect_uris' is required."
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(app, name):
            if wrong := _wrong_uri(app, name, uri):
                yield name, f"{name}: '{uri}' {wrong}"
    for name in _URLS:
        uri = getattr(app, name)
        if uri and not (_is_absolute(uri) and urlsplit(uri).scheme in ("http", "https")):
            yield name, f"{name}: '{uri}' is not a valid URL."


def _launch(app: App) -> Iterator[Fault]:
    mode = app.idp_initiated_login_mode
    if mode == "DISABLED":
        return
    if mode == "OKTA" and not app.idp_initiated_login_scopes:
        yield "default_scope", "default_scope: 'default_scope' is required."
    if not app.initiate_login_uri:
        yield "initiate_login_uri", "initiate_login_uri: 'initiate_login_uri' is required."
    if app.application_type in ("web", "browser") and not set(app.grant_types) & set(_LAUNCH):
        text = f"'grant_types' must contain at least one of {list(_LAUNCH)} when 'idp_initiated_login' is '{mode}'"
        yield "grant_types", f"grant_types: {text}"


def _keys(app: App) -> Iterator[Fault]:
    if app.token_endpoint_auth_method == "private_key_jwt" and not app.jwks and not app.jwks_uri:
        yield "jwks", "jwks: 'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'."
    if app.jwks and app.jwks_uri:
        yield "jwks", "jwks: 'jwks' and 'jwks_uri' must not both be present."
    if len(app.jwks) > MOST_KEYS:
        yield (
            "JsonWebKey",
            (
                "You can't create a new key. You have reached the maximum number of keys allowed (50). To add another "
                "key, you must first delete an existing one."
            ),
        )
    names = [key.get("kid") for key in app.jwks]
    if len(names) > 1 and (None in names or len(set(names)) < len(names)):
        yield "JsonWebKey", "All keys in the 'jwks' must have a unique `kid`."
    for key in app.jwks:
        yield from _key(key)


def _key(key: Mapping[str, Any]) -> Iterator[Fault]:
    material = {name: value for name, value in key.items() if name in ("kty", "n", "e", "crv", "x", "y")}
    try:
        known = import_key(material)
        size = known.get_op_key("verify").key_size if isinstance(known, RSAKey) else None
    except (JoseError, ValueError, TypeError, KeyError):
        yield "jwks", "jwks: The key is not a public RSA or EC key."
        return
    if size is not None and size < 2048:
        yield "JsonWebKey", "RSA key length in the 'jwks' is less than '2,048' bits for the given key."


def _is_absolute(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 a property that raises
    except ValueError:
        return False
    usable = bool(parts.scheme) and bool(parts.netloc or parts.path)
    return usable and "#" not in uri and bool(re.fullmatch(r"[\x21-\x7e]+", uri))


def _wrong_uri(app: App, name: str, uri: str) -> str:
    """What is wrong with a redirect URI; Okta's words about wildcards are not published."""
    if not _is_absolute(uri):
        return "must be an absolute URI and not include a fragment component."
    if "*" not in uri:
        return ""
    if name != "redirect_uris":
        return "must not contain the wildcard *: only sign-in redirect URIs may."
    if app.wildcard_redirect != "SUBDOMAIN":
        return (
            "contains the wildcard *, and 'wildcard_redirect' is 'DISABLED' (Allow wildcard * in sign-in URI redirect)."
        )
    if not _is_wildcard(uri):
        return (
            "must be an https URI with one wildcard *, in the lowest-level domain, and have at least one subdomain "
            "between it and the top level domain."
        )
    return ""


def _is_wildcard(uri: str) -> bool:
    """One `*` in the lowest label of an https host, and at least one label between it and the top-level domain."""
    parts = urlsplit(uri)
    labels = (parts.hostname or "").split(".")
    return parts.scheme == "https" and uri.count("*") == 1 and "*" in labels[0] and len(labels) >= 3
