"""The reference relying party: its pages, what it accepts, what it refuses, and how it says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mock_idp.vocabulary import (
    Misbehaviour,
    authorization_response,
    canary_url,
    claim,
    client_id,
    compact,
    header,
    http,
    now,
    other_client,
    published_key,
    random,
    rogue_jwk,
    rogue_key,
    signing,
    token_response,
    userinfo,
    victim,
)
from targets.reference.app import create_app
from targets.reference.settings import Settings, SettingsError
from tests.relying_parties.conftest import BASE_URL, MockIdp

OFFLINE = Settings("http://127.0.0.1:9/oauth2/default", "id", "secret", BASE_URL, port=5999)
REJECTED = {
    "iss": claim("iss").append("/x"),
    "aud": claim("aud").set(other_client()),
    "aud array": claim("aud").set([client_id(), other_client()]),
    "azp": claim("azp").set(other_client()),
    "exp": claim("exp").set(now(days=-1)),
    "exp type": claim("exp").set("4102444800"),
    "exp beyond all years": claim("exp").set(10**400),
    "iat": claim("iat").set(now(days=1)),
    "nbf": claim("nbf").set(now(hours=1)),
    "sub": claim("sub").set(" "),
    "nonce": claim("nonce").remove(),
    "at_hash": claim("at_hash").set("x"),
    "occurs twice": claim("sub").duplicate(victim("sub")),
    "crit": header("crit").set(["x"]),
    "typ": header("typ").set("at+jwt"),
    "alg": signing("key").set(published_key("ES256")),
    "kid": signing("key").set(rogue_key()) & header("kid").remove() & header("jwk").set(rogue_jwk()),
    "signature": compact("signature").corrupt(),
    "parts": compact("signature").drop(),
    "state": authorization_response("state").append("x"),
    "occurs 2 times": authorization_response("state").add(random()),
    "access_denied": authorization_response("error").set("access_denied"),
    "token_type": token_response("token_type").set("mac"),
    "HTTP 400": token_response.status(400),
    "JSON": token_response.truncate_body(20),
    "Token response": http("token").redirect(canary_url("elsewhere")),
}
ACCEPTED = {
    "aud array": claim("aud").set([client_id()]),
    "iat a little ahead": claim("iat").set(now(seconds=20)),
    "no at_hash": claim("at_hash").remove(),
    "unknown claims": claim("https://claims.test/role").set(["x"]),
    "claims in header": header("sub").set(victim("sub")),
    "benign typ": header("typ").set("JOSE"),
    "next key": signing("key").set(published_key("next")),
    "unknown parameters": authorization_response("session_state").set("x"),
    "token_type case": token_response("token_type").swap_case(),
    "no scope": token_response("scope").remove(),
    "unreadable lifetime": token_response("expires_in").set("soon"),
    "other user in UserInfo": userinfo("sub").set(victim("sub")) & userinfo("name").set(victim("name")),
    "UserInfo error": userinfo.status(401),
}


def test_health_and_signed_out_pages_need_no_idp() -> None:
    client = create_app(OFFLINE).test_client()
    assert client.get("/healthz").status_code == 200
    me = client.get("/me")
    assert me.status_code == 401
    assert 'href="/login"' in me.text
    assert "Signed out" in client.get("/").text


def test_unreachable_idp_is_named_and_no_crash() -> None:
    page = create_app(OFFLINE).test_client().get("/login")
    assert page.status_code == 400
    assert "Discovery rejected" in page.text


def test_login_shows_the_user_until_logout(idp: MockIdp) -> None:
    client = idp.client()
    ended = idp.login(client)
    assert ended.answer.status_code == 302
    assert all(value in ended.me.text for value in vars(ended.identity).values())
    client.post("/logout", base_url=BASE_URL)
    assert client.get("/me", base_url=BASE_URL).status_code == 401


@pytest.mark.parametrize(("check", "misbehaviour"), REJECTED.items(), ids=REJECTED)
def test_rejects_and_names_the_check(idp: MockIdp, check: str, misbehaviour: Misbehaviour) -> None:
    ended = idp.login(idp.client(), misbehaviour)
    assert ended.answer.status_code == 400
    assert check.split()[0] in ended.answer.text
    assert ended.me.status_code == 401


@pytest.mark.parametrize("misbehaviour", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts_what_the_specifications_allow(idp: MockIdp, misbehaviour: Misbehaviour) -> None:
    ended = idp.login(idp.client(), misbehaviour)
    assert ended.shows(ended.identity), ended.answer.text
    assert not ended.shows(ended.victim)


def test_page_escapes_what_the_idp_says(idp: MockIdp) -> None:
    script = "<script>alert(1)</script>"
    refused = idp.login(idp.client(), authorization_response.error("access_denied", script))
    assert script not in refused.answer.text
    signed_in = idp.login(idp.client(), userinfo("name").set(script))
    assert signed_in.shows(signed_in.identity)
    assert script not in signed_in.me.text


def test_failed_login_leaves_the_user_who_was_there(idp: MockIdp) -> None:
    client = idp.client()
    first = idp.login(client)
    second = idp.login(client, claim("aud").set(other_client()))
    assert second.answer.status_code == 400
    assert first.identity.sub in second.me.text


def test_second_login_in_the_same_browser_replaces_the_user(idp: MockIdp) -> None:
    client = idp.client()
    first, second = idp.login(client), idp.login(client)
    assert second.shows(second.identity)
    assert not second.shows(first.identity)


def test_login_begins_a_new_session(idp: MockIdp) -> None:
    client = idp.client()
    with client.session_transaction(base_url=BASE_URL) as session:
        session["planted"] = "before the login"
    idp.login(client)
    with client.session_transaction(base_url=BASE_URL) as session:
        assert "user" in session
        assert "planted" not in session


@pytest.mark.parametrize(
    "response_type", ["code id_token", "code token", "code id_token token", "id_token", "id_token token"]
)
def test_response_types_with_a_front_channel(idp: MockIdp, response_type: str) -> None:
    honest = idp.login(idp.client(response_type=response_type))
    assert honest.shows(honest.identity), honest.answer.text
    attacked = idp.login(idp.client(response_type=response_type), compact("signature").corrupt())
    assert attacked.me.status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"response_mode": "form_post"},
        {"request_object_signing_alg": "HS256"},
        {"pushed_requests": True},
        {"pushed_requests": True, "request_object_signing_alg": "HS256"},
    ],
    ids=str,
)
def test_other_ways_to_ask(idp: MockIdp, changed: dict[str, Any]) -> None:
    party = create_app(replace(idp.settings(), **changed))
    honest = idp.login(party.test_client())
    assert honest.shows(honest.identity), honest.answer.text
    attacked = idp.login(party.test_client(), authorization_response("state").append("x"))
    assert attacked.me.status_code == 401


def test_what_a_pushed_request_leaves_to_the_browser(idp: MockIdp) -> None:
    party = create_app(replace(idp.settings(), pushed_requests=True))
    url = party.test_client().get("/login", base_url=BASE_URL).headers["Location"]
    assert set(parse_qs(urlsplit(url).query)) == {"client_id", "request_uri"}


@pytest.mark.parametrize(("asked", "sent"), [("form_post", "query"), ("", "form_post")])
def test_refuses_the_other_response_mode(idp: MockIdp, asked: str, sent: str) -> None:
    party = create_app(replace(idp.settings(), response_mode=asked))
    ended = idp.login(party.test_client(), authorization_response.mode(sent))
    assert (ended.answer.status_code, ended.me.status_code) == (400, 401)
    assert "Authorization response rejected: it came by" in ended.answer.text


@pytest.mark.parametrize(
    ("response_type", "misbehaviour", "check"),
    [
        ("code id_token", claim("c_hash").remove().where(channel="front"), "c_hash"),
        ("code id_token", claim("s_hash").set("x").where(channel="front"), "s_hash"),
        ("code id_token", claim("sub").set(victim("sub")).where(channel="front"), "differs"),
        ("code id_token", claim("nonce").set(random()).where(channel="token"), "nonce"),
        ("code token", authorization_response("token_type").set("mac"), "token_type"),
        ("id_token token", claim("at_hash").remove(), "at_hash"),
        ("id_token token", authorization_response("access_token").remove(), "token"),
    ],
    ids=str,
)
def test_checks_of_the_front_channel(idp: MockIdp, response_type: str, misbehaviour: Misbehaviour, check: str) -> None:
    ended = idp.login(idp.client(response_type=response_type), misbehaviour)
    assert ended.answer.status_code == 400
    assert check in ended.answer.text
    assert ended.me.status_code == 401


def test_own_keys_are_public_ones() -> None:
    settings = replace(OFFLINE, request_object_signing_alg="RS256")
    found = create_app(settings).test_client().get("/jwks.json").json or {}
    (key,) = found["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use"}
    assert create_app(OFFLINE).test_client().get("/jwks.json").json == {"keys": []}


def test_settings_name_what_is_missing() -> None:
    with pytest.raises(SettingsError, match="CLIENT_ID, BASE_URL, PORT, CLIENT_SECRET"):
        Settings.from_environment({"ISSUER": "http://127.0.0.1:9"})
    public = {"ISSUER": "i", "CLIENT_ID": "c", "BASE_URL": "b/", "PORT": "1"}
    settings = Settings.from_environment({**public, "TOKEN_ENDPOINT_AUTH_METHOD": "none"})
    assert (settings.base_url, settings.client_secret) == ("b", "")
