"""client_secret_jwt and private_key_jwt (RFC 7523 3, OIDC Core 9) with Okta's checks and texts (okta.md 3.4, 3.5)."""

from __future__ import annotations

from typing import Any

from flask import request
from joserfc.jwk import Key, OctKey

from mock_idp.crypto.jose import decode_unverified, is_numeric_date
from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import errors
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import app_of, strictness
from mock_idp.protocol.token import client_keys

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SHARED = ("HS256", "HS384", "HS512")
PUBLIC = tuple(f"{family}{size}" for family in ("RS", "ES", "PS") for size in (256, 384, 512))
MAX_LIFETIME = 3600
"""Seconds that an assertion may still be good for (okta.md 3.5)."""
_MIN_SECRET = 32


def _refusal(description: str) -> OAuthError:
    return OAuthError("invalid_client", description, 401)


BAD_TYPE = OAuthError("invalid_request", "The client_assertion_type is invalid.")
NOT_PARSED = _refusal("The parsing of the client_assertion failed.")
BAD_ISSUER = _refusal("The issuer claim for client_assertion is not a valid client_id.")
BAD_SUBJECT = _refusal("The subject claim for client_assertion is not a valid client_id.")
BAD_ALG = _refusal("The client_assertion JWT signature algorithm is invalid.")
NO_SECRET = _refusal(
    "The issuer and subject claim for client_assertion is invalid because the client does not have a client secret."
)
SHORT_SECRET = _refusal("The client secret is too short to verify a JWT HMAC.")
BAD_SIGNATURE = _refusal("The client_assertion signature is invalid.")
BAD_AUDIENCE = _refusal("The audience claim for client_assertion must be the endpoint invoked for the request.")
NO_EXPIRATION = _refusal("The client_assertion must contain the 'exp' claim as seconds since epoch.")
EXPIRED = _refusal("The client_assertion token is expired.")
TOO_FAR = _refusal("The client_assertion token has an expiration too far into the future.")
ISSUED_LATER = _refusal("The client_assertion token must be issued before the current time.")
USED = _refusal("The client_assertion token has already been used.")


def authenticate(idp: Idp, assertion: str, client_id: str | None, server: AuthorizationServer | None) -> App:
    """The app that signed the assertion; `client_id` is the one of the form, if any. Raises OAuthError."""
    decoded = decode_unverified(assertion)
    if decoded is None:
        raise NOT_PARSED
    header, claims = decoded
    issuer = claims.get("iss")
    app = app_of(issuer) if isinstance(issuer, str) else None
    if app is None or client_id not in (None, issuer):
        raise BAD_ISSUER
    if claims.get("sub") != issuer:
        raise BAD_SUBJECT
    _check_signature(app_of(issuer, server) or app, header, assertion)
    core = server is not None and strictness(server) == "core"
    _check_audience(idp, claims.get("aud"), server if core else None)
    _check_times(idp, claims, core)
    _spend(idp, app, claims.get("jti"))
    return app


def _check_signature(app: App, header: dict[str, Any], assertion: str) -> None:
    method, alg = app.token_endpoint_auth_method, header.get("alg")
    if method not in ("client_secret_jwt", "private_key_jwt"):
        raise errors.WRONG_METHOD
    if alg not in (SHARED if method == "client_secret_jwt" else PUBLIC):
        raise BAD_ALG
    keys = _shared_keys(app) if method == "client_secret_jwt" else client_keys.candidates(app, header.get("kid"))
    if not any(client_keys.verifies(assertion, key, alg) for key in keys):
        raise BAD_SIGNATURE


def _shared_keys(app: App) -> list[Key]:
    active = [secret.value for secret in app.secrets if secret.status == "ACTIVE"]
    if not active:
        raise NO_SECRET
    long_enough = [secret for secret in active if len(secret.encode()) >= _MIN_SECRET]
    if not long_enough:
        raise SHORT_SECRET
    return [OctKey.import_key(secret) for secret in long_enough]


def _check_audience(idp: Idp, audience: Any, lenient: AuthorizationServer | None) -> None:
    """`aud` names the endpoint that was called. RFC 7523 leaves more room: the issuer, or the token endpoint."""
    origins = (idp.public_url, idp.org.settings.custom_url.rstrip("/"))
    allowed = {origin + request.path for origin in origins if origin}
    if lenient:
        allowed |= {idp.issuer(lenient), idp.endpoint(lenient, "token")}
    named = audience if isinstance(audience, list) else [audience]
    if not any(isinstance(name, str) and name in allowed for name in named):
        raise BAD_AUDIENCE


def _check_times(idp: Idp, claims: dict[str, Any], core: bool) -> None:
    now = idp.clock.now()
    expires: Any = claims.get("exp")
    if not is_numeric_date(expires):
        raise NO_EXPIRATION
    if expires <= now:
        raise EXPIRED
    if expires > now + MAX_LIFETIME and not core:
        raise TOO_FAR
    # A minute for clocks that differ; Okta does not say how much it grants.
    # Its catalogue has no words for `nbf` (RFC 7523 3), so those for `iat` serve.
    for name in ("iat", "nbf"):
        if name in claims and not (is_numeric_date(claims[name]) and claims[name] <= now + 60):
            raise ISSUED_LATER


def _spend(idp: Idp, app: App, jti: Any) -> None:
    """A `jti` works once; an assertion without one until it expires (okta.md 3.5)."""
    if jti is not None and idp.store.append("client_assertion", f"{app.client_id}/{jti}", {}) > 1:
        raise USED
