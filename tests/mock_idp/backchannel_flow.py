"""A client that has a person asked on their phone (OpenID CIBA Core 1.0), driven for tests."""

from __future__ import annotations

from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from tests.management import openapi
from tests.mock_idp.okta import ORIGIN, WEB, Okta, basic

CIBA = "urn:openid:params:grant-type:ciba"
BANK: dict[str, Any] = WEB | {
    "label": "Bank",
    "client_secret": "s" * 40,
    "grant_types": ["authorization_code", "refresh_token", CIBA],
    "response_types": ["code"],
    "backchannel_authentication_request_signing_alg": "HS256",
}
CLIENT = basic("bank", "s" * 40)
ADA = "ada@example.com"
GRACE = {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper"}
PENDING = (
    400,
    "authorization_pending",
    "The authorization request is still pending as the user hasn't yet been authenticated.",
)
SLOW_DOWN = (400, "slow_down", "Slow down the polling frequency. Try again later.")
EXPIRED = (400, "expired_token", "The 'auth_req_id' is invalid or has expired. Make a new authentication request.")
DENIED = (400, "access_denied", "The resource owner or authorization server denied the request.")
FLOW = "The Client-Initiated Backchannel Authentication Flow"
UNKNOWN = "The hint provided in the request did not match a user assigned to the client app."


def ask(okta: Okta, **params: Any) -> TestResponse:
    sent = {"scope": "openid email", "login_hint": ADA, "headers": CLIENT} | params
    return okta.post("bc/authorize", **sent)


def asked(okta: Okta, **params: Any) -> str:
    """The auth_req_id."""
    answer = ask(okta, **params)
    assert answer.status_code == 200, answer.text
    openapi.check(answer, openapi.OAUTH)
    return str((answer.json or {})["auth_req_id"])


def poll(okta: Okta, auth_req_id: str | None, **params: Any) -> TestResponse:
    return okta.token(**{"grant_type": CIBA, "auth_req_id": auth_req_id, "headers": CLIENT} | params)


def outcome(answer: TestResponse) -> tuple[int, str, str]:
    openapi.check(answer, openapi.OAUTH)
    body = answer.json or {}
    return answer.status_code, body["error"], body["error_description"]


def tokens(okta: Okta, auth_req_id: str, **params: Any) -> dict[str, Any]:
    answer = poll(okta, auth_req_id, **params)
    assert answer.status_code == 200, answer.text
    openapi.check(answer, openapi.OAUTH)
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def phone(okta: Okta) -> TestResponse:
    """The page that stands for Ada's phone."""
    page = okta.browser.get(f"{ORIGIN}/activate/requests")
    return okta.sign_in(page) if "credentials" in page.text else page


def signed(okta: Okta, alg: str = "HS256", **claims: Any) -> str:
    now = int(okta.clock.now())
    made = {"iss": "bank", "aud": f"{ORIGIN}/oauth2/default", "iat": now, "exp": now + 60, "scope": "openid"} | claims
    return jwt.encode({"alg": alg}, made, OctKey.import_key("s" * 40), algorithms=[alg])
