"""The Authentication API: a password for a session token (okta.md 8)."""

from __future__ import annotations

from typing import Any

import pytest

from mock_idp.org.model import TrustedOrigin
from tests.mock_idp.okta import ORIGIN, Okta
from tests.mock_idp.org_parts import change_ada
from tests.mock_idp.session_parts import (
    AUTHN,
    CREDENTIALS,
    SPA,
    authn,
)


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


@pytest.mark.parametrize("path", ["cancel", "recovery/password", "factors/ufs1/verify"])
def test_what_is_not_built_of_authn_asks_for_no_api_token(okta: Okta, path: str) -> None:
    answer = okta.browser.post(f"{ORIGIN}/api/v1/authn/{path}", json={"stateToken": "00x"})
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (501, "E0000060")
    assert path in (answer.json or {})["errorCauses"][0]["errorSummary"]
