"""Security > API: authorization servers and their settings (okta.md 6.2)."""

from __future__ import annotations

import pytest

from tests.console.console import Console
from tests.management.api import Api
from tests.management.documents import got, without
from tests.mock_idp.okta import ORIGIN


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
