"""DPoP proofs as clients make them (RFC 9449 4.2), with any part another one."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from tests.mock_idp.assertions import KEY
from tests.mock_idp.okta import Okta

HEADER = "dpop-nonce"


def proof(
    okta: Okta,
    url: str,
    method: str = "POST",
    *,
    key: RSAKey | ECKey = KEY,
    alg: str = "RS256",
    token: str | None = None,
    header: dict[str, Any] | None = None,
    signed_with: Key | None = None,
    **claims: Any,
) -> dict[str, str]:
    """The header of a request that carries the access token `token`; a member or claim that is None is left out."""
    jwk = {name: value for name, value in key.as_dict(private=False).items() if name != "kid"}
    head = {"typ": "dpop+jwt", "alg": alg, "jwk": jwk} | (header or {})
    honest: dict[str, Any] = {
        "htm": method,
        "htu": url,
        "iat": int(okta.clock.now()),
        "jti": secrets.token_hex(8),
        "ath": ath(token) if token else None,
    }
    made = {name: value for name, value in (honest | claims).items() if value is not None}
    head = {name: value for name, value in head.items() if value is not None}
    return {"DPoP": jwt.encode(head, made, signed_with or key, algorithms=[str(head["alg"])])}


def ath(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
