"""A DPoP proof by itself: whose key it proves, for which request and when (RFC 9449 4.3, 6.1, with Okta's texts).

What needs a memory, i.e. nonces and proofs that were used before, is in `dpop_requests`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, import_key

from mock_idp.crypto.jose import b64url, decode_unverified, is_numeric_date
from mock_idp.protocol.errors import OAuthError

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
MAX_AGE = 300
"""Seconds since `iat`."""
_SKEW = 60
_JWS = jws.JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
# A whole key is in the header: joserfc's limit of 512 bytes is too small for most RSA keys.
_JWS.max_header_length = 4096
_PORTS = {"http": 80, "https": 443}


def _refusal(description: str) -> OAuthError:
    return OAuthError("invalid_dpop_proof", description)


INVALID = _refusal("The DPoP proof JWT is invalid.")
NOT_PARSED = _refusal("The DPoP proof JWT cannot be parsed.")
BAD_TYPE = _refusal("'typ' must be 'dpop+jwt' in the DPoP proof JWT.")
BAD_ALG = _refusal("The DPoP proof JWT signature algorithm is invalid.")
BAD_SIGNATURE = _refusal("The DPoP proof JWT signature is invalid.")
BAD_METHOD = _refusal("'htm' claim in the DPoP proof JWT is invalid.")
BAD_URL = _refusal("'htu' claim in the DPoP proof JWT is invalid.")
BAD_IAT = _refusal("'iat' claim in the DPoP proof JWT is invalid.")
IN_FUTURE = _refusal("The DPoP proof JWT is issued in the future.")
TOO_OLD = _refusal("The DPoP proof JWT is issued more than five minutes in the past.")
EXPIRED = _refusal("The DPoP proof JWT is expired.")
BAD_JTI = _refusal("'jti' claim in the DPoP proof JWT is invalid.")
BAD_ATH = _refusal("'ath' claim in the DPoP proof does not match the presented access_token.")


@dataclass(frozen=True)
class Proof:
    """`jkt` is the SHA-256 thumbprint of the proven key (RFC 7638, base64url); `nonce` whatever the client wrote."""

    jkt: str
    jti: str
    nonce: Any = None


def check(proof: str, *, method: str, url: str, now: float, access_token: str | None = None) -> Proof:
    """What a proof proves for a request with this method and URL; raises OAuthError.

    `now` is in seconds since the epoch. With an `access_token` the proof must be one for this token.
    """
    decoded = decode_unverified(proof)
    if decoded is None or proof.count(".") != 2:
        raise NOT_PARSED
    header, claims = decoded
    if header.get("typ") != "dpop+jwt":
        raise BAD_TYPE
    alg = header.get("alg")
    if alg not in ALGORITHMS:
        raise BAD_ALG
    key = _public_key(header.get("jwk"))
    _check_signature(proof, key)
    if claims.get("htm") != method:
        raise BAD_METHOD
    if not _is_same_url(claims.get("htu"), url):
        raise BAD_URL
    _check_times(claims, now)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise BAD_JTI
    if access_token is not None and not _is_hash_of(claims.get("ath"), access_token):
        raise BAD_ATH
    return Proof(key.thumbprint(), jti, claims.get("nonce"))


def _public_key(jwk: Any) -> Key:
    try:
        key = import_key(jwk) if isinstance(jwk, dict) else None
    except (JoseError, ValueError, TypeError, KeyError):
        raise INVALID from None
    if not isinstance(key, RSAKey | ECKey) or key.is_private:
        raise INVALID
    return key


def _check_signature(proof: str, key: Key) -> None:
    try:
        jws.deserialize_compact(proof, key, registry=_JWS)
    except (JoseError, ValueError, TypeError):  # a key of another type, a part that is no base64, …
        raise BAD_SIGNATURE from None


def _is_same_url(htu: Any, url: str) -> bool:
    """Compared without query and fragment, and normalised as RFC 9449 4.3 has it: case of the host, default ports."""
    try:
        return isinstance(htu, str) and _normal(urlsplit(htu)) == _normal(urlsplit(url))
    except ValueError:
        return False


def _normal(url: SplitResult) -> tuple[str, str | None, int | None, str]:
    return url.scheme, url.hostname, url.port or _PORTS.get(url.scheme), url.path


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not is_numeric_date(issued):
        raise BAD_IAT
    if issued > now + _SKEW:
        raise IN_FUTURE
    if issued < now - MAX_AGE:
        raise TOO_OLD
    if expires is not None and not (is_numeric_date(expires) and expires > now):
        raise EXPIRED


def _is_hash_of(ath: Any, access_token: str) -> bool:
    wanted = b64url(hashlib.sha256(access_token.encode()).digest())
    return isinstance(ath, str) and ath.isascii() and hmac.compare_digest(ath, wanted)
