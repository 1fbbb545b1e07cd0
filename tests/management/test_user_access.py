"""What people have: sessions, tokens, apps and consents, and how it is taken back (okta.md 6.2)."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.management.api import Api, Refusal, entries, refusal
from tests.mock_idp.okta import ADA, ORIGIN, Okta

# ---- who am I, sessions and tokens --------------------------------------------------------------------------


def test_me_is_the_owner_of_the_token_or_of_the_session(api: Api, okta: Okta) -> None:
    assert api.get("/users/me").json["profile"]["login"] == "ada@example.com"  # type: ignore[index]
    url = f"{ORIGIN}/api/v1/users/me"
    assert refusal(okta.browser.get(url)) == (403, "E0000005", "Invalid session", [])
    okta.sign_in(okta.authorize())
    assert okta.browser.get(url).json["profile"]["login"] == "ada@example.com"  # type: ignore[index]
    api.post("/users/ada@example.com/lifecycle/suspend")
    assert refusal(okta.browser.get(url))[1] == "E0000005"


def test_ending_sessions_makes_people_sign_in_again(api: Api, okta: Okta) -> None:
    okta.sign_in(okta.authorize())
    assert okta.authorize(prompt="none").headers["Location"].count("code=")
    assert api.delete("/users/ada@example.com/sessions").status_code == 204
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]


def _refresh_token(okta: Okta) -> str:
    okta.clock.advance(1)
    answer = okta.sign_in(okta.authorize(scope="openid offline_access", prompt="login"), ADA)
    code = answer.headers["Location"].split("code=")[1].split("&")[0]
    found: str = okta.redeem(code).json["refresh_token"]  # type: ignore[index]
    return found


def test_tokens_of_a_person_in_an_app(api: Api, okta: Okta) -> None:
    token = _refresh_token(okta)
    assert [entry["client_id"] for entry in entries(api.get("/users/ada@example.com/clients"))] == ["web"]
    (shown,) = entries(api.get("/users/ada@example.com/clients/web/tokens"))
    assert shown["id"].startswith("oar")
    assert (shown["status"], shown["issuer"], shown["clientId"]) == ("ACTIVE", f"{ORIGIN}/oauth2/default", "web")
    assert set(shown["scopes"]) == {"openid", "offline_access"}
    one = f"/users/ada@example.com/clients/web/tokens/{shown['id']}"
    assert api.get(one).json == shown
    assert api.delete(one).status_code == 204
    assert refusal(api.get(one))[:2] == (404, "E0000007")
    assert okta.refresh(token).json["error"] == "invalid_grant"  # type: ignore[index]


def test_revoked_means_revoked(api: Api, okta: Okta) -> None:
    token = _refresh_token(okta)
    assert api.delete("/users/ada@example.com/clients/web/tokens").status_code == 204
    assert api.get("/users/ada@example.com/clients/web/tokens").json == []
    assert okta.refresh(token).status_code == 400
    token = _refresh_token(okta)
    assert api.call("DELETE", "/users/ada@example.com/sessions?oauthTokens=true").status_code == 204
    assert okta.refresh(token).status_code == 400
    assert refusal(api.get("/users/ada@example.com/clients/nothing/tokens"))[:2] == (404, "E0000007")


def test_app_links_of_a_person(api: Api, okta: Okta) -> None:
    okta.register("shown", client_secret="s", redirect_uris=["https://rp.example/a"], hide_web=False, label="Shown")
    okta.register("else", client_secret="s", redirect_uris=["https://rp.example/a"], hide_web=False, users=[])
    (shown,) = entries(api.get("/users/ada@example.com/appLinks"))
    assert (shown["label"], shown["appInstanceId"]) == ("Shown", "shown")


# ---- sessions by id -----------------------------------------------------------------------------------------


def test_sessions_by_id(api: Api, okta: Okta) -> None:
    entered = {"username": "ada@example.com", "password": "correct horse"}
    token = okta.rp.post(f"{ORIGIN}/api/v1/authn", json=entered).json["sessionToken"]  # type: ignore[index]
    # Okta's document does not have this operation any more, Okta has it (okta.md 6.2).
    headers = {"Authorization": api.authorization}

    def create() -> TestResponse:
        return okta.rp.post(f"{ORIGIN}/api/v1/sessions", json={"sessionToken": token}, headers=headers)

    made: dict[str, Any] = create().json  # type: ignore[assignment]
    assert made["id"].startswith("102")
    assert (made["login"], made["status"], made["amr"]) == ("ada@example.com", "ACTIVE", ["pwd"])
    assert refusal(create()) == (401, "E0000004", "Authentication failed", [])
    one = f"/sessions/{made['id']}"
    assert api.get(one).json == made
    okta.clock.advance(60)
    assert api.post(f"{one}/lifecycle/refresh").json["expiresAt"] == "2027-01-15T10:01:00.000Z"  # type: ignore[index]
    missing: Refusal = (404, "E0000007", f"Not found: Resource not found: {made['id']} (AppSession)", [])
    okta.clock.advance(7200)
    assert refusal(api.get(one)) == missing
    okta.sign_in(okta.authorize())
    mine = okta.browser.get(f"{ORIGIN}/api/v1/sessions/me").json["id"]  # type: ignore[index]
    assert api.delete(f"/sessions/{mine}").status_code == 204
    assert refusal(api.delete(f"/sessions/{mine}"))[1] == "E0000007"
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]


def test_consent_can_be_taken_back(api: Api, okta: Okta) -> None:
    scope = api.made("/authorizationServers/default/scopes", {"name": "pay", "consent": "REQUIRED"})
    okta.register("asking", client_secret="s", redirect_uris=["https://rp.example/callback"], consent_method="REQUIRED")
    asked = okta.sign_in(okta.authorize(client_id="asking", scope="openid pay"))
    assert asked.status_code == 200
    given = okta.submit(asked, consent="allow")
    assert "code=" in given.headers["Location"]
    (grant,) = entries(api.get("/users/ada@example.com/clients/asking/grants"))
    assert grant["id"].startswith("oag")
    assert (grant["scopeId"], grant["source"], grant["clientId"]) == (scope["id"], "END_USER", "asking")
    assert entries(api.get("/users/ada@example.com/grants")) == [grant]
    one = f"/users/ada@example.com/grants/{grant['id']}"
    assert api.get(one).json == grant
    silent: dict[str, Any] = {"client_id": "asking", "scope": "openid pay", "prompt": "none"}
    assert "code=" in okta.authorize(**silent).headers["Location"]
    assert api.delete("/users/ada@example.com/clients/asking/grants").status_code == 204
    assert "error=consent_required" in okta.authorize(**silent).headers["Location"]
    assert refusal(api.delete(one))[:2] == (404, "E0000007")


def test_suspending_ends_sessions_for_good(api: Api, okta: Okta) -> None:
    okta.sign_in(okta.authorize())
    api.post("/users/ada@example.com/lifecycle/suspend")
    api.post("/users/ada@example.com/lifecycle/unsuspend")
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]
