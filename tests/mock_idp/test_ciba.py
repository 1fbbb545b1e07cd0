"""Client-initiated backchannel authentication, poll mode (OpenID CIBA Core 1.0, okta.md 1.7)."""

from __future__ import annotations

import re

import pytest

from tests.mock_idp import error_catalogue
from tests.mock_idp.backchannel_flow import (
    ADA,
    BANK,
    CIBA,
    CLIENT,
    DENIED,
    EXPIRED,
    PENDING,
    SLOW_DOWN,
    ask,
    asked,
    outcome,
    phone,
    poll,
    signed,
    tokens,
)
from tests.mock_idp.okta import ORIGIN, Okta, basic, page_of
from tests.mock_idp.org_parts import change_ada
from tests.web.policies import directives

pytestmark = pytest.mark.usefixtures("bank")


@pytest.mark.parametrize("server", ["default", "org"])
def test_a_person_approves(okta: Okta, server: str) -> None:
    answer = ask(okta, server=server, binding_message="Pay <b>5</b>", login_hint=ADA.upper())
    body = answer.json or {}
    assert list(body) == ["auth_req_id", "expires_in", "interval"]
    assert (body["expires_in"], body["interval"]) == (300, 5)
    assert re.fullmatch(r"ft[\w-]{32}", body["auth_req_id"])
    assert outcome(poll(okta, body["auth_req_id"], server=server)) == PENDING

    page = phone(okta)
    assert "Bank" in page.text
    assert "Pay &lt;b&gt;5&lt;/b&gt;" in page.text
    assert body["auth_req_id"] not in page.text
    assert "Request approved" in okta.submit(page, answer="allow").text
    made = tokens(okta, body["auth_req_id"], server=server)
    assert list(made) == ["token_type", "expires_in", "access_token", "scope", "id_token"]
    assert okta.verified(made["id_token"], server)["email"] == ADA
    assert "There is nothing to approve." in phone(okta).text


def test_a_person_denies(okta: Okta) -> None:
    auth_req_id = asked(okta)

    assert "Request denied" in okta.submit(phone(okta), answer="deny").text
    assert outcome(poll(okta, auth_req_id)) == outcome(poll(okta, auth_req_id)) == DENIED


def test_a_person_sees_their_own_requests_only(okta: Okta) -> None:
    okta.idp.org.users.save(type(change_ada(okta))("00ubob", "bob@example.com", "bob@example.com", "Bob", password="b"))
    asked(okta, login_hint="bob@example.com", binding_message="for Bob")
    first, second = asked(okta, binding_message="one"), asked(okta, binding_message="two")

    page = phone(okta)
    texts = [form.text_content() for form in page_of(page).forms]
    assert [("one" in text, "two" in text) for text in texts] == [(True, False), (False, True)]
    okta.submit(page, answer="deny")
    assert (outcome(poll(okta, first)), outcome(poll(okta, second))) == (DENIED, PENDING)


def test_somebody_else_cannot_answer(okta: Okta) -> None:
    auth_req_id = asked(okta)
    page = phone(okta)
    session = okta.idp.store.get("session", okta.idp.store.keys("session")[0]) or {}
    okta.idp.org.users.save(type(change_ada(okta))("00ubob", "bob@example.com", "bob@example.com", "Bob", password="b"))
    okta.idp.store.update("session", session["cookie"], lambda known: {**known, "user": "00ubob"})

    assert "has expired" in okta.submit(page, answer="allow").text
    assert outcome(poll(okta, auth_req_id)) == PENDING


def test_the_page_is_for_this_host(okta: Okta) -> None:
    asked(okta)
    page = phone(okta)

    assert directives(page)["frame-ancestors"] == "'self'"
    forged = okta.browser.post(f"{ORIGIN}/activate/answer", data={"answer": "allow"})
    assert (forged.status_code, "has expired" in forged.text) == (400, True)


def test_refresh_token(okta: Okta) -> None:
    auth_req_id = asked(okta, scope="openid offline_access")
    okta.submit(phone(okta), answer="allow")

    made = tokens(okta, auth_req_id)
    assert okta.refresh(made["refresh_token"], headers=CLIENT).status_code == 200


def test_id_token_hint(okta: Okta) -> None:
    code = dict(_parameters(okta))["code"]
    hint = (okta.redeem(code, headers=CLIENT).json or {})["id_token"]
    okta.clock.advance(4000)  # an expired one will do

    auth_req_id = asked(okta, login_hint=None, id_token_hint=hint)
    okta.submit(phone(okta), answer="allow")
    assert okta.verified(tokens(okta, auth_req_id)["id_token"])["email"] == ADA


def _parameters(okta: Okta) -> list[tuple[str, str]]:
    location = okta.sign_in(okta.authorize(client_id="bank")).headers["Location"]
    return [("code", location.partition("code=")[2].partition("&")[0])]


def test_signed_request(okta: Okta) -> None:
    auth_req_id = asked(
        okta, scope=None, login_hint=None, request=signed(okta, login_hint=ADA, binding_message="signed")
    )

    page = phone(okta)
    assert "signed" in page.text
    okta.submit(page, answer="allow")
    assert tokens(okta, auth_req_id)["scope"] == "openid"


def test_polls_that_come_too_early(okta: Okta) -> None:
    auth_req_id = asked(okta)
    seen = []
    for wait in (0, 5, 4, 10, 9):
        okta.clock.advance(wait)
        seen.append(outcome(poll(okta, auth_req_id)))

    assert seen == [PENDING, PENDING, SLOW_DOWN, PENDING, SLOW_DOWN]


def test_auth_req_id_works_once(okta: Okta) -> None:
    auth_req_id = asked(okta)
    okta.submit(phone(okta), answer="allow")

    assert tokens(okta, auth_req_id)
    assert outcome(poll(okta, auth_req_id)) == EXPIRED
    assert outcome(poll(okta, "nonsense")) == EXPIRED


def test_auth_req_id_in_other_hands(okta: Okta) -> None:
    device = "urn:ietf:params:oauth:grant-type:device_code"
    okta.register("other", **BANK | {"grant_types": ["authorization_code", CIBA, device]})
    auth_req_id = asked(okta)
    okta.submit(phone(okta), answer="allow")

    other = basic("other", "s" * 40)
    assert outcome(poll(okta, auth_req_id, headers=other))[1:] == (
        "invalid_grant",
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
        "authorize request.",
    )
    text = "The grant was issued for another authorization server."
    assert outcome(poll(okta, auth_req_id, server="org")) == (400, "invalid_request", text)
    as_device = poll(okta, None, grant_type=device, device_code=auth_req_id, headers=other)
    assert outcome(as_device)[2] == "The device code is invalid or has expired."
    assert tokens(okta, auth_req_id)


def test_no_auth_req_id(okta: Okta) -> None:
    text = "The required parameter 'auth_req_id' is missing."
    assert outcome(poll(okta, None)) == (400, "invalid_request", text)


def test_somebody_who_is_suspended_in_between(okta: Okta) -> None:
    auth_req_id = asked(okta)
    okta.submit(phone(okta), answer="allow")
    change_ada(okta, status="SUSPENDED")

    assert outcome(poll(okta, auth_req_id)) == EXPIRED


@pytest.mark.skipif(not error_catalogue.available(), reason=error_catalogue.MISSING)
@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        ("ciba_authorization_pending", PENDING),
        ("ciba_slow_down", SLOW_DOWN),
        ("ciba_expired_auth_req_id", EXPIRED),
        ("access_denied", DENIED),
    ],
)
def test_texts_are_the_catalogues(key: str, refusal: tuple[int, str, str]) -> None:
    assert error_catalogue.fault(key, *refusal[1:]) == ""
