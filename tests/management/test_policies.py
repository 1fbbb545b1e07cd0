"""Access policies and rules of a server, and that the next login obeys them (okta.md 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.management.api import Api, Refusal, entries, refusal
from tests.mock_idp.okta import ADA, Okta, parameters, parts

SERVER = "/authorizationServers/default"
ALL_CLIENTS = {"conditions": {"clients": {"include": ["ALL_CLIENTS"]}}}
EVERYBODY = {"groups": {"include": ["EVERYONE"]}}
NO_POLICY = "Policy evaluation failed for this request, please check the policy configurations."
MALFORMED: tuple[int, str, str, list[str]] = (400, "E0000003", "The request body was not well-formed.", [])


def rule(name: str = "R", **conditions: Any) -> dict[str, Any]:
    common = {
        "people": EVERYBODY,
        "grantTypes": {"include": ["authorization_code"]},
        "scopes": {"include": ["*"]},
    }
    return {"name": name, "type": "RESOURCE_ACCESS", "conditions": common | conditions}


@pytest.fixture
def policies(api: Api) -> str:
    """The policies of the default server, which has none at first."""
    for policy in entries(api.get(f"{SERVER}/policies")):
        assert api.delete(f"{SERVER}/policies/{policy['id']}").status_code == 204
    return f"{SERVER}/policies"


def made_rules(api: Api, policies: str, **members: Any) -> str:
    policy = api.made(policies, {"name": "P", **ALL_CLIENTS, **members})
    return f"{policies}/{policy['id']}/rules"


def order(api: Api, path: str) -> list[tuple[str, int]]:
    return [(entry["name"], entry["priority"]) for entry in entries(api.get(path))]


# ---- what the API says --------------------------------------------------------------------------------------


def test_the_default_server_has_a_policy(api: Api) -> None:
    (policy,) = entries(api.get(f"{SERVER}/policies"))
    assert (policy["name"], policy["type"], policy["system"]) == ("Default Policy", "OAUTH_AUTHORIZATION_POLICY", False)
    (found,) = entries(api.get(f"{SERVER}/policies/{policy['id']}/rules"))
    assert found["name"] == "Default Policy Rule"
    assert found["actions"] == {
        "token": {
            "accessTokenLifetimeMinutes": 60,
            "refreshTokenLifetimeMinutes": 0,
            "refreshTokenWindowMinutes": 10_080,
        }
    }


def test_a_policy_is_made_changed_and_deleted(api: Api, policies: str) -> None:
    document = {"name": "P", "description": "mine", "type": "OAUTH_AUTHORIZATION_POLICY", **ALL_CLIENTS}
    answer = api.post(policies, document)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert made["id"].startswith("00p")
    assert made == made | document | {"status": "ACTIVE", "priority": 1, "system": False}
    one = f"{policies}/{made['id']}"
    changed = {"name": "Q", "conditions": {"clients": {"include": ["web"]}}}
    assert api.put(one, changed).json == made | changed | {"description": None}
    assert api.post(f"{one}/lifecycle/deactivate").status_code == 204
    assert api.get(one).json["status"] == "INACTIVE"  # type: ignore[index]
    assert api.post(f"{one}/lifecycle/activate").status_code == 204
    assert api.delete(one).status_code == 204
    for gone in (api.get(one), api.delete(one), api.get(f"{one}/rules"), api.post(f"{one}/lifecycle/activate")):
        assert refusal(gone) == (404, "E0000007", f"Not found: Resource not found: {made['id']} (Policy)", [])


def test_a_rule_is_made_changed_and_deleted(api: Api, policies: str) -> None:
    rules = made_rules(api, policies)
    answer = api.post(rules, rule())
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert made["id"].startswith("0pr")
    assert made["conditions"] == {
        "people": {
            "users": {"include": [], "exclude": []},
            "groups": {"include": ["EVERYONE"], "exclude": []},
        },
        "grantTypes": {"include": ["authorization_code"]},
        "scopes": {"include": ["*"]},
    }
    one = f"{rules}/{made['id']}"
    lifetimes = {
        "accessTokenLifetimeMinutes": 10,
        "refreshTokenLifetimeMinutes": 20,
        "refreshTokenWindowMinutes": 15,
    }
    changed: dict[str, Any] = api.put(one, rule("S") | {"actions": {"token": lifetimes}}).json  # type: ignore[assignment]
    assert (changed["name"], changed["actions"]["token"]) == ("S", lifetimes)
    assert api.get(one).json == changed
    assert api.post(f"{one}/lifecycle/deactivate").status_code == 204
    assert api.get(one).json["status"] == "INACTIVE"  # type: ignore[index]
    assert api.delete(one).status_code == 204
    for gone in (api.get(one), api.delete(one), api.put(one, rule()), api.post(f"{one}/lifecycle/activate")):
        assert refusal(gone) == (404, "E0000007", f"Not found: Resource not found: {made['id']} (PolicyRule)", [])


def test_priorities_have_no_gaps(api: Api, policies: str) -> None:
    ids = {}
    for name, priority in (("a", 1), ("b", None), ("c", 9), ("d", 1)):
        ids[name] = api.made(policies, {"name": name, "priority": priority, **ALL_CLIENTS})["id"]
    assert order(api, policies) == [("d", 1), ("a", 2), ("b", 3), ("c", 4)]
    api.put(f"{policies}/{ids['d']}", {"name": "d", "priority": 3, **ALL_CLIENTS})
    assert order(api, policies) == [("a", 1), ("b", 2), ("d", 3), ("c", 4)]
    api.put(f"{policies}/{ids['b']}", {"name": "e", **ALL_CLIENTS})  # without a priority it stays
    assert order(api, policies) == [("a", 1), ("e", 2), ("d", 3), ("c", 4)]
    api.delete(f"{policies}/{ids['a']}")
    assert order(api, policies) == [("e", 1), ("d", 2), ("c", 3)]
    rules = f"{policies}/{ids['c']}/rules"
    for name, priority in (("a", 1), ("b", 1), ("c", 2)):
        api.made(rules, rule(name) | {"priority": priority})
    assert order(api, rules) == [("b", 1), ("c", 2), ("a", 3)]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"name": ""}, (400, "E0000001", "Api validation failed: name", ["name: The field cannot be left blank"])),
        ({"name": "P"}, (400, "E0000001", "Api validation failed: name", ["name: Policy name already in use"])),
        (
            {"conditions": {}},
            (
                400,
                "E0000001",
                "Api validation failed: conditions.clients.include",
                ["conditions.clients.include: The field cannot be left blank"],
            ),
        ),
        (
            {"conditions": {"clients": {"include": ["web", "nothing"]}}},
            (
                400,
                "E0000001",
                "Api validation failed: conditions.clients.include",
                ["conditions.clients.include: Unknown client: nothing"],
            ),
        ),
        ({"type": "OKTA_SIGN_ON"}, MALFORMED),
        ({"priority": "first"}, MALFORMED),
        ({"priority": True}, MALFORMED),
        ({"conditions": []}, MALFORMED),
    ],
)
def test_what_cannot_be_a_policy(api: Api, policies: str, change: dict[str, Any], wanted: Any) -> None:
    made_rules(api, policies)
    assert refusal(api.post(policies, {"name": "Q", **ALL_CLIENTS} | change)) == wanted
    assert order(api, policies) == [("P", 1)]


PEOPLE = (
    "conditions.people: At least one of ''conditions.people.users.include'' or ''conditions.people.groups.include'' "
    "must contain a valid user or group when ''conditions.grantTypes'' contains one or more of [authorization_code, "
    "implicit, password]."
)


@pytest.mark.parametrize(
    ("document", "member", "cause"),
    [
        (rule(""), "name", "name: The field cannot be left blank"),
        (rule("taken"), "name", "name: Policy rule name already in use."),
        (rule() | {"type": None}, "type", "type: The field cannot be left blank"),
        (rule(people={}), "conditions.people", PEOPLE),
        (rule(people={"users": {"include": ["00unobody"]}}), "conditions.people", PEOPLE),
        (rule(people={}, grantTypes={"include": ["client-credentials"]}), "conditions.people", PEOPLE),
        (
            rule(grantTypes={"include": []}),
            "conditions.grantTypes.include",
            "conditions.grantTypes.include: The field cannot be left blank",
        ),
        (
            rule(grantTypes={"include": ["magic"]}),
            "conditions.grantTypes.include",
            "conditions.grantTypes.include: Invalid grant type: magic",
        ),
        (
            rule(scopes={}),
            "conditions.scopes.include",
            "conditions.scopes.include: The field cannot be left blank",
        ),
        (
            rule(scopes={"include": ["nothing"]}),
            "conditions.scopes.include",
            "conditions.scopes.include: Unknown scope: nothing",
        ),
        (
            rule() | {"actions": {"token": {"accessTokenLifetimeMinutes": 4}}},
            "actions.token.accessTokenLifetimeMinutes",
            "actions.token.accessTokenLifetimeMinutes: The value must be between 5 and 1440",
        ),
        (
            rule() | {"actions": {"token": {"refreshTokenLifetimeMinutes": 59}}},
            "actions.token.refreshTokenLifetimeMinutes",
            "actions.token.refreshTokenLifetimeMinutes: The value must be 0, or between accessTokenLifetimeMinutes "
            "and 2628000",
        ),
        (
            rule() | {"actions": {"token": {"refreshTokenWindowMinutes": 9}}},
            "actions.token.refreshTokenWindowMinutes",
            "actions.token.refreshTokenWindowMinutes: The value must be between 10 and 2628000",
        ),
    ],
)
def test_what_cannot_be_a_rule(api: Api, policies: str, document: dict[str, Any], member: str, cause: str) -> None:
    rules = made_rules(api, policies)
    api.made(rules, rule("taken"))
    answer = api.post(rules, document)
    assert refusal(answer) == (400, "E0000001", f"Api validation failed: {member}", [cause])
    assert order(api, rules) == [("taken", 1)]


# ---- what the protocol does ---------------------------------------------------------------------------------


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
