"""/api/v1/users: making, changing and finding people (okta.md 6.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.management.api import Api, entries, refusal
from tests.management.people import NOW, PASSWORD, PROFILE, TAKEN, ids
from tests.mock_idp.okta import Okta


def test_a_person_is_made_as_okta_makes_one(api: Api) -> None:
    made = api.made("/users", {"profile": PROFILE, **PASSWORD})
    assert len(made["id"]) == 20
    assert made["id"].startswith("00u")
    assert made["status"] == "ACTIVE"
    assert made["profile"] == {"mobilePhone": None, "secondEmail": None} | PROFILE | {
        "displayName": "Isaac Brock",
        "locale": "en_US",
        "timezone": "America/Los_Angeles",
    }
    assert made["credentials"] == {
        "password": {},
        "emails": [{"value": "isaac@example.com", "status": "VERIFIED", "type": "PRIMARY"}],
        "provider": {"type": "OKTA", "name": "OKTA"},
    }
    assert made["created"] == made["activated"] == made["passwordChanged"] == NOW
    assert list(made["_links"]) == [
        "suspend",
        "resetPassword",
        "forgotPassword",
        "expirePassword",
        "changePassword",
        "changeRecoveryQuestion",
        "resetFactors",
        "deactivate",
        "self",
        "schema",
        "type",
    ]
    assert api.get(f"/users/{made['id']}").json == made


@pytest.mark.parametrize(
    ("query", "password", "status"),
    [
        ({}, PASSWORD, "ACTIVE"),
        ({"activate": "true"}, {}, "PROVISIONED"),
        ({"activate": "false"}, PASSWORD, "STAGED"),
        ({"nextLogin": "changePassword"}, PASSWORD, "PASSWORD_EXPIRED"),
    ],
)
def test_the_status_of_a_new_person(api: Api, query: dict[str, str], password: dict[str, Any], status: str) -> None:
    assert api.made("/users", {"profile": PROFILE, **password}, **query)["status"] == status


def test_new_people_are_in_everyone_and_in_the_groups_named(api: Api) -> None:
    group = api.made("/groups", {"profile": {"name": "Sales"}})
    made = api.made("/users", {"profile": PROFILE, "groupIds": [group["id"]]})
    names = [entry["profile"]["name"] for entry in entries(api.get(f"/users/{made['id']}/groups"))]
    assert names == ["Everyone", "Sales"]


@pytest.mark.parametrize(
    ("document", "query", "wanted"),
    [
        ({}, {}, (400, "E0000001", "Api validation failed: login", ["login: The field cannot be left blank"])),
        (
            {"profile": PROFILE | {"email": ""}},
            {},
            (400, "E0000001", "Api validation failed: email", ["email: The field cannot be left blank"]),
        ),
        (
            {"profile": PROFILE | {"login": "isaac"}},
            {},
            (
                400,
                "E0000001",
                "Api validation failed: login",
                ["login: Username must be in the form of an email address"],
            ),
        ),
        (
            {"profile": PROFILE | {"login": "ADA@example.com"}},
            {},
            (400, "E0000001", "Api validation failed: login", [TAKEN]),
        ),
        (
            {"profile": PROFILE, "credentials": {"password": {"value": "isaac-Aa1"}}},
            {},
            (
                400,
                "E0000001",
                "Api validation failed: password",
                [
                    "password: Password requirements were not met. Password requirements: at least 8 characters, a "
                    "lowercase letter, an uppercase letter, a number, no parts of your username."
                ],
            ),
        ),
        ({"profile": {"login": 3}}, {}, (400, "E0000003", "The request body was not well-formed.", [])),
        ([], {}, (400, "E0000003", "The request body was not well-formed.", [])),
        (
            {"profile": PROFILE, "groupIds": ["00gnothing"]},
            {},
            (404, "E0000007", "Not found: Resource not found: 00gnothing (UserGroup)", []),
        ),
        (
            {"profile": PROFILE, **PASSWORD},
            {"nextLogin": "changePassword", "activate": "false"},
            (
                400,
                "E0000125",
                "Could not create user. To create a user and expire their password immediately, `activate` must be "
                "true.",
                [
                    "Could not create user. To create a user and expire their password immediately, `activate` must "
                    "be true."
                ],
            ),
        ),
        (
            {"profile": PROFILE},
            {"nextLogin": "changePassword"},
            (
                400,
                "E0000124",
                "Could not create user. To create a user and expire their password immediately, a password must be "
                "specified.",
                [
                    "Could not create user. To create a user and expire their password immediately, a password must "
                    "be specified."
                ],
            ),
        ),
        (
            {"profile": PROFILE, "credentials": {"password": {"hash": {"algorithm": "BCRYPT"}}}},
            {},
            (
                501,
                "E0000060",
                "Unsupported operation.",
                ["The mock does not take hashed passwords or password hooks; at Okta they exist."],
            ),
        ),
    ],
)
def test_what_cannot_be_a_person(api: Api, document: Any, query: dict[str, str], wanted: Any) -> None:
    before = len(entries(api.get("/users")))
    assert refusal(api.post("/users", document, **query)) == wanted
    assert len(entries(api.get("/users"))) == before


def test_a_person_is_found_by_id_login_and_short_login(api: Api, isaac: dict[str, Any]) -> None:
    for key in (isaac["id"], "isaac@example.com", "isaac"):
        assert api.get(f"/users/{key}").json["id"] == isaac["id"]  # type: ignore[index]
    assert refusal(api.get("/users/nobody")) == (404, "E0000007", "Not found: Resource not found: nobody (User)", [])


def test_profile_attributes_become_claims(api: Api, okta: Okta, isaac: dict[str, Any]) -> None:
    profile = {
        "nickName": "izzy",
        "middleName": "K",
        "profileUrl": "https://example.com/isaac",
        "primaryPhone": "+1-555",
        "locale": "de_DE",
        "timezone": "Europe/Berlin",
        "streetAddress": "301 Brannan St.",
        "city": "San Francisco",
        "state": "CA",
        "zipCode": "94107",
        "countryCode": "US",
        "department": "Engineering",
    }
    changed = api.post(f"/users/{isaac['id']}", {"profile": profile}).json
    assert changed["profile"].items() >= (PROFILE | profile).items()  # type: ignore[index]
    scope = "openid profile email address phone"
    answer = okta.sign_in(okta.authorize(scope=scope), {"identifier": "isaac@example.com", "credentials": "Tr1cky-one"})
    code = answer.headers["Location"].split("code=")[1].split("&")[0]
    claims = okta.userinfo(okta.redeem(code).json["access_token"]).json  # type: ignore[index]
    assert claims["sub"] == isaac["id"]  # type: ignore[index]
    wanted = {
        "name": "Isaac Brock",
        "nickname": "izzy",
        "middle_name": "K",
        "profile": "https://example.com/isaac",
        "locale": "de-DE",
        "zoneinfo": "Europe/Berlin",
        "phone_number": "+1-555",
        "address": {
            "street_address": "301 Brannan St.",
            "locality": "San Francisco",
            "region": "CA",
            "postal_code": "94107",
            "country": "US",
        },
    }
    assert claims == claims | wanted  # type: ignore[operator]


def test_post_leaves_what_it_does_not_name_and_put_empties_it(api: Api, isaac: dict[str, Any]) -> None:
    url = f"/users/{isaac['id']}"
    api.post(url, {"profile": {"department": "Sales", "nickName": "izzy"}})
    kept = api.post(url, {"profile": {"lastName": "Newton", "nickName": None}}).json["profile"]  # type: ignore[index]
    assert (kept["department"], kept["lastName"], kept["displayName"]) == ("Sales", "Newton", "Isaac Newton")
    assert "nickName" not in kept
    whole = api.put(url, {"profile": PROFILE}).json["profile"]  # type: ignore[index]
    assert "department" not in whole
    assert whole["displayName"] == "Isaac Brock"
    causes = ["login: The field must be between 5 and 100 characters"]
    long = {"profile": PROFILE | {"login": "x" * 90 + "@example.com"}}
    assert refusal(api.put(url, long)) == (400, "E0000001", "Api validation failed: login", causes)


def test_a_name_of_ones_own_stays(api: Api, isaac: dict[str, Any]) -> None:
    url = f"/users/{isaac['id']}"
    api.post(url, {"profile": {"displayName": "The Boss"}})
    assert api.post(url, {"profile": {"lastName": "N"}}).json["profile"]["displayName"] == "The Boss"  # type: ignore[index]


# ---- lists --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "isa"}, True),
        ({"q": "BROCK"}, True),
        ({"q": "rock"}, False),
        ({"filter": 'profile.login eq "isaac@example.com"'}, True),
        ({"filter": 'profile.login eq "ISAAC@example.com" and status eq "ACTIVE"'}, True),
        ({"filter": 'status eq "STAGED" or profile.lastName eq "Brock"'}, True),
        ({"filter": 'status eq "STAGED"'}, False),
        ({"filter": 'lastUpdated gt "2027-01-01T00:00:00.000Z"'}, True),
        ({"search": 'profile.department eq "Sales"'}, True),
        ({"search": 'profile.department sw "sa" and (status eq "STAGED" or status eq "ACTIVE")'}, True),
        ({"search": "profile.department pr"}, True),
        ({"search": "profile.division pr"}, False),
        ({"search": 'profile.department co "ale" and created lt "2027-01-01T00:00:00.000Z"'}, False),
    ],
)
def test_people_are_found(api: Api, isaac: dict[str, Any], query: dict[str, str], found: bool) -> None:
    api.post(f"/users/{isaac['id']}", {"profile": {"department": "Sales"}})
    assert (isaac["id"] in ids(api.get("/users", **query))) is found


@pytest.mark.parametrize(
    "query",
    [
        {"filter": 'profile.department eq "Sales"'},
        {"filter": "status eq"},
        {"search": 'status is "ACTIVE"'},
        {"search": "(" * 50},
        {"search": 'status eq "ACTIVE" or'},
        {"search": 'status eq "ACTIVE" "x"'},
        {"search": 'status eq "ACTIVE'},
    ],
)
def test_search_that_is_none(api: Api, query: dict[str, str]) -> None:
    assert refusal(api.get("/users", **query)) == (400, "E0000031", "Invalid search criteria.", [])


def test_lists_leave_out_who_is_deactivated(api: Api, isaac: dict[str, Any]) -> None:
    assert isaac["id"] in ids(api.get("/users"))
    api.post(f"/users/{isaac['id']}/lifecycle/deactivate")
    assert isaac["id"] not in ids(api.get("/users"))
    assert ids(api.get("/users", filter='status eq "DEPROVISIONED"')) == [isaac["id"]]


def test_lists_have_pages(api: Api) -> None:
    made = [
        api.made("/users", {"profile": PROFILE | {"login": f"u{n}@example.com", "email": f"u{n}@example.com"}})["id"]
        for n in range(3)
    ]
    first = api.get("/users", limit=2, search='profile.lastName eq "Brock"')
    assert ids(first) == made[:2]
    following = first.headers.getlist("Link")[1]
    assert following.endswith('; rel="next"')
    assert ids(api.get(following[1:].split(">")[0])) == made[2:]
