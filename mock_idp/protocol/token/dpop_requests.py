"""Requests that must carry a DPoP proof: for tokens, and with tokens that are bound to a key (RFC 9449 5, 7 and 8).

Okta's nonces are for the token endpoint only; there is a new one every day, and each works for three days.
"""

from __future__ import annotations

import secrets

from flask import Response, request

from mock_idp.idp import Idp
from mock_idp.org.model import AuthorizationServer
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import base_url
from mock_idp.protocol.token import dpop
from mock_idp.store import Document

HEADER, NONCE_HEADER = "DPoP", "dpop-nonce"
_DAY, _NONCE_DAYS = 86_400, 3

NO_HEADER = OAuthError("invalid_dpop_proof", "The DPoP proof JWT header is missing.")
TWO_HEADERS = OAuthError("invalid_dpop_proof", "Multiple DPoP proof JWT headers are not allowed.")
USED = OAuthError("invalid_dpop_proof", "The DPoP proof JWT has already been used.")
USE_NONCE = OAuthError("use_dpop_nonce", "Authorization server requires nonce in DPoP proof.")
NEEDS_PROOF = OAuthError("invalid_request", "The resource request requires a DPoP proof.")
NEEDS_SCHEME = OAuthError(
    "invalid_request",
    "The resource request must use the DPoP authentication scheme when using a DPoP bound token.",
)
NOT_BOUND = OAuthError("invalid_token", "The presented access_token is not DPoP bound.", 401)
OTHER_KEY = OAuthError("invalid_dpop_proof", "The access_token is not bound to the provided DPoP proof.")


def key_of_token_request(idp: Idp, server: AuthorizationServer) -> str:
    """The thumbprint of the key to which the tokens of this request are to be bound; raises OAuthError."""
    proof = _proof(idp)
    if proof.nonce not in _good_nonces(idp, server):
        raise USE_NONCE
    _spend(idp, proof)
    return proof.jkt


def check_resource_request(idp: Idp, grant: Document, token: str) -> None:
    """That the request proves the key, if any, to which the access token of this grant is bound; raises OAuthError."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    bound_to = grant.get("jkt")
    if not bound_to:
        if scheme == "dpop":
            raise NOT_BOUND
        return
    if not request.headers.get(HEADER):
        raise NEEDS_PROOF
    if scheme != "dpop":
        raise NEEDS_SCHEME
    proof = _proof(idp, token)
    if proof.jkt != bound_to:
        raise OTHER_KEY
    _spend(idp, proof)


def challenge() -> str:
    """How a WWW-Authenticate header begins that answers this request: with the scheme that was tried (okta.md 1.5)."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    return f'DPoP algs="{" ".join(dpop.ALGORITHMS)}",' if scheme == "dpop" else "Bearer"


def add_nonce(response: Response, idp: Idp, server: AuthorizationServer) -> None:
    """Tell the client, also where it is a page of another origin, the nonce of today."""
    today = _nonce_list(server, _today(idp))
    if not idp.store.items(*today):
        idp.store.append(*today, {"value": secrets.token_urlsafe(24)})
    # Of two requests that both made one, the first wins.
    response.headers[NONCE_HEADER] = idp.store.items(*today)[0]["value"]
    response.headers["Access-Control-Expose-Headers"] = NONCE_HEADER


def _good_nonces(idp: Idp, server: AuthorizationServer) -> list[str]:
    today = _today(idp)
    days = range(today, today - _NONCE_DAYS, -1)
    return [made["value"] for day in days for made in idp.store.items(*_nonce_list(server, day))[:1]]


def _today(idp: Idp) -> int:
    return int(idp.clock.now() // _DAY)


def _nonce_list(server: AuthorizationServer, day: int) -> tuple[str, str]:
    return "dpop_nonce", f"{server.id}/{day}"


def _proof(idp: Idp, token: str | None = None) -> dpop.Proof:
    """The proof of this request, checked."""
    sent = request.headers.get(HEADER, "").strip()
    if not sent:
        raise NO_HEADER
    if "," in sent:  # how WSGI gives a header that is there twice
        raise TWO_HEADERS
    url = base_url() + request.path
    return dpop.check(sent, method=request.method, url=url, now=idp.clock.now(), access_token=token)


def _spend(idp: Idp, proof: dpop.Proof) -> None:
    if idp.store.append("dpop_proof", f"{proof.jkt}/{proof.jti}", {}) > 1:
        raise USED
