"""Refresh tokens, STATIC and ROTATE (RFC 6749 6, okta.md 3.6)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from mock_idp.vocabulary import userinfo
from tests.mock_idp.okta import CALLBACK, WEB, Okta, basic, parts

INVALID = {"error": "invalid_grant", "error_description": "The refresh token is invalid or expired."}
DAY = 86_400


@pytest.fixture
def rotating(okta: Okta) -> Okta:
    okta.register("web", **WEB | {"refresh_token_rotation": "ROTATE", "refresh_token_leeway": 30})
    return okta


def logged_in(okta: Okta, **params: Any) -> dict[str, Any]:
    return okta.tokens(**{"scope": "openid email offline_access"} | params)


def body(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def test_static_token_stays(okta: Okta) -> None:
    first = logged_in(okta, nonce="n1")
    okta.clock.advance(10)
    again = body(okta.refresh(first["refresh_token"]))

    assert list(again) == ["token_type", "expires_in", "access_token", "scope", "refresh_token", "id_token"]
    assert again["refresh_token"] == first["refresh_token"]
    assert again["access_token"] != first["access_token"]
    old, new = parts(first["id_token"])[1], parts(again["id_token"])[1]
    assert new["sub"] == old["sub"]
    assert new["auth_time"] == old["auth_time"]
    assert new["iat"] == old["iat"] + 10
    assert "nonce" not in new  # OIDC Core 12.2
    assert body(okta.refresh(first["refresh_token"]))["refresh_token"] == first["refresh_token"]


def test_rotated_token_is_new(rotating: Okta) -> None:
    first = logged_in(rotating)
    second = body(rotating.refresh(first["refresh_token"]))

    assert second["refresh_token"] != first["refresh_token"]
    assert body(rotating.refresh(second["refresh_token"]))
    jti = [parts(tokens["access_token"])[1]["jti"].rpartition(".")[2] for tokens in (first, second)]
    assert jti[0] != jti[1]


def test_rotated_token_works_during_its_leeway(rotating: Okta) -> None:
    first = logged_in(rotating)["refresh_token"]
    rotating.refresh(first)
    rotating.clock.advance(30)

    assert body(rotating.refresh(first))["refresh_token"] != first


def test_reuse_after_the_leeway_ends_the_authentication(rotating: Okta) -> None:
    first = logged_in(rotating)
    other = logged_in(rotating)
    second = body(rotating.refresh(first["refresh_token"]))
    third = body(rotating.refresh(second["refresh_token"]))
    assert rotating.userinfo(third["access_token"]).status_code == 200
    rotating.clock.advance(31)

    assert rotating.refresh(first["refresh_token"]).json == INVALID
    assert rotating.refresh(third["refresh_token"]).json == INVALID  # the newest
    for tokens in (first, second, third):
        assert rotating.userinfo(tokens["access_token"]).status_code == 401
    assert rotating.userinfo(other["access_token"]).status_code == 200  # another login of the app
    assert body(rotating.refresh(other["refresh_token"]))


def test_a_reuse_does_not_prolong_the_leeway(rotating: Okta) -> None:
    first = logged_in(rotating)["refresh_token"]
    for _ in range(2):
        rotating.refresh(first)
        rotating.clock.advance(20)

    assert rotating.refresh(first).json == INVALID


def test_rotation_does_not_prolong_the_life(rotating: Okta) -> None:
    """90 days at the org server, whatever happens (okta.md 3.6)."""
    first = logged_in(rotating, server="org")["refresh_token"]
    rotating.clock.advance(89 * DAY)
    second = body(rotating.refresh(first, server="org"))["refresh_token"]
    rotating.clock.advance(DAY)
    assert body(rotating.refresh(second, server="org"))
    rotating.clock.advance(1)

    assert rotating.refresh(second, server="org").json == INVALID


def test_narrowed_scope_is_for_one_answer(rotating: Okta) -> None:
    narrow = body(rotating.refresh(logged_in(rotating)["refresh_token"], scope="openid"))
    wide = body(rotating.refresh(narrow["refresh_token"]))

    assert narrow["scope"] == "openid"
    assert wide["scope"] == "openid email offline_access"


def test_no_id_token_without_openid_in_the_refresh(okta: Okta) -> None:
    assert "id_token" not in body(okta.refresh(logged_in(okta)["refresh_token"], scope="email"))


def test_wider_scope_is_refused(okta: Okta) -> None:
    answer = okta.refresh(logged_in(okta)["refresh_token"], scope="openid profile phone")

    assert answer.status_code == 400
    assert answer.json == {
        "error": "access_denied",
        "error_description": "Some of the scopes requested for the refresh request were not granted in the original "
        "authorize request. Denied scopes: profile, phone.",
    }


def test_refresh_token_of_another_client_or_server(okta: Okta) -> None:
    okta.register(
        "other", client_secret="x", redirect_uris=[CALLBACK], grant_types=["authorization_code", "refresh_token"]
    )
    token = logged_in(okta)["refresh_token"]

    assert okta.refresh("no-such-token").json == INVALID
    assert okta.refresh(token, headers=basic("other", "x")).json == INVALID
    answer = okta.refresh(token, server="orders")
    assert (answer.json or {})["error_description"] == "The grant was issued for another authorization server."
    assert body(okta.refresh(token))


def test_userinfo_is_edited_by_where_its_access_token_came_from(okta: Okta) -> None:
    attempt = okta.attempt(userinfo.status(401).where(channel="refresh", times=1))
    first = okta.tokens(attempt, scope="openid offline_access")
    assert okta.userinfo(first["access_token"]).status_code == 200
    again = body(okta.refresh(first["refresh_token"]))
    assert [okta.userinfo(again["access_token"]).status_code for _ in range(2)] == [401, 200]
    (delivery,) = okta.transcript(attempt)["deliveries"]
    assert (delivery["channel"], delivery["before"], delivery["after"]) == ("refresh", 200, 401)
