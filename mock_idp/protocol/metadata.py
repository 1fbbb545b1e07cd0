"""Discovery documents and the JWKS of the org server and of custom authorization servers (okta.md 1.2 to 1.4)."""

from __future__ import annotations

from typing import Any

from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer

_SERVED_METHODS = ["client_secret_basic", "client_secret_post", "none"]
_RESPONSE_TYPES = [
    "code",
    "id_token",
    "code id_token",
    "code token",
    "id_token token",
    "code id_token token",
]
_RESPONSE_MODES = ["query", "fragment", "form_post"]
_CLAIMS = [
    "iss",
    "ver",
    "sub",
    "aud",
    "iat",
    "exp",
    "jti",
    "auth_time",
    "amr",
    "idp",
    "nonce",
    "name",
    "nickname",
    "preferred_username",
    "given_name",
    "middle_name",
    "family_name",
    "email",
    "email_verified",
    "profile",
    "zoneinfo",
    "locale",
    "address",
    "phone_number",
    "picture",
    "website",
    "gender",
    "birthdate",
    "updated_at",
    "at_hash",
    "c_hash",
]


def openid_configuration(idp: Idp, server: AuthorizationServer) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0 4.2, with Okta's members in Okta's order; only what is served is listed."""
    scopes = ["openid", "email", "profile", "address", "phone", "offline_access", "groups"]
    if not server.is_org:
        scopes = [scope.name for scope in server.scopes if scope.metadata_publish == "ALL_CLIENTS"]
    return {
        "issuer": idp.issuer(server),
        "authorization_endpoint": idp.endpoint(server, "authorize"),
        "token_endpoint": idp.endpoint(server, "token"),
        "userinfo_endpoint": idp.endpoint(server, "userinfo"),
        "jwks_uri": idp.endpoint(server, "keys"),
        "response_types_supported": _RESPONSE_TYPES,
        "response_modes_supported": _RESPONSE_MODES,
        "grant_types_supported": ["authorization_code", "implicit", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": scopes,
        "token_endpoint_auth_methods_supported": _SERVED_METHODS,
        "claims_supported": _CLAIMS,
        "code_challenge_methods_supported": ["S256"],
        "end_session_endpoint": idp.endpoint(server, "logout"),
        "request_parameter_supported": False,
    }


def oauth_authorization_server(idp: Idp, server: AuthorizationServer) -> dict[str, Any]:
    """RFC 8414 metadata: the same without what only OpenID Connect knows."""
    document = openid_configuration(idp, server)
    for name in ("userinfo_endpoint", "id_token_signing_alg_values_supported"):
        del document[name]
    document["response_types_supported"] = ["code", "token", "id_token", *_RESPONSE_TYPES[2:]]
    document["claims_supported"] = ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub"]
    return document


def jwks(idp: Idp, server: AuthorizationServer, app: App | None = None) -> dict[str, Any]:
    """RFC 7517 5: the active key, the next key, retired ones, and an EC key (see `mock_idp.crypto.rotation`).

    For an app that is pinned to one of the org server's keys, that key too.
    """
    settings = idp.org.settings
    keys = idp.keys.published(server.id, following=settings.jwks_next_key, extra=settings.jwks_extra_key)
    pinned = idp.pinned_key(server, app)
    if pinned and pinned not in keys:
        keys.append(pinned)
    return {"keys": [key.jwk for key in keys]}
