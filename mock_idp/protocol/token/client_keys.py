"""The public keys of a client: its `jwks`, or what its `jwks_uri` serves (RFC 7591 2, okta.md 5.2)."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from mock_idp.org.model import App
from mock_idp.protocol.errors import OAuthError

NO_JWKS = OAuthError(
    "invalid_client",
    "The client does not have a JWKSet configured, but the client_assertion requires one.",
    401,
)
BAD_JWKS = OAuthError("invalid_client", "The client JWKSet is invalid.", 401)
BAD_KID = OAuthError("invalid_client", "The client_assertion JWT kid is invalid.", 401)
NOT_FOR_SIGNING = OAuthError("invalid_client", "The client_assertion JWT needs to be signed using a signing key.", 401)
_MOST_BYTES = 100_000
_SECONDS = 3.0


@dataclass(frozen=True)
class Refusals:
    """What is said of a client's keys, in the words for what was signed: an assertion or a request object."""

    no_jwks: OAuthError
    bad_jwks: OAuthError
    bad_kid: OAuthError
    not_for_signing: OAuthError


ASSERTION = Refusals(NO_JWKS, BAD_JWKS, BAD_KID, NOT_FOR_SIGNING)


def candidates(app: App, kid: Any, refusals: Refusals = ASSERTION) -> list[Key]:
    """The signing keys that a JWT with this `kid` (None: without one) may be made with; raises one of the refusals."""
    try:
        jwks = published(app)
    except OAuthError:
        raise refusals.bad_jwks from None
    if not jwks:
        raise refusals.no_jwks
    named = [jwk for jwk in jwks if kid is None or jwk.get("kid") == kid]
    if not named:
        raise refusals.bad_kid
    signing = [jwk for jwk in named if jwk.get("use", "sig") == "sig"]
    if not signing:
        raise refusals.not_for_signing
    # One key of a kind that nobody knows does no harm to those beside it (RFC 7517 5).
    known = [key for jwk in signing if (key := _imported(jwk)) is not None]
    if not known:
        raise refusals.bad_jwks
    return known


def _imported(jwk: Mapping[str, Any]) -> Key | None:
    try:
        return import_key(dict(jwk))
    except (JoseError, ValueError, TypeError, KeyError):  # KeyError: a curve that joserfc does not know
        return None


def verifies(token: str, key: Key, alg: str) -> bool:
    """Whether this key has signed the compact JWS with `alg`."""
    try:
        jws.deserialize_compact(token, key, algorithms=[alg])
    except (JoseError, ValueError, TypeError):  # a key of another type, a part that is no base64, …
        return False
    return True


def published(app: App) -> Sequence[Mapping[str, Any]]:
    """The client's active keys, if it has any; raises OAuthError (BAD_JWKS) for a `jwks_uri` that serves none."""
    active = [jwk for jwk in app.jwks if jwk.get("status", "ACTIVE") == "ACTIVE"]
    return active or (_fetched(app) if app.jwks_uri else ())


def _fetched(app: App) -> Sequence[Mapping[str, Any]]:
    """The keys at the `jwks_uri`: read anew each time, a few seconds at most, and only where the app itself lives."""
    host = urlsplit(app.jwks_uri).hostname or ""
    local = _is_loopback(host)
    if not local and host not in {urlsplit(uri).hostname for uri in app.redirect_uris}:
        raise BAD_JWKS
    try:
        # Nobody is between us and a loopback address, and test apps have self-signed certificates there.
        with (
            httpx.Client(timeout=_SECONDS, trust_env=False, verify=not local) as client,
            client.stream("GET", app.jwks_uri) as answer,
        ):
            body = b""
            for chunk in answer.iter_bytes(8192):
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise ValueError("too large")
            keys = json.loads(body)["keys"] if answer.status_code == 200 else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, RecursionError):
        raise BAD_JWKS from None
    if not isinstance(keys, list) or not all(isinstance(jwk, Mapping) for jwk in keys):
        raise BAD_JWKS
    return keys


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
