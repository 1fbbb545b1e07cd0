"""ID Tokens that come back as `id_token_hint` (OIDC Core 3.1.2.1, RP-Initiated Logout 1.0 2, CIBA Core 7.1)."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from mock_idp.crypto.jose import PublicKey, decode_unverified, verify_rs256
from mock_idp.idp import Idp
from mock_idp.org.model import AuthorizationServer


def claims_of(idp: Idp, server: AuthorizationServer, hint: str) -> dict[str, Any] | None:
    """The claims of an ID Token that this server signed, whether it has expired or not; None for anything else."""
    for public in _public_keys(idp, server, hint):
        claims = verify_rs256(hint, public) if isinstance(public, rsa.RSAPublicKey) else None
        if claims and claims.get("iss") in idp.issuers(server):
            return claims
    claims = (decode_unverified(hint) or ({}, {}))[1]
    app = idp.app(str(claims.get("aud")))
    registered = app and claims.get("iss") in idp.issuers(server) and idp.signing_key(server, app).verifies(hint)
    return claims if registered else None


def _public_keys(idp: Idp, server: AuthorizationServer, hint: str) -> list[PublicKey]:
    """The keys that this server signs with or has signed with; an app may stay with an older one of them."""
    header = (decode_unverified(hint) or ({}, {}))[0]
    pinned = idp.keys.with_kid(server.id, str(header.get("kid"))) if server.is_org else None
    return [*idp.keys.public_keys(server.id), *([pinned.public()] if pinned else [])]
