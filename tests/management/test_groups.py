"""/api/v1/groups (okta.md 6.2)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from mock_idp.org.authorization_server import Policy, Rule
from tests.management.api import Api, Refusal, entries, refusal

ADA = "ada@example.com"


@pytest.fixture
def sales(api: Api) -> dict[str, Any]:
    return api.made("/groups", {"profile": {"name": "Sales", "description": "They sell"}})


def names(answer: Any) -> list[str]:
    return [entry["profile"]["name"] for entry in entries(answer)]


def test_a_group_is_made_as_okta_makes_one(api: Api, sales: dict[str, Any]) -> None:
    assert len(sales["id"]) == 20
    assert sales["id"].startswith("00g")
    assert sales["objectClass"] == ["okta:user_group"]
    assert sales["type"] == "OKTA_GROUP"
    assert sales["profile"] == {"name": "Sales", "description": "They sell"}
    assert list(sales["_links"]) == ["logo", "users", "apps"]
    assert api.get(f"/groups/{sales['id']}").json == sales


def test_groups_are_listed_and_found(api: Api, sales: dict[str, Any]) -> None:
    assert names(api.get("/groups")) == ["Everyone", "Sales"]
    assert names(api.get("/groups", q="sal")) == ["Sales"]
    assert names(api.get("/groups", search='profile.name eq "Sales"')) == ["Sales"]
    assert names(api.get("/groups", filter='type eq "BUILT_IN"')) == ["Everyone"]
    first = api.get("/groups", limit=1)
    assert names(first) == ["Everyone"]
    following = first.headers.getlist("Link")[1][1:].split(">")[0]
    assert api.get(following).json == [sales]


def test_members_come_and_go(api: Api, sales: dict[str, Any]) -> None:
    url = f"/groups/{sales['id']}/users"
    assert api.get(url).json == []
    for _ in range(2):  # once more changes nothing
        assert api.put(f"{url}/{ADA}").status_code == 204
    assert [entry["profile"]["login"] for entry in entries(api.get(url))] == [ADA]
    assert names(api.get(f"/users/{ADA}/groups")) == ["Everyone", "Sales"]
    for _ in range(2):
        assert api.delete(f"{url}/{ADA}").status_code == 204
    assert names(api.get(f"/users/{ADA}/groups")) == ["Everyone"]
    assert refusal(api.put(f"{url}/nobody")) == (404, "E0000007", "Not found: Resource not found: nobody (User)", [])


def test_who_is_in_a_renamed_group_stays(api: Api, sales: dict[str, Any]) -> None:
    url = f"/groups/{sales['id']}"
    api.put(f"{url}/users/{ADA}")
    assert api.put(url, {"profile": {"name": "Selling"}}).json["profile"] == {  # type: ignore[index]
        "name": "Selling",
        "description": None,
    }
    assert names(api.get(f"/users/{ADA}/groups")) == ["Everyone", "Selling"]
    assert [entry["profile"]["login"] for entry in entries(api.get(f"{url}/users"))] == [ADA]


def test_a_deleted_group_is_gone_everywhere(api: Api, sales: dict[str, Any]) -> None:
    url = f"/groups/{sales['id']}"
    api.put(f"{url}/users/{ADA}")
    idp = api.okta.idp
    api.okta.register(
        "sales-app", client_secret="s", redirect_uris=["https://rp.example/a"], groups=[{"group": sales["id"]}]
    )
    assert [entry["id"] for entry in entries(api.get(f"{url}/apps"))] == ["sales-app"]
    assert api.delete(url).status_code == 204
    assert names(api.get(f"/users/{ADA}/groups")) == ["Everyone"]
    app = idp.app("sales-app")
    assert app is not None
    assert app.groups == ()
    for answer in (api.get(url), api.delete(url), api.put(url, {"profile": {"name": "x"}}), api.get(f"{url}/users")):
        text = f"Not found: Resource not found: {sales['id']} (UserGroup)"
        assert refusal(answer) == (404, "E0000007", text, [])


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({}, (400, "E0000001", "Api validation failed: name", ["name: The field cannot be left blank"])),
        (
            {"profile": {"name": "  "}},
            (400, "E0000001", "Api validation failed: name", ["name: The field cannot be left blank"]),
        ),
        ({"profile": {"name": "Everyone"}}, (409, "E0000055", "Duplicate group.", [])),
        ({"profile": {"name": 1}}, (400, "E0000003", "The request body was not well-formed.", [])),
    ],
)
def test_what_cannot_be_a_group(api: Api, sales: dict[str, Any], document: Any, wanted: Any) -> None:
    assert refusal(api.post("/groups", document)) == wanted
    assert refusal(api.put(f"/groups/{sales['id']}", document)) == wanted
    assert names(api.get("/groups")) == ["Everyone", "Sales"]


def test_everyone_stays_as_it_is(api: Api) -> None:
    (everyone,) = entries(api.get("/groups"))
    url = f"/groups/{everyone['id']}"
    assert everyone["type"] == "BUILT_IN"
    read_only: Refusal = (403, "E0000111", "Cannot modify the UserGroup object because it is read-only.", [])
    assert refusal(api.delete(url)) == read_only
    assert refusal(api.put(url, {"profile": {"name": "Nobody"}})) == read_only
    assert refusal(api.delete(f"{url}/users/{ADA}"))[:3] == (501, "E0000060", "Unsupported operation.")
    assert [entry["profile"]["login"] for entry in entries(api.get(f"{url}/users"))] == [ADA]


def test_a_rule_for_a_deleted_group_is_for_nobody(api: Api) -> None:
    group = api.made("/groups", {"profile": {"name": "short-lived"}})["id"]
    org = api.okta.idp.org
    server = org.servers.get("default")
    assert server
    rule = Rule("R", id="0pr1", groups=(group,), groups_excluded=(group,))
    org.servers.save(dataclasses.replace(server, policies=(Policy("P", id="00p1", rules=(rule,)),)))

    assert api.delete(f"/groups/{group}").status_code == 204
    made = org.servers.get("default")
    assert made
    assert made.policies
    assert (made.policies[0].rules[0].groups, made.policies[0].rules[0].groups_excluded) == ((), ())
    assert "access_denied" in api.okta.sign_in(api.okta.authorize()).headers["Location"]
