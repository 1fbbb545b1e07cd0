"""The sign-in page of people, sessions, and how an attempt gets round them (okta.md 2.1, 2.7)."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import ADA, CALLBACK, WEB, Okta, page_of, parameters, parts

NOT_LOGGED_IN = "The client specified not to prompt, but the user is not logged in."
TOO_OLD = "The client specified not to prompt, but the client app requires re-authentication or MFA."


def asks(answer: TestResponse) -> bool:
    return answer.status_code == 200 and "Username" in answer.text


def signed_in_as(okta: Okta, answer: TestResponse) -> dict[str, object]:
    tokens = okta.redeem(dict(parameters(answer))["code"]).json or {}
    return parts(tokens["id_token"])[1]


def test_a_person_signs_in(okta: Okta) -> None:
    page = okta.authorize(login_hint="ada@example.com")
    assert asks(page)
    assert page_of(page).forms[0].fields["identifier"] == "ada@example.com"
    assert page.headers["Cache-Control"] == "no-cache, no-store"

    answer = okta.sign_in(page)
    assert answer.headers["Location"].startswith(f"{CALLBACK}?code=")
    claims = signed_in_as(okta, answer)
    assert (claims["name"], claims["email"]) == ("Ada Admin", "ada@example.com")
    assert claims["auth_time"] == int(okta.clock.now())


@pytest.mark.parametrize(
    "wrong", [{"credentials": "wrong"}, {"credentials": ""}, {"identifier": "nobody"}, {"identifier": ""}]
)
def test_wrong_credentials(okta: Okta, wrong: dict[str, str]) -> None:
    page = okta.sign_in(okta.authorize(), ADA | wrong)

    assert asks(page)
    assert "Unable to sign in" in page.text
    assert "Set-Cookie" not in page.headers
    assert "code" in dict(parameters(okta.sign_in(page)))  # the page can be used again


@pytest.mark.parametrize("typed", ["ada@example.com", "nobody", ""])
def test_what_was_typed_as_username_stays(okta: Okta, typed: str) -> None:
    def named(page: TestResponse) -> tuple[str, str]:
        [field] = page_of(page).xpath("//input[@name='identifier']")
        [focused] = page_of(page).xpath("//input[@autofocus]")
        return field.get("value"), focused.get("name")

    page = okta.authorize(login_hint="eve@example.com")
    assert named(page) == ("eve@example.com", "identifier")
    assert named(okta.sign_in(page, {"identifier": typed, "credentials": "wrong"})) == (typed, "credentials")


def test_nobody_signs_in_without_a_password_of_their_own(make_okta: MakeOkta) -> None:
    okta = make_okta()
    okta.idp.store.put("user", "00u2", {"id": "00u2", "login": "eve", "email": "eve@e", "name": "Eve", "password": ""})

    assert asks(okta.sign_in(okta.authorize(), {"identifier": "eve", "credentials": ""}))


def test_session_spares_the_page(okta: Okta) -> None:
    okta.sign_in(okta.authorize())
    okta.clock.advance(100)

    again = okta.authorize()
    assert signed_in_as(okta, again)["auth_time"] == int(okta.clock.now()) - 100
    assert asks(okta.authorize(browser=okta.new_browser()))


def test_prompt_login_asks_every_time(okta: Okta) -> None:
    okta.sign_in(okta.authorize())

    page = okta.authorize(prompt="login")
    assert asks(page)
    assert "code" in dict(parameters(okta.sign_in(page)))
    assert asks(okta.authorize(prompt="login"))


@pytest.mark.parametrize(("max_age", "passed", "asked"), [("0", 0, True), ("60", 59, False), ("60", 61, True)])
def test_max_age(okta: Okta, max_age: str, passed: int, asked: bool) -> None:
    okta.sign_in(okta.authorize())
    okta.clock.advance(passed)

    page = okta.authorize(max_age=max_age)
    assert asks(page) == asked
    if asked:
        assert "code" in dict(parameters(okta.sign_in(page)))


def test_prompt_none(okta: Okta) -> None:
    assert parameters(okta.authorize(prompt="none")) == [
        ("state", "s1"),
        ("error", "login_required"),
        ("error_description", NOT_LOGGED_IN),
    ]
    okta.sign_in(okta.authorize())
    assert "code" in dict(parameters(okta.authorize(prompt="none")))
    okta.clock.advance(100)
    assert dict(parameters(okta.authorize(prompt="none", max_age="60")))["error_description"] == TOO_OLD


def test_attempt_signs_in_without_a_page(okta: Okta) -> None:
    assert "code" in dict(parameters(okta.authorize(okta.attempt(), prompt="login", max_age="0")))


def test_attempt_without_identity_asks_a_person(okta: Okta) -> None:
    attempt = okta.attempt(identity=None)

    page = okta.authorize(attempt)
    assert asks(page)
    code = dict(parameters(okta.sign_in(page)))["code"]
    okta.redeem(code)
    # The form and the code carry the attempt on; the browser's header was on the first request only.
    endpoints = [exchange["endpoint"] for exchange in okta.transcript(attempt)["exchanges"]]
    assert endpoints == ["authorize", "sign_in", "authorize", "token"]


def test_request_survives_the_page(okta: Okta) -> None:
    """A POST request with a nonce and another response mode goes on after the sign-in as it was."""
    page = okta.authorize(method="POST", response_mode="form_post", nonce="n1", state="ünïcode & more")

    answer = okta.sign_in(page)
    assert dict(parameters(answer))["state"] == "ünïcode & more"
    assert signed_in_as(okta, answer)["nonce"] == "n1"


def test_sign_in_goes_on_once(okta: Okta) -> None:
    page = okta.authorize()
    form = page_of(page).forms[0]
    data = {**dict(form.form_values()), **ADA}
    redirect = okta.browser.post(str(form.action), data=data).headers["Location"]

    assert okta.browser.get(redirect).status_code == 302
    for stale in (okta.browser.get(redirect), okta.browser.post(str(form.action), data=data)):
        assert stale.status_code == 400
        assert "The sign-in request has expired." in stale.text


def test_hostile_strings_are_escaped(okta: Okta) -> None:
    hostile = "\"'><script>alert(1)</script>{{7*7}}"
    okta.register("web", **WEB | {"label": hostile})

    page = okta.authorize(login_hint=hostile)
    assert "<script" not in page.text
    assert page_of(page).forms[0].fields["identifier"] == hostile
    assert hostile in page_of(page).text_content()
    error = okta.authorize(client_id=f"nobody{hostile}")
    assert "<script" not in error.text


def test_cookie_of_a_tls_org_is_for_every_site(okta: Okta) -> None:
    form = page_of(okta.authorize()).forms[0]
    answer = okta.browser.post(str(form.action), data={**dict(form.form_values()), **ADA})

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("idx=")
    assert {"Secure", "HttpOnly", "SameSite=None"} <= set(cookie.split("; "))
