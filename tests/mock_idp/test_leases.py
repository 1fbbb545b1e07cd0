"""Leases: issuer-wide edits have the issuer to themselves (design 4)."""

from __future__ import annotations

from typing import Any

import pytest

from mock_idp.vocabulary import discovery, http, jwks
from tests.mock_idp.okta import ORIGIN, Okta
from tests.mock_idp.waiting import BRIEF, Waiting, refused

OPENID = f"{ORIGIN}/oauth2/default/.well-known/openid-configuration"


def acquire(okta: Okta, wait: float = 0) -> str:
    answer = okta.control("POST", "/leases", {"wait": wait})
    assert answer.status_code == 201, answer.text
    return str((answer.json or {})["lease"])


def test_exclusive_lease_waits_for_open_attempts(okta: Okta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_idp.attempts.leases.LOOK_AGAIN", 60)  # who waits is told, it need not look
    first, second = okta.attempt(), okta.attempt()
    assert "other attempts are open" in refused(okta, "/leases", {"wait": BRIEF})
    waiting = Waiting(okta, "/leases", {"wait": 30})

    okta.control("POST", f"/attempts/{first}/close")
    assert waiting.still
    okta.control("POST", "/attempts/forget", {"attempts": [second]})
    assert waiting.done().status_code == 201


def test_attempts_wait_for_the_exclusive_lease(okta: Okta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_idp.attempts.leases.LOOK_AGAIN", 60)
    lease = acquire(okta)
    assert "held the exclusive lease" in refused(okta, f"/attempts?wait={BRIEF}", {})
    waiting = Waiting(okta, "/attempts?wait=30", {})
    assert waiting.still

    assert okta.control("DELETE", f"/leases/{lease}").status_code == 200
    assert waiting.done().status_code == 201


def test_there_is_one_exclusive_lease(okta: Okta) -> None:
    lease = acquire(okta)
    refused(okta, "/leases", {"wait": BRIEF})
    assert okta.control("DELETE", "/leases/wrong").status_code == 404
    refused(okta, "/leases", {"wait": 0})
    okta.control("DELETE", f"/leases/{lease}")
    assert acquire(okta) != lease


@pytest.mark.parametrize(
    "misbehaviour",
    [jwks("keys").set([]), discovery("issuer").set("x"), http("keys").status(500), http("discovery").status(500)],
)
def test_issuer_wide_edits_need_the_lease(okta: Okta, misbehaviour: Any) -> None:
    document = {"misbehaviour": misbehaviour.to_json()}

    assert "take the exclusive lease" in refused(okta, "/attempts", document)
    assert "is not held" in refused(okta, "/attempts", document | {"lease": "wrong"})
    assert okta.control("POST", "/attempts", document | {"lease": acquire(okta)}).status_code == 201


def test_a_lease_that_is_gone_admits_nobody(okta: Okta) -> None:
    lease = acquire(okta)
    okta.control("DELETE", f"/leases/{lease}")

    assert "is not held" in refused(okta, "/attempts", {"lease": lease})


def test_everybody_sees_issuer_wide_edits(okta: Okta) -> None:
    lease = acquire(okta)
    attempt = okta.attempt(discovery("issuer").set("https://other.example") & jwks("keys").set([]), lease=lease)

    assert (okta.rp.get(OPENID).json or {})["issuer"] == "https://other.example"
    assert (okta.rp.get(okta.url("keys")).json or {})["keys"] == []
    assert (okta.rp.get(okta.url("keys", "org")).json or {})["keys"] == []
    deliveries = okta.transcript(attempt)["deliveries"]
    assert [d["seam"] for d in deliveries] == ["discovery", "jwks", "jwks"]

    okta.control("DELETE", f"/leases/{lease}")
    assert (okta.rp.get(OPENID).json or {})["issuer"] == f"{ORIGIN}/oauth2/default"
    assert len((okta.rp.get(okta.url("keys")).json or {})["keys"]) == 3


def test_exclusive_lease_expires(okta: Okta) -> None:
    lease = acquire(okta)
    okta.attempt(discovery("issuer").set("https://other.example"), lease=lease)
    okta.clock.advance(299)
    refused(okta, f"/attempts?wait={BRIEF}", {})
    okta.clock.advance(1)

    assert (okta.rp.get(OPENID).json or {})["issuer"] == f"{ORIGIN}/oauth2/default"
    assert okta.attempt()
    assert okta.control("DELETE", f"/leases/{lease}").status_code == 404


def test_shared_lease_expires(okta: Okta) -> None:
    okta.attempt()
    okta.clock.advance(599)
    refused(okta, "/leases", {"wait": BRIEF})
    okta.clock.advance(1)

    assert acquire(okta)


def test_waiting_notices_an_expiry(okta: Okta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_idp.attempts.leases.LOOK_AGAIN", BRIEF)
    acquire(okta)
    waiting = Waiting(okta, "/attempts?wait=30", {})
    assert waiting.still
    okta.clock.advance(301)

    assert waiting.done().status_code == 201


@pytest.mark.parametrize("wait", ["soon", None, True, -1e300])
def test_bad_wait(okta: Okta, wait: Any) -> None:
    answer = okta.control("POST", "/leases", {"wait": wait})
    assert answer.status_code == 400
    assert (answer.json or {})["error"].startswith("wait: expected seconds")
    assert okta.control("POST", "/attempts?wait=soon", {}).status_code == 400
