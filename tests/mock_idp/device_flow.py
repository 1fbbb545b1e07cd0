"""A device that asks for tokens and shows a code (RFC 8628), driven for tests."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from mock_idp.org.authorization_server import Policy, Rule
from tests.management import openapi
from tests.mock_idp.okta import CALLBACK, Okta

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
TV: dict[str, Any] = {
    "label": "Telly",
    "token_endpoint_auth_method": "none",
    "application_type": "native",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token", DEVICE],
}
NOBODY: dict[str, str] = {}
LETS_DEVICES_IN = (Policy("P", rules=(Rule("R", grant_types=(DEVICE,)),)),)
INVALID = (400, "invalid_grant", "The device code is invalid or has expired.")
PENDING = (400, "authorization_pending", "The device authorization is pending. Please try again later.")
SLOW_DOWN = (400, "slow_down", "Slow down the polling frequency. Please try again later.")
EXPIRED = (400, "expired_token", "The device code has expired.")
DENIED = (400, "access_denied", "The resource owner or authorization server denied the request.")
NO_RULE = (401, "access_denied", "Policy evaluation failed for this request, please check the policy configurations.")


def ask(okta: Okta, *, headers: dict[str, str] | None = None, **params: Any) -> TestResponse:
    sent = {"client_id": "tv", "scope": "openid email"} | params
    return okta.post("device/authorize", headers=headers or NOBODY, **sent)


def asked(okta: Okta, **params: Any) -> dict[str, Any]:
    answer = ask(okta, **params)
    assert answer.status_code == 200, answer.text
    openapi.check(answer, openapi.OAUTH)
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def poll(okta: Okta, device: dict[str, Any], **params: Any) -> TestResponse:
    sent = {"client_id": "tv", "grant_type": DEVICE, "device_code": device["device_code"], "headers": NOBODY}
    return okta.token(**sent | params)


def outcome(answer: TestResponse) -> tuple[int, str, str]:
    openapi.check(answer, openapi.OAUTH)
    body = answer.json or {}
    return answer.status_code, body["error"], body["error_description"]


def activate(okta: Okta, device: dict[str, Any], attempt: str | None = None) -> TestResponse:
    """The link that the device shows, opened in a browser."""
    headers = {"X-Gauntlet-Attempt": attempt} if attempt else {}
    return okta.browser.get(device["verification_uri_complete"], headers=headers)


def signed_in(okta: Okta, device: dict[str, Any]) -> TestResponse:
    """The page that asks to approve, after signing in as Ada."""
    page = okta.sign_in(activate(okta, device))
    assert "Don&#39;t Allow" in page.text, page.text
    return page


def approve(okta: Okta, device: dict[str, Any], answer: str = "allow") -> TestResponse:
    return okta.submit(signed_in(okta, device), answer=answer)


def tokens(okta: Okta, device: dict[str, Any], **params: Any) -> dict[str, Any]:
    answer = poll(okta, device, **params)
    assert answer.status_code == 200, answer.text
    openapi.check(answer, openapi.OAUTH)
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found
