"""Devices of an attempt, of the control API, and in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from mock_idp.launcher import RunningIdp
from mock_idp.vocabulary import claim
from tests.chromium import launched
from tests.mock_idp.device_flow import DENIED, DEVICE, NO_RULE, PENDING, TV, activate, asked, outcome, poll, tokens
from tests.mock_idp.okta import Okta, parts
from tests.mock_idp.org_parts import change_server

pytestmark = pytest.mark.usefixtures("tv")


def test_an_attempts_person_approves_by_coming(okta: Okta) -> None:
    attempt = okta.attempt(claim("email").set("evil@example.com"))
    device = asked(okta, headers={"X-Gauntlet-Attempt": attempt})

    assert "Device activated" in activate(okta, device).text  # the browser carries nothing: the code leads there
    assert okta.verified(tokens(okta, device)["id_token"])["email"] == "evil@example.com"
    seen = okta.transcript(attempt)
    assert [e["endpoint"] for e in seen["exchanges"]] == ["device_authorize", "activate", "token"]
    kinds = ["device_code", "user_code", "access_token", "id_token"]
    assert [artefact["kind"] for artefact in seen["artefacts"]] == kinds


def test_the_browser_brings_the_attempt(okta: Okta) -> None:
    """A device carries nothing; its codes belong to the attempt of the browser that approves."""
    device, attempt = asked(okta), okta.attempt()

    assert "Device activated" in activate(okta, device, attempt).text
    made = tokens(okta, device)
    assert parts(made["id_token"])[1]["sub"] == okta.transcript(attempt)["identity"]["sub"]
    assert [e["endpoint"] for e in okta.transcript(attempt)["exchanges"]] == ["activate", "token"]


def test_a_held_attempt_waits_for_the_control_api(okta: Okta) -> None:
    attempt = okta.attempt(hold=True)
    device = asked(okta, headers={"X-Gauntlet-Attempt": attempt})
    assert "held back" in activate(okta, device).text
    assert outcome(poll(okta, device)) == PENDING
    (waiting,) = (okta.control("GET", "/approvals").json or {})["pending"]
    assert (waiting["user_code"], waiting["attempt"]) == (device["user_code"], attempt)

    answer = okta.control("POST", "/approvals", {"attempt": attempt, "approve": True})
    assert answer.json == {"answered": [{"code": device["device_code"], "state": "approved"}]}
    assert tokens(okta, device)
    assert okta.control("POST", "/approvals", {"attempt": attempt, "approve": True}).status_code == 404


def test_control_api_answers_for_somebody(okta: Okta) -> None:
    approved, denied, refused = asked(okta), asked(okta), asked(okta)
    ada = {"approve": True, "user": "ada@example.com"}

    okta.control("POST", "/approvals", {"code": approved["user_code"], **ada})
    assert okta.verified(tokens(okta, approved)["id_token"])["email"] == "ada@example.com"
    okta.control("POST", "/approvals", {"code": denied["device_code"], "approve": False})
    assert outcome(poll(okta, denied)) == DENIED
    change_server(okta, policies=())
    answer = okta.control("POST", "/approvals", {"code": refused["user_code"], **ada}).json or {}
    assert answer["answered"][0]["refusal"] == [*NO_RULE[1:], NO_RULE[0]]
    assert outcome(poll(okta, refused)) == NO_RULE


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({"approve": True}, 400, "expected either code (device_code, user_code or auth_req_id) or attempt (its id)"),
        ({"code": "x", "attempt": "y", "approve": True}, 400, "expected either code"),
        ({"code": "x", "approve": "yes"}, 400, "approve: expected true or false, got 'yes'"),
        ({"code": "x", "approve": True, "who": "z"}, 400, "unknown members: who; known: code, attempt, approve, user"),
        ({"code": "x", "approve": True}, 404, "no pending request of 'x'"),
        ({"approve": True, "code": "CODE"}, 400, "user: a device does not say who activates it"),
        ({"approve": True, "code": "CODE", "user": "eve"}, 400, "user: nobody who may sign in has the id or login"),
    ],
)
def test_answers_that_are_not_understood(okta: Okta, sent: dict[str, Any], status: int, error: str) -> None:
    if sent.get("code") == "CODE":
        sent = sent | {"code": asked(okta)["user_code"]}
    answer = okta.control("POST", "/approvals", sent)

    assert (answer.status_code, (answer.json or {})["error"][: len(error)]) == (status, error)


@pytest.fixture
def page() -> Iterator[Page]:
    with launched() as browser:
        yield browser.new_page()


@pytest.mark.browser
def test_activation_in_chromium(page: Page) -> None:
    with RunningIdp([]) as idp, httpx.Client(trust_env=False, base_url=idp.ready.public_url) as device:
        idp.control().register_client("tv", TV)
        known = {"client_id": "tv", "scope": "openid"}
        codes = device.post("/oauth2/v1/device/authorize", data=known).json()
        page.goto(codes["verification_uri"])
        page.get_by_label("Activation Code").fill(codes["user_code"].lower())
        page.get_by_role("button", name="Next").click()
        page.get_by_label("Username").fill("ada@example.com")
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Allow Access").click()
        page.get_by_role("heading", name="Device activated").wait_for()

        polled = {"client_id": "tv", "grant_type": DEVICE, "device_code": codes["device_code"]}
        assert "id_token" in device.post("/oauth2/v1/token", data=polled).json()
        denied = device.post("/oauth2/v1/device/authorize", data=known).json()
        page.goto(denied["verification_uri_complete"])
        page.get_by_role("button", name="Don't Allow").click()
        page.get_by_role("heading", name="Device not activated").wait_for()
        polled["device_code"] = denied["device_code"]
        assert device.post("/oauth2/v1/token", data=polled).json()["error"] == "access_denied"
