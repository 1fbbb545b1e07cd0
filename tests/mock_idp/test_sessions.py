"""The browser's session: its cookie, its end, the Sessions API, authn and session tokens (okta.md 2.7, 6.2, 8)."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mock_idp.org.model import TrustedOrigin
from tests.management import openapi
from tests.mock_idp.okta import ADA, CALLBACK, ORIGIN, WEB, Okta, page_of, parameters, parts
from tests.mock_idp.org_parts import change_ada, switch

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


# ---- the session --------------------------------------------------------------------------------------------


def test_session_of_this_browser(okta: Okta) -> None:
    assert not_found(me(okta))
    okta.sign_in(okta.authorize())

    answer = me(okta)
    session: dict[str, Any] = answer.json or {}
    ada = okta.idp.user_by_login("ada@example.com")
    assert session["id"].startswith("102")
    assert ada is not None
    assert (session["userId"], session["login"], session["status"]) == (ada.id, ada.login, "ACTIVE")
    assert (session["createdAt"], session["expiresAt"]) == ("2027-01-15T08:00:00.000Z", "2027-01-15T10:00:00.000Z")
    assert (session["amr"], session["mfaActive"]) == (["pwd"], False)
    assert session["idp"] == {"id": okta.idp.org.id, "type": "OKTA"}
    assert not_found(me(okta, browser=okta.new_browser()))
    openapi.check(answer)


def test_session_ends_when_it_is_closed(okta: Okta) -> None:
    okta.sign_in(okta.authorize())

    closed = me(okta, "DELETE")
    assert (closed.status_code, closed.data) == (204, b"")
    assert "idx=;" in closed.headers["Set-Cookie"]
    assert not_found(me(okta))
    assert not_found(me(okta, "DELETE"))
    assert asks(okta.authorize())


@pytest.mark.parametrize("use", ["GET", "POST", "authorize"])
def test_session_ends_when_nobody_uses_it(okta: Okta, use: str) -> None:
    okta.sign_in(okta.authorize())
    okta.clock.advance(7199)
    okta.authorize() if use == "authorize" else me(okta, use)
    okta.clock.advance(7199)
    assert "code" in dict(parameters(okta.authorize()))

    okta.clock.advance(7200)
    assert asks(okta.authorize())
    assert not_found(me(okta))


def test_session_lasts_as_long_as_the_switch_says(okta: Okta) -> None:
    switch(okta, session_ttl=60)
    okta.sign_in(okta.authorize())
    okta.clock.advance(60)

    assert asks(okta.authorize())


@pytest.mark.parametrize(("engine", "cookie"), [("oie", "idx="), ("classic", "sid=102")])
def test_cookie_is_named_by_the_engine(okta: Okta, engine: str, cookie: str) -> None:
    switch(okta, engine=engine)
    form = page_of(okta.authorize()).forms[0]

    answer = okta.browser.post(str(form.action), data={**dict(form.form_values()), **ADA})
    assert answer.headers["Set-Cookie"].startswith(cookie)
    assert (me(okta).json or {})["login"] == "ada@example.com"


def test_the_longest_session(okta: Okta) -> None:
    switch(okta, session_ttl=316_224_000)
    okta.sign_in(okta.authorize())

    body = me(okta).json or {}
    assert (body["createdAt"], body["expiresAt"]) == ("2027-01-15T08:00:00.000Z", "2037-01-22T08:00:00.000Z")
    refused = okta.control("PUT", "/settings", {"session_ttl": 10**12})
    assert (refused.status_code, refused.json) == (
        400,
        {"error": "settings.session_ttl: expected 1 to 316224000, got 1000000000000"},
    )
    assert me(okta).status_code == 200


def test_signing_in_again_goes_on_with_the_session(okta: Okta) -> None:
    okta.sign_in(okta.authorize())
    before = (me(okta).json or {})["id"]
    okta.clock.advance(10)
    okta.sign_in(okta.authorize(prompt="login"))

    after = me(okta).json or {}
    assert after["id"] == before
    assert after["lastPasswordVerification"] == "2027-01-15T08:00:10.000Z"


@pytest.mark.parametrize("status", ["SUSPENDED", "DEPROVISIONED", "LOCKED_OUT", "STAGED", "PASSWORD_EXPIRED"])
def test_who_is_not_active_is_not_let_in(okta: Okta, status: str) -> None:
    change_ada(okta, status=status)

    page = okta.sign_in(okta.authorize())
    assert asks(page)
    assert "Unable to sign in" in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("status", ["SUSPENDED", "DEPROVISIONED"])
def test_suspending_ends_the_session(okta: Okta, status: str) -> None:
    okta.sign_in(okta.authorize())
    change_ada(okta, status=status)

    assert asks(okta.authorize())
    assert not_found(me(okta))
    assert dict(parameters(okta.authorize(prompt="none")))["error"] == "login_required"
    change_ada(okta, status="ACTIVE")
    assert asks(okta.authorize())  # what was ended stays so


# ---- authn --------------------------------------------------------------------------------------------------


def test_password_gives_a_session_token(okta: Okta) -> None:
    answer = authn(okta)

    body: dict[str, Any] = answer.json or {}
    assert (answer.status_code, body["status"], body["expiresAt"]) == (200, "SUCCESS", "2027-01-15T08:05:00.000Z")
    assert body["sessionToken"].startswith("20111")
    assert body["_embedded"]["user"]["profile"]["login"] == "ada@example.com"
    assert "Set-Cookie" not in answer.headers  # the token is for the browser to spend


def test_authn_says_when_the_password_was_changed(okta: Okta) -> None:
    change_ada(okta, password_changed=1_800_000_000)

    user = (authn(okta).json or {})["_embedded"]["user"]
    assert user["passwordChanged"] == "2027-01-15T08:00:00.000Z"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "nobody"}])
def test_wrong_password(okta: Okta, wrong: dict[str, str]) -> None:
    answer = authn(okta, **wrong)

    body: dict[str, Any] = answer.json or {}
    assert (answer.status_code, body["errorCode"], body["errorSummary"]) == (401, "E0000004", "Authentication failed")


@pytest.mark.parametrize("sent", [{"password": None}, {"username": ""}, {"username": 1}])
def test_incomplete_authn(okta: Okta, sent: dict[str, Any]) -> None:
    answer = authn(okta, **sent)

    body: dict[str, Any] = answer.json or {}
    assert (answer.status_code, body["errorCode"]) == (400, "E0000001")
    cause = "The 'username' and 'password' attributes are required in this context."
    assert body["errorCauses"] == [{"errorSummary": cause}]


@pytest.mark.parametrize(
    ("status", "http", "said"),
    [
        ("LOCKED_OUT", 200, {"status": "LOCKED_OUT"}),
        ("PASSWORD_EXPIRED", 200, {"status": "PASSWORD_EXPIRED"}),
        ("SUSPENDED", 401, {"errorCode": "E0000004"}),
        ("DEPROVISIONED", 401, {"errorCode": "E0000004"}),
    ],
)
def test_authn_of_who_is_not_active(okta: Okta, status: str, http: int, said: dict[str, str]) -> None:
    change_ada(okta, status=status)

    answer = authn(okta)
    body: dict[str, Any] = answer.json or {}
    assert answer.status_code == http
    assert {name: body[name] for name in said} == said
    assert "sessionToken" not in body
    assert okta.rp.post(AUTHN, json=CREDENTIALS | {"password": "wrong"}).status_code == 401


@pytest.mark.parametrize(("origin", "allowed"), [(SPA, SPA), ("https://evil.example", None)])
def test_authn_from_a_browser(okta: Okta, origin: str, allowed: str | None) -> None:
    okta.idp.org.origins.save(TrustedOrigin(SPA, id="tos1"))
    asked = {"Origin": origin, "Access-Control-Request-Headers": "x-okta-user-agent-extended"}

    before = okta.rp.options(AUTHN, headers=asked)
    answer = okta.rp.post(AUTHN, json=CREDENTIALS, headers={"Origin": origin})
    assert (before.status_code, answer.status_code) == (200, 200)
    for given in (before, answer):
        assert given.headers.get("Access-Control-Allow-Origin") == allowed
        assert given.headers.get("Access-Control-Allow-Credentials") == ("true" if allowed else None)


# ---- session tokens -----------------------------------------------------------------------------------------


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


# ---- attempts -----------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("path", ["cancel", "recovery/password", "factors/ufs1/verify"])
def test_what_is_not_built_of_authn_asks_for_no_api_token(okta: Okta, path: str) -> None:
    answer = okta.browser.post(f"{ORIGIN}/api/v1/authn/{path}", json={"stateToken": "00x"})
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (501, "E0000060")
    assert path in (answer.json or {})["errorCauses"][0]["errorSummary"]
