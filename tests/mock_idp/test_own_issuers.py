"""Issuers of an attempt's own: the whole issuer may misbehave, and nobody else sees it (docs/decisions/0010, 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_idp.clock import ManualClock
from mock_idp.idp import Idp
from mock_idp.org.model import AuthorizationServer, Org
from mock_idp.vocabulary import bulk, discovery, elsewhere, extra_jwk, http, jwks, moved, published_jwk
from tests.mock_idp.okta import CALLBACK, ORIGIN, Okta, parts

OWN_CALLBACK = "http://127.0.0.1:4711/callback"


def own(okta: Okta, misbehaviour: Any = None, **members: Any) -> tuple[str, str]:
    """A new attempt and the id of its issuer."""
    wanted = {"like": "default"} | members
    document = {"misbehaviour": misbehaviour.to_json() if misbehaviour else [], "issuer": wanted}
    answer = okta.control("POST", "/attempts", document)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json or {}
    assert made["issuer"]["url"] == f"{ORIGIN}/oauth2/{made['issuer']['id']}"
    return made["id"], made["issuer"]["id"]


def document(okta: Okta, server: str, name: str = "openid-configuration") -> dict[str, Any]:
    found: dict[str, Any] = okta.rp.get(f"{ORIGIN}/oauth2/{server}/.well-known/{name}").json or {}
    return found


def keys(okta: Okta, server: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (okta.rp.get(okta.url("keys", server)).json or {})["keys"]
    return found


def test_it_is_like_the_other_in_everything_but_its_name(okta: Okta) -> None:
    _, issuer = own(okta)
    mine, others = document(okta, issuer), document(okta, "default")
    assert str(mine) == str(others).replace("/oauth2/default", f"/oauth2/{issuer}")
    token = okta.tokens(server=issuer)["id_token"]
    head, claims = parts(token)
    assert claims["iss"] == f"{ORIGIN}/oauth2/{issuer}"
    assert head["kid"] == keys(okta, issuer)[0]["kid"] != keys(okta, "default")[0]["kid"]


def test_what_all_would_see_is_seen_there_alone_and_needs_no_lease(okta: Okta) -> None:
    okta.attempt()  # its shared lease is in nobody's way
    attempt, issuer = own(okta, discovery("issuer").set("https://evil.example") & jwks("keys").set([]))
    assert document(okta, issuer)["issuer"] == "https://evil.example"
    assert keys(okta, issuer) == []
    assert document(okta, "default")["issuer"] == f"{ORIGIN}/oauth2/default"
    assert len(keys(okta, "default")) == 3
    assert [found["text"] for found in okta.transcript(attempt)["deliveries"]] == [
        'discovery("issuer").set("https://evil.example")',
        'jwks("keys").set([])',
    ]


def test_every_request_there_belongs_to_the_newest_attempt(okta: Okta) -> None:
    first, issuer = own(okta)
    document(okta, issuer)
    second, same = own_again(okta, issuer, http("keys").status(500))
    assert same == issuer
    assert okta.rp.get(okta.url("keys", issuer)).status_code == 500
    assert okta.rp.get(f"{ORIGIN}/oauth2/{issuer}/v1/nothing").status_code == 404
    assert [e["endpoint"] for e in okta.transcript(first)["exchanges"]] == ["discovery"]
    assert [e["endpoint"] for e in okta.transcript(second)["exchanges"]] == ["keys", "other"]
    assert (okta.control("GET", "/unbound").json or {})["exchanges"] == []


def own_again(okta: Okta, issuer: str, misbehaviour: Any) -> tuple[str, str]:
    answer = okta.control("POST", "/attempts", {"misbehaviour": misbehaviour.to_json(), "issuer": {"id": issuer}})
    made: dict[str, Any] = answer.json or {}
    return made["id"], made["issuer"]["id"]


def test_it_goes_with_the_attempt_that_made_it(okta: Okta) -> None:
    first, issuer = own(okta, client_id="web", redirect_uris=[OWN_CALLBACK])
    second, _ = own_again(okta, issuer, http("keys").status(500))
    assert okta.authorize(server=issuer, redirect_uri=OWN_CALLBACK).status_code == 200
    okta.control("POST", "/attempts/forget", {"attempts": [second]})
    assert okta.rp.get(okta.url("keys", issuer)).status_code == 200

    okta.control("POST", "/attempts/forget", {"attempts": [first]})
    assert okta.rp.get(okta.url("keys", issuer)).status_code == 404
    assert okta.authorize(redirect_uri=OWN_CALLBACK).status_code == 400
    assert okta.authorize(redirect_uri=CALLBACK).status_code == 200
    answer = okta.control("POST", "/attempts", {"issuer": {"id": issuer}})
    assert answer.json == {"error": f"there is no issuer '{issuer}' of an attempt's own: its attempt was forgotten"}


def test_nothing_of_it_is_kept(tmp_path: Path) -> None:
    okta = Okta(
        Idp(ORIGIN, Org(authorization_servers=(AuthorizationServer("default"),)), state_directory=tmp_path),
        ManualClock(),
    )
    okta.idp.keys.published("default")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    attempt, issuer = own(okta, client_id="web", redirect_uris=[OWN_CALLBACK])
    keys(okta, issuer)
    okta.control("POST", f"/issuers/{issuer}/rotate", {"announced": False})
    keys(okta, issuer)
    okta.control("POST", "/attempts/forget", {"attempts": [attempt]})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert issuer not in str((okta.control("GET", "/about").json, okta.control("GET", "/org").json))


def test_rotation(okta: Okta) -> None:
    _, issuer = own(okta)
    active, following, _ = (key["kid"] for key in keys(okta, issuer))
    assert okta.control("POST", f"/issuers/{issuer}/rotate", {}).json == {"rotated": True}
    assert [key["kid"] for key in keys(okta, issuer)][:3:2] == [following, active]
    assert okta.control("POST", f"/issuers/{issuer}/rotate", {"announced": False}).status_code == 200
    assert keys(okta, issuer)[0]["kid"] not in (active, following)
    assert okta.control("POST", "/issuers/default/rotate", {}).status_code == 404


def test_an_endpoint_that_has_moved(okta: Okta) -> None:
    attempt, issuer = own(okta, discovery("jwks_uri").set(moved("keys")))
    there = document(okta, issuer)["jwks_uri"]
    assert there == f"{ORIGIN}/oauth2/{issuer}-moved/v1/keys"
    assert len((okta.rp.get(there).json or {})["keys"]) == 3
    assert okta.rp.get(okta.url("keys", issuer)).status_code == 404
    assert {e["endpoint"] for e in okta.transcript(attempt)["exchanges"]} == {"discovery", "keys", "other"}


def test_a_document_elsewhere_calls_its_endpoints_its_own(okta: Okta) -> None:
    _, issuer = own(okta, http("discovery").redirect(elsewhere()))
    answer = okta.rp.get(f"{ORIGIN}/oauth2/{issuer}/.well-known/openid-configuration")
    assert answer.headers["Location"] == f"https://localhost/oauth2/{issuer}-elsewhere/.well-known/openid-configuration"
    found = okta.rp.get(answer.headers["Location"]).json or {}
    assert found["issuer"] == f"{ORIGIN}/oauth2/{issuer}"
    assert found["authorization_endpoint"] == f"{ORIGIN}/oauth2/{issuer}/v1/authorize"
    assert found["token_endpoint"] == f"https://localhost/oauth2/{issuer}-elsewhere/v1/token"


def test_keys_can_be_added_to_the_list_and_cached_for_some_time(okta: Okta) -> None:
    added = jwks("keys").add(extra_jwk("RSA-1024")) & jwks("keys").add_first(published_jwk("next"))
    _, issuer = own(okta, added & http("keys").max_age(3))
    answer = okta.rp.get(okta.url("keys", issuer))
    found = (answer.json or {})["keys"]
    assert [found[0]["kid"], len(found[-1]["n"])] == [found[2]["kid"], 171]
    assert answer.headers["Cache-Control"] == "max-age=3"
    assert "Expires" not in answer.headers


@pytest.mark.parametrize(
    ("issuer", "why"),
    [
        ({}, "issuer: expected an object with id, or with like, client_id and redirect_uris"),
        ({"like": "nobody"}, "issuer.like: there is no authorization server 'nobody'"),
        ({"like": "default", "x": 1}, "issuer: unknown members x"),
        ({"like": "default", "redirect_uris": "x"}, "issuer.redirect_uris: expected a list of strings"),
        ({"id": 1}, "issuer.id: expected a string, got 1"),
    ],
)
def test_what_is_no_issuer_is_refused(okta: Okta, issuer: Any, why: str) -> None:
    answer = okta.control("POST", "/attempts", {"issuer": issuer})
    assert (answer.status_code, answer.json) == (400, {"error": why})


@pytest.mark.parametrize(("kind", "size"), [("keys", 4_000_000), ("nested", 200_000), ("padded", 10_000_000)])
def test_a_key_set_that_is_far_too_large(okta: Okta, kind: str, size: int) -> None:
    attempt, issuer = own(okta, http("keys").body(bulk(kind)))
    assert len(okta.rp.get(okta.url("keys", issuer)).data) > size
    (delivery,) = okta.transcript(attempt)["deliveries"]
    assert len(delivery["after"]) == 20_000


def test_a_delay_is_delivered_before_it_is_over(okta: Okta, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt, issuer = own(okta, http("keys").delay(7))
    seen: list[bool] = []
    monkeypatch.setattr(okta.clock, "sleep", lambda _seconds: seen.append(okta.transcript(attempt)["bound"]))
    okta.rp.get(okta.url("keys", issuer))
    assert seen == [True]
