"""What a device gets when it asks, and who may not (RFC 8628 3.1, okta.md 1.7)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.mock_idp import error_catalogue
from tests.mock_idp.device_flow import PENDING, TV, ask, asked, outcome, poll
from tests.mock_idp.okta import ORIGIN, Okta, basic
from tests.mock_idp.org_parts import switch

pytestmark = pytest.mark.usefixtures("tv")


@pytest.mark.parametrize("server", ["default", "org"])
def test_what_the_device_gets(okta: Okta, server: str) -> None:
    device = asked(okta, server=server)

    assert list(device) == [
        "user_code",
        "device_code",
        "interval",
        "verification_uri_complete",
        "verification_uri",
        "expires_in",
    ]
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{8}", device["user_code"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", device["device_code"])
    assert device["verification_uri_complete"] == f"{ORIGIN}/activate?user_code={device['user_code']}"
    assert (device["verification_uri"], device["interval"], device["expires_in"]) == (f"{ORIGIN}/activate", 5, 600)


@pytest.mark.parametrize(
    ("sent", "status", "error", "text", "key"),
    [
        ({"client_id": None}, 401, "invalid_client", "No client credentials found.", "missing_client_credentials"),
        (
            {"client_id": "web"},
            401,
            "invalid_client",
            "No client credentials found.",
            "missing_client_credentials",
        ),
        (
            {"client_id": None, "headers": basic("web", "web-secret")},
            400,
            "unauthorized_client",
            "The client is not authorized to use the provided grant type. Configured grant types: "
            "[authorization_code, refresh_token, implicit].",
            "unauthorized_client",
        ),
        (
            {"scope": "openid nonsense"},
            400,
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
            "no_matching_scope",
        ),
        (
            {"scope": None, "server": "org"},
            400,
            "invalid_scope",
            "No scopes were requested.",
            "missing_scopes",
        ),
        (
            {"scope": "orders:read", "server": "org"},
            400,
            "invalid_scope",
            "Custom scopes are not allowed for this request.",
            "illegal_custom_scope",
        ),
        (
            {"scope": None},
            400,
            "invalid_scope",
            "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
            "no_default_scopes",
        ),
    ],
)
def test_refused_at_once(okta: Okta, sent: dict[str, Any], status: int, error: str, text: str, key: str) -> None:
    assert outcome(ask(okta, **sent)) == (status, error, text)
    if error_catalogue.available():
        assert error_catalogue.fault(key, error, text) == ""


def test_unknown_client_and_server(okta: Okta) -> None:
    unknown = ask(okta, client_id="nobody")
    assert (unknown.status_code, (unknown.json or {})["errorCode"]) == (401, "invalid_client")
    assert ask(okta, server="nobody").status_code == 404


def test_a_confidential_device_authenticates(okta: Okta) -> None:
    secret = {"client_secret": "s", "token_endpoint_auth_method": "client_secret_basic"}
    okta.register("box", **TV | secret)
    right, wrong = basic("box", "s"), basic("box", "x")

    device = asked(okta, client_id=None, headers=right)
    assert outcome(ask(okta, client_id=None, headers=wrong))[1] == "invalid_client"
    assert outcome(poll(okta, device, client_id=None, headers=wrong))[1] == "invalid_client"
    assert outcome(poll(okta, device, client_id=None, headers=right)) == PENDING


def test_pages_of_other_origins_may_ask(okta: Okta) -> None:
    origin = {"Origin": "https://tv.example"}
    preflight = okta.rp.options(okta.url("device/authorize"), headers=origin)

    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Methods"]) == (204, "POST")
    for answer in (preflight, ask(okta, headers=origin), ask(okta, headers=origin, scope="x")):
        assert answer.headers["Access-Control-Allow-Origin"] == "https://tv.example"


def test_requests_are_counted_apart_from_authorize(okta: Okta) -> None:
    switch(okta, rate_limit=2)
    origin = {"Origin": "https://tv.example"}

    assert [ask(okta, headers=origin).status_code for _ in range(2)] == [200, 200]
    refused = ask(okta, headers=origin)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (429, "https://tv.example")
    assert okta.authorize(client_id="tv").status_code != 429
