"""An authorization server's tab Access Policies, with the rules of each (okta.md 6.2)."""

from __future__ import annotations

import pytest

from tests.console.console import Console, Page
from tests.management.api import Api
from tests.management.apps import create
from tests.management.documents import Json, got, without


def policy_of(console: Console, server: str, *labels: str) -> Page:
    page = console.open(f"/admin/oauth2/as/{server}").follow("Access Policies").follow("Add New Access Policy")
    return page.fill("Name", "Shop policy").fill("Description", "For the shop").check(*labels).press("Create Policy")


def test_a_policy_for_all_clients(console: Console, api: Api, server: str) -> None:
    assert policy_of(console, server, "All clients").said == "The policy was saved."
    made = api.listed(f"/authorizationServers/{server}/policies")[0]
    sent = {"type": "OAUTH_AUTHORIZATION_POLICY", "name": "Other", "description": "For the shop"}
    conditions = {"conditions": {"clients": {"include": ["ALL_CLIENTS"]}}}
    by_api = api.made(f"/authorizationServers/{server}/policies", {**sent, **conditions, "status": "ACTIVE"})
    assert without(made, "id", "name", "priority") == without(by_api, "id", "name", "priority")


def test_a_policy_for_a_client(console: Console, api: Api, server: str) -> None:
    app, _ = create(api, label="Books")
    page = policy_of(console, server, "The following clients:", "Books")
    policies = f"/authorizationServers/{server}/policies"
    made = api.listed(policies)[0]
    assert made["conditions"] == {"clients": {"include": [app]}}
    assert "Assigned to: Books" in page.words()
    assert "This policy has no rules: it lets nobody in." in page.words()
    page = page.press("Deactivate Shop policy")
    assert api.listed(policies)[0]["status"] == "INACTIVE"
    page = page.press("Activate Shop policy").follow("Edit").fill("Name", "Second").fill("Priority", "1").press("Save")
    assert [entry["name"] for entry in api.listed(policies)] == ["Second"]
    assert api.listed(policies)[0]["conditions"] == {"clients": {"include": [app]}}
    assert page.press("Delete Second").said == "The policy was deleted."
    assert api.listed(policies) == []


def test_policies_that_are_refused(console: Console, server: str) -> None:
    page = policy_of(console, server, "The following clients:")
    assert page.problems == ["The field cannot be left blank"]
    assert page.document.xpath("//*[@id='clients']//*[@class='field-error']")
    page = page.check("All clients").fill("Name", "").press("Create Policy")
    assert page.problem_at("Name") == "The field cannot be left blank"
    page = page.fill("Name", "x").fill("Priority", "first").press("Create Policy")
    assert page.problem_at("Priority") == "The field must be a whole number"


def rule_of(page: Page) -> Page:
    page = page.follow("Add rule").fill("Rule Name", "Code only")
    return page.uncheck("Client Credentials", "Implicit (hybrid)", "Resource Owner Password")


def test_a_rule(console: Console, api: Api, server: str) -> None:
    page = rule_of(policy_of(console, server, "All clients"))
    assert page.is_checked("Authorization Code")
    assert page.press("Create rule").said == "The rule was saved."
    policy = api.listed(f"/authorizationServers/{server}/policies")[0]["id"]
    rules = f"/authorizationServers/{server}/policies/{policy}/rules"
    made = api.listed(rules)[0]
    sent = {
        "type": "RESOURCE_ACCESS",
        "name": "Other",
        "priority": 2,
        "conditions": {
            "people": {"groups": {"include": ["EVERYONE"]}},
            "grantTypes": {"include": ["authorization_code"]},
            "scopes": {"include": ["*"]},
        },
    }
    assert without(made, "id", "name", "priority") == without(api.made(rules, sent), "id", "name", "priority")


def test_a_rule_for_some(console: Console, api: Api, server: str, isaac: Json) -> None:
    group = api.made("/groups", {"profile": {"name": "Finance"}})
    page = rule_of(policy_of(console, server, "All clients")).check("Device Authorization")
    page = page.check("Assigned the app and a member of one of the following:", "Finance", isaac["profile"]["login"])
    page = page.check("The following scopes:", "openid", "email")
    page = page.fill("THEN Access token lifetime is", "15").fill("AND Refresh token lifetime is", "600")
    page = page.fill("but will expire if not used every", "60").press("Create rule")
    assert page.said == "The rule was saved."
    policy = api.listed(f"/authorizationServers/{server}/policies")[0]["id"]
    rules = f"/authorizationServers/{server}/policies/{policy}/rules"
    made = api.listed(rules)[0]
    assert made["conditions"] == {
        "people": {
            "users": {"include": [isaac["id"]], "exclude": []},
            "groups": {"include": [group["id"]], "exclude": []},
        },
        "grantTypes": {"include": ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"]},
        "scopes": {"include": ["openid", "email"]},
    }
    lifetimes = ("accessTokenLifetimeMinutes", "refreshTokenLifetimeMinutes", "refreshTokenWindowMinutes")
    assert [made["actions"]["token"][name] for name in lifetimes] == [15, 600, 60]
    again = page.follow("Code only").press("Save")
    assert without(api.listed(rules)[0]) == without(made)
    again = again.press("Deactivate Code only")
    assert again.said == "The rule was deactivated."
    assert api.listed(rules)[0]["status"] == "INACTIVE"
    again.press("Activate Code only").press("Delete Code only")
    assert api.listed(rules) == []


def test_who_is_excluded_stays_so(console: Console, api: Api, server: str, isaac: Json) -> None:
    policy_of(console, server, "All clients")
    policy = api.listed(f"/authorizationServers/{server}/policies")[0]["id"]
    rules = f"/authorizationServers/{server}/policies/{policy}/rules"
    people = {"users": {"exclude": [isaac["id"]]}, "groups": {"include": ["EVERYONE"]}}
    conditions = {"people": people, "grantTypes": {"include": ["authorization_code"]}, "scopes": {"include": ["*"]}}
    made = api.made(rules, {"type": "RESOURCE_ACCESS", "name": "Rule", "priority": 1, "conditions": conditions})
    page = console.open(f"/admin/oauth2/as/{server}/policies")
    assert f"Any user assigned the app; never {isaac['profile']['login']}" in page.words()
    page = page.follow("Rule")
    assert f"Never for {isaac['profile']['login']}: excluded with the API (conditions.people)." in page.words()
    page.fill("Rule Name", "Renamed").press("Save")
    assert got(api, f"{rules}/{made['id']}")["conditions"]["people"]["users"]["exclude"] == [isaac["id"]]


@pytest.mark.parametrize(
    ("label", "value", "problem"),
    [
        ("Rule Name", "", "The field cannot be left blank"),
        ("THEN Access token lifetime is", "4", "The value must be between 5 and 1440"),
        (
            "AND Refresh token lifetime is",
            "4",
            "The value must be 0, or between accessTokenLifetimeMinutes and 2628000",
        ),
        ("but will expire if not used every", "9", "The value must be between 10 and 2628000"),
        ("but will expire if not used every", "week", "The field must be a whole number"),
    ],
)
def test_a_rule_that_is_refused(console: Console, server: str, label: str, value: str, problem: str) -> None:
    page = rule_of(policy_of(console, server, "All clients")).fill(label, value).press("Create rule")
    assert page.problem_at(label) == problem
    assert page.value(label) == value


def test_a_rule_for_nothing_or_nobody(console: Console, server: str) -> None:
    page = rule_of(policy_of(console, server, "All clients"))
    assert page.uncheck("Authorization Code").press("Create rule").problems == ["The field cannot be left blank"]
    page = page.check("Authorization Code", "Assigned the app and a member of one of the following:").press(
        "Create rule"
    )
    assert page.problems[0].startswith("At least one of ''conditions.people.users.include''")
    assert page.document.xpath("//*[@id='people']//*[@class='field-error']")
