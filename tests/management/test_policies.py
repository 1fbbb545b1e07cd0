"""Access policies and rules of a server, as the API has them (okta.md 6.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.management.api import Api, entries, refusal
from tests.management.policies import (
    ALL_CLIENTS,
    MALFORMED,
    SERVER,
    made_rules,
    order,
    rule,
)


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
