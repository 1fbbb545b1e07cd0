"""Every operation at every seam: what is served, and what the delivery record says about it."""

from __future__ import annotations

from typing import Any

import pytest

from mock_idp.edits.rules import SEAMS
from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import (
    access_token,
    app,
    authorization_response,
    check_off,
    claim,
    compact,
    discovery,
    frontchannel_logout,
    header,
    http,
    initiate_login,
    introspection,
    jwks,
    logout_response,
    logout_token,
    payload,
    refresh_response,
    signing,
    token_response,
    userinfo,
    userinfo_signing,
)
from tests.mock_idp.logins import everything
from tests.mock_idp.okta import CALLBACK, ORIGIN, Okta, parameters, parts

ISSUER = f"{ORIGIN}/oauth2/default"
ABSENT = object()
CHANNELS = ("front", "token", "refresh")


def of_json(place: Any, name: str, value: str) -> list[tuple[Misbehaviour, Any, Any]]:
    """The member operations on a string member: misbehaviour, before, after."""
    return [
        (place(name).set("new"), value, "new"),
        (place("new", "deep").set(1), ABSENT, 1),
        (place(name).remove(), value, ABSENT),
        (place(name).append("+"), value, f"{value}+"),
        (place(name).prepend("+"), value, f"+{value}"),
        (place(name).swap_case(), value, value.swapcase()),
        (place(name).truncate(2), value, value[:-2]),
        (place(name).duplicate("two"), value, [value, "two"]),
        (place(name).duplicate_first("two"), value, ["two", value]),
    ]


def of_http(place: Any, status: int, kind: str) -> list[tuple[Misbehaviour, Any, Any]]:
    """The operations on a whole answer; None where the body is not known beforehand."""
    return [
        (place.status(503), status, 503),
        (place.body("<p>down</p>"), None, "<p>down</p>"),
        (place.truncate_body(5), None, None),
        (place.content_type("text/plain"), kind, "text/plain"),
        (place.delay(7), 0, 7),
        (place.max_age(9), None, "max-age=9"),
        (place.retry_after(9), None, "9"),
        (place.redirect("https://elsewhere.example/"), status, "https://elsewhere.example/"),
    ]


def of_parameters(place: Any, name: str, value: str) -> list[tuple[Misbehaviour, Any, Any]]:
    return [
        (place(name).set("new"), value, "new"),
        (place("extra").set("new"), ABSENT, "new"),
        (place(name).remove(), value, ABSENT),
        (place(name).append("+"), value, f"{value}+"),
        (place(name).prepend("+"), value, f"+{value}"),
        (place(name).swap_case(), value, value.swapcase()),
        (place(name).truncate(1), value, value[:-1]),
        (place(name).add("two"), [value], [value, "two"]),
        (place(name).add_first("two"), [value], ["two", value]),
        (place("extra").add("two"), ABSENT, ["two"]),
    ]


FRONT_NAMES = "id_token, access_token, token_type, expires_in, scope, code"
DENIED = {"error": "access_denied", "error_description": "User is not assigned to the client application."}
TABLE: list[tuple[Misbehaviour, Any, Any]] = [
    *of_json(claim, "email", "grace@users.test"),
    *of_json(header, "alg", "RS256"),
    *of_json(access_token, "cid", "web"),
    *of_json(token_response, "token_type", "Bearer"),
    *of_json(refresh_response, "token_type", "Bearer"),
    *of_json(userinfo, "sub", "00u1"),
    *of_json(introspection, "token_type", "Bearer"),
    *of_json(discovery, "issuer", ISSUER),
    (jwks("keys", 0, "kid").set("new"), None, "new"),
    (jwks("keys", 2).remove(), None, ABSENT),
    (jwks("keys", 0, "alg").append("+"), "RS256", "RS256+"),
    (jwks("keys", 0, "alg").prepend("+"), "RS256", "+RS256"),
    (jwks("keys", 0, "alg").swap_case(), "RS256", "rs256"),
    (jwks("keys", 0, "alg").truncate(2), "RS256", "RS2"),
    (jwks("keys").duplicate([]), None, None),
    (jwks("keys").duplicate_first([]), None, None),
    (jwks("keys").add({}), None, None),
    (jwks("keys").add_first({}), None, None),
    (discovery("claims_supported").add("x"), None, None),
    (discovery("claims_supported").add_first("x"), None, None),
    *of_parameters(authorization_response, "state", "s1"),
    (authorization_response("state").percent_encode(), ["s1"], ["%73%31"]),
    (authorization_response("state").set_return_url("/x"), "s1", "s1:/x"),
    *of_parameters(logout_response, "state", "bye"),
    *of_parameters(frontchannel_logout, "iss", ISSUER),
    *of_parameters(initiate_login, "iss", ORIGIN),
    (initiate_login.mode("form_post"), "query", "form_post"),
    (app("pkce_required").set(True), False, True),
    *of_json(logout_token, "aud", "web"),
    (authorization_response.error(*DENIED.values()), FRONT_NAMES, DENIED),
    (authorization_response.mode("query"), "fragment", "query"),
    (signing("alg").set("RS512"), "RS256", "RS512"),
    (userinfo_signing("alg").set("RS512"), "RS256", "RS512"),
    *of_http(token_response, 200, "application/json"),
    *of_http(refresh_response, 200, "application/json"),
    *of_http(userinfo, 200, "application/json"),
    *of_http(introspection, 200, "application/json"),
    *[row for row in of_http(http("authorize"), 302, "text/html; charset=utf-8") if "truncate" not in str(row[0])],
    *of_http(http("keys"), 200, "application/json"),
    *of_http(http("token"), 200, "application/json"),
    (compact().set("a.b.c"), None, "a.b.c"),
    (compact().append("+"), None, None),
    (compact().prepend("+"), None, None),
    (compact().truncate(3), None, None),
    (compact().swap_case(), None, None),
    (compact("payload", "email").remove(), "grace@users.test", ABSENT),
    (compact("payload", "email").set("new"), "grace@users.test", "new"),
    (compact("signature").set(""), None, ""),
    (compact("signature").corrupt(), "the honest signature", "the same with eight bits flipped"),
    (compact("signature").drop(), "header.payload.signature", "header.payload"),
    (compact("signature").zero(), "the honest signature", "as many octets that are all 0"),
    (compact().serialize("general"), None, None),
    (payload.set("[]"), None, "[]"),
    (payload.set_hex("ff"), None, "ff"),
    (payload.pad(5), "the claims", "the claims and 5 spaces"),
]


def test_table_has_every_operation_of_every_seam() -> None:
    tried = {(edit.seam, edit.op) for misbehaviour, _, _ in TABLE for edit in misbehaviour}
    expected = {(seam, op) for seam, rule in SEAMS.items() for op in rule.ops}

    elsewhere = {seam for seam, _ in expected - tried}
    assert elsewhere == {"check", "id_token.encryption", "id_token.encryption_header", "userinfo.compact"}
    # test_token_endpoint has all four checks; test_encryption and test_userinfo have apps that ask for the others.


@pytest.mark.parametrize(("misbehaviour", "before", "after"), TABLE, ids=[str(row[0])[:60] for row in TABLE])
def test_delivery_record(okta: Okta, misbehaviour: Misbehaviour, before: Any, after: Any) -> None:
    (edit,) = misbehaviour
    seen = everything(okta, misbehaviour)

    deliveries = seen.transcript["deliveries"]
    assert deliveries
    assert seen.transcript["failures"] == []
    for delivery in deliveries:
        assert delivery["edit"] == 0
        assert (delivery["seam"], delivery["op"], delivery["path"]) == (edit.seam, edit.op, list(edit.path))
        assert delivery["text"] == str(edit)
        for name, value in (("before", before), ("after", after)):
            if value is not None:
                assert delivery.get(name, ABSENT) == value, name
    if SEAMS[edit.seam].channels:
        # UserInfo is asked once, with the newest access token.
        expected = ["token"] if edit.seam.startswith("userinfo") else list(CHANNELS)
        assert [delivery["channel"] for delivery in deliveries] == expected


@pytest.mark.parametrize(("mode", "start"), [("query", f"{CALLBACK}?code="), ("fragment", f"{CALLBACK}#code=")])
def test_response_in_another_mode(okta: Okta, mode: str, start: str) -> None:
    attempt = okta.attempt(authorization_response.mode(mode))
    answer = okta.authorize(attempt, response_mode="form_post")

    assert answer.headers["Location"].startswith(start)
    assert dict(parameters(answer))["state"] == "s1"
    assert okta.transcript(attempt)["authorization_responses"][0]["mode"] == mode


def test_mode_that_was_asked_for_is_no_change(okta: Okta) -> None:
    attempt = okta.attempt(authorization_response.mode("form_post"))
    page = okta.authorize(attempt, response_mode="form_post")

    assert [name for name, _ in parameters(page)] == ["code", "state"]
    assert okta.transcript(attempt)["deliveries"] == []


def test_what_is_delivered_is_what_is_served(okta: Okta) -> None:
    seen = everything(
        okta,
        claim("email").set("x@y")
        & header("typ").set("JWT")
        & access_token("scp").remove()
        & token_response("expires_in").set("soon")
        & refresh_response("scope").remove()
        & userinfo("sub").duplicate("00u9")
        & authorization_response("iss").set(ISSUER)
        & logout_response("state").add_first("other"),
    )

    for channel, token in (("front", seen.front), ("token", seen.body("token")), ("refresh", seen.body("refresh"))):
        head, claims = parts(token["id_token"])
        assert (head["typ"], claims["email"]) == ("JWT", "x@y"), channel
        assert "scp" not in parts(token["access_token"])[1]
    assert seen.body("token")["expires_in"] == "soon"
    assert "scope" in seen.body("token")
    assert "scope" not in seen.body("refresh")
    assert seen.userinfo is not None
    assert '"sub":"00u1","sub":"00u9"' in seen.userinfo.text
    assert seen.front["iss"] == ISSUER
    assert seen.logout is not None
    assert parameters(seen.logout) == [("state", "other"), ("state", "bye")]


def test_whole_answers(okta: Okta) -> None:
    seen = everything(
        okta,
        token_response.body("<html>") & token_response.content_type("text/html") & token_response.status(500),
    )
    assert seen.token is not None
    assert (seen.token.status_code, seen.token.content_type, seen.token.text) == (500, "text/html", "<html>")
    assert seen.refresh is not None
    assert seen.refresh.status_code == 200  # another seam

    moved = everything(okta, http("userinfo").redirect("https://elsewhere.example/")).userinfo
    assert moved is not None
    assert (moved.status_code, moved.headers["Location"]) == (307, "https://elsewhere.example/")

    cut = everything(okta, userinfo.truncate_body(3)).userinfo
    assert cut is not None
    assert cut.text.endswith('"email_verified":tr'), cut.text
    assert cut.headers["Content-Length"] == str(len(cut.data))


def test_http_edits_reach_error_answers_too(okta: Okta) -> None:
    attempt = okta.attempt(http("token").status(503))

    assert okta.redeem(okta.code(attempt), redirect_uri="https://rp.example/other").status_code == 503


def test_delay_lets_time_pass(okta: Okta) -> None:
    attempt = okta.attempt(token_response.delay(7.5))
    before = okta.clock.now()

    okta.redeem(okta.code(attempt))
    assert okta.clock.now() == before + 7.5


@pytest.mark.parametrize(
    "misbehaviour",
    [
        claim("aud").set("web"),
        claim("no", "such").remove(),
        claim("amr", 7).set("x"),
        claim("ver", "deeper").set(1),
        claim("acr").append("x"),
        claim("acr").swap_case(),
        claim("acr").duplicate("x"),
        userinfo.status(200),
        token_response("nothing").remove(),
        authorization_response("nothing").remove(),
    ],
)
def test_an_edit_that_changes_nothing_is_not_delivered(okta: Okta, misbehaviour: Misbehaviour) -> None:
    seen = everything(okta, misbehaviour)

    assert seen.transcript["deliveries"] == []
    assert seen.transcript["failures"] == []
    assert "no" not in parts(seen.front["id_token"])[1]


def test_edits_compose_in_order(okta: Okta) -> None:
    misbehaviour = claim("x").set({}) & claim("x", "y").set([1]) & claim("x", "y", 0).set(2) & claim("x", "z").set(3)
    seen = everything(okta, misbehaviour.where(channel="token"))

    assert parts(seen.body("token")["id_token"])[1]["x"] == {"y": [2], "z": 3}
    # Each record shows its own moment, not what later edits made of the same object.
    records = [(d["edit"], d.get("before", ABSENT), d["after"]) for d in seen.transcript["deliveries"]]
    assert records == [(0, ABSENT, {}), (1, ABSENT, [1]), (2, 1, 2), (3, ABSENT, 3)]


def test_an_edit_leaves_the_idp_as_it_was(okta: Okta) -> None:
    honest = everything(okta)
    everything(okta, jwks("keys", 0, "alg").set("x") & discovery("scopes_supported", 0).set("x"))
    everything(okta, access_token("scp", 0).set("x").where(channel="front") & claim("amr", 0).set("x"))
    again = everything(okta)

    assert (again.body("jwks"), again.body("discovery")) == (honest.body("jwks"), honest.body("discovery"))
    seen = everything(okta, access_token("scp", 0).set("x").where(channel="front"))
    assert parts(seen.front["access_token"])[1]["scp"][0] == "x"
    assert parts(seen.body("token")["access_token"])[1]["scp"][0] == "openid"
    assert parts(seen.body("refresh")["access_token"])[1]["scp"][0] == "openid"


def test_edits_after_a_duplicate_member(okta: Okta) -> None:
    misbehaviour = claim("email").duplicate("b@x") & claim("email").append("!")
    seen = everything(okta, misbehaviour.where(channel="token"))

    assert [(d["before"], d["after"]) for d in seen.transcript["deliveries"]] == [
        ("grace@users.test", ["grace@users.test", "b@x"]),
        (["grace@users.test", "b@x"], "grace@users.test!"),
    ]


def test_parameters_keep_their_order(okta: Okta) -> None:
    answer = okta.authorize(okta.attempt(authorization_response("code").set("c")), response_type="code")

    assert parameters(answer) == [("code", "c"), ("state", "s1")]
    assert answer.headers["Location"].startswith(CALLBACK)


def test_check_off_needs_no_delivery_where_the_check_holds(okta: Okta) -> None:
    assert everything(okta, check_off("redirect_uri")).transcript["deliveries"] == []


# ---- where --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("place", [claim("x").set(1), header("x").set(1), access_token("x").set(1)], ids=str)
def test_where_channel(okta: Okta, place: Misbehaviour, channel: str) -> None:
    seen = everything(okta, place.where(channel=channel))

    assert [d["channel"] for d in seen.transcript["deliveries"]] == [channel]


@pytest.mark.parametrize(
    ("place", "where", "delivered"),
    [
        (claim("x").set(1), {"nth": 2}, ["token"]),
        (claim("x").set(1), {"times": 2}, ["front", "token"]),
        (claim("x").set(1), {"nth": 1, "channel": "refresh"}, ["refresh"]),
        (claim("x").set(1), {"nth": 2, "channel": "refresh"}, []),
        (signing("alg").set("RS512"), {"nth": 3}, ["refresh"]),
        (compact("signature").drop(), {"times": 1}, ["front"]),
        (token_response.status(500), {"nth": 1}, [None]),
        (token_response("scope").remove(), {"nth": 1}, [None]),
        (token_response.status(500), {"nth": 2}, []),
        (token_response("scope").remove() & token_response.status(500), {"times": 1}, [None, None]),
        (http("token").status(500), {"nth": 2}, [None]),
        (http("token").status(500), {"times": 5}, [None, None]),
    ],
)
def test_where_counts(okta: Okta, place: Misbehaviour, where: dict[str, Any], delivered: list[str | None]) -> None:
    seen = everything(okta, place.where(**where))

    assert [d["channel"] for d in seen.transcript["deliveries"]] == delivered


def test_where_counts_per_attempt(okta: Okta) -> None:
    misbehaviour = claim("x").set(1).where(times=1)

    for _ in range(2):
        assert len(everything(okta, misbehaviour).transcript["deliveries"]) == 1
