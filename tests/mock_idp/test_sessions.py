"""The browser's session: its cookie, its end, the Sessions API (okta.md 2.7, 6.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.management import openapi
from tests.mock_idp.okta import ADA, Okta, page_of, parameters
from tests.mock_idp.org_parts import change_ada, switch
from tests.mock_idp.session_parts import (
    asks,
    me,
    not_found,
)


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
