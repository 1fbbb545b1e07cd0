"""The page where a person approves a device (RFC 8628 3.3, okta.md 1.7)."""

from __future__ import annotations

from typing import Any

import pytest

from mock_idp.org.authorization_server import Policy, Rule, Scope
from tests.mock_idp import error_catalogue
from tests.mock_idp.device_flow import (
    DENIED,
    DEVICE,
    INVALID,
    NO_RULE,
    NOBODY,
    PENDING,
    TV,
    activate,
    approve,
    asked,
    outcome,
    poll,
    signed_in,
    tokens,
)
from tests.mock_idp.okta import ADA, ORIGIN, Okta, page_of
from tests.mock_idp.org_parts import change_ada, change_server
from tests.web.policies import directives

pytestmark = pytest.mark.usefixtures("tv")


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
