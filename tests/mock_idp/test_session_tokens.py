"""Session tokens: at the authorization endpoint and for a cookie; the pages for signing in and out (okta.md 8)."""

from __future__ import annotations

from typing import Any

import pytest

from mock_idp.org.model import TrustedOrigin
from tests.mock_idp.okta import ADA, CALLBACK, ORIGIN, WEB, Okta, page_of, parameters, parts
from tests.mock_idp.org_parts import change_ada
from tests.mock_idp.session_parts import (
    AUTHN,
    CREDENTIALS,
    REDIRECT,
    SPA,
    asks,
    me,
    session_token,
)


def test_session_token_at_authorize(okta: Okta) -> None:
    token = session_token(okta)
    okta.clock.advance(299)

    answer = okta.authorize(sessionToken=token, prompt="none")
    claims = parts((okta.redeem(dict(parameters(answer))["code"]).json or {})["id_token"])[1]
    assert (claims["email"], claims["amr"]) == ("ada@example.com", ["pwd"])
    assert answer.headers["Set-Cookie"].startswith("idx=")
    assert "code" in dict(parameters(okta.authorize()))  # the session stays
    assert asks(okta.authorize(sessionToken=token, browser=okta.new_browser()))  # the token worked once


@pytest.mark.parametrize("late", [True, False])
def test_session_token_that_is_no_good(okta: Okta, late: bool) -> None:
    token = session_token(okta) if late else "20111nonsense"
    okta.clock.advance(300)

    assert asks(okta.authorize(sessionToken=token))
    assert dict(parameters(okta.authorize(sessionToken=token, prompt="none")))["error"] == "login_required"


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "1"}], ids=str)
def test_session_token_is_a_sign_in_for_this_request(okta: Okta, asked: dict[str, Any]) -> None:
    okta.sign_in(okta.authorize())
    okta.clock.advance(10)

    answer = okta.authorize(sessionToken=session_token(okta), **asked)
    claims = parts((okta.redeem(dict(parameters(answer))["code"]).json or {})["id_token"])[1]
    assert claims["auth_time"] == int(okta.clock.now())
    okta.clock.advance(1)
    assert asks(okta.authorize(**asked))  # the next one asks again


def test_session_token_and_a_second_factor_are_a_sign_in_together(okta: Okta) -> None:
    okta.register("web", **WEB | {"require_mfa": True})
    change_ada(okta, factors=("otp",))

    answer = okta.submit(okta.authorize(sessionToken=session_token(okta), prompt="login"), passCode="123456")
    claims = parts((okta.redeem(dict(parameters(answer))["code"]).json or {})["id_token"])[1]
    assert claims["amr"] == ["mfa", "otp", "pwd"]


def test_session_token_of_who_was_suspended_since(okta: Okta) -> None:
    token = session_token(okta)
    change_ada(okta, status="SUSPENDED")

    assert asks(okta.authorize(sessionToken=token))


@pytest.mark.parametrize("target", ["/oauth2/v1/authorize?x=1", f"{ORIGIN}/app/UserHome", f"{SPA}/in"])
def test_session_cookie_redirect(okta: Okta, target: str) -> None:
    okta.idp.org.origins.save(TrustedOrigin(SPA, id="tos1", scopes=("REDIRECT",)))

    answer = okta.browser.get(REDIRECT, query_string={"token": session_token(okta), "redirectUrl": target})
    assert answer.status_code == 302
    assert answer.headers["Location"] == (target if target.startswith("https") else ORIGIN + target)
    assert answer.headers["Set-Cookie"].startswith("idx=")
    assert "code" in dict(parameters(okta.authorize()))


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        f"{ORIGIN}.evil.example/",
        f"{ORIGIN}@evil.example/",
        "https://[",
        "javascript:alert(1)",
        "",
        f"{SPA}/in",
        f"{ORIGIN}/a\r\nSet-Cookie: x=y",
    ],
)
def test_session_cookie_redirect_goes_nowhere_else(okta: Okta, target: str) -> None:
    okta.idp.org.origins.save(TrustedOrigin(SPA, id="tos1", scopes=("CORS",)))
    token = session_token(okta)

    answer = okta.browser.get(REDIRECT, query_string={"token": token, "redirectUrl": target})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (400, False)
    assert "Location" not in answer.headers
    # The token was not spent.
    assert "code" in dict(parameters(okta.authorize(sessionToken=token)))


def test_session_cookie_redirect_without_a_token_asks(okta: Okta) -> None:
    answer = okta.browser.get(REDIRECT, query_string={"token": "20111x", "redirectUrl": f"{ORIGIN}/a?b=c&d"})

    assert answer.headers["Location"] == (
        f"{ORIGIN}/login/login.htm?fromURI=https%3A%2F%2Fdev-1.okta.test%2Fa%3Fb%3Dc%26d"
    )
    page = okta.browser.get(answer.headers["Location"])
    form = page_of(page).forms[0]
    signed_in = okta.browser.post(str(form.action), data={**dict(form.form_values()), **ADA})
    assert signed_in.headers["Location"] == f"{ORIGIN}/a?b=c&d"


def test_login_page_by_itself(okta: Okta) -> None:
    page = okta.browser.get(f"{ORIGIN}/login/login.htm", query_string={"fromURI": "https://evil.example/"})
    form = page_of(page).forms[0]
    wrong = okta.browser.post(str(form.action), data={**dict(form.form_values()), **ADA, "credentials": "x"})
    assert "Unable to sign in" in wrong.text

    answer = okta.browser.post(str(form.action), data={**dict(form.form_values()), **ADA})
    assert answer.headers["Location"] == f"{ORIGIN}/app/UserHome"
    again = okta.browser.get(f"{ORIGIN}/login/login.htm?fromURI=/oauth2/v1/keys")
    assert again.headers["Location"] == f"{ORIGIN}/oauth2/v1/keys"


def test_sign_out_page(okta: Okta) -> None:
    okta.sign_in(okta.authorize())

    answer = okta.browser.get(f"{ORIGIN}/login/signout")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{ORIGIN}/login/login.htm")
    assert asks(okta.authorize())


def test_session_and_token_carry_the_attempt_on(okta: Okta) -> None:
    attempt = okta.attempt(identity=None)
    carrier = {"X-Gauntlet-Attempt": attempt}
    token = (okta.rp.post(AUTHN, json=CREDENTIALS, headers=carrier).json or {})["sessionToken"]

    okta.browser.get(REDIRECT, query_string={"token": token, "redirectUrl": "/app/UserHome"})
    me(okta)
    okta.redeem(dict(parameters(okta.authorize()))["code"])
    endpoints = [exchange["endpoint"] for exchange in okta.transcript(attempt)["exchanges"]]
    assert endpoints == ["authn", "session_cookie_redirect", "session", "authorize", "token"]


def test_the_attempts_person_comes_before_a_session_token(okta: Okta) -> None:
    attempt = okta.attempt()
    answer = okta.authorize(attempt, sessionToken=session_token(okta))

    claims = parts((okta.redeem(dict(parameters(answer))["code"]).json or {})["id_token"])[1]
    assert claims["sub"] == okta.transcript(attempt)["identity"]["sub"]
    assert answer.headers["Location"].startswith(CALLBACK)
