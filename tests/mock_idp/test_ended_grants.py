"""What ends the codes and tokens of people, apps and servers (okta.md 6.2)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from mock_idp.org.authorization_server import Policy, Rule
from tests.mock_idp.grants import body, change_server
from tests.mock_idp.okta import ADA, CALLBACK, Okta, basic

INVALID_CODE = {"error": "invalid_grant", "error_description": "The authorization code is invalid or has expired."}
INVALID_REFRESH = {"error": "invalid_grant", "error_description": "The refresh token is invalid or expired."}
NOBODY: dict[str, str] = {}
DAY = 86_400


def as_ada(okta: Okta, **params: Any) -> str:
    """A code of a person of the directory."""
    page = okta.authorize(**{"scope": "openid offline_access"} | params)
    answer = page if page.status_code == 302 else okta.sign_in(page)
    location = answer.headers["Location"]
    return str(location.partition("code=")[2].partition("&")[0])


@pytest.mark.parametrize("status", ["SUSPENDED", "DEPROVISIONED"])
def test_somebody_who_is_suspended(okta: Okta, status: str) -> None:
    ada = okta.idp.user_by_login(ADA["identifier"])
    assert ada
    code, tokens = as_ada(okta), body(okta.redeem(as_ada(okta)))

    okta.idp.org.users.save(dataclasses.replace(ada, status=status))
    assert okta.redeem(code).json == INVALID_CODE
    assert okta.refresh(tokens["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(tokens["access_token"]).status_code == 401
    for kind in ("access_token", "refresh_token", "id_token"):
        assert okta.introspect(tokens[kind]).json == {"active": False}
    okta.idp.org.users.save(ada)
    assert body(okta.refresh(tokens["refresh_token"]))
    assert body(okta.redeem(code))


def test_somebody_who_is_deleted(okta: Okta) -> None:
    ada = okta.idp.user_by_login(ADA["identifier"])
    assert ada
    code, tokens = as_ada(okta), body(okta.redeem(as_ada(okta)))

    okta.idp.org.users.delete(ada.id)
    assert okta.redeem(code).json == INVALID_CODE
    assert okta.refresh(tokens["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(tokens["access_token"]).status_code == 401


def test_an_app_that_is_deactivated(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    okta.register("other", client_secret="x", redirect_uris=[CALLBACK])
    code, tokens = okta.code(), okta.tokens(scope="openid offline_access")

    okta.idp.org.apps.save(dataclasses.replace(app, status="INACTIVE"))
    for answer in (okta.redeem(code), okta.refresh(tokens["refresh_token"])):
        assert answer.status_code == 401
        assert (answer.json or {})["errorSummary"] == "Invalid value for 'client_id' parameter."
    assert okta.userinfo(tokens["access_token"]).status_code == 401
    assert okta.introspect(tokens["access_token"], headers=basic("other", "x")).json == {"active": False}


def test_a_server_that_is_deactivated(okta: Okta) -> None:
    code, tokens = okta.code(), okta.tokens(scope="openid offline_access")

    change_server(okta, status="INACTIVE")
    for answer in (okta.redeem(code), okta.refresh(tokens["refresh_token"]), okta.userinfo(tokens["access_token"])):
        assert answer.status_code in (400, 401, 404)


@pytest.mark.parametrize("kind", ["revoked_user", "revoked_user_client"])
def test_what_an_administrator_ended(okta: Okta, kind: str) -> None:
    """The Management API writes these documents (okta.md 3.6)."""
    before, code = body(okta.redeem(as_ada(okta))), as_ada(okta)
    user = okta.verified(before["id_token"])["sub"]
    key = f"{user}/web" if kind == "revoked_user_client" else user
    okta.idp.store.put(kind, key, {"at": okta.clock.now()})
    okta.clock.advance(1)
    after = body(okta.redeem(as_ada(okta, prompt="login")))

    assert okta.redeem(code).json == INVALID_CODE
    assert okta.refresh(before["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(before["access_token"]).status_code == 401
    assert okta.userinfo(after["access_token"]).status_code == 200
    assert body(okta.refresh(after["refresh_token"]))


def test_the_app_has_lost_the_grant(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    tokens, code = okta.tokens(scope="openid offline_access"), okta.code(scope="openid offline_access")
    okta.idp.org.apps.save(dataclasses.replace(app, grant_types=("authorization_code",)))

    assert (okta.refresh(tokens["refresh_token"]).json or {})["error"] == "unauthorized_client"
    assert "refresh_token" not in body(okta.redeem(code))


def test_a_deleted_app_leaves_nothing_to_its_namesake(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    before = okta.tokens(scope="openid offline_access")
    everybody = okta.idp.org.servers.get("default")
    change_server(okta, policies=(Policy("P", id="00p1", clients=("web",), rules=(Rule("R", id="0pr1"),)),))
    okta.idp.store.put("consent", "00u1/web/default", {"client_id": "web", "scopes": ["read"]})

    okta.idp.org.apps.save(dataclasses.replace(app, status="INACTIVE"))
    api = {"Authorization": f"SSWS {okta.idp.api_token}"}
    assert okta.rp.delete("/api/v1/apps/web", headers=api).status_code == 204
    known = okta.idp.org.servers.get("default")
    assert known
    assert [policy.clients for policy in known.policies or ()] == [()]
    assert okta.idp.store.keys("consent") == []
    okta.clock.advance(1)
    okta.idp.org.apps.save(app)
    assert everybody
    okta.idp.org.servers.save(everybody)

    assert okta.refresh(before["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(before["access_token"]).status_code == 401
    after = okta.tokens(scope="openid offline_access")
    assert okta.refresh(after["refresh_token"]).status_code == 200
