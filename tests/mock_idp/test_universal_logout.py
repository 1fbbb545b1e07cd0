"""Universal Logout by Global Token Revocation, both ways (okta.md 7)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_idp.org.model import User
from mock_idp.protocol.sign_out.universal_logout import universal_logout
from tests.management import openapi
from tests.mock_idp.okta import ORIGIN, WEB, Okta, parameters, parts

GTR = "https://rp.example/global-token-revocation"
INBOUND = f"{ORIGIN}/oauth2/v1/global-token-revocation"


@pytest.fixture
def ada(okta: Okta) -> User:
    okta.register("web", **WEB, global_token_revocation_uri=GTR)
    found = okta.idp.user_by_login("ada@example.com")
    assert found is not None
    return found


@pytest.mark.parametrize("form", ["email", "iss_sub"])
def test_what_the_app_gets(okta: Okta, ada: User, form: str) -> None:
    okta.register("web", **WEB, global_token_revocation_uri=GTR, global_token_revocation_subject=form)

    universal_logout(okta.idp, ada).join()
    (sent,) = okta.received
    subject = {
        "email": {"format": "email", "email": "ada@example.com"},
        "iss_sub": {"format": "iss_sub", "iss": ORIGIN, "sub": ada.id},
    }
    assert (sent.method, str(sent.url), sent.headers["Content-Type"]) == ("POST", GTR, "application/json")
    assert json.loads(sent.content) == {"sub_id": subject[form]}
    scheme, _, token = sent.headers["Authorization"].partition(" ")
    now = int(okta.clock.now())
    claims = okta.verified(token, "org")
    assert (scheme, parts(token)[0]["typ"]) == ("Bearer", "global-token-revocation+jwt")
    assert claims == {
        "iss": ORIGIN,
        "sub": "web",
        "aud": GTR,
        "iat": now,
        "nbf": now - 300,
        "exp": now + 300,
        "jti": claims["jti"],
    }


def test_sessions_end_and_apps_with_a_backchannel_hear_of_it(okta: Okta, ada: User) -> None:
    okta.register("other", **WEB, backchannel_logout_uri="https://other.example/bye")
    okta.sign_in(okta.authorize(client_id="other"))

    universal_logout(okta.idp, ada).join()
    assert sorted(str(sent.url) for sent in okta.received) == ["https://other.example/bye", GTR]
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, 1),
        ({"users": []}, 0),  # nobody is assigned
        ({"status": "INACTIVE"}, 0),
        ({"global_token_revocation_uri": ""}, 0),
    ],
)
def test_which_apps_take_part(okta: Okta, ada: User, settings: dict[str, Any], told: int) -> None:
    okta.register("web", **WEB | {"global_token_revocation_uri": GTR} | settings)

    universal_logout(okta.idp, ada).join()
    assert len(okta.received) == told


def test_on_demand(okta: Okta, ada: User) -> None:
    okta.register("web", **WEB, global_token_revocation_uri=GTR, users=[])
    attempt = okta.attempt()
    okta.answers = lambda _sent: httpx.Response(422)

    found = okta.control("POST", "/logout", {"kind": "universal", "attempt": attempt}).json or {}
    (message,) = found["messages"]
    person = okta.transcript(attempt)["identity"]
    assert json.loads(message["body"]) == {"sub_id": {"format": "email", "email": person["email"]}}
    assert (message["kind"], message["url"], message["status"]) == ("universal", GTR, 422)
    assert okta.transcript(attempt)["logout_messages"] == [message]
    assert (okta.control("POST", "/logout", {"kind": "universal", "user": ada.id}).json or {})["messages"] == []
    nobody = okta.attempt(identity=None)
    assert okta.control("POST", "/logout", {"kind": "universal", "attempt": nobody}).status_code == 400


def inbound(okta: Okta, subject: Any, authorization: str | None = None) -> Any:
    authorization = f"SSWS {okta.idp.api_token}" if authorization is None else authorization
    answer = okta.rp.post(INBOUND, json=subject, headers={"Authorization": authorization})
    openapi.check(answer, openapi.OAUTH)
    return answer


@pytest.mark.parametrize(
    "subject",
    [
        {"format": "email", "email": "ada@example.com"},
        {"format": "opaque", "id": "{id}"},
        {"format": "iss_sub", "iss": "https://idp.example.com", "sub": "{id}"},
        {"format": "iss_sub", "iss": "https://idp.example.com", "sub": "ada@example.com"},
    ],
)
def test_inbound(okta: Okta, ada: User, subject: dict[str, str]) -> None:
    code = dict(parameters(okta.sign_in(okta.authorize(scope="openid offline_access"))))["code"]
    tokens = okta.redeem(code).json or {}
    somebody = okta.tokens(scope="openid offline_access")
    subject = {name: value.replace("{id}", ada.id) for name, value in subject.items()}

    answer = inbound(okta, {"sub_id": subject})
    assert (answer.status_code, answer.data) == (204, b"")
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]
    assert okta.refresh(tokens["refresh_token"]).status_code == 400
    assert okta.userinfo(tokens["access_token"]).status_code == 401
    assert okta.refresh(somebody["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {},
        {"sub_id": 3},
        {"sub_id": {"format": "email", "email": "nobody@example.com"}},
        {"sub_id": {"format": "x"}},
    ],
)
def test_inbound_refusals(okta: Okta, sent: Any) -> None:
    assert inbound(okta, sent).status_code == 400


@pytest.mark.parametrize("authorization", ["", "SSWS wrong", "Bearer wrong"])
def test_inbound_needs_a_caller(okta: Okta, authorization: str) -> None:
    answer = inbound(okta, {"sub_id": {"format": "email", "email": "ada@example.com"}}, authorization)

    assert (answer.status_code, answer.json["errorCode"]) == (401, "E0000011")


def test_inbound_needs_the_scope(okta: Okta, ada: User) -> None:
    bearer = f"Bearer {okta.tokens(server='org')['access_token']}"
    answer = inbound(okta, {"sub_id": {"format": "opaque", "id": ada.id}}, bearer)

    assert (answer.status_code, answer.json["errorCode"]) == (403, "E0000006")
