"""Device authorization: asking, the person's page, and polling (RFC 8628, okta.md 1.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from mock_idp.launcher import RunningIdp
from mock_idp.org.authorization_server import Policy, Rule, Scope
from mock_idp.vocabulary import claim
from tests.chromium import launched
from tests.management import openapi
from tests.mock_idp import error_catalogue
from tests.mock_idp.okta import ADA, CALLBACK, ORIGIN, Okta, basic, page_of, parts
from tests.mock_idp.org_parts import change_ada, change_server, switch
from tests.web.policies import directives

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


@pytest.fixture(autouse=True)
def tv(request: pytest.FixtureRequest) -> None:
    if "okta" in request.fixturenames:
        okta: Okta = request.getfixturevalue("okta")
        okta.register("tv", **TV)
        change_server(okta, policies=LETS_DEVICES_IN)


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


# ---- asking -------------------------------------------------------------------------------------------------


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


# ---- approving ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("server", ["default", "org"])
def test_a_person_approves(okta: Okta, server: str) -> None:
    device = asked(okta, server=server)
    assert outcome(poll(okta, device, server=server)) == PENDING
    page = signed_in(okta, device)
    assert "Telly" in page.text
    assert device["user_code"] in page.text
    okta.clock.advance(5)
    assert outcome(poll(okta, device, server=server)) == PENDING

    assert "Device activated" in okta.submit(page, answer="allow").text
    made = tokens(okta, device, server=server)
    claims = okta.verified(made["id_token"], server)
    assert list(made) == ["token_type", "expires_in", "access_token", "scope", "id_token"]
    assert (claims["aud"], claims["email"], claims["amr"]) == ("tv", "ada@example.com", ["pwd"])
    assert "nonce" not in claims
    assert (okta.userinfo(made["access_token"], server=server).json or {})["sub"] == claims["sub"]


def test_a_person_denies(okta: Okta) -> None:
    device = asked(okta)

    assert "you did not allow access" in approve(okta, device, "deny").text
    assert outcome(poll(okta, device)) == outcome(poll(okta, device)) == DENIED


@pytest.mark.parametrize(
    "form", [str.upper, str.lower, lambda code: f"{code[:4]}-{code[4:]}", lambda code: f" {code} "]
)
def test_typed_user_code(okta: Okta, form: Any) -> None:
    device = asked(okta)
    page = okta.browser.get(device["verification_uri"])

    asks = okta.submit(page, user_code=form(device["user_code"]))
    assert okta.submit(okta.sign_in(asks), answer="allow").status_code == 200
    assert tokens(okta, device)


def test_wrong_user_code(okta: Okta) -> None:
    text = "The user code is invalid or has expired."
    page = okta.browser.get(f"{ORIGIN}/activate")
    assert "Activation Code" in page.text
    assert text not in page.text

    again = okta.submit(page, user_code="<b>AAAA")
    assert page_of(again).get_element_by_id("wrong").text == text
    assert page_of(again).get_element_by_id("user_code").get("value") == "<b>AAAA"
    if error_catalogue.available():
        assert error_catalogue.fault("invalid_user_code", "invalid_user_code", text) == ""


def test_user_code_works_once(okta: Okta) -> None:
    device = asked(okta)
    page = signed_in(okta, device)
    other = activate(okta, device)
    okta.submit(page, answer="deny")

    assert "The user code is invalid or has expired." in activate(okta, device).text
    assert "The sign-in request has expired." in okta.submit(other, answer="allow").text
    assert "The sign-in request has expired." in okta.submit(page, answer="allow").text
    assert outcome(poll(okta, device)) == DENIED


def test_opening_the_link_approves_nothing(okta: Okta) -> None:
    """Somebody who is signed in already may be sent a link (RFC 8628 5.4)."""
    okta.sign_in(okta.authorize())
    device = asked(okta)

    page = activate(okta, device)
    assert "Don&#39;t Allow" in page.text
    assert outcome(poll(okta, device)) == PENDING
    forged = okta.browser.post(f"{ORIGIN}/activate/answer", data={"answer": "allow", "user_code": device["user_code"]})
    assert (forged.status_code, "has expired" in forged.text) == (400, True)
    assert okta.idp.store.get("waiting", device["device_code"])["state"] == "pending"  # type: ignore[index]


def test_the_pages_are_for_this_host(okta: Okta) -> None:
    device = asked(okta)
    code, page = okta.browser.get(f"{ORIGIN}/activate"), signed_in(okta, device)

    for answer in (code, page, okta.submit(page, answer="allow")):
        assert directives(answer)["frame-ancestors"] == "'self'"
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_whoever_signed_out_in_between_signs_in_again(okta: Okta) -> None:
    device = asked(okta)
    page = signed_in(okta, device)
    okta.browser.get(f"{ORIGIN}/login/signout")

    answer = okta.submit(page, answer="allow")
    assert answer.status_code == 302
    again = okta.sign_in(okta.browser.get(answer.headers["Location"]))
    assert "Device activated" in okta.submit(again, answer="allow").text
    assert tokens(okta, device)


def test_second_factor(okta: Okta) -> None:
    okta.register("tv", **TV | {"require_mfa": True})
    change_ada(okta, factors=("otp",))
    device = asked(okta)

    factor = okta.sign_in(activate(okta, device))
    answer = okta.submit(factor, passCode="123456")
    okta.submit(okta.browser.get(answer.headers["Location"]), answer="allow")
    assert okta.verified(tokens(okta, device)["id_token"])["amr"] == ["mfa", "otp", "pwd"]


def test_second_factor_that_nobody_has(okta: Okta) -> None:
    okta.register("tv", **TV | {"require_mfa": True})
    device = asked(okta)

    assert okta.sign_in(activate(okta, device)).status_code == 400
    assert outcome(poll(okta, device))[1] == "unmet_authentication_requirements"


def test_consent_where_the_matrix_asks(okta: Okta) -> None:
    known = okta.idp.org.servers.get("default")
    assert known
    change_server(okta, scopes=(*known.scopes, Scope("notes:read", consent="REQUIRED", description="Read your notes")))
    okta.register("tv", **TV | {"consent_method": "REQUIRED"})

    first, second = asked(okta, scope="openid notes:read"), asked(okta, scope="openid notes:read")
    page = signed_in(okta, first)
    assert "Read your notes" in page.text
    okta.submit(page, answer="allow")
    assert tokens(okta, first)["scope"] == "openid notes:read"
    assert "Read your notes" not in activate(okta, second).text  # given once


def test_refresh_token(okta: Okta) -> None:
    device = asked(okta, scope="openid offline_access")
    approve(okta, device)

    made = tokens(okta, device)
    renewed = okta.refresh(made["refresh_token"], client_id="tv", headers=NOBODY).json or {}
    assert okta.verified(renewed["id_token"])["sub"] == okta.verified(made["id_token"])["sub"]
    okta.register("tv", **TV | {"grant_types": ["authorization_code", DEVICE]})
    without = asked(okta, scope="openid offline_access")
    okta.submit(activate(okta, without), answer="allow")
    assert tokens(okta, without)["scope"] == "openid"


# ---- who may not --------------------------------------------------------------------------------------------


def refused_after_sign_in(okta: Okta, device: dict[str, Any]) -> str:
    """The error page that the person sees."""
    page = okta.sign_in(activate(okta, device))
    assert page.status_code == 400
    return str(page_of(page).text_content())


def test_somebody_who_is_not_assigned(okta: Okta) -> None:
    okta.register("tv", **TV | {"implicit_assignment": False, "users": []})
    device = asked(okta)

    text = "User is not assigned to the client application."
    assert text in refused_after_sign_in(okta, device)
    assert outcome(poll(okta, device)) == (400, "access_denied", text)


def test_a_server_whose_rules_know_no_device_grant(okta: Okta) -> None:
    change_server(okta, policies=(Policy("P", rules=(Rule("R"),)),))
    device = asked(okta)

    assert NO_RULE[2] in refused_after_sign_in(okta, device)
    assert outcome(poll(okta, device)) == NO_RULE


def test_policy_counts_when_the_person_approves(okta: Okta) -> None:
    device = asked(okta)
    page = signed_in(okta, device)
    change_server(okta, policies=())

    assert NO_RULE[2] in page_of(okta.submit(page, answer="allow")).text_content()
    assert outcome(poll(okta, device)) == NO_RULE


@pytest.mark.parametrize("status", ["SUSPENDED", "DEPROVISIONED"])
def test_somebody_who_is_suspended(okta: Okta, status: str) -> None:
    device, other = asked(okta), asked(okta)
    approve(okta, device)
    change_ada(okta, status=status)

    assert outcome(poll(okta, device)) == INVALID
    page = okta.sign_in(activate(okta, other), ADA)
    assert "Unable to sign in" in page.text
    assert outcome(poll(okta, other)) == PENDING


def test_an_app_that_is_gone(okta: Okta) -> None:
    device = asked(okta)
    app = okta.idp.app("tv")
    assert app
    okta.register("tv", **TV | {"status": "INACTIVE"})

    assert "The user code is invalid or has expired." in activate(okta, device).text
    assert poll(okta, device).status_code == 401


# ---- polling ------------------------------------------------------------------------------------------------


def test_polls_that_come_too_early_have_to_slow_down(okta: Okta) -> None:
    device = asked(okta)
    seen = []
    for wait in (0, 4, 10, 9, 15, 15):  # after each that is too early 5 seconds more are due
        okta.clock.advance(wait)
        seen.append(outcome(poll(okta, device)))

    assert seen == [PENDING, SLOW_DOWN, PENDING, SLOW_DOWN, PENDING, PENDING]


def test_tokens_do_not_wait_for_the_interval(okta: Okta) -> None:
    device = asked(okta)
    poll(okta, device)
    approve(okta, device)

    assert tokens(okta, device)


def test_device_code_works_once(okta: Okta) -> None:
    device = asked(okta)
    approve(okta, device)

    assert tokens(okta, device)
    assert outcome(poll(okta, device)) == INVALID


@pytest.mark.parametrize("approved", [True, False])
def test_device_code_expires(okta: Okta, approved: bool) -> None:
    device = asked(okta)
    if approved:
        approve(okta, device)
    okta.clock.advance(600)

    assert outcome(poll(okta, device)) == EXPIRED
    assert "The user code is invalid or has expired." in activate(okta, device).text


def test_device_code_in_other_hands(okta: Okta) -> None:
    okta.register("other", **TV)
    device = asked(okta)
    approve(okta, device)

    assert outcome(poll(okta, device, client_id="other")) == (
        400,
        "invalid_grant",
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
        "authorize request.",
    )
    other_server = (400, "invalid_request", "The grant was issued for another authorization server.")
    assert outcome(poll(okta, device, server="org")) == other_server
    assert tokens(okta, device)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nonsense", INVALID),
        (None, (400, "invalid_request", "The required parameter 'device_code' is missing.")),
    ],
)
def test_no_device_code(okta: Okta, code: str | None, expected: Any) -> None:
    assert outcome(poll(okta, {"device_code": code})) == expected


@pytest.mark.skipif(not error_catalogue.available(), reason=error_catalogue.MISSING)
@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        ("invalid_device_code", INVALID),
        ("authorization_pending", PENDING),
        ("slow_down", SLOW_DOWN),
        ("expired_token", EXPIRED),
        ("access_denied", DENIED),
    ],
)
def test_texts_are_the_catalogues(key: str, refusal: tuple[int, str, str]) -> None:
    assert error_catalogue.fault(key, *refusal[1:]) == ""


# ---- attempts and the control API ---------------------------------------------------------------------------


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


# ---- in a browser -------------------------------------------------------------------------------------------


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
