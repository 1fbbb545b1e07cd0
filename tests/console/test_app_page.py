"""An app as a whole, its Sign On and its Assignments tab (okta.md 5.1 and 5.2)."""

from __future__ import annotations

import pytest

from tests.console.app_page import Json, of
from tests.console.console import Console
from tests.management.api import Api
from tests.management.apps import create, oidc


def token_settings(api: Api, app: str) -> Json:
    found: Json = api.get(f"/internal/apps/{app}/settings/oauth/idToken").json  # type: ignore[assignment]
    return found


def test_the_issuer(console: Console, api: Api) -> None:
    app, _ = create(api, issuer_mode="DYNAMIC")
    page = console.open(f"/admin/app/{app}/general").follow("Sign On")
    assert page.is_checked("Dynamic (based on request domain)")
    assert page.words("//*[@id='Audience']") == app
    page = page.follow("Edit", 1).check("Okta URL").press("Save")
    assert page.said == "The ID Token settings were saved."
    assert of(api, app)["settings"]["oauthClient"]["issuer_mode"] == "ORG_URL"
    assert page.follow("Edit", 1).check("Custom URL").press("Save").said
    assert of(api, app)["settings"]["oauthClient"]["issuer_mode"] == "CUSTOM_URL"
    assert token_settings(api, app)["name"] is None


@pytest.mark.parametrize(
    ("kind", "match"),
    [("STARTS_WITH", "Starts with"), ("EQUALS", "Equals"), ("CONTAINS", "Contains"), ("REGEX", "Matches regex")],
)
def test_the_groups_claim(console: Console, api: Api, kind: str, match: str) -> None:
    app, _ = create(api)
    page = (
        console.open(f"/admin/app/{app}/sign-on?edit=token")
        .check("Filter")
        .fill("Groups claim filter: claim name", "groups")
    )
    page = page.fill("Groups claim filter: how groups match", match).fill("Groups claim filter: value", "Fin")
    assert page.press("Save").said == "The ID Token settings were saved."
    found = token_settings(api, app)
    assert (found["name"], found["valueType"], found["groupFilterType"], found["value"]) == (
        "groups",
        "GROUPS",
        kind,
        "Fin",
    )


def test_the_groups_claim_as_an_expression(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/sign-on?edit=token").check("Expression")
    page = (
        page.fill("Groups claim filter: claim name", "groups").fill("Groups claim filter: value", "user.").press("Save")
    )
    assert page.problem_at("Groups claim filter: value")
    page = page.fill("Groups claim filter: value", "user.department").press("Save")
    assert page.said == "The ID Token settings were saved."
    assert token_settings(api, app)["valueType"] == "EXPRESSION"


def test_the_username_format(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = (
        console.open(f"/admin/app/{app}/sign-on")
        .follow("Edit")
        .fill("Application username format", "Email")
        .press("Save")
    )
    assert page.said == "The application username format was saved."
    assert of(api, app)["credentials"]["userNameTemplate"]["template"] == "${source.email}"


def test_people(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/general").follow("Assignments").follow("Assign to People")
    page = page.fill("Search", "isaac").press("Search")
    assert "ada@example.com" not in page.words("//table")
    login = isaac["profile"]["login"]
    page = page.press(f"Assign {login}")
    assert page.said == f"{login} was assigned."
    assert [entry["id"] for entry in api.listed(f"/apps/{app}/users")] == [isaac["id"]]
    page = page.follow("Done")
    assert "Individual" in page.words("//table")
    assert page.press(f"Remove {login}").said == "The assignment was removed."
    assert api.listed(f"/apps/{app}/users") == []


def test_groups(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api)
    finance = api.made("/groups", {"profile": {"name": "Finance"}})
    api.put(f"/groups/{finance['id']}/users/{isaac['id']}")
    page = (
        console.open(f"/admin/app/{app}/assignments").follow("Assign to Groups").press("Assign Finance").follow("Done")
    )
    assert [entry["id"] for entry in api.listed(f"/apps/{app}/groups")] == [finance["id"]]
    assert "Group" in page.words("//table[1]")
    assert isaac["profile"]["login"] in page.words("//table[1]")
    page.press("Remove Finance")
    assert api.listed(f"/apps/{app}/groups") == []


def test_somebody_who_was_assigned_meanwhile(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/assignments/people")
    api.made(f"/apps/{app}/users", {"id": isaac["id"], "scope": "USER"})
    refused = page.press(f"Assign {isaac['profile']['login']}")
    assert (refused.status, refused.heading) == (409, "That cannot be done")
    assert "already assigned" in refused.words("//*[@role='alert']")


def test_the_life_of_an_app(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/general").press("Deactivate")
    assert of(api, app)["status"] == "INACTIVE"
    assert page.press("Activate").said == "Shop is active."
    assert of(api, app)["status"] == "ACTIVE"
    early = console.open(f"/admin/app/{app}/delete")
    assert "Deactivate it first." in early.words()
    page = page.press("Activate").press("Deactivate").follow("Delete").press("Delete Application")
    assert (page.path, page.said) == ("/admin/apps/active", "Shop was deleted.")
    assert api.get(f"/apps/{app}").status_code == 404


def test_the_list(console: Console, api: Api) -> None:
    for name in ("Shop", "Bookshop", "Blog"):
        api.made("/apps", oidc(label=name))
    blog = next(app["id"] for app in api.listed("/apps") if app["label"] == "Blog")
    api.post(f"/apps/{blog}/lifecycle/deactivate")
    names = "//tbody/tr/td[1]"
    assert console.open("/admin/apps/active").words(names) == "Blog Bookshop Shop"
    assert console.open("/admin/apps/active").fill("Search", "SHOP").press("Search").words(names) == "Bookshop Shop"
    assert console.open("/admin/apps/active").fill("Search", blog).press("Search").words(names) == "Blog"
    assert console.open("/admin/apps/active").fill("Status", "Inactive").press("Search").words(names) == "Blog"
