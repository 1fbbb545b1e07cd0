"""Requests to the Sessions API and the Authentication API."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.mock_idp.okta import ORIGIN, Okta

ME = f"{ORIGIN}/api/v1/sessions/me"
AUTHN = f"{ORIGIN}/api/v1/authn"
REDIRECT = f"{ORIGIN}/login/sessionCookieRedirect"
CREDENTIALS = {"username": "ada@example.com", "password": "correct horse"}
SPA = "https://spa.example"


def me(okta: Okta, method: str = "GET", browser: FlaskClient | None = None) -> TestResponse:
    path = f"{ME}/lifecycle/refresh" if method == "POST" else ME
    return (browser or okta.browser).open(path, method=method)


def authn(okta: Okta, **sent: Any) -> TestResponse:
    return okta.rp.post(AUTHN, json=CREDENTIALS | sent)


def session_token(okta: Okta) -> str:
    return str((authn(okta).json or {})["sessionToken"])


def asks(answer: TestResponse) -> bool:
    return answer.status_code == 200 and "Username" in answer.text


def not_found(answer: TestResponse) -> bool:
    return (answer.status_code, (answer.json or {}).get("errorCode")) == (404, "E0000007")
