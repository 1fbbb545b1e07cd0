"""Logins that nobody registered are attempts all the same (docs/decisions/0013, point 4)."""

from __future__ import annotations

from typing import Any

import pytest

from mock_idp.attempts.by_hand import KEPT
from mock_idp.misbehaviour import MisbehaviourError
from mock_idp.org.authorization_server import Scope
from mock_idp.vocabulary import claim, discovery, initiate_login, victim
from tests.mock_idp.okta import CALLBACK, ORIGIN, WEB, Okta, parameters, parts
from tests.mock_idp.org_parts import change_app, change_server
from tests.mock_idp.test_authorize_errors import request_object

TILE = {"idp_initiated_login_mode": "SPEC", "initiate_login_uri": "https://rp.example/login"}


def observed(okta: Okta) -> list[dict[str, Any]]:
    """The transcripts of the attempts that no harness registered, newest first."""
    return [okta.transcript(attempt["id"]) for attempt in okta.idp.attempts.by_hand.recent()]


def endpoints(transcript: dict[str, Any]) -> list[str]:
    return [exchange["endpoint"] for exchange in transcript["exchanges"]]


def tokens(okta: Okta, **asked: Any) -> dict[str, Any]:
    """A login of Ada's, who signs in if she has no session."""
    page = okta.authorize(**asked)
    answer = okta.sign_in(page) if page.status_code == 200 else page
    redeemed = okta.redeem(dict(parameters(answer))["code"]).json
    assert redeemed is not None
    return dict(redeemed)


def test_a_login_is_followed_from_request_to_userinfo(okta: Okta) -> None:
    made = tokens(okta)
    okta.userinfo(made["access_token"])

    [attempt] = observed(okta)
    assert endpoints(attempt) == ["authorize", "sign_in", "authorize", "token", "userinfo"]
    assert (attempt["origin"], attempt["misbehaviour"], attempt["identity"]) == ("observed", [], None)
    assert [artefact["kind"] for artefact in attempt["artefacts"]] == ["code", "access_token", "id_token"]
    assert attempt["authorization_responses"][0]["redirect_uri"] == CALLBACK


def test_each_login_is_one(okta: Okta) -> None:
    """Also in one session, which belongs to none of them."""
    tokens(okta)
    okta.clock.advance(5)
    tokens(okta)

    newest, oldest = observed(okta)
    assert endpoints(newest) == ["authorize", "token"]
    assert endpoints(oldest)[-1] == "token"
    assert newest["began"] - oldest["began"] == 5


def test_refused_requests_are_logins_too(okta: Okta) -> None:
    okta.authorize(client_id="nobody")
    okta.authorize(request_uri="urn:okta:unknown")

    assert [attempt["exchanges"][0]["status"] for attempt in observed(okta)] == [400, 400]


def test_a_pushed_request_is_its_beginning(okta: Okta) -> None:
    sent: dict[str, Any] = {"redirect_uri": CALLBACK, "response_type": "code", "scope": "openid", "state": "s"}
    okta.post("par", **sent)
    pushed = okta.post("par", **sent).json
    assert pushed is not None
    okta.browser.get(okta.url("authorize"), query_string={"client_id": "web", "request_uri": pushed["request_uri"]})

    [attempt] = observed(okta)
    assert endpoints(attempt) == ["par", "authorize"]
    assert pushed["request_uri"] in attempt["exchanges"][0]["response"]["body"]


def test_registered_attempts_stay_what_they_are(okta: Okta) -> None:
    attempt = okta.attempt()
    okta.tokens(attempt)
    okta.authorize(login_hint=okta.transcript(attempt)["identity"]["email"])

    assert observed(okta) == []
    assert okta.transcript(attempt)["origin"] == "registered"


def test_they_stand_in_the_log_of_what_belongs_to_nobody(okta: Okta) -> None:
    tokens(okta)
    log = (okta.control("GET", "/unbound").json or {})["exchanges"]

    assert [exchange["endpoint"] for exchange in log] == ["authorize", "sign_in", "authorize", "token"]


def test_they_hold_no_lease(okta: Okta) -> None:
    okta.authorize()

    assert okta.control("POST", "/leases", {"wait": 0}).status_code == 201


def test_the_newest_are_kept(okta: Okta) -> None:
    first = observed_id(okta)
    for _ in range(KEPT):
        okta.authorize()

    assert len(observed(okta)) == KEPT
    assert okta.control("GET", f"/attempts/{first}").status_code == 404


def test_tokens_of_a_forgotten_login_still_work(okta: Okta) -> None:
    made = tokens(okta)
    [attempt] = observed(okta)
    okta.control("POST", "/attempts/forget", {"attempts": [attempt["id"]]})

    assert okta.userinfo(made["access_token"]).status_code == 200
    assert observed(okta) == []


def observed_id(okta: Okta) -> str:
    okta.authorize()
    return str(okta.idp.attempts.by_hand.recent()[0]["id"])


# ---- armed by hand ------------------------------------------------------------------------------------------

WRONG = claim("aud").set("nobody")


def test_the_next_login_is_the_armed_one_and_only_that(okta: Okta) -> None:
    okta.idp.attempts.by_hand.arm(WRONG, next_login=True)

    assert parts(tokens(okta)["id_token"])[1]["aud"] == "nobody"
    assert parts(tokens(okta)["id_token"])[1]["aud"] == "web"
    assert [attempt["origin"] for attempt in observed(okta)] == ["observed", "bench"]
    assert observed(okta)[1]["deliveries"][0]["seam"] == "id_token.claims"


def test_a_registered_login_leaves_it_for_others(okta: Okta) -> None:
    okta.idp.attempts.by_hand.arm(WRONG, next_login=True)

    assert parts(okta.tokens()["id_token"])[1]["aud"] == "web"
    assert parts(tokens(okta)["id_token"])[1]["aud"] == "nobody"


@pytest.mark.parametrize(
    "check",
    [
        {"headers": {"Accept": "*/*"}},
        {"prompt": "none"},
        {"request": request_object(client_id="web", prompt="none", redirect_uri=CALLBACK)},
    ],
    ids=["no browser", "silent", "silent by a request object"],
)
def test_an_applications_own_check_leaves_it_for_the_person(okta: Okta, check: dict[str, Any]) -> None:
    """Some ask /authorize whether their settings are right, or whether there is a session, before anybody signs in."""
    okta.idp.attempts.by_hand.arm(WRONG, next_login=True)
    okta.authorize(**check)

    assert parts(tokens(okta)["id_token"])[1]["aud"] == "nobody"
    assert [attempt["origin"] for attempt in observed(okta)] == ["observed", "bench"]


def test_disarmed(okta: Okta) -> None:
    okta.idp.attempts.by_hand.arm(WRONG, next_login=True)
    okta.idp.attempts.by_hand.disarm()

    assert parts(tokens(okta)["id_token"])[1]["aud"] == "web"


def test_whoever_carries_the_id_has_it_until_they_carry_it_no_more(okta: Okta) -> None:
    attempt = okta.idp.attempts.by_hand.arm(WRONG, next_login=False)
    okta.browser.set_cookie("gauntlet_attempt", attempt["id"], domain="dev-1.okta.test")

    assert [parts(tokens(okta)["id_token"])[1]["aud"] for _ in range(2)] == ["nobody", "nobody"]
    okta.browser.delete_cookie("gauntlet_attempt", domain="dev-1.okta.test")
    assert parts(tokens(okta)["id_token"])[1]["aud"] == "web"  # although the session began with it


def test_the_bench_has_a_victim_and_no_person(okta: Okta) -> None:
    okta.idp.attempts.by_hand.arm(claim("sub").set(victim("sub")), next_login=True)

    claims = parts(tokens(okta)["id_token"])[1]
    assert (claims["sub"], claims["email"]) == ("00uvictimofthebench0", "ada@example.com")


def test_what_everybody_would_see_cannot_be_armed(okta: Okta) -> None:
    with pytest.raises(MisbehaviourError, match="seen by everybody"):
        okta.idp.attempts.by_hand.arm(discovery("issuer").set("x"), next_login=True)


def test_a_tile_counts_where_the_misbehaviour_is_about_it(okta: Okta) -> None:
    okta.register("web", **WEB | TILE)
    okta.sign_in(okta.launch())
    okta.idp.attempts.by_hand.arm(WRONG, next_login=True)
    assert "iss=https" in okta.launch().headers["Location"]
    assert parts(tokens(okta)["id_token"])[1]["aud"] == "nobody"

    okta.idp.attempts.by_hand.arm(initiate_login("iss").set("x"), next_login=True)
    assert okta.launch().headers["Location"].endswith("?iss=x")


def test_an_unasked_id_token_is_a_login(okta: Okta) -> None:
    okta.register("web", **WEB | TILE)
    change_app(okta, idp_initiated_login_mode="OKTA")
    okta.sign_in(okta.launch())

    [attempt] = observed(okta)
    assert endpoints(attempt) == ["launch"]
    assert [artefact["kind"] for artefact in attempt["artefacts"]] == ["id_token"]


def test_consent_and_second_pages_stay_in_the_login(okta: Okta) -> None:
    known = okta.idp.org.servers.get("default")
    assert known is not None
    change_server(okta, scopes=(*known.scopes, Scope("notes:read", consent="REQUIRED")))
    okta.register("web", **WEB | {"consent_method": "REQUIRED"})
    okta.submit(okta.sign_in(okta.authorize(scope="openid notes:read")), consent="allow")

    [attempt] = observed(okta)
    assert endpoints(attempt) == ["authorize", "sign_in", "authorize", "consent", "authorize"]
    assert ORIGIN in attempt["exchanges"][0]["url"]
