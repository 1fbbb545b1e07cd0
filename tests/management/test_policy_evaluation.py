"""The next login obeys access policies and rules (okta.md 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.management.api import Api, Refusal, entries, refusal
from tests.management.policies import (
    EVERYBODY,
    NO_POLICY,
    SERVER,
    made_rules,
    rule,
)
from tests.mock_idp.okta import ADA, Okta, parameters, parts


def login(okta: Okta, credentials: Mapping[str, str] = ADA, **params: Any) -> TestResponse:
    okta.browser = okta.new_browser()
    return okta.sign_in(okta.authorize(**params), credentials)


def outcome(answer: TestResponse) -> str:
    """`code`, or the error's description."""
    found = dict(parameters(answer))
    return "code" if "code" in found else f"{found['error']}: {found['error_description']}"


def test_without_a_policy_nobody_gets_in(api: Api, okta: Okta, policies: str) -> None:
    assert outcome(login(okta)) == f"access_denied: {NO_POLICY}"
    rules = made_rules(api, policies)
    assert outcome(login(okta)) == f"access_denied: {NO_POLICY}"
    api.made(rules, rule())
    assert outcome(login(okta)) == "code"


@pytest.mark.parametrize("what", ["policy", "rule"])
def test_what_is_inactive_lets_nobody_in(api: Api, okta: Okta, policies: str, what: str) -> None:
    rules = made_rules(api, policies)
    made = api.made(rules, rule())
    one = rules.removesuffix("/rules") if what == "policy" else f"{rules}/{made['id']}"
    api.post(f"{one}/lifecycle/deactivate")
    assert outcome(login(okta)) == f"access_denied: {NO_POLICY}"
    api.post(f"{one}/lifecycle/activate")
    assert outcome(login(okta)) == "code"


def test_a_policy_is_for_its_clients(api: Api, okta: Okta, policies: str) -> None:
    okta.register("other", client_secret="s", redirect_uris=["https://rp.example/callback"])
    rules = made_rules(api, policies, conditions={"clients": {"include": ["other"]}})
    api.made(rules, rule())
    assert outcome(login(okta)) == f"access_denied: {NO_POLICY}"
    assert outcome(login(okta, client_id="other")) == "code"


def test_a_rule_is_for_its_people(api: Api, okta: Okta, policies: str) -> None:
    group = api.made("/groups", {"profile": {"name": "Sales"}})
    ada = api.get("/users/me").json["id"]  # type: ignore[index]
    rules = made_rules(api, policies)
    one = f"{rules}/{api.made(rules, rule(people={'groups': {'include': [group['id']]}}))['id']}"
    assert outcome(login(okta)) == f"access_denied: {NO_POLICY}"
    api.put(f"/groups/{group['id']}/users/{ada}")
    assert outcome(login(okta)) == "code"
    people = EVERYBODY | {"users": {"include": [], "exclude": [ada]}}
    api.put(one, rule(people=people))
    assert outcome(login(okta)) == f"access_denied: {NO_POLICY}"
    api.put(one, rule(people={"users": {"include": [ada]}}))
    assert outcome(login(okta)) == "code"


def test_a_rule_is_for_its_grants(api: Api, okta: Okta, policies: str) -> None:
    rules = made_rules(api, policies)
    one = f"{rules}/{api.made(rules, rule(grantTypes={'include': ['implicit']}))['id']}"
    front: dict[str, Any] = {"response_type": "id_token token", "nonce": "n"}
    assert outcome(login(okta)) == f"access_denied: {NO_POLICY}"
    assert "id_token" in dict(parameters(login(okta, **front)))
    api.put(one, rule())
    assert outcome(login(okta)) == "code"
    assert outcome(login(okta, **front)) == f"access_denied: {NO_POLICY}"


def test_a_rule_is_for_its_scopes(api: Api, okta: Okta, policies: str) -> None:
    rules = made_rules(api, policies)
    one = f"{rules}/{api.made(rules, rule(scopes={'include': ['openid', 'email']}))['id']}"
    assert outcome(login(okta, scope="openid email")) == "code"
    assert outcome(login(okta, scope="openid profile email")) == (
        "access_denied: Some of the requested scopes were denied by the policy. Denied scopes: [profile]."
    )
    api.put(one, rule(scopes={"include": ["phone"]}))
    assert outcome(login(okta, scope="openid email")) == (
        "access_denied: Policy evaluation succeeded, but all the requested scopes were rejected."
    )


def test_the_first_rule_that_fits_decides_the_lifetime(api: Api, okta: Okta, policies: str) -> None:
    rules = made_rules(api, policies)
    for name, minutes in (("long", 120), ("short", 5)):
        api.made(rules, rule(name) | {"actions": {"token": {"accessTokenLifetimeMinutes": minutes}}})

    def lifetime() -> int:
        code = dict(parameters(login(okta)))["code"]
        body: dict[str, Any] = okta.redeem(code).json  # type: ignore[assignment]
        claims = parts(body["access_token"])[1]
        assert claims["exp"] - claims["iat"] == body["expires_in"]
        found: int = body["expires_in"]
        return found

    assert lifetime() == 120 * 60
    short = next(entry for entry in entries(api.get(rules)) if entry["name"] == "short")
    first = rule("short") | {"priority": 1, "actions": short["actions"]}
    api.put(f"{rules}/{short['id']}", first)
    assert lifetime() == 5 * 60


def test_a_suspended_person_can_neither_sign_in_nor_refresh(api: Api, okta: Okta) -> None:
    code = dict(parameters(login(okta, scope="openid offline_access")))["code"]
    tokens: dict[str, Any] = okta.redeem(code).json  # type: ignore[assignment]
    api.post("/users/ada@example.com/lifecycle/suspend")
    assert login(okta).status_code == 200  # the sign-in page again
    assert okta.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"  # type: ignore[index]
    api.post("/users/ada@example.com/lifecycle/unsuspend")
    assert outcome(login(okta)) == "code"
    assert okta.refresh(tokens["refresh_token"]).status_code == 200


def test_a_deactivated_server_is_not_there(api: Api, okta: Okta) -> None:
    api.post(f"{SERVER}/lifecycle/deactivate")
    wanted: Refusal = (404, "E0000007", "Not found: Resource not found: default (AuthorizationServer)", [])
    assert refusal(okta.authorize()) == wanted
    assert refusal(okta.token(grant_type="client_credentials")) == wanted
    api.post(f"{SERVER}/lifecycle/activate")
    assert outcome(login(okta)) == "code"


def test_a_rule_is_not_for_the_groups_that_it_excludes(api: Api, okta: Okta, policies: str) -> None:
    group = api.made("/groups", {"profile": {"name": "Sales"}})
    people = {"groups": {"include": ["EVERYONE"], "exclude": [group["id"]]}}
    api.made(made_rules(api, policies), rule(people=people))
    assert outcome(login(okta)) == "code"
    api.put(f"/groups/{group['id']}/users/{api.get('/users/me').json['id']}")  # type: ignore[index]
    assert outcome(login(okta)) == f"access_denied: {NO_POLICY}"


def test_the_first_rule_that_denies_scopes_names_them(api: Api, okta: Okta, policies: str) -> None:
    rules = made_rules(api, policies)
    api.made(rules, rule("first", scopes={"include": ["openid", "email"]}))
    api.made(rules, rule("second", scopes={"include": ["openid", "profile"]}))
    assert outcome(login(okta, scope="openid profile email")) == (
        "access_denied: Some of the requested scopes were denied by the policy. Denied scopes: [profile]."
    )


def test_an_attempts_person_is_at_home_in_every_app(okta: Okta) -> None:
    okta.register("other", client_secret="s", redirect_uris=["https://rp.example/callback"], users=[])
    assert outcome(login(okta, client_id="other")) == "access_denied: User is not assigned to the client application."
    assert outcome(okta.authorize(okta.attempt(), client_id="other")) == "code"
