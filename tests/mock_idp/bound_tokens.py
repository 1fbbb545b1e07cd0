"""Tokens that are bound to a key (RFC 9449), asked for by tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from tests.mock_idp.okta import CALLBACK, PKCE, VERIFIER, Okta
from tests.mock_idp.proofs import HEADER, proof

DAY = 86_400
USE_NONCE = {
    "error": "use_dpop_nonce",
    "error_description": "Authorization server requires nonce in DPoP proof.",
}
REUSED = "The DPoP proof JWT has already been used."
SHARED = OctKey.generate_key(256)
GRANTS = ["authorization_code", "refresh_token"]
Trigger = Callable[[Okta], TestResponse]
INVALID = ("invalid_dpop_proof", "The DPoP proof JWT is invalid.")
BAD_SIGNATURE = ("invalid_dpop_proof_invalid_signature", "The DPoP proof JWT signature is invalid.")
BAD_ALG = (
    "invalid_dpop_proof_invalid_signature_algorithm",
    "The DPoP proof JWT signature algorithm is invalid.",
)
NOT_PARSED = ("invalid_dpop_proof_invalid_jwt", "The DPoP proof JWT cannot be parsed.")
BAD_TYPE = ("invalid_dpop_proof_invalid_type", "'typ' must be 'dpop+jwt' in the DPoP proof JWT.")
NO_HEADER = ("invalid_dpop_proof_missing_header", "The DPoP proof JWT header is missing.")
BAD_HTU = ("invalid_dpop_proof_invalid_htu", "'htu' claim in the DPoP proof JWT is invalid.")
BAD_HTM = ("invalid_dpop_proof_invalid_htm", "'htm' claim in the DPoP proof JWT is invalid.")
BAD_IAT = ("invalid_dpop_proof_invalid_iat", "'iat' claim in the DPoP proof JWT is invalid.")
BAD_JTI = ("invalid_dpop_proof_invalid_jti", "'jti' claim in the DPoP proof JWT is invalid.")
IN_FUTURE = ("invalid_dpop_proof_jwt_issued_in_future", "The DPoP proof JWT is issued in the future.")
EXPIRED = ("invalid_dpop_proof_jwt_expired", "The DPoP proof JWT is expired.")
USED = ("dpop_proof_already_used", REUSED)
OF_RESOURCES = {
    "dpop_proof_required_for_token": (400, "invalid_request", "The resource request requires a DPoP proof."),
    "dpop_authentication_scheme_required": (
        400,
        "invalid_request",
        "The resource request must use the DPoP authentication scheme when using a DPoP bound token.",
    ),
    "access_token_not_dpop_bound": (401, "invalid_token", "The presented access_token is not DPoP bound."),
    "invalid_access_token_dpop_binding": (
        400,
        "invalid_dpop_proof",
        "The access_token is not bound to the provided DPoP proof.",
    ),
    "dpop_proof_invalid_ath": (
        400,
        "invalid_dpop_proof",
        "'ath' claim in the DPoP proof does not match the presented access_token.",
    ),
}


def asked(okta: Okta, headers: dict[str, str], *, server: str = "default", **form: Any) -> TestResponse:
    """A token request of `spa`."""
    return okta.token(server=server, headers=headers, client_id="spa", **form)


def code_form(okta: Okta, *, server: str = "default", client_id: str = "spa") -> dict[str, Any]:
    code = okta.code(client_id=client_id, server=server, scope="openid email offline_access", **PKCE)
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}


def nonce_of(okta: Okta, server: str = "default") -> str:
    """What the server gives to somebody who sends a proof without nonce."""
    answer = asked(okta, proof(okta, okta.url("token", server)), server=server, **code_form(okta, server=server))
    assert (answer.status_code, answer.json) == (400, USE_NONCE)
    return answer.headers[HEADER]


def with_nonce(okta: Okta, *, server: str = "default", **how: Any) -> dict[str, str]:
    return proof(okta, okta.url("token", server), **{"nonce": nonce_of(okta, server)} | how)


def tokens(okta: Okta, *, server: str = "default", **how: Any) -> dict[str, Any]:
    """The token response of a login at `spa` whose key is KEY."""
    answer = asked(okta, with_nonce(okta, server=server, **how), server=server, **code_form(okta, server=server))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def refreshed(okta: Okta, token: str, **how: Any) -> TestResponse:
    return asked(okta, with_nonce(okta, **how), grant_type="refresh_token", refresh_token=token)


def userinfo(okta: Okta, token: str, *, scheme: str = "DPoP", server: str = "default", **how: Any) -> TestResponse:
    url = okta.url("userinfo", server)
    sent = proof(okta, url, "GET", token=token, **how)
    return okta.rp.get(url, headers={"Authorization": f"{scheme} {token}", **sent})


def described(answer: TestResponse) -> tuple[int, str, str]:
    body = answer.json or {}
    return answer.status_code, body["error"], body["error_description"]
