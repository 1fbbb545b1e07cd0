"""ID Tokens and access tokens (OIDC Core 2, 3.1.3.6, 3.3.2.11; okta.md 4)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import ORIGIN, Okta, half_hash, parameters, parts

BASE = ["ver", "iss", "aud", "iat", "exp", "jti", "amr", "idp"]
FAT = ["locale", "given_name", "family_name", "zoneinfo", "updated_at", "email_verified"]
ISSUERS = {"default": f"{ORIGIN}/oauth2/default", "org": ORIGIN}


def person(**claims: Any) -> dict[str, Any]:
    return {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper", **claims}


@pytest.mark.parametrize("server", ["default", "org"])
def test_id_token_of_the_code_flow(okta: Okta, server: str) -> None:
    tokens = okta.tokens(okta.attempt(identity=person()), server=server, nonce="n1")

    header, claims = parts(tokens["id_token"])
    now = int(okta.clock.now())
    assert list(header) == ["kid", "alg"]  # no typ
    assert okta.verified(tokens["id_token"], server) == claims
    assert list(claims) == ["sub", "name", "email", *BASE, "nonce", "preferred_username", "auth_time", "at_hash"]
    assert claims | {"jti": "", "idp": ""} == {
        "sub": "00u1",
        "name": "Grace Hopper",
        "email": "grace@users.test",
        "ver": 1,
        "iss": ISSUERS[server],
        "aud": "web",
        "iat": now,
        "exp": now + 3600,
        "jti": "",
        "amr": ["pwd"],
        "idp": "",
        "nonce": "n1",
        "preferred_username": "grace@users.test",
        "auth_time": now - 2,
        "at_hash": half_hash(tokens["access_token"]),
    }
    assert re.fullmatch(r"ID\.[\w-]{43}", claims["jti"])
    assert re.fullmatch(r"00o\w{17}", claims["idp"])


def test_nonce_only_when_sent(okta: Okta) -> None:
    _, claims = parts(okta.tokens()["id_token"])

    assert "nonce" not in claims


@pytest.mark.parametrize("response_type", ["id_token", "code id_token"])
@pytest.mark.parametrize("server", ["default", "org"])
def test_id_token_is_fat_where_no_access_token_comes_with_it(okta: Okta, response_type: str, server: str) -> None:
    answer = okta.authorize(okta.attempt(), response_type=response_type, nonce="n", server=server)

    _, claims = parts(dict(parameters(answer))["id_token"])
    hashes = ["c_hash"] if "code" in response_type else []
    expected = ["sub", "name", "email", *BASE, "nonce", "preferred_username", "auth_time"]
    assert list(claims) == [*expected, *FAT, *hashes]


@pytest.mark.parametrize("response_type", ["id_token token", "code id_token token"])
@pytest.mark.parametrize("server", ["default", "org"])
def test_id_token_is_thin_beside_an_access_token(okta: Okta, response_type: str, server: str) -> None:
    answer = okta.authorize(okta.attempt(), response_type=response_type, nonce="n", server=server)

    given = dict(parameters(answer))
    _, claims = parts(given["id_token"])
    hashes = ["at_hash", "c_hash"] if "code" in response_type else ["at_hash"]
    assert list(claims) == ["sub", "name", "email", *BASE, "nonce", "preferred_username", "auth_time", *hashes]
    assert claims["at_hash"] == half_hash(given["access_token"])
    assert claims.get("c_hash") == (half_hash(given["code"]) if "code" in given else None)


def test_org_can_be_fat_in_the_code_flow(make_okta: MakeOkta) -> None:
    okta = make_okta(org_code_flow_id_token="fat")

    _, org = parts(okta.tokens(server="org", scope="openid profile email groups")["id_token"])
    _, custom = parts(okta.tokens(server="default")["id_token"])
    assert set(FAT) <= set(org)
    assert org["groups"] == ["Everyone"]
    assert not set(FAT) & set(custom)


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("openid", set()),
        ("openid email", {"email"}),
        ("openid profile", {"name", "preferred_username"}),
    ],
)
def test_claims_follow_the_scopes(okta: Okta, scope: str, claims: set[str]) -> None:
    _, found = parts(okta.tokens(scope=scope)["id_token"])

    assert set(found) & {"name", "preferred_username", "email"} == claims


def test_no_id_token_without_openid(okta: Okta) -> None:
    assert list(okta.tokens(scope="profile")) == ["token_type", "expires_in", "access_token", "scope"]


def test_access_token_of_a_custom_server(okta: Okta) -> None:
    token = okta.tokens(okta.attempt(identity=person()), server="orders", scope="openid orders:read")["access_token"]

    header, claims = parts(token)
    now = int(okta.clock.now())
    assert list(header) == ["kid", "alg"]
    assert okta.verified(token, "orders") == claims
    assert list(claims) == ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "auth_time", "sub"]
    assert re.fullmatch(r"AT\.[\w-]{43}", claims.pop("jti"))
    assert claims == {
        "ver": 1,
        "iss": f"{ORIGIN}/oauth2/orders",
        "aud": "api://orders",
        "iat": now,
        "exp": now + 3600,
        "cid": "web",
        "uid": "00u1",
        "scp": ["openid", "orders:read"],
        "auth_time": now - 2,
        "sub": "grace@users.test",  # the login, not the user id
    }


def test_access_token_of_the_org_server_cannot_be_verified(okta: Okta) -> None:
    header, claims = parts(okta.tokens(server="org")["access_token"])

    published = {key["kid"] for key in (okta.rp.get(okta.url("keys", "org")).json or {})["keys"]}
    assert list(header.items())[1:] == [("typ", "application/okta-internal-at+jwt"), ("alg", "RS256")]
    assert header["kid"] not in published
    assert claims["aud"] == claims["iss"] == ORIGIN


def test_access_token_names_the_refresh_token(okta: Okta) -> None:
    _, claims = parts(okta.tokens(scope="openid offline_access")["access_token"])

    assert re.fullmatch(r"AT\.[\w-]{43}\.oar\w{17}", claims["jti"])


def test_an_attempt_sees_its_own_time(okta: Okta) -> None:
    _, claims = parts(okta.tokens(okta.attempt(clock_offset=-3600))["id_token"])

    assert claims["iat"] == int(okta.clock.now()) - 3600
    assert claims["auth_time"] == claims["iat"] - 2


def test_identity_of_an_attempt_may_say_everything(okta: Okta) -> None:
    identity = person(preferred_username="ghopper", given_name="G", groups=["A", "B"], claims={"tenant": "t1"})

    tokens = okta.tokens(okta.attempt(identity=identity), server="org", scope="openid profile email groups")
    _, claims = parts(tokens["id_token"])
    told = okta.userinfo(tokens["access_token"], server="org").json or {}
    assert (claims["preferred_username"], claims["tenant"]) == ("ghopper", "t1")
    assert (told["given_name"], told["family_name"], told["groups"]) == ("G", "Hopper", ["A", "B"])
    assert parts(tokens["access_token"])[1]["sub"] == "ghopper"
