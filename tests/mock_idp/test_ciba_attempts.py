"""Backchannel authentication of an attempt, and by the control API."""

from __future__ import annotations

import pytest

from mock_idp.vocabulary import claim
from tests.mock_idp.backchannel_flow import (
    ADA,
    DENIED,
    GRACE,
    PENDING,
    UNKNOWN,
    ask,
    asked,
    outcome,
    poll,
    signed,
    tokens,
)
from tests.mock_idp.okta import Okta, basic
from tests.mock_idp.org_parts import change_ada

pytestmark = pytest.mark.usefixtures("bank")


def test_an_attempts_person_approves_at_once(okta: Okta) -> None:
    attempt = okta.attempt(claim("sub").set("00uevil"), identity=GRACE)
    auth_req_id = asked(okta, login_hint=GRACE["email"])  # the hint says which attempt it is

    assert okta.verified(tokens(okta, auth_req_id)["id_token"])["sub"] == "00uevil"
    seen = okta.transcript(attempt)
    assert [exchange["endpoint"] for exchange in seen["exchanges"]] == ["bc_authorize", "token"]
    assert [artefact["kind"] for artefact in seen["artefacts"]] == ["auth_req_id", "access_token", "id_token"]


def test_a_hint_in_a_signed_request_leads_to_the_attempt(okta: Okta) -> None:
    okta.attempt(identity=GRACE)
    auth_req_id = asked(okta, scope=None, login_hint=None, request=signed(okta, login_hint=GRACE["email"]))

    assert okta.verified(tokens(okta, auth_req_id)["id_token"])["sub"] == "00u1"


def test_an_attempts_id_token_is_a_hint(okta: Okta) -> None:
    okta.attempt(identity=GRACE)
    first = tokens(okta, asked(okta, login_hint=GRACE["email"]))

    again = asked(okta, login_hint=None, id_token_hint=first["id_token"])
    assert okta.verified(tokens(okta, again)["id_token"])["sub"] == "00u1"


def test_a_refusal_belongs_to_the_attempt(okta: Okta) -> None:
    attempt = okta.attempt(identity=GRACE)
    ask(okta, login_hint=GRACE["email"], headers=basic("bank", "wrong"))

    assert [(e["endpoint"], e["status"]) for e in okta.transcript(attempt)["exchanges"]] == [("bc_authorize", 401)]


def test_a_closed_attempts_person_is_gone(okta: Okta) -> None:
    attempt = okta.attempt(identity=GRACE)
    okta.control("POST", f"/attempts/{attempt}/close")

    assert outcome(ask(okta, login_hint=GRACE["email"]))[2] == UNKNOWN


@pytest.mark.parametrize("approve", [True, False])
def test_a_held_attempt_waits_for_the_control_api(okta: Okta, approve: bool) -> None:
    attempt = okta.attempt(identity=GRACE, hold=True)
    auth_req_id = asked(okta, login_hint=GRACE["email"])
    assert outcome(poll(okta, auth_req_id)) == PENDING

    okta.control("POST", "/approvals", {"attempt": attempt, "approve": approve})
    if approve:
        assert okta.verified(tokens(okta, auth_req_id)["id_token"])["sub"] == "00u1"
    else:
        assert outcome(poll(okta, auth_req_id)) == DENIED


def test_control_api_answers_for_whom_it_is_about(okta: Okta) -> None:
    auth_req_id = asked(okta, binding_message="Pay 5")
    (waiting,) = (okta.control("GET", "/approvals").json or {})["pending"]
    assert (waiting["code"], waiting["client_id"], waiting["binding_message"]) == (auth_req_id, "bank", "Pay 5")
    okta.idp.org.users.save(type(change_ada(okta))("00ubob", "bob@example.com", "bob@example.com", "Bob"))

    wrong = okta.control("POST", "/approvals", {"code": auth_req_id, "approve": True, "user": "bob@example.com"})
    assert (wrong.json or {})["error"] == "user: 'bob@example.com' is not whom this request is about"
    okta.control("POST", "/approvals", {"code": auth_req_id, "approve": True})
    assert okta.verified(tokens(okta, auth_req_id)["id_token"])["email"] == ADA
