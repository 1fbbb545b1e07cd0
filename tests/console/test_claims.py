"""An authorization server's tabs Scopes and Claims (okta.md 6.2)."""

from __future__ import annotations

import pytest

from tests.console.console import Console
from tests.management.api import Api
from tests.management.documents import Json, got, without


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
