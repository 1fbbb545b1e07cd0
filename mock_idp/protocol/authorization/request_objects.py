"""Signed request objects (OIDC Core 6.1, RFC 9101), as Okta checks them (okta.md 2.1 and 2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc.jwk import Key, OctKey

from mock_idp.crypto.jose import decode_unverified, is_numeric_date
from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol.errors import INVALID_CLIENT_ID, OAuthError
from mock_idp.protocol.exchange import app_of
from mock_idp.protocol.token import client_keys
from mock_idp.text import has_lone_surrogate

SHARED = ("HS256", "HS384", "HS512")
PUBLIC = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
MAX_LIFETIME = 3600
_NAMED = ("iss", "aud", "exp", "iat", "nbf", "jti", "sub")
_REFERENCES = {"request", "request_uri"}
_BAD = "invalid_request_object"
INVALID = OAuthError(_BAD, "The authorize request object is invalid.")
NOT_PARSED = OAuthError(_BAD, "The request object cannot be parsed.")
BAD_ISSUER = OAuthError("invalid_client", "The issuer of the request object is invalid.", 401)
BAD_ALG = OAuthError(_BAD, "The JWT signature algorithm of the request object is invalid.")
OTHER_ALG = OAuthError(_BAD, "The signing algorithm used is not supported by this client.")
NO_SECRET = OAuthError("request_not_supported", "The issuer of the request object does not have a client secret.")
SHORT_SECRET = OAuthError(_BAD, "The JWT signature secret length is too short.")
NO_JWKS = OAuthError(
    "invalid_client", "The client does not have a JWKSet configured, but the request object requires one.", 401
)
BAD_JWKS = OAuthError(_BAD, "The client JWKSet is invalid.")
BAD_KID = OAuthError(_BAD, "The JWT kid of the request object is invalid.")
NOT_FOR_SIGNING = OAuthError(_BAD, "The request object needs to be signed using a signing key.")
_REFUSALS = client_keys.Refusals(NO_JWKS, BAD_JWKS, BAD_KID, NOT_FOR_SIGNING)
BAD_SIGNATURE = OAuthError(_BAD, "The signature of the request object is invalid.")
BAD_AUDIENCE = OAuthError(_BAD, "The audience of the request object is invalid.")
EXPIRED = OAuthError(_BAD, "The request object is expired.")
TOO_FAR = OAuthError(_BAD, "The request object expires too far in the future.")
ISSUED_LATER = OAuthError(_BAD, "The request object is issued in the future.")
TOO_EARLY = OAuthError(_BAD, "The request object is issued too early.")
USED = OAuthError(_BAD, "The request object has already been used.")


def applied(
    idp: Idp, server: AuthorizationServer, params: Mapping[str, str], *, okta: bool = True, signing_alg: str = ""
) -> dict[str, str]:
    """The parameters of the request, those in the request object over those beside it.

    `signing_alg`: the only one that will do, where it is not the app's `request_object_signing_alg`. Raises
    OAuthError for a request object that is no good. Okta (`okta`) insists on `iss` and `aud`, which RFC 9101 4 only
    advises, and refuses a reference to another request, where RFC 9101 binds the client alone.
    """
    app = app_of(params.get("client_id"), server)
    if app is None:
        raise OAuthError("invalid_client", INVALID_CLIENT_ID, 401)
    claims = _verified(app, params["request"], signing_alg or app.request_object_signing_alg)
    if (okta or claims.get("iss") is not None) and claims.get("iss") != app.client_id:
        raise BAD_ISSUER
    if claims.get("client_id", app.client_id) != app.client_id or (okta and _REFERENCES & claims.keys()):
        raise INVALID
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if (okta or audience is not None) and not any(issuer in named for issuer in idp.issuers(server)):
        raise BAD_AUDIENCE
    _check_times(idp, claims)
    jti = claims.get("jti")
    if jti is not None and idp.store.append("request_object", f"{app.client_id}/{jti}", {}) > 1:
        raise USED
    ours = {name: value for name, value in claims.items() if name not in (*_NAMED, *_REFERENCES)}
    inside = {name: _text(value) for name, value in ours.items() if value is not None}
    return {name: value for name, value in params.items() if name != "request"} | inside


def _verified(app: App, token: str, signing_alg: str) -> dict[str, Any]:
    decoded = decode_unverified(token)
    if decoded is None:
        raise NOT_PARSED
    header, claims = decoded
    alg = header.get("alg")
    if alg not in (*SHARED, *PUBLIC):
        raise BAD_ALG
    if signing_alg and alg != signing_alg:
        raise OTHER_ALG
    keys = _shared_keys(app) if alg in SHARED else client_keys.candidates(app, header.get("kid"), _REFUSALS)
    if not any(client_keys.verifies(token, key, alg) for key in keys):
        raise BAD_SIGNATURE
    return claims


def _shared_keys(app: App) -> list[Key]:
    active = [secret.value for secret in app.secrets if secret.status == "ACTIVE"]
    if not active:
        raise NO_SECRET
    long_enough = [secret for secret in active if len(secret.encode()) >= 32]
    if not long_enough:
        raise SHORT_SECRET
    return [OctKey.import_key(secret) for secret in long_enough]


def _check_times(idp: Idp, claims: Mapping[str, Any]) -> None:
    now = idp.clock.now()
    times = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
    if not all(is_numeric_date(value) for value in times.values()):
        raise INVALID
    if times.get("exp", now + 1) <= now:
        raise EXPIRED
    if times.get("exp", now) > now + MAX_LIFETIME:
        raise TOO_FAR
    if times.get("iat", now) > now + 60:  # a minute for clocks that differ; Okta does not say how much it grants
        raise ISSUED_LATER
    if times.get("nbf", now) > now + 60:
        raise TOO_EARLY


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or has_lone_surrogate(value):
        raise INVALID
    return str(value)
