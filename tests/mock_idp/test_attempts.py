"""Attempts: which request belongs to which login, and what its transcript says (design 4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from mock_idp.attempts.control import create_control_app
from mock_idp.vocabulary import authorization_response, claim, userinfo
from tests.mock_idp.okta import CALLBACK, NO_OBJECT, Okta, parameters, parts

MINE = {"sub": "00uMine", "email": "Mine@users.test", "name": "Mine"}
YOURS = {"sub": "00uYours", "email": "yours@users.test", "name": "Yours", "preferred_username": "yours"}


def subject_of(okta: Okta, **carriers: Any) -> str:
    """Who an authorization request signs in: a subject, or the page that asks."""
    browser = okta.new_browser()
    if "cookie" in carriers:
        browser.set_cookie("gauntlet_attempt", carriers.pop("cookie"), domain="dev-1.okta.test")
    header = carriers.pop("header", None)
    answer = okta.authorize(header, browser=browser, **carriers)
    if answer.status_code != 302:
        return "page"
    return str(parts((okta.redeem(dict(parameters(answer))["code"]).json or {})["id_token"])[1]["sub"])


def test_binding_order(okta: Okta) -> None:
    mine, yours = okta.attempt(identity=MINE), okta.attempt(identity=YOURS)

    assert subject_of(okta, cookie=mine, header=yours) == "00uMine"
    assert subject_of(okta, cookie="no-such-attempt", header=yours) == "00uYours"
    assert subject_of(okta, header=yours, login_hint="mine@users.test") == "00uYours"
    assert subject_of(okta, login_hint="mine@users.test") == "00uMine"  # e-mail addresses in any case
    assert subject_of(okta, login_hint="yours") == "00uYours"
    assert subject_of(okta, login_hint="nobody@users.test") == "page"
    assert subject_of(okta) == "page"


def test_the_code_says_which_login_it_is(okta: Okta) -> None:
    """A code of one login redeemed in another's browser (code injection) stays with the login it was made for."""
    mine, yours = okta.attempt(claim("x").set("mine"), identity=MINE), okta.attempt(identity=YOURS)
    code = okta.code(mine)

    answer = okta.rp.post(
        okta.url("token"),
        data={"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK},
        headers={"Authorization": "Basic d2ViOndlYi1zZWNyZXQ=", "X-Gauntlet-Attempt": yours},
    )
    body = answer.json or {}
    assert parts(body["id_token"])[1]["x"] == "mine"
    headers = {"Authorization": f"Bearer {body['access_token']}", "X-Gauntlet-Attempt": yours}
    assert (okta.rp.get(okta.url("userinfo"), headers=headers).json or {})["sub"] == "00uMine"
    endpoints = [exchange["endpoint"] for exchange in okta.transcript(mine)["exchanges"]]
    assert endpoints == ["authorize", "token", "userinfo"]
    assert okta.transcript(yours)["bound"] is False


def test_wrong_code_stays_with_who_carries_it(okta: Okta) -> None:
    attempt = okta.attempt()
    okta.token(grant_type="authorization_code", code="wrong", headers={"X-Gauntlet-Attempt": attempt})

    assert [exchange["status"] for exchange in okta.transcript(attempt)["exchanges"]] == [401]


def test_refresh_and_session_lead_back(okta: Okta) -> None:
    attempt = okta.attempt(identity=None)
    answer = okta.sign_in(okta.authorize(attempt, scope="openid offline_access"))
    tokens = okta.redeem(dict(parameters(answer))["code"]).json or {}
    okta.refresh(tokens["refresh_token"])
    okta.authorize(prompt="none")  # silent renewal: only the session's cookie

    endpoints = [exchange["endpoint"] for exchange in okta.transcript(attempt)["exchanges"]]
    assert endpoints == ["authorize", "sign_in", "authorize", "token", "token", "authorize"]


def test_unbound_exchanges_are_honest_and_logged(okta: Okta) -> None:
    okta.attempt(claim("sub").set("evil"))
    okta.sign_in(okta.authorize(state="unbound"))
    okta.rp.get(okta.url("keys"))

    unbound = (okta.control("GET", "/unbound").json or {})["exchanges"]
    assert [exchange["endpoint"] for exchange in unbound] == ["authorize", "sign_in", "authorize", "keys"]
    assert ["state", "unbound"] in unbound[0]["request"]["query"]


def test_transcript(okta: Okta) -> None:
    attempt = okta.attempt(claim("x").set(1), identity=MINE, clock_offset=5, strictness="core")
    assert okta.transcript(attempt)["bound"] is False
    answer = okta.redeem(okta.code(attempt, scope="openid offline_access", nonce="n"))
    body = answer.json or {}

    found = okta.transcript(attempt)
    assert set(found) == {
        "id",
        "misbehaviour",
        "identity",
        "victim",
        "hold",
        "clock_offset",
        "strictness",
        "lease",
        "bound",
        "exchanges",
        "deliveries",
        "failures",
        "authorization_responses",
        "artefacts",
        "canary_hits",
        "logout_messages",
        "issuer",
        "beside",
        "origin",
    }
    assert (found["id"], found["bound"], found["identity"]) == (attempt, True, MINE)
    assert [artefact["kind"] for artefact in found["artefacts"]] == [
        "code",
        "access_token",
        "refresh_token",
        "id_token",
    ]
    token = found["artefacts"][-1]
    assert (token["value"], token["header"], token["claims"]) == (body["id_token"], *parts(body["id_token"]))
    assert list(token["claims"])[:2] == ["sub", "ver"]  # as it was sent, not sorted
    (response,) = found["authorization_responses"]
    assert (response["mode"], response["redirect_uri"]) == ("query", CALLBACK)
    assert [name for name, _ in response["parameters"]] == ["code", "state"]
    request, redeemed = found["exchanges"]
    assert (request["at"], request["method"], request["status"]) == (okta.clock.now(), "GET", 302)
    assert "X-Gauntlet-Attempt" not in request["request"]["headers"]
    assert redeemed["request"]["form"][0] == ["grant_type", "authorization_code"]
    assert redeemed["response"]["body"] == answer.text
    assert redeemed["url"] == okta.url("token")


@pytest.mark.parametrize("mode", [None, "form_post"])
def test_held_response(okta: Okta, mode: str | None) -> None:
    attempt = okta.attempt(authorization_response("state").set("other"), hold=True)
    page = okta.authorize(attempt, response_mode=mode)

    assert page.status_code == 200
    assert "authorization response is held" in page.text
    (response,) = okta.transcript(attempt)["authorization_responses"]
    given = dict(response["parameters"])
    assert given["state"] == "other"
    assert given["code"] not in page.text
    assert okta.redeem(given["code"]).status_code == 200


def test_closed_attempt_signs_nobody_in_but_late_requests_join(okta: Okta) -> None:
    attempt = okta.attempt(userinfo("sub").set("evil"))
    tokens = okta.tokens(attempt)
    assert okta.control("POST", f"/attempts/{attempt}/close").json == okta.transcript(attempt)

    assert "Username" in okta.authorize(attempt).text
    assert (okta.userinfo(tokens["access_token"]).json or {})["sub"] == "evil"
    found = okta.transcript(attempt)
    assert found["closed"] is True
    assert [exchange["endpoint"] for exchange in found["exchanges"]] == ["authorize", "token", "authorize", "userinfo"]


def test_forgotten_attempt_is_gone(okta: Okta) -> None:
    attempt = okta.attempt(claim("x").set(1).where(times=1), identity=MINE)
    tokens = okta.tokens(attempt)
    other = okta.attempt()
    assert okta.control("POST", "/attempts/forget", {"attempts": [attempt, "unknown"]}).json == {"forgotten": 1}

    for method, path in (("GET", ""), ("POST", "/close")):
        assert okta.control(method, f"/attempts/{attempt}{path}").status_code == 404
    assert okta.transcript(other)["id"] == other
    kinds = ("exchange", "delivery", "response", "artefact")
    assert [okta.idp.store.items(kind, attempt) for kind in kinds] == [[]] * 4  # nothing stays in memory
    assert MINE["email"].lower() not in okta.idp.store.keys("login_hint")
    assert subject_of(okta, header=attempt, login_hint=MINE["email"]) == "page"
    assert okta.userinfo(tokens["access_token"]).status_code == 200


def test_forgetting_an_old_attempt_leaves_the_new_one_of_the_same_person(okta: Okta) -> None:
    old = okta.attempt(identity=MINE)
    okta.attempt(identity=MINE)
    okta.control("POST", "/attempts/forget", {"attempts": [old]})

    assert subject_of(okta, login_hint=MINE["email"]) == "00uMine"


def test_transcripts_stay_separate(okta: Okta) -> None:
    """Many logins at once, each with an edit of its own, none in another's transcript."""

    def login(mark: int) -> tuple[str, dict[str, Any]]:
        attempt = okta.attempt(claim("mark").set(mark))
        browser = okta.new_browser()
        code = dict(parameters(okta.authorize(attempt, browser=browser, state=str(mark))))["code"]
        tokens = okta.redeem(code).json or {}
        okta.userinfo(tokens["access_token"])
        return attempt, tokens

    marks = list(range(40))
    Random(1).shuffle(marks)
    with ThreadPoolExecutor(8) as threads:
        logins = list(threads.map(login, marks))

    seen: set[str] = set()
    for mark, (attempt, tokens) in zip(marks, logins, strict=True):
        found = okta.transcript(attempt)
        assert parts(tokens["id_token"])[1]["mark"] == mark
        assert [d["after"] for d in found["deliveries"]] == [mark]
        assert [exchange["endpoint"] for exchange in found["exchanges"]] == ["authorize", "token", "userinfo"]
        values = {artefact["value"] for artefact in found["artefacts"]}
        assert len(values) == 3
        assert not values & seen
        seen |= values


BAD: list[tuple[dict[str, Any], str]] = [
    ({"misbehavior": []}, "unknown members of an attempt: misbehavior; known: misbehaviour, app, identity"),
    ({"identity": "ada"}, "identity: expected an object, got str"),
    ({"identity": {"sub": "s", "email": "e"}}, "identity.name: expected a string that is not empty"),
    ({"identity": {"sub": 3, "email": "e", "name": "n"}}, "identity.sub: expected a string that is not empty"),
    ({"identity": MINE | {"login": "x"}}, "identity: unknown member 'login'; known: address, "),
    ({"identity": MINE | {"groups": "x"}}, "identity.groups: expected a list of strings"),
    ({"identity": MINE | {"claims": 3}}, "identity.claims: expected a table"),
    ({"victim": {"sub": "x"}}, "victim.email: expected a string that is not empty"),
    ({"strictness": "lax"}, "strictness: expected 'okta' or 'core', got 'lax'"),
    ({"hold": "yes"}, "hold: expected true or false, got 'yes'"),
    ({"clock_offset": "1h"}, "clock_offset: expected seconds, got '1h'"),
    ({"clock_offset": float("nan")}, "clock_offset: expected seconds, got nan"),
    ({"lease": 3}, "lease: expected a string, got 3"),
]


@pytest.mark.parametrize(("document", "complaint"), BAD)
def test_bad_attempts_are_refused(okta: Okta, document: dict[str, Any], complaint: str) -> None:
    answer = okta.control("POST", "/attempts", document)

    assert answer.status_code == 400
    assert (answer.json or {})["error"].startswith(complaint)


# ---- the control API ----------------------------------------------------------------------------------------

CALLS = [
    ("GET", "/about"),
    ("POST", "/attempts"),
    ("GET", "/attempts/x"),
    ("POST", "/attempts/x/close"),
    ("POST", "/attempts/forget"),
    ("GET", "/unbound"),
    ("PUT", "/clients/x"),
    ("GET", "/clients/x"),
    ("POST", "/trusted-origins"),
    ("POST", "/leases"),
    ("DELETE", "/leases/x"),
    ("POST", "/people"),
    ("PUT", "/people/x"),
    ("DELETE", "/people/x"),
    ("POST", "/slots"),
    ("GET", "/nothing"),
]


@pytest.mark.parametrize("token", ["", "wrong", "token-of-the-test", "tökén"])
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_control_needs_its_token(okta: Okta, method: str, path: str, token: str) -> None:
    answer = okta.control(method, path, {}, token=token)

    assert (answer.status_code, answer.json) == (401, {"error": "the control API needs its bearer token"})


@pytest.mark.parametrize(
    ("method", "path"), [(m, p) for m, p in CALLS if "x" in p and m != "PUT"] + [("GET", "/nothing")]
)
def test_unknown_things_are_404(okta: Okta, method: str, path: str) -> None:
    answer = okta.control(method, path)
    assert (answer.status_code, list(answer.json or {})) == (404, ["error"])


@pytest.mark.parametrize("wanted", [{}, {"attempts": "x"}, {"attempts": [3]}])
def test_forget_needs_a_list(okta: Okta, wanted: dict[str, Any]) -> None:
    answer = okta.control("POST", "/attempts/forget", wanted)
    assert (answer.status_code, answer.json) == (400, {"error": "attempts: expected a list of attempt ids"})


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"x"'])
@pytest.mark.parametrize("path", ["/attempts", "/leases", "/people", "/slots"])
def test_control_needs_an_object(okta: Okta, path: str, body: bytes) -> None:
    client = create_control_app(okta.idp, "t").test_client()
    answer = client.post(path, data=body, headers={"Authorization": "Bearer t"}, content_type="application/json")
    assert (answer.status_code, answer.json) == (400, {"error": NO_OBJECT})


def test_about(okta: Okta) -> None:
    assert okta.control("GET", "/about").json == {
        "public_url": "https://dev-1.okta.test",
        "issuers": {
            "org": "https://dev-1.okta.test",
            "default": "https://dev-1.okta.test/oauth2/default",
            "orders": "https://dev-1.okta.test/oauth2/orders",
        },
        "carrier": {"cookie": "gauntlet_attempt", "header": "X-Gauntlet-Attempt"},
        "api_token": okta.idp.api_token,
    }


def test_control_is_no_part_of_the_public_listener(okta: Okta) -> None:
    for method, path in CALLS:
        answer = okta.rp.open(path, method=method, headers={"Authorization": "Bearer token-of-the-tests"})
        assert answer.status_code == 404
