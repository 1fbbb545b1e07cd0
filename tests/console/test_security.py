"""Security > API: authorization servers with all their tabs, and Trusted Origins (okta.md 6.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.console.console import Console, Page
from tests.management.api import Api
from tests.management.apps import create
from tests.mock_idp.okta import ORIGIN

Json = dict[str, Any]


@pytest.fixture
def server(api: Api) -> str:
    """A custom authorization server without access policies."""
    found: str = api.made("/authorizationServers", {"name": "Shop", "description": "", "audiences": ["api://shop"]})[
        "id"
    ]
    return found


def got(api: Api, path: str) -> Json:
    found: Json = api.get(path).json  # type: ignore[assignment]
    return found


def without(document: Json, *names: str) -> Json:
    return {name: value for name, value in document.items() if name not in (*names, "created", "lastUpdated", "_links")}


# ---- servers --------------------------------------------------------------------------------------------------


def test_a_new_server(console: Console, api: Api) -> None:
    page = console.open("/admin/").follow("API").follow("Add Authorization Server")
    page = page.fill("Name", "Shop").fill("Audience", "0oashop").fill("Description", "For the shop").press("Save")
    assert (page.heading, page.said) == ("Shop", "Shop was added.")
    made = next(entry for entry in api.listed("/authorizationServers") if entry["name"] == "Shop")
    sent = {"name": "Shop2", "description": "For the shop", "audiences": ["0oashop"], "issuerMode": "DYNAMIC"}
    by_api = api.made("/authorizationServers", sent)
    same = ("id", "name", "issuer", "credentials")
    assert without(made, *same) == without(by_api, *same)
    assert page.words("//*[@id='Issuer']") == made["issuer"] == f"{ORIGIN}/oauth2/{made['id']}"
    metadata = f"{ORIGIN}/oauth2/{made['id']}/.well-known/oauth-authorization-server"
    assert page.link(metadata) == metadata
    listed = console.open("/admin/oauth2/as").words("//tbody/tr[td/a='Shop']")
    assert listed.startswith(f"Shop0oashop {made['issuer']}")


@pytest.mark.parametrize(
    ("label", "value", "problem"),
    [
        ("Name", "", "The field cannot be left blank"),
        ("Name", "default", "An object with this field already exists in the current organization"),
        ("Audience", "", "The field cannot be left blank"),
    ],
)
def test_a_server_that_is_refused(console: Console, label: str, value: str, problem: str) -> None:
    page = console.open("/admin/oauth2/as/new").fill("Name", "Shop").fill("Audience", "api://shop")
    page = page.fill(label, value).press("Save")
    assert page.problem_at(label) == problem
    assert page.value(label) == value


def test_the_settings_of_a_server(console: Console, api: Api, server: str) -> None:
    page = console.open(f"/admin/oauth2/as/{server}").follow("Edit")
    page = page.fill("Name", "Shop 2").fill("Audience", "api://2").fill("Description", "Two")
    page = page.check("Okta URL").fill("Signing Key Rotation", "Manual").press("Save")
    assert page.said == "The settings were saved."
    found = got(api, f"/authorizationServers/{server}")
    assert (found["name"], found["audiences"], found["description"]) == ("Shop 2", ["api://2"], "Two")
    assert (found["issuerMode"], found["credentials"]["signing"]["rotationMode"]) == ("ORG_URL", "MANUAL")
    kid = found["credentials"]["signing"]["kid"]
    assert page.press("Rotate Signing Keys").said == "The signing keys were rotated."
    assert got(api, f"/authorizationServers/{server}")["credentials"]["signing"]["kid"] != kid
    page = page.follow("Edit").fill("Name", "").press("Save")
    assert page.problem_at("Name") == "The field cannot be left blank"


def test_the_life_of_a_server(console: Console, api: Api, server: str) -> None:
    page = console.open(f"/admin/oauth2/as/{server}").press("Deactivate")
    assert got(api, f"/authorizationServers/{server}")["status"] == "INACTIVE"
    page = page.press("Activate").press("Deactivate").press("Delete")
    assert (page.path, page.said) == ("/admin/oauth2/as", "Shop was deleted.")
    assert api.get(f"/authorizationServers/{server}").status_code == 404
    refused = console.open("/admin/oauth2/as/default").press("Deactivate").press("Delete")
    assert refused.words("//*[@role='alert']") == "The default authorization server cannot be deleted."


# ---- scopes and claims ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "changed"),
    [
        ((), {}),
        (("Set as a default scope",), {"default": True}),
        (("Include in public metadata",), {"metadataPublish": "ALL_CLIENTS"}),
        (("Required", "Optional"), {"consent": "REQUIRED", "optional": True}),
        (("Flexible",), {"consent": "FLEXIBLE"}),
    ],
)
def test_scopes(console: Console, api: Api, server: str, labels: tuple[str, ...], changed: Json) -> None:
    page = console.open(f"/admin/oauth2/as/{server}").follow("Scopes").follow("Add Scope")
    page = (
        page.fill("Name", "read")
        .fill("Display phrase", "Read")
        .fill("Description", "All")
        .check(*labels)
        .press("Create")
    )
    assert page.said == "The scope was saved."
    scopes = f"/authorizationServers/{server}/scopes"
    made = next(entry for entry in api.listed(scopes) if entry["name"] == "read")
    by_api = api.made(scopes, {"name": "other", "displayName": "Read", "description": "All"})
    assert without(made, "id", "name") == without(by_api, "id", "name") | changed
    page = page.follow("read")
    assert all(page.is_checked(label) for label in labels)
    page = page.fill("Name", "write").press("Save")
    assert got(api, f"{scopes}/{made['id']}")["name"] == "write"
    assert page.press("Delete write").said == "The scope was deleted."
    assert api.get(f"{scopes}/{made['id']}").status_code == 404


def test_scopes_that_are_refused(console: Console, server: str) -> None:
    page = console.open(f"/admin/oauth2/as/{server}/scopes/new").fill("Name", "two words").press("Create")
    assert page.problem_at("Name") == "The field contains characters that a scope cannot have"
    page = page.fill("Name", "openid").press("Create")
    assert page.problem_at("Name") == "An object with this field already exists in the current organization"
    page = console.open(f"/admin/oauth2/as/{server}/scopes").follow("openid").fill("Name", "other").press("Save")
    assert page.problems == ["Cannot modify the name attribute because it is immutable."]


@pytest.mark.parametrize(
    ("fields", "labels", "changed"),
    [
        ({"Value": "user.department"}, ("Expression", "Always", "Any scope"), {"value": "user.department"}),
        (
            {"Value": "Fin", "Filter": "Starts with"},
            ("Groups", "Always", "Any scope"),
            {"valueType": "GROUPS", "group_filter_type": "STARTS_WITH", "value": "Fin"},
        ),
        (
            {"Value": "app.clientId", "Include in token type": "Access Token"},
            ("Expression", "Always", "Disable claim"),
            {"value": "app.clientId", "claimType": "RESOURCE", "status": "INACTIVE"},
        ),
        (
            {"Value": "user.login"},
            ("Expression", "The following scopes", "profile"),
            {"value": "user.login", "conditions": {"scopes": ["profile"]}, "alwaysIncludeInToken": False},
        ),
    ],
)
def test_claims(
    console: Console, api: Api, server: str, fields: dict[str, str], labels: tuple[str, ...], changed: Json
) -> None:
    page = console.open(f"/admin/oauth2/as/{server}").follow("Claims").follow("Add Claim").uncheck("Always")
    for label, value in ({"Name": "extra"} | fields).items():
        page.fill(label, value)
    page = page.check(*labels).press("Create")
    assert page.said == "The claim was saved."
    claims = f"/authorizationServers/{server}/claims"
    made = next(entry for entry in api.listed(claims) if entry["name"] == "extra")
    usual = {"status": "ACTIVE", "claimType": "IDENTITY", "valueType": "EXPRESSION", "value": "user.login"}
    by_api = api.made(claims, {"name": "other", "conditions": {"scopes": []}, "alwaysIncludeInToken": True, **usual})
    assert without(made, "id", "name") == without(by_api, "id", "name") | changed
    again = page.follow("extra").press("Save")
    assert again.said == "The claim was saved."
    assert got(api, f"{claims}/{made['id']}") == made
    assert again.press("Delete extra").said == "The claim was deleted."


def test_claims_that_are_refused(console: Console, api: Api, server: str) -> None:
    page = console.open(f"/admin/oauth2/as/{server}/claims/new").fill("Name", "extra").press("Create")
    assert page.problem_at("Value") == "The field cannot be left blank"
    page = page.fill("Value", "user.").press("Create")
    assert page.problem_at("Value")
    page = page.check("Groups").fill("Filter", "Matches regex").fill("Value", "(").press("Create")
    assert page.problem_at("Value")
    page = console.open(f"/admin/oauth2/as/{server}/claims").follow("email").press("Save")
    assert page.said == "The claim was saved."
    assert all(entry["name"] != "extra" for entry in api.listed(f"/authorizationServers/{server}/claims"))


# ---- access policies --------------------------------------------------------------------------------------------


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


# ---- Token Preview ----------------------------------------------------------------------------------------------


def preview(console: Console, **fields: str) -> Page:
    page = console.open("/admin/oauth2/as/default").follow("Token Preview")
    for label, value in fields.items():
        page.fill(label.replace("_", " "), value)
    return page


def decoded(page: Page, what: str) -> Json:
    found: Json = json.loads(page.document.xpath(f"//pre[@aria-label='{what}']")[0].text_content())
    return found


def test_token_preview(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api, label="Books")
    page = (
        preview(console, client="Books", User=isaac["profile"]["login"])
        .check("email", "profile")
        .press("Preview Token")
    )
    refused = "access_denied: User is not assigned to the client application."
    assert page.words("//*[@role='alert']") == refused
    api.made(f"/apps/{app}/users", {"id": isaac["id"], "scope": "USER"})
    page = (
        preview(console, client="Books", User=isaac["profile"]["login"])
        .check("email", "profile")
        .press("Preview Token")
    )
    assert "Allowed by the rule Default Policy Rule. No token was issued." in page.words()
    claims = decoded(page, "id_token payload")
    assert (claims["iss"], claims["aud"], claims["sub"]) == (f"{ORIGIN}/oauth2/default", app, isaac["id"])
    assert claims["email"] == isaac["profile"]["email"]
    access = decoded(page, "token payload")
    assert (access["cid"], access["scp"], access["sub"]) == (
        app,
        ["openid", "profile", "email"],
        isaac["profile"]["login"],
    )
    assert decoded(page, "token header")["alg"] == "RS256"
    assert console.okta.idp.store.keys("access_token") == []
    page = page.uncheck("email").press("Preview Token")
    assert "email" not in decoded(page, "id_token payload")


def test_token_preview_without_a_person(console: Console, api: Api) -> None:
    app, _ = create(api, label="Books", grant_types=["authorization_code", "client_credentials"])
    page = preview(console, client="Books", Grant_type="Client Credentials").press("Preview Token")
    assert decoded(page, "token payload")["sub"] == app
    assert not page.document.xpath("//pre[@aria-label='id_token payload']")


def test_token_preview_needs_to_know_for_whom(console: Console, api: Api) -> None:
    create(api, label="Books")
    page = preview(console).press("Preview Token")
    assert page.problem_at("OAuth/OIDC client") == "Choose one."
    assert page.problem_at("User") == "Choose one."


# ---- Trusted Origins --------------------------------------------------------------------------------------------


def test_trusted_origins(console: Console, api: Api) -> None:
    page = console.open("/admin/oauth2/as").follow("Trusted Origins").follow("Add Origin")
    page = page.fill("Origin name", "RP").fill("Origin URL", "https://rp.test")
    assert page.press("Save").problems == ["The field cannot be left blank"]  # no type is chosen
    page = page.check("Cross-Origin Resource Sharing (CORS)", "Redirect", "iFrame embed").press("Save")
    assert page.said == "The origin was saved."
    made = api.listed("/trustedOrigins")[0]
    assert [scope["type"] for scope in made["scopes"]] == ["CORS", "REDIRECT", "IFRAME_EMBED"]
    assert (made["name"], made["origin"], made["status"]) == ("RP", "https://rp.test", "ACTIVE")
    page = page.follow("RP").uncheck("Redirect").fill("Origin URL", "https://rp.test/x").press("Save")
    assert page.problem_at("Origin URL") == "Must be a scheme, a host and, where it is not the usual one, a port"
    page = page.fill("Origin URL", "https://two.test").press("Save").press("Deactivate RP")
    made = api.listed("/trustedOrigins")[0]
    assert [scope["type"] for scope in made["scopes"]] == ["CORS", "IFRAME_EMBED"]
    assert (made["origin"], made["status"]) == ("https://two.test", "INACTIVE")
    page.press("Activate RP").press("Delete RP")
    assert api.listed("/trustedOrigins") == []
