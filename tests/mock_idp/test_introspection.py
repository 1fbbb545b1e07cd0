"""Introspect and revoke (RFC 7662, RFC 7009, okta.md 1.6)."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mock_idp.vocabulary import introspection
from tests.mock_idp import assertions
from tests.mock_idp.assertions import assertion, form
from tests.mock_idp.okta import CALLBACK, ORIGIN, PKCE, VERIFIER, WEB, Okta, basic, parts

IDENTITY = {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper"}
INACTIVE = {"active": False}
INVALID_REFRESH = {"error": "invalid_grant", "error_description": "The refresh token is invalid or expired."}
TOKEN_REQUIRED = {"error": "invalid_request", "error_description": "The 'token' parameter is required."}
NOBODY: dict[str, str] = {}
SERVERS = pytest.mark.parametrize("server", ["default", "org"])


def login(okta: Okta, server: str = "default", **params: Any) -> dict[str, Any]:
    return okta.tokens(okta.attempt(identity=IDENTITY), server=server, **{"scope": "openid offline_access"} | params)


def active(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert found["active"] is True
    return found


# ---- introspect ---------------------------------------------------------------------------------------------


@SERVERS
def test_access_token(okta: Okta, server: str) -> None:
    tokens = login(okta, server)
    found = active(okta.introspect(tokens["access_token"], server=server, token_type_hint="access_token"))

    claims = parts(tokens["access_token"])[1]
    assert list(found.items()) == [
        ("active", True),
        ("token_type", "Bearer"),
        ("scope", "openid offline_access"),
        ("client_id", "web"),
        ("username", "grace@users.test"),
        ("exp", claims["exp"]),
        ("iat", claims["iat"]),
        ("sub", "grace@users.test"),
        ("aud", ORIGIN if server == "org" else "api://default"),
        ("iss", ORIGIN if server == "org" else f"{ORIGIN}/oauth2/default"),
        ("jti", claims["jti"]),
        ("uid", "00u1"),
    ]


def test_refresh_token(okta: Okta) -> None:
    tokens = login(okta, "org")
    found = active(okta.introspect(tokens["refresh_token"], server="org", token_type_hint="refresh_token"))

    device = found.pop("device_id")
    assert len(device) == 20
    assert list(found.items()) == [
        ("active", True),
        ("token_type", "Bearer"),
        ("scope", "openid offline_access"),
        ("client_id", "web"),
        ("username", "grace@users.test"),
        ("exp", int(okta.clock.now()) + 90 * 86_400),
        ("sub", "grace@users.test"),
    ]


@SERVERS
def test_id_token(okta: Okta, server: str) -> None:
    tokens = login(okta, server, scope="openid profile", nonce="n1")
    found = active(okta.introspect(tokens["id_token"], server=server))

    claims = parts(tokens["id_token"])[1]
    names = ("exp", "iat", "sub", "aud", "iss", "jti", "auth_time", "amr", "idp", "nonce", "preferred_username")
    assert {name: found[name] for name in names} == {name: claims[name] for name in names}
    assert found["aud"] == "web"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
def test_inactive(okta: Okta, kind: str) -> None:
    token = login(okta, "org")[kind]

    assert okta.introspect(token, server="default").json == INACTIVE  # another server's
    assert okta.introspect(f"{token}x", server="org").json == INACTIVE
    okta.clock.advance(91 * 86_400)
    assert okta.introspect(token, server="org").json == INACTIVE


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "e30.e30.", "\x00", "ä"])
def test_nonsense(okta: Okta, token: str) -> None:
    answer = okta.introspect(token)

    assert (answer.status_code, answer.json) == (200, INACTIVE)


def test_used_up_refresh_token(okta: Okta) -> None:
    okta.register("web", **WEB | {"refresh_token_rotation": "ROTATE", "refresh_token_leeway": 10})
    token = login(okta)["refresh_token"]
    newest = (okta.refresh(token).json or {})["refresh_token"]
    okta.clock.advance(10)
    assert active(okta.introspect(token))
    okta.clock.advance(1)

    assert okta.introspect(token).json == INACTIVE
    assert active(okta.introspect(newest))  # to ask is no reuse


def test_every_app_may_ask(okta: Okta) -> None:
    """Resource servers are clients of their own."""
    okta.register("api", client_secret="x", redirect_uris=[CALLBACK])

    assert active(okta.introspect(login(okta)["access_token"], headers=basic("api", "x")))["client_id"] == "web"


def test_misbehaviour(okta: Okta) -> None:
    attempt = okta.attempt(introspection("active").set(False))
    token = okta.tokens(attempt)["access_token"]

    assert (okta.introspect(token).json or {})["active"] is False
    assert [delivery["seam"] for delivery in okta.transcript(attempt)["deliveries"]] == ["introspection"]
    assert "introspect" in [exchange["endpoint"] for exchange in okta.transcript(attempt)["exchanges"]]


# ---- both endpoints -----------------------------------------------------------------------------------------

BOTH = pytest.mark.parametrize("endpoint", ["introspect", "revoke"])


@BOTH
def test_clients_must_say_who_they_are(okta: Okta, endpoint: str) -> None:
    token = login(okta)["access_token"]

    answer = okta.post(endpoint, token=token, headers=NOBODY)
    assert answer.status_code == 401
    assert answer.json == {"error": "invalid_client", "error_description": "No client credentials found."}
    answer = okta.post(endpoint, token=token, headers=basic("web", "wrong"))
    assert (answer.status_code, (answer.json or {})["error"]) == (401, "invalid_client")
    answer = okta.post(endpoint, token=token, headers=basic("nobody", "x"))
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (401, "invalid_client")


@BOTH
def test_token_is_required(okta: Okta, endpoint: str) -> None:
    for token in (None, ""):
        answer = okta.post(endpoint, token=token)
        assert (answer.status_code, answer.json) == (400, TOKEN_REQUIRED)


@BOTH
def test_repeated_parameters_and_other_bodies(okta: Okta, endpoint: str) -> None:
    url, headers = okta.url(endpoint), basic("web", "web-secret")

    answer = okta.rp.post(url, data={"token": ["a", "b"]}, headers=headers)
    text = "The request contained multiple parameters with the same name."
    assert (answer.status_code, (answer.json or {})["error_description"]) == (400, text)
    answer = okta.rp.post(url, json={"token": "a"}, headers=headers)
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (400, "E0000021")
    answer = okta.rp.get(url, headers=headers)
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (405, "E0000022")


@BOTH
@pytest.mark.parametrize("place", ["query", "form", "header"])
def test_public_clients(okta: Okta, endpoint: str, place: str) -> None:
    """okta-auth-js names its client in the header, without a colon."""
    okta.register("spa", token_endpoint_auth_method="none", redirect_uris=[CALLBACK])
    tokens = okta.redeem(okta.code(client_id="spa", **PKCE), client_id="spa", code_verifier=VERIFIER, headers=NOBODY)
    token = (tokens.json or {})["access_token"]

    query = "?client_id=spa" if place == "query" else ""
    data = {"token": token} | ({"client_id": "spa"} if place == "form" else {})
    headers = {"Origin": "https://rp.example"}
    if place == "header":
        headers["Authorization"] = f"Basic {base64.b64encode(b'spa').decode()}"
    answer = okta.rp.post(f"{okta.url(endpoint)}{query}", data=data, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://rp.example"
    assert okta.userinfo(token).status_code == (200 if endpoint == "introspect" else 401)


@BOTH
def test_private_key_jwt(okta: Okta, endpoint: str) -> None:
    """The audience is the endpoint that is invoked, not the token endpoint."""
    assertions.register_key_app(okta)
    for named, status in ((endpoint, 200), ("token", 401)):
        answer = okta.post(endpoint, token="x", headers=NOBODY, **form(assertion(okta, endpoint=named)))
        assert answer.status_code == status


# ---- revoke -------------------------------------------------------------------------------------------------


@SERVERS
@pytest.mark.parametrize("rotation", ["STATIC", "ROTATE"])
def test_revoked_access_token(okta: Okta, server: str, rotation: str) -> None:
    okta.register("web", **WEB | {"refresh_token_rotation": rotation})
    tokens = login(okta, server)
    answer = okta.revoke(tokens["access_token"], server=server, token_type_hint="access_token")

    assert (answer.status_code, answer.data) == (200, b"")
    assert okta.userinfo(tokens["access_token"], server=server).status_code == 401
    assert okta.introspect(tokens["access_token"], server=server).json == INACTIVE
    assert active(okta.introspect(tokens["refresh_token"], server=server))
    fresh = okta.refresh(tokens["refresh_token"], server=server).json or {}
    assert okta.userinfo(fresh["access_token"], server=server).status_code == 200


@SERVERS
@pytest.mark.parametrize("rotation", ["STATIC", "ROTATE"])
def test_revoked_refresh_token(okta: Okta, server: str, rotation: str) -> None:
    okta.register("web", **WEB | {"refresh_token_rotation": rotation})
    other, tokens = login(okta, server), login(okta, server)
    newest = okta.refresh(tokens["refresh_token"], server=server).json or {}
    okta.revoke(newest["refresh_token"], server=server)

    for made in (tokens, newest):
        assert okta.refresh(made["refresh_token"], server=server).json == INVALID_REFRESH
        assert okta.introspect(made["refresh_token"], server=server).json == INACTIVE
        assert okta.userinfo(made["access_token"], server=server).status_code == 401
    assert okta.userinfo(other["access_token"], server=server).status_code == 200


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_only_own_tokens(okta: Okta, kind: str) -> None:
    okta.register("other", client_secret="x", redirect_uris=[CALLBACK])
    token = login(okta)[kind]

    assert okta.revoke(token, headers=basic("other", "x")).status_code == 200
    assert okta.revoke(token, server="orders").status_code == 200
    assert active(okta.introspect(token))


def test_revoking_tells_nothing(okta: Okta) -> None:
    token = login(okta)["access_token"]

    for what in (token, token, "nonsense"):
        answer = okta.revoke(what)
        assert (answer.status_code, answer.data) == (200, b"")


def test_revoke_belongs_to_its_attempt(okta: Okta) -> None:
    attempt = okta.attempt()
    okta.revoke(okta.tokens(attempt)["access_token"])

    assert okta.transcript(attempt)["exchanges"][-1]["endpoint"] == "revoke"
