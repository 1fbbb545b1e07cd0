"""UserInfo (OIDC Core 5.3, okta.md 1.5)."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.errors import BadSignatureError
from werkzeug.test import TestResponse

from mock_idp.vocabulary import Misbehaviour, claims_jwt, rogue_key, userinfo, userinfo_compact, userinfo_signing
from tests.mock_idp.okta import ORIGIN, WEB, Okta, parameters, parts

ISSUER = f"{ORIGIN}/oauth2/default"
IDENTITY = {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper"}


def refused(answer: TestResponse, status: int, error: str, description: str) -> None:
    assert answer.status_code == status
    assert answer.data == b""
    assert answer.headers["Content-Length"] == "0"
    assert "Content-Type" not in answer.headers
    assert answer.headers["Access-Control-Expose-Headers"] == "WWW-Authenticate"
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer authorization_uri="http://dev-1.okta.test/oauth2/v1/authorize", realm="http://dev-1.okta.test", '
        f'scope="openid", error="{error}", error_description="{description}", resource="/oauth2/v1/userinfo"'
    )


@pytest.mark.parametrize("server", ["default", "org"])
def test_claims(okta: Okta, server: str) -> None:
    tokens = okta.tokens(okta.attempt(identity=IDENTITY), server=server)
    answer = okta.userinfo(tokens["access_token"], server=server)

    assert answer.content_type == "application/json"
    assert list((answer.json or {}).items()) == [
        ("sub", "00u1"),
        ("name", "Grace Hopper"),
        ("locale", "en-US"),
        ("email", "grace@users.test"),
        ("preferred_username", "grace@users.test"),
        ("given_name", "Grace"),
        ("family_name", "Hopper"),
        ("zoneinfo", "America/Los_Angeles"),
        ("updated_at", 1_700_000_000),
        ("email_verified", True),
    ]


def test_scopes_decide(okta: Okta) -> None:
    told: dict[str, Any] = okta.userinfo(okta.tokens(scope="openid email")["access_token"]).json or {}
    assert list(told) == ["sub", "email", "email_verified"]


def test_groups_only_at_the_org_server(okta: Okta) -> None:
    tokens = okta.tokens(server="org", scope="openid groups")
    assert (okta.userinfo(tokens["access_token"], server="org").json or {})["groups"] == ["Everyone"]


def test_token_in_the_form(okta: Okta) -> None:
    answer = okta.rp.post(okta.url("userinfo"), data={"access_token": okta.tokens()["access_token"]})
    assert answer.status_code == 200


def test_token_of_the_front_channel(okta: Okta) -> None:
    answer = okta.authorize(okta.attempt(), response_type="token", nonce="n")
    assert okta.userinfo(dict(parameters(answer))["access_token"]).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Basic dTpw", "Bearer "])
def test_no_token(okta: Okta, header: str) -> None:
    answer = okta.rp.get(okta.url("userinfo"), headers={"Authorization": header})
    refused(answer, 401, "invalid_request", "The access token is missing.")


def test_wrong_token(okta: Okta) -> None:
    refused(okta.userinfo("nonsense"), 401, "invalid_token", "The access token is invalid.")


def test_expired_token(okta: Okta) -> None:
    token = okta.tokens()["access_token"]
    okta.clock.advance(3600)
    assert okta.userinfo(token).status_code == 200
    okta.clock.advance(1)
    refused(okta.userinfo(token), 401, "invalid_token", "The access token is invalid.")


def test_token_of_another_server(okta: Okta) -> None:
    token = okta.tokens(server="orders")["access_token"]
    refused(okta.userinfo(token), 401, "invalid_token", "The access token is invalid.")


def test_token_in_the_query(okta: Okta) -> None:
    answer = okta.rp.get(f"{okta.url('userinfo')}?access_token={okta.tokens()['access_token']}")
    refused(answer, 400, "invalid_request", "The access token cannot be presented in a query string.")


def test_token_without_openid(okta: Okta) -> None:
    refused(
        okta.userinfo(okta.tokens(scope="profile")["access_token"]),
        403,
        "insufficient_scope",
        "The access token must provide access to at least one of these scopes - profile, email, address or phone",
    )


def test_readable_from_any_origin(okta: Okta) -> None:
    headers = {"Authorization": f"Bearer {okta.tokens()['access_token']}", "Origin": "https://spa.example"}
    answer = okta.rp.get(okta.url("userinfo"), headers=headers)
    asked = okta.rp.options(
        okta.url("userinfo"),
        headers={"Origin": "https://spa.example", "Access-Control-Request-Headers": "authorization"},
    )

    assert answer.headers["Access-Control-Allow-Origin"] == "https://spa.example"
    assert (asked.status_code, asked.headers["Access-Control-Allow-Headers"]) == (204, "authorization")


@pytest.fixture
def signing(okta: Okta) -> Okta:
    okta.register("web", **WEB | {"userinfo_signed_response_alg": "RS256"})
    return okta


def test_signed_for_an_app_that_is_registered_for_it(signing: Okta) -> None:
    answer = signing.userinfo(signing.tokens(signing.attempt(identity=IDENTITY))["access_token"])
    assert answer.content_type == "application/jwt"
    claims = signing.verified(answer.text)
    assert {name: claims[name] for name in ("sub", "name", "iss", "aud")} == {
        "sub": "00u1",
        "name": "Grace Hopper",
        "iss": ISSUER,
        "aud": "web",
    }


def test_a_signed_answer_differs_only_where_edited(signing: Okta) -> None:
    honest = parts(signing.userinfo(signing.tokens(signing.attempt(identity=IDENTITY))["access_token"]).text)
    attempt = signing.attempt(userinfo("iss").set("https://a.example"), identity=IDENTITY)
    head, claims = parts(signing.userinfo(signing.tokens(attempt)["access_token"]).text)
    assert (head, claims | {"iss": ISSUER}) == honest
    assert claims["iss"] == "https://a.example"


@pytest.mark.parametrize(
    ("misbehaviour", "alg", "named"),
    [(userinfo_signing("alg").set("none"), "none", False), (userinfo_signing("key").set(rogue_key()), "RS256", True)],
)
def test_an_edit_of_the_signature_makes_a_jwt_of_any_answer(
    okta: Okta, misbehaviour: Misbehaviour, alg: str, named: bool
) -> None:
    """With a key that nobody has published it names the one that is (as an ID Token does)."""
    published = (okta.rp.get(okta.url("keys")).json or {})["keys"]
    attempt = okta.attempt(misbehaviour, identity=IDENTITY)
    answer = okta.userinfo(okta.tokens(attempt)["access_token"])
    head = {"alg": alg} | ({"kid": published[0]["kid"]} if named else {})
    assert (answer.content_type, parts(answer.text)[0]) == ("application/jwt", head)
    assert parts(answer.text)[1] == okta.userinfo(okta.tokens(okta.attempt(identity=IDENTITY))["access_token"]).json
    (delivery,) = okta.transcript(attempt)["deliveries"]
    assert (delivery["seam"], delivery["channel"]) == ("userinfo.signing", "token")


def test_a_corrupted_signature_does_not_verify(signing: Okta) -> None:
    attempt = signing.attempt(userinfo_compact("signature").corrupt())
    with pytest.raises(BadSignatureError):
        signing.verified(signing.userinfo(signing.tokens(attempt)["access_token"]).text)


def test_a_member_written_twice_in_either_order(okta: Okta) -> None:
    for misbehaviour, order in (
        (userinfo("sub").duplicate("00u9"), '{"sub":"00u1","sub":"00u9",'),
        (userinfo("sub").duplicate_first("00u9"), '{"sub":"00u9","sub":"00u1",'),
    ):
        attempt = okta.attempt(misbehaviour, identity=IDENTITY)
        assert okta.userinfo(okta.tokens(attempt)["access_token"]).text.startswith(order)


def test_aggregated_claims(okta: Okta) -> None:
    victim = {"sub": "00u2", "email": "victim@users.test", "name": "Vic Tim"}
    sources = userinfo("a").set(claims_jwt("signed")) & userinfo("b").set(claims_jwt("unsigned"))
    attempt = okta.attempt(sources, identity=IDENTITY, victim=victim)
    answer: Any = okta.userinfo(okta.tokens(attempt)["access_token"]).json
    assert okta.verified(answer["a"]) == {"iss": ISSUER, "address": {"country": "NL"}}
    assert parts(answer["b"]) == ({"alg": "none"}, {"iss": ISSUER, **victim})
