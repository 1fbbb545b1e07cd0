"""Directory: people and groups (okta.md 6.2)."""

from __future__ import annotations

import pytest

from tests.console.console import Console, Page
from tests.management.api import Api
from tests.management.apps import create
from tests.management.documents import Json, got

PASSWORD = "Tr0ub4dor-and-3"


def person(console: Console) -> Page:
    """The form for a new one, filled in."""
    page = console.open("/admin/").follow("People").follow("Add Person")
    page = page.fill("First name", "Grace").fill("Last name", "Hopper").fill("Primary email", "grace@example.com")
    return page.fill("Username", "grace").fill("Password", PASSWORD)


def test_a_new_person(console: Console, api: Api) -> None:
    group = api.made("/groups", {"profile": {"name": "Finance"}})
    page = person(console).fill("Username", "").check("Finance").press("Save")
    assert (page.heading, page.said) == ("Grace Hopper", "grace@example.com was added.")
    made = got(api, "/users/grace@example.com")
    profile = {"firstName": "Grace", "lastName": "Hopper", "login": "two@example.com", "email": "grace@example.com"}
    by_api = api.made("/users", {"profile": profile, "credentials": {"password": {"value": PASSWORD}}})
    assert made["profile"] == by_api["profile"] | {"login": "grace@example.com"}
    names = ("status", "activated", "credentials", "passwordChanged")
    assert [made[name] for name in names] == [by_api[name] for name in names]
    assert group["id"] in [entry["id"] for entry in api.listed(f"/users/{made['id']}/groups")]
    answer = console.okta.rp.post(
        f"{console.okta.idp.public_url}/api/v1/authn", json={"username": "grace@example.com", "password": PASSWORD}
    )
    assert answer.json["status"] == "SUCCESS"  # type: ignore[index]


@pytest.mark.parametrize(
    ("check", "uncheck", "activation", "status"),
    [
        ((), (), "Activate now", "ACTIVE"),
        ((), (), "Activate later", "STAGED"),
        ((), ("I will set password",), "Activate now", "PROVISIONED"),
        (("User must change password on first login",), (), "Activate now", "PASSWORD_EXPIRED"),
    ],
)
def test_how_a_person_begins(
    console: Console, api: Api, check: tuple[str, ...], uncheck: tuple[str, ...], activation: str, status: str
) -> None:
    page = person(console).fill("Username", "grace@example.com").fill("Activation", activation)
    assert page.check(*check).uncheck(*uncheck).press("Save").status == 200
    assert got(api, "/users/grace@example.com")["status"] == status


@pytest.mark.parametrize(
    ("label", "value", "problem"),
    [
        ("Username", "grace", "Username must be in the form of an email address"),
        ("Username", "ada@example.com", "An object with this field already exists in the current organization"),
        ("First name", "x" * 51, "The field must be between 1 and 50 characters"),
        ("Primary email", "grace", "Does not match required pattern"),
        (
            "Password",
            "secret",
            "Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an "
            "uppercase letter, a number, no parts of your username.",
        ),
    ],
)
def test_a_person_who_is_refused(console: Console, label: str, value: str, problem: str) -> None:
    page = person(console).fill("Username", "grace@example.com").fill(label, value).press("Save")
    assert page.problem_at(label) == problem
    assert page.value("Last name") == "Hopper"
    assert page.value("Password") == ""  # never sent back
    assert page.value(label) == ("" if label == "Password" else value)


def test_the_profile(console: Console, api: Api, isaac: Json) -> None:
    page = console.open("/admin/users").follow("Isaac Brock").follow("Edit")
    page = page.fill("Department", "Music").fill("City", "Issaquah").fill("Nickname", "Ike").press("Save")
    assert page.said == "The profile was saved."
    profile = got(api, f"/users/{isaac['id']}")["profile"]
    assert profile == isaac["profile"] | {"department": "Music", "city": "Issaquah", "nickName": "Ike"}
    page = page.follow("Edit").fill("Department", "").fill("City", "").press("Save")
    assert got(api, f"/users/{isaac['id']}")["profile"] == isaac["profile"] | {"nickName": "Ike"}
    page = page.follow("Edit").fill("Primary email", "").press("Save")
    assert page.problem_at("Primary email") == "The field cannot be left blank"


def test_the_password(console: Console, isaac: Json) -> None:
    page = console.open(f"/admin/user/{isaac['id']}").fill("New password", "short").press("Set password")
    assert page.problem_at("New password").startswith("Password requirements were not met.")
    assert page.fill("New password", PASSWORD).press("Set password").said == "The password was set."
    known = console.okta.idp.user(isaac["id"])
    assert known
    assert known.password == PASSWORD


def test_the_life_cycle(console: Console, api: Api, isaac: Json) -> None:
    where = f"/users/{isaac['id']}"
    page = console.open(f"/admin/user/{isaac['id']}")
    for button, status in (
        ("Suspend", "SUSPENDED"),
        ("Unsuspend", "ACTIVE"),
        ("Expire Password", "PASSWORD_EXPIRED"),
        ("Reset Password", "RECOVERY"),
        ("Deactivate", "DEPROVISIONED"),
        ("Activate", "ACTIVE"),
        ("Deactivate", "DEPROVISIONED"),
    ):
        page = page.press(button)
        assert got(api, where)["status"] == status
    assert page.press("Delete").said == f"{isaac['profile']['login']} was deleted."
    assert api.get(where).status_code == 404


def test_what_may_be_done_depends_on_the_status(console: Console, api: Api, isaac: Json) -> None:
    def buttons() -> set[str]:
        page = console.open(f"/admin/user/{isaac['id']}")
        return {
            button.text_content()
            for button in page.document.xpath("//main//form[contains(@action, 'lifecycle')]/button")
        }

    assert buttons() == {"Suspend", "Expire Password", "Reset Password", "Deactivate"}
    api.post(f"/users/{isaac['id']}/lifecycle/suspend")
    assert buttons() == {"Unsuspend", "Deactivate"}


def test_a_change_that_comes_too_late(console: Console, api: Api, isaac: Json) -> None:
    page = console.open(f"/admin/user/{isaac['id']}")
    api.post(f"/users/{isaac['id']}/lifecycle/deactivate")
    refused = page.press("Suspend")
    assert refused.status == 403
    assert refused.words("//*[@role='alert']") == "This operation is not allowed in the user's current status."


def test_who_was_deactivated_has_no_session_any_more(console: Console) -> None:
    okta = console.okta
    okta.sign_in(okta.authorize(prompt="login"))
    ada = okta.idp.org.users.all()[0].id
    assert okta.browser.get(f"{okta.idp.public_url}/api/v1/sessions/me").status_code == 200
    console.open(f"/admin/user/{ada}").press("Deactivate").press("Activate")
    assert okta.browser.get(f"{okta.idp.public_url}/api/v1/sessions/me").status_code == 404


def test_the_list_of_people(console: Console, api: Api, isaac: Json) -> None:
    assert console.open("/admin/users").words("//tbody/tr/td[2]") == f"ada@example.com {isaac['profile']['login']}"
    page = console.open("/admin/users").fill("Search", "ISAAC").press("Search")
    assert page.words("//tbody/tr/td[2]") == isaac["profile"]["login"]
    api.post(f"/users/{isaac['id']}/lifecycle/suspend")
    page = console.open("/admin/users").fill("Status", "Suspended").press("Search")
    assert page.words("//tbody/tr/td[2]") == isaac["profile"]["login"]


def test_the_apps_of_a_person(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api, label="Books")
    api.made(f"/apps/{app}/users", {"id": isaac["id"], "scope": "USER"})
    page = console.open(f"/admin/user/{isaac['id']}").follow("Books")
    assert page.path == f"/admin/app/{app}/assignments"


def test_groups(console: Console, api: Api, isaac: Json) -> None:
    page = console.open("/admin/").follow("Groups").follow("Add Group").press("Save")
    assert page.problem_at("Name") == "The field cannot be left blank"
    page = page.fill("Name", "Finance").fill("Description", "Money").press("Save")
    made = next(entry for entry in api.listed("/groups") if entry["profile"]["name"] == "Finance")
    assert made["profile"] == {"name": "Finance", "description": "Money"}
    login = isaac["profile"]["login"]
    page = page.fill("Assign people", login).press("Assign")
    assert page.said == f"{login} is in Finance."
    assert [entry["id"] for entry in api.listed(f"/groups/{made['id']}/users")] == [isaac["id"]]
    page = page.press(f"Remove {login}")
    assert api.listed(f"/groups/{made['id']}/users") == []
    page = page.fill("Name", "Money").fill("Description", "").press("Save")
    assert got(api, f"/groups/{made['id']}")["profile"] == {"name": "Money", "description": None}
    assert page.press("Delete").said == "Money was deleted."
    assert api.get(f"/groups/{made['id']}").status_code == 404


def test_a_group_that_there_is_already(console: Console) -> None:
    page = console.open("/admin/groups/new").fill("Name", "Everyone").press("Save")
    assert page.problems == ["Duplicate group."]
    assert page.value("Name") == "Everyone"


def test_nobody_changes_who_is_everyone(console: Console) -> None:
    page = console.open("/admin/groups").follow("Everyone")
    assert page.document.xpath("//main//button") == []
