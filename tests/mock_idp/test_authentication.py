"""Second factors, acr_values and consent (okta.md 2.1 and 2.5)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mock_idp.org.authorization_server import Scope
from mock_idp.org.model import User
from mock_idp.protocol.sign_in.consents import is_asked
from tests.mock_idp.okta import ADA, ORIGIN, WEB, Okta, page_of, parameters, parts
from tests.mock_idp.org_parts import change_ada, change_app, change_server, switch

TWO, IF_POSSIBLE, ONE = "urn:okta:loa:2fa:any", "urn:okta:loa:2fa:any:ifpossible", "urn:okta:loa:1fa:pwd"


def claims(okta: Okta, answer: TestResponse) -> dict[str, Any]:
    return parts((okta.redeem(dict(parameters(answer))["code"]).json or {})["id_token"])[1]


def asks_code(answer: TestResponse) -> bool:
    return answer.status_code == 200 and "Enter Code" in answer.text


def asks_consent(answer: TestResponse) -> bool:
    return answer.status_code == 200 and "would like to access" in answer.text


@pytest.fixture
def with_factor(okta: Okta) -> Okta:
    change_ada(okta, factors=("otp",))
    return okta


# ---- second factor ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted_by", ["app", "request"])
def test_second_factor(with_factor: Okta, wanted_by: str) -> None:
    okta = with_factor
    asked: dict[str, Any] = {"acr_values": TWO} if wanted_by == "request" else {}
    okta.register("web", **WEB | {"require_mfa": wanted_by == "app"})

    page = okta.sign_in(okta.authorize(**asked))
    assert asks_code(page)
    assert "ada@example.com" in page_of(page).text_content()
    wrong = okta.submit(page, passCode="000000")
    assert asks_code(wrong)
    assert "Your code doesn't match our records. Please try again." in page_of(wrong).text_content()
    okta.clock.advance(5)

    found = claims(okta, okta.submit(wrong, passCode="123456"))
    assert found["amr"] == ["mfa", "otp", "pwd"]
    assert found["auth_time"] == int(okta.clock.now())
    assert found.get("acr") == asked.get("acr_values")
    assert "code" in dict(parameters(okta.authorize(**asked)))  # the session has both factors


@pytest.mark.parametrize("wanted_by", ["app", "request"])
@pytest.mark.parametrize("signed_in_before", [False, True])
def test_second_factor_after_a_session_token(with_factor: Okta, wanted_by: str, signed_in_before: bool) -> None:
    """The page goes on with the session that the token has just started, not with the one before."""
    okta = with_factor
    if signed_in_before:
        okta.idp.org.users.save(User("00u2", "eve", "eve@example.com", "Eve", password="secret"))
        okta.sign_in(okta.authorize(), {"identifier": "eve", "credentials": "secret"})
    asked: dict[str, Any] = {"acr_values": TWO} if wanted_by == "request" else {}
    okta.register("web", **WEB | {"require_mfa": wanted_by == "app"})
    credentials = {"username": ADA["identifier"], "password": ADA["credentials"]}
    token = (okta.rp.post(f"{ORIGIN}/api/v1/authn", json=credentials).json or {})["sessionToken"]

    page = okta.authorize(sessionToken=token, **asked)
    assert asks_code(page)
    found = claims(okta, okta.submit(page, passCode="123456"))
    assert (found["email"], found["amr"]) == ("ada@example.com", ["mfa", "otp", "pwd"])


def test_second_factor_is_asked_of_a_session_with_one(with_factor: Okta) -> None:
    okta = with_factor
    okta.sign_in(okta.authorize())
    assert asks_code(okta.authorize(acr_values=TWO))
    assert (okta.browser.get("https://dev-1.okta.test/api/v1/sessions/me").json or {})["amr"] == ["pwd"]


@pytest.mark.parametrize(
    ("acr", "factors", "asked"), [(ONE, ("otp",), False), (IF_POSSIBLE, (), False), (IF_POSSIBLE, ("otp",), True)]
)
def test_acr_values(okta: Okta, acr: str, factors: tuple[str, ...], asked: bool) -> None:
    change_ada(okta, factors=factors)

    answer = okta.sign_in(okta.authorize(acr_values=acr))
    assert asks_code(answer) == asked
    if asked:
        answer = okta.submit(answer, passCode="123456")
    assert claims(okta, answer)["acr"] == acr


@pytest.mark.parametrize(
    ("wanted", "factors", "met"),
    [
        (f"{TWO} {ONE}", (), ONE),
        (f"{TWO} {ONE}", ("otp",), TWO),
        (f"{ONE} {TWO}", ("otp",), ONE),
        (f"phr {TWO}", ("otp",), TWO),
        (f"phr  {TWO} {IF_POSSIBLE}", (), IF_POSSIBLE),
    ],
)
def test_first_of_the_acr_values_that_can_be_met(okta: Okta, wanted: str, factors: tuple[str, ...], met: str) -> None:
    change_ada(okta, factors=factors)

    answer = okta.sign_in(okta.authorize(acr_values=wanted))
    assert asks_code(answer) == (met == TWO)
    if met == TWO:
        answer = okta.submit(answer, passCode="123456")
    assert claims(okta, answer)["acr"] == met


@pytest.mark.parametrize("wanted", ["phr phrh", f"phr {TWO}"])
def test_none_of_the_acr_values_can_be_met(okta: Okta, wanted: str) -> None:
    found = dict(parameters(okta.sign_in(okta.authorize(acr_values=wanted))))

    text = "Unable to meet the authentication requirements imposed by 'acr_values' parameter."
    assert (found["error"], found["error_description"]) == ("unmet_authentication_requirements", text)


def test_attempts_meet_the_first_of_the_acr_values(okta: Okta) -> None:
    found = claims(okta, okta.authorize(okta.attempt(), acr_values=f"{TWO} {ONE}"))

    assert (found["amr"], found["acr"]) == (["mfa", "otp", "pwd"], TWO)


def test_acr_is_there_only_when_asked_for(okta: Okta) -> None:
    assert "acr" not in claims(okta, okta.sign_in(okta.authorize()))


def test_prompt_login_asks_for_both_factors_again(with_factor: Okta) -> None:
    okta = with_factor
    okta.submit(okta.sign_in(okta.authorize(acr_values=TWO)), passCode="123456")

    page = okta.sign_in(okta.authorize(acr_values=TWO, prompt="login"))
    assert asks_code(page)
    assert "code" in dict(parameters(okta.submit(page, passCode="123456")))


def test_second_factor_needs_the_first(with_factor: Okta) -> None:
    """The key of a sign-in page is no key of the second page."""
    okta = with_factor
    key = page_of(okta.authorize(acr_values=TWO)).forms[0].fields["okta_key"]

    for path in ("verify", "consent"):
        answer = okta.browser.post(
            f"https://dev-1.okta.test/login/{path}", data={"okta_key": key, "passCode": "123456", "consent": "allow"}
        )
        assert (answer.status_code, "The sign-in request has expired." in answer.text) == (400, True)


def test_second_factor_is_not_gone_round(with_factor: Okta) -> None:
    """Its page's key opens neither the consent page's form nor another server's endpoint."""
    okta = with_factor
    key = page_of(okta.sign_in(okta.authorize(acr_values=TWO))).forms[0].fields["okta_key"]

    consented = okta.browser.post("https://dev-1.okta.test/login/consent", data={"okta_key": key, "consent": "allow"})
    assert (consented.status_code, "The sign-in request has expired." in consented.text) == (400, True)
    elsewhere = okta.browser.get(f"{okta.url('authorize', 'orders')}/redirect?okta_key={key}")
    assert (elsewhere.status_code, "The sign-in request has expired." in elsewhere.text) == (400, True)


def test_attempts_meet_what_is_asked(okta: Okta) -> None:
    okta.register("web", **WEB | {"require_mfa": True})

    found = claims(okta, okta.authorize(okta.attempt(), acr_values=TWO, prompt="login"))
    assert (found["amr"], found["acr"]) == (["mfa", "otp", "pwd"], TWO)


# ---- consent ------------------------------------------------------------------------------------------------


MATRIX = {
    (True, "TRUSTED", "REQUIRED"): True,
    (True, "TRUSTED", "FLEXIBLE"): True,
    (True, "TRUSTED", "IMPLICIT"): False,
    (True, "REQUIRED", "REQUIRED"): True,
    (True, "REQUIRED", "FLEXIBLE"): True,
    (False, "TRUSTED", "REQUIRED"): False,
    (False, "TRUSTED", "FLEXIBLE"): False,
    (False, "TRUSTED", "IMPLICIT"): False,
    (False, "REQUIRED", "REQUIRED"): True,
    (False, "REQUIRED", "FLEXIBLE"): True,
    (False, "REQUIRED", "IMPLICIT"): False,
}


@pytest.mark.parametrize(("row", "asked"), MATRIX.items(), ids=lambda row: str(row))
def test_oktas_matrix(okta: Okta, row: tuple[bool, str, str], asked: bool) -> None:
    prompt, method, consent = row
    notes(okta, consent=consent, method=method)

    answer = okta.sign_in(okta.authorize(scope="openid notes:read", prompt="consent" if prompt else None))
    assert asks_consent(answer) == asked == is_asked(*row)
    assert asked or "code" in dict(parameters(answer))


def notes(okta: Okta, consent: str = "REQUIRED", method: str = "REQUIRED") -> None:
    """A scope of this `consent`, and an app with this consent method."""
    known = okta.idp.org.servers.get("default")
    assert known is not None
    read = Scope("notes:read", id="scp1", display_name="Read your notes", description="All of them", consent=consent)
    change_server(okta, scopes=(*known.scopes, read, Scope("notes:write", id="scp2", consent=consent)))
    okta.register("web", **WEB | {"consent_method": method, "label": "Notes"})


def test_consent_is_remembered_by_scope(okta: Okta) -> None:
    notes(okta)
    page = okta.sign_in(okta.authorize(scope="openid notes:read"))
    text = " ".join(page_of(page).text_content().split())
    assert "Notes would like to access:" in text
    assert "Read your notes All of them" in text
    assert "openid" not in text

    answer = okta.submit(page, consent="allow")
    token = (okta.redeem(dict(parameters(answer))["code"]).json or {})["access_token"]
    assert parts(token)[1]["scp"] == ["openid", "notes:read"]
    assert "code" in dict(parameters(okta.authorize(scope="openid notes:read", prompt="none")))
    more = okta.authorize(scope="openid notes:read notes:write")
    assert asks_consent(more)
    assert "Read your notes" not in more.text
    okta.submit(more, consent="allow")
    assert "code" in dict(parameters(okta.authorize(scope="openid notes:read notes:write")))


def test_an_optional_scope_can_be_left_out(okta: Okta) -> None:
    notes(okta)
    server = okta.idp.org.servers.get("default")
    assert server
    optional = tuple(dataclasses.replace(s, optional=s.name in ("notes:write", "email")) for s in server.scopes)
    change_server(okta, scopes=optional)
    page = okta.sign_in(okta.authorize(scope="openid email notes:read notes:write"))
    boxes = page_of(page).xpath("//input[@type='checkbox']")
    assert [(box.get("name"), box.get("value"), box.get("checked") is not None) for box in boxes] == [
        ("scope", "notes:write", True)
    ]

    code = dict(parameters(okta.submit(page, consent="allow", scope="")))["code"]
    token = (okta.redeem(code).json or {})["access_token"]
    assert parts(token)[1]["scp"] == ["openid", "email", "notes:read"]
    again = okta.authorize(scope="openid notes:read notes:write")
    assert asks_consent(again)
    code = dict(parameters(okta.submit(again, consent="allow")))["code"]
    assert (okta.redeem(code).json or {})["scope"] == "openid notes:read notes:write"


def test_consent_page_shows_what_the_app_says_of_itself(okta: Okta) -> None:
    notes(okta)
    hostile = 'https://rp.example/"><script>'
    change_app(okta, logo_uri="https://rp.example/logo.png", client_uri=hostile, tos_uri="javascript:alert(1)")
    page = page_of(okta.sign_in(okta.authorize(scope="openid notes:read")))

    assert [image.get("src") for image in page.iter("img")] == ["https://rp.example/logo.png"]
    assert [(a.text, a.get("href"), a.get("rel")) for a in page.iter("a")] == [
        ("Website", hostile, "noopener noreferrer")
    ]
    assert list(page.iter("script")) == []
    change_app(okta, logo_uri="data:image/png;base64,", client_uri="", policy_uri="http://rp.example/privacy")
    page = page_of(okta.authorize(scope="openid notes:read"))
    assert (list(page.iter("img")), [(a.text, a.get("href")) for a in page.iter("a")]) == (
        [],
        [("Privacy Policy", "http://rp.example/privacy")],
    )
    assert okta.received == []


def test_prompt_consent_asks_for_what_was_given(okta: Okta) -> None:
    notes(okta)
    okta.submit(okta.sign_in(okta.authorize(scope="openid notes:read")), consent="allow")

    page = okta.authorize(scope="openid notes:read", prompt="consent")
    assert asks_consent(page)
    assert "code" in dict(parameters(okta.submit(page, consent="allow")))


def test_prompt_login_consent_asks_for_both(okta: Okta) -> None:
    notes(okta)
    okta.sign_in(okta.authorize())

    page = okta.sign_in(okta.authorize(scope="openid notes:read", prompt="login consent"))
    assert asks_consent(page)
    assert "code" in dict(parameters(okta.submit(page, consent="allow")))


def test_denied_consent_is_not_remembered(okta: Okta) -> None:
    notes(okta)
    denied = okta.submit(okta.sign_in(okta.authorize(scope="openid notes:read")), consent="deny")

    assert dict(parameters(denied))["error"] == "access_denied"
    assert asks_consent(okta.authorize(scope="openid notes:read"))


def test_consent_page_answers_one_request(okta: Okta) -> None:
    notes(okta)
    page = okta.sign_in(okta.authorize(scope="openid notes:read"))
    okta.submit(page, consent="allow")

    assert okta.submit(page, consent="allow").status_code == 400


def test_consent_can_be_switched_off(okta: Okta) -> None:
    notes(okta)
    switch(okta, consent=False)

    assert "code" in dict(parameters(okta.sign_in(okta.authorize(scope="openid notes:read", prompt="consent"))))


def test_attempts_consent(okta: Okta) -> None:
    notes(okta)

    assert "code" in dict(parameters(okta.authorize(okta.attempt(), scope="openid notes:read", prompt="consent")))


def test_refusals_come_before_consent(okta: Okta) -> None:
    notes(okta)
    change_server(okta, policies=())

    assert dict(parameters(okta.sign_in(okta.authorize(scope="openid notes:read"))))["error"] == "access_denied"


# ---- default scopes -----------------------------------------------------------------------------------------


def test_default_scopes(okta: Okta) -> None:
    known = okta.idp.org.servers.get("orders")
    assert known is not None
    change_server(okta, "orders", scopes=(*known.scopes, Scope("orders:list", id="scp9", default=True)))

    tokens = okta.tokens(server="orders", scope=None)
    assert tokens["scope"] == "orders:list"
    assert parts(tokens["access_token"])[1]["scp"] == ["orders:list"]
