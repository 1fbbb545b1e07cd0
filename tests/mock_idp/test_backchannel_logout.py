"""Logout Tokens (OpenID Connect Back-Channel Logout 1.0), which the mock sends though Okta does not."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from mock_idp.vocabulary import logout_token
from tests.mock_idp.logins import BYE
from tests.mock_idp.okta import ORIGIN, WEB, Okta, parameters, parts
from tests.mock_idp.org_parts import change_app
from tests.mock_idp.test_single_logout import logout, signed_in_at_both

BACKCHANNEL = "https://rp.example/backchannel"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def both(okta: Okta) -> Okta:
    """An org whose apps `web` and `other` want Logout Tokens."""
    okta.register("web", **WEB, backchannel_logout_uri=BACKCHANNEL)
    okta.register("other", **WEB, backchannel_logout_uri="https://other.example/bye")
    return okta


def token_of(sent: httpx.Request) -> str:
    (token,) = parse_qs(sent.content.decode())["logout_token"]
    return token


def test_every_app_of_the_session_gets_a_logout_token(both: Okta) -> None:
    answer = logout(both, signed_in_at_both(both))

    assert answer.status_code == 302
    assert sorted(str(sent.url) for sent in both.received) == ["https://other.example/bye", BACKCHANNEL]
    claims = {}
    for sent in both.received:
        assert (sent.method, sent.headers["Content-Type"]) == ("POST", "application/x-www-form-urlencoded")
        token = token_of(sent)
        assert parts(token)[0] | {"kid": ""} == {"alg": "RS256", "kid": "", "typ": "logout+jwt"}
        claims[str(sent.url)] = both.verified(token)
    mine, others = claims[BACKCHANNEL], claims["https://other.example/bye"]
    ada = both.idp.user_by_login("ada@example.com")
    assert ada is not None
    now = int(both.clock.now())
    assert mine == {
        "iss": f"{ORIGIN}/oauth2/default",
        "sub": ada.id,
        "aud": "web",
        "iat": now,
        "exp": now + 120,
        "jti": mine["jti"],
        "events": {EVENT: {}},
        "sid": mine["sid"],
    }
    assert (others["aud"], others["sid"]) == ("other", mine["sid"])
    assert others["jti"] != mine["jti"]


def test_misbehaviour_and_transcript(both: Okta) -> None:
    attempt = both.attempt(logout_token("events").remove() & logout_token("nonce").set("n"))
    token = signed_in_at_both(both, attempt)
    both.answers = lambda _sent: httpx.Response(400, json={"error": "invalid_request"})

    logout(both, token, attempt)
    messages = both.transcript(attempt)["logout_messages"]
    assert sorted(message["client_id"] for message in messages) == ["other", "web"]
    for message, sent in zip(messages, both.received, strict=True):
        claims = both.verified(token_of(sent))
        assert "events" not in claims
        assert claims["nonce"] == "n"
        assert message["claims"] == claims
        assert message["header"]["typ"] == "logout+jwt"
        assert (message["kind"], message["method"], message["url"]) == ("backchannel", "POST", str(sent.url))
        assert message["body"] == sent.content.decode()
        assert (message["status"], message["answer"], message["error"]) == (400, '{"error":"invalid_request"}', None)
    assert {d["seam"] for d in both.transcript(attempt)["deliveries"]} == {"logout_token"}


def refuse(sent: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody listens", request=sent)


@pytest.mark.parametrize(
    ("answers", "status", "answer", "error"),
    [
        (refuse, None, None, "ConnectError: nobody listens"),
        (lambda _: httpx.Response(302, headers={"Location": "https://elsewhere.example/"}), 302, "", None),
        (lambda _: httpx.Response(200, text="x" * 5000), 200, "x" * 2000, None),
    ],
)
def test_whatever_the_app_answers_the_logout_goes_on(
    okta: Okta, answers: Any, status: int | None, answer: str | None, error: str | None
) -> None:
    okta.register("web", **WEB, backchannel_logout_uri=BACKCHANNEL)
    attempt = okta.attempt()
    okta.answers = answers

    back = logout(okta, okta.tokens(attempt)["id_token"], attempt)
    assert back.headers["Location"] == f"{BYE}?state=s"
    (message,) = okta.transcript(attempt)["logout_messages"]
    assert (message["status"], message["answer"], message["error"]) == (status, answer, error)
    assert len(okta.received) == 1  # a redirect is not followed


def test_on_demand(both: Okta) -> None:
    attempt = both.attempt()
    both.tokens(attempt)
    both.sign_in(both.authorize(client_id="other"))
    both.answers = lambda _sent: httpx.Response(204)

    def tell(**who: str) -> list[tuple[str, int]]:
        found = both.control("POST", "/logout", {"kind": "backchannel", **who}).json or {}
        return [(message["client_id"], message["status"]) for message in found["messages"]]

    assert tell(attempt=attempt) == [("web", 204)]
    assert tell(attempt=attempt) == [("web", 204)]  # and the session is still there
    assert tell(user="ada@example.com") == [("other", 204)]
    assert "code=" in both.authorize(prompt="none", client_id="other").headers["Location"]


@pytest.mark.parametrize(
    ("sent", "status", "complaint"),
    [
        ({"kind": "backchannel"}, 400, "expected either attempt (its id) or user (an id or login)"),
        ({"kind": "backchannel", "attempt": "a", "user": "b"}, 400, "expected either attempt (its id) or user"),
        ({"kind": "sideways", "user": "ada@example.com"}, 400, "kind: expected frontchannel, backchannel, universal"),
        ({"kind": "universal", "user": "nobody"}, 404, "no user 'nobody'"),
        ({"kind": "universal", "attempt": "none"}, 404, "no attempt 'none'"),
        ({"kind": "universal", "whom": "ada"}, 400, "unknown members: whom; known: attempt, user, kind"),
        ({"kind": "universal", "attempt": 3}, 400, "expected either attempt (its id) or user"),
    ],
)
def test_on_demand_is_checked(okta: Okta, sent: dict[str, Any], status: int, complaint: str) -> None:
    answer = okta.control("POST", "/logout", sent)

    assert answer.status_code == status
    assert (answer.json or {})["error"].startswith(complaint)


def test_forgotten_attempts_have_no_session(both: Okta) -> None:
    attempt = both.attempt()
    both.tokens(attempt)

    both.control("POST", "/attempts/forget", {"attempts": [attempt]})
    assert both.idp.store.keys("session_app") == []


def test_the_apps_uri_only(okta: Okta) -> None:
    change_app(okta, backchannel_logout_uri="com.example.app:/logout")
    attempt = okta.attempt()

    logout(okta, okta.tokens(attempt)["id_token"], attempt)
    (message,) = okta.transcript(attempt)["logout_messages"]
    assert (message["status"], message["error"]) == (None, "only http and https URIs can be called")
    assert okta.received == []


def test_codes_are_not_needed(okta: Okta) -> None:
    """An app that was sent an ID Token from the front channel has signed in, too."""
    okta.register("web", **WEB, backchannel_logout_uri=BACKCHANNEL)
    attempt = okta.attempt()
    front = dict(parameters(okta.authorize(attempt, response_type="id_token", nonce="n")))

    logout(okta, front["id_token"], attempt)
    assert [str(sent.url) for sent in okta.received] == [BACKCHANNEL]
