"""Discovery documents and the JWKS of the org server and of custom authorization servers (okta.md 1.2 to 1.4)."""

from __future__ import annotations

from typing import Any

from mock_idp.crypto.jwe import ENCODINGS
from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol.token import dpop

_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"]
_GRANT_TYPES = [
    "authorization_code",
    "implicit",
    "refresh_token",
    "password",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-oob",
]
_ASYMMETRIC = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
_SIGNING = ["HS256", "HS384", "HS512", *_ASYMMETRIC]
_RESPONSE_TYPES = [
    "code",
    "id_token",
    "code id_token",
    "code token",
    "id_token token",
    "code id_token token",
]
_RESPONSE_MODES = ["query", "fragment", "form_post", "okta_post_message"]
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


def openid_configuration(
    idp: Idp, server: AuthorizationServer, app: App | None = None, base_url: str = ""
) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0 3, with Okta's members in Okta's order.

    It lists what Okta lists, even what this mock answers only with a refusal (docs/decisions/0008). `app`: whose
    issuer mode counts; `base_url`: the URL (org or custom) at which the document was asked for.
    """
    scopes = ["openid", "email", "profile", "address", "phone", "offline_access", "groups"]
    if not server.is_org:
        scopes = [scope.name for scope in server.scopes if scope.metadata_publish == "ALL_CLIENTS"]

    def endpoint(name: str) -> str:
        return idp.endpoint(server, name, base_url)

    document = {
        "issuer": idp.issuer(server, app, base_url),
        "authorization_endpoint": endpoint("authorize"),
        "token_endpoint": endpoint("token"),
        "userinfo_endpoint": endpoint("userinfo"),
        "registration_endpoint": f"{base_url or idp.public_url}/oauth2/v1/clients",  # a custom server has none
        "jwks_uri": endpoint("keys"),
        "response_types_supported": _RESPONSE_TYPES,
        "response_modes_supported": _RESPONSE_MODES,
        "grant_types_supported": _GRANT_TYPES,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": idp.signing_algorithms(),
        "scopes_supported": scopes,
        "token_endpoint_auth_methods_supported": _AUTH_METHODS,
        "claims_supported": _CLAIMS,
        "code_challenge_methods_supported": ["S256"],
        "introspection_endpoint": endpoint("introspect"),
        "introspection_endpoint_auth_methods_supported": _AUTH_METHODS,
        "revocation_endpoint": endpoint("revoke"),
        "revocation_endpoint_auth_methods_supported": _AUTH_METHODS,
        "end_session_endpoint": endpoint("logout"),
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": _SIGNING,
        "device_authorization_endpoint": endpoint("device/authorize"),
        "pushed_authorization_request_endpoint": endpoint("par"),
        "backchannel_token_delivery_modes_supported": ["poll"],
        "backchannel_authentication_request_signing_alg_values_supported": _SIGNING,
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
    }
    return _with_encryption(idp, document)


def _with_encryption(idp: Idp, document: dict[str, Any]) -> dict[str, Any]:
    """Where an app asks for it: after the signing algorithms, as with Okta's feature (okta.md 1.2)."""
    algorithms = {app.id_token_encrypted_response_alg for app in idp.org.apps.all()} - {""}
    if not algorithms:
        return document
    extra = {
        "id_token_encryption_alg_values_supported": sorted(algorithms | {"RSA-OAEP-256"}),
        "id_token_encryption_enc_values_supported": list(ENCODINGS),
    }
    after = list(document).index("id_token_signing_alg_values_supported") + 1
    members = list(document.items())
    return dict([*members[:after], *extra.items(), *members[after:]])


def oauth_authorization_server(
    idp: Idp, server: AuthorizationServer, app: App | None = None, base_url: str = ""
) -> dict[str, Any]:
    """RFC 8414 metadata: the same without what only OpenID Connect knows (okta.md 1.3)."""
    document = openid_configuration(idp, server, app, base_url)
    for name in [name for name in document if name == "userinfo_endpoint" or name.startswith("id_token_")]:
        del document[name]
    document["response_types_supported"] = ["code", "token", "id_token", *_RESPONSE_TYPES[2:]]
    document["grant_types_supported"] = [*_GRANT_TYPES[:4], "client_credentials", *_GRANT_TYPES[4:]]
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
    # A key of an odd kind makes some relying parties refuse the whole document: only where an app asks for it.
    others = [idp.keys.key(server.id, alg) for alg in idp.signing_algorithms()[1:] if not alg.startswith("HS")]
    keys += [key for key in others if key not in keys]
    return {"keys": [key.jwk for key in keys]}
