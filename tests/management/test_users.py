"""/api/v1/users (okta.md 6.2)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.management.api import Api, Refusal, entries, refusal
from tests.mock_idp.okta import ADA, ORIGIN, Okta

PROFILE = {
    "firstName": "Isaac",
    "lastName": "Brock",
    "email": "isaac@example.com",
    "login": "isaac@example.com",
}
PASSWORD = {"credentials": {"password": {"value": "Tr1cky-one"}}}
TAKEN = "login: An object with this field already exists in the current organization"
WRONG_STATUS: tuple[int, str, str, list[str]] = (
    403,
    "E0000038",
    "This operation is not allowed in the user's current status.",
    [],
)
NOW = "2027-01-15T08:00:00.000Z"


@pytest.fixture
def isaac(api: Api) -> dict[str, Any]:
    return api.made("/users", {"profile": PROFILE, **PASSWORD})


def ids(answer: Any) -> list[str]:
    return [entry["id"] for entry in entries(answer)]


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


# ---- life cycle ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["suspend"], "SUSPENDED"),
        (["suspend", "unsuspend"], "ACTIVE"),
        (["deactivate"], "DEPROVISIONED"),
        (["deactivate", "activate"], "ACTIVE"),
        (["expire_password"], "PASSWORD_EXPIRED"),
        (["reset_password"], "RECOVERY"),
        (["reset_password", "reactivate"], "RECOVERY"),
        (["reset_factors"], "ACTIVE"),
    ],
)
def test_the_life_of_a_person(api: Api, isaac: dict[str, Any], steps: list[str], status: str) -> None:
    for step in steps:
        answer = api.post(f"/users/{isaac['id']}/lifecycle/{step}")
        assert answer.status_code == 200, answer.text
    assert api.get(f"/users/{isaac['id']}").json["status"] == status  # type: ignore[index]


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        (["activate"], (403, "E0000016", "Activation failed because the user is already active", [])),
        (["unsuspend"], WRONG_STATUS),
        (["unlock"], (403, "E0000032", "Unlock is not allowed for this user.", [])),
        (["suspend", "suspend"], WRONG_STATUS),
        (["suspend", "activate"], WRONG_STATUS),
        (["suspend", "expire_password"], WRONG_STATUS),
        (["deactivate", "deactivate"], WRONG_STATUS),
        (["deactivate", "reset_password"], WRONG_STATUS),
        (["deactivate", "suspend"], WRONG_STATUS),
        (["reactivate"], WRONG_STATUS),
    ],
)
def test_moves_that_a_status_does_not_allow(api: Api, isaac: dict[str, Any], steps: list[str], wanted: Any) -> None:
    for step in steps[:-1]:
        assert api.post(f"/users/{isaac['id']}/lifecycle/{step}").status_code == 200
    assert refusal(api.post(f"/users/{isaac['id']}/lifecycle/{steps[-1]}")) == wanted


def test_links_for_mails_that_are_not_sent(api: Api) -> None:
    made = api.made("/users", {"profile": PROFILE}, activate="false")
    activated = api.post(f"/users/{made['id']}/lifecycle/activate", sendEmail="false").json
    assert activated["activationUrl"] == f"{ORIGIN}/welcome/{activated['activationToken']}"  # type: ignore[index]
    reset = api.post(f"/users/{made['id']}/lifecycle/reset_password", sendEmail="false").json
    assert reset["resetPasswordUrl"].startswith(f"{ORIGIN}/reset_password/")  # type: ignore[index]


def test_the_first_delete_deactivates(api: Api, isaac: dict[str, Any]) -> None:
    assert api.delete(f"/users/{isaac['id']}").status_code == 204
    assert api.get(f"/users/{isaac['id']}").json["status"] == "DEPROVISIONED"  # type: ignore[index]
    assert refusal(api.post(f"/users/{isaac['id']}", {"profile": {"nickName": "x"}})) == WRONG_STATUS
    assert api.delete(f"/users/{isaac['id']}").status_code == 204
    assert refusal(api.get(f"/users/{isaac['id']}"))[1] == "E0000007"
    assert refusal(api.delete(f"/users/{isaac['id']}"))[1] == "E0000007"


def test_passwords_change(api: Api, okta: Okta, isaac: dict[str, Any]) -> None:
    url = f"/users/{isaac['id']}"
    change = {"oldPassword": {"value": "wrong"}, "newPassword": {"value": "An0ther-one"}}
    assert refusal(api.post(f"{url}/credentials/change_password", change)) == (
        403,
        "E0000014",
        "Update of credentials failed",
        ["oldPassword: Old Password is not correct"],
    )
    change["oldPassword"]["value"] = "Tr1cky-one"
    assert api.post(f"{url}/credentials/change_password", change).json["provider"] == {  # type: ignore[index]
        "type": "OKTA",
        "name": "OKTA",
    }
    okta.clock.advance(60)
    api.post(f"{url}/lifecycle/expire_password")
    changed = api.post(url, {"credentials": {"password": {"value": "Th1rd-secret"}}}).json
    assert (changed["status"], changed["passwordChanged"]) == ("ACTIVE", "2027-01-15T08:01:00.000Z")  # type: ignore[index]
    entered = {"identifier": "isaac@example.com", "credentials": "Th1rd-secret"}
    assert okta.sign_in(okta.authorize(), entered).status_code == 302


# ---- who am I, sessions and tokens --------------------------------------------------------------------------


def test_me_is_the_owner_of_the_token_or_of_the_session(api: Api, okta: Okta) -> None:
    assert api.get("/users/me").json["profile"]["login"] == "ada@example.com"  # type: ignore[index]
    url = f"{ORIGIN}/api/v1/users/me"
    assert refusal(okta.browser.get(url)) == (403, "E0000005", "Invalid session", [])
    okta.sign_in(okta.authorize())
    assert okta.browser.get(url).json["profile"]["login"] == "ada@example.com"  # type: ignore[index]
    api.post("/users/ada@example.com/lifecycle/suspend")
    assert refusal(okta.browser.get(url))[1] == "E0000005"


def test_ending_sessions_makes_people_sign_in_again(api: Api, okta: Okta) -> None:
    okta.sign_in(okta.authorize())
    assert okta.authorize(prompt="none").headers["Location"].count("code=")
    assert api.delete("/users/ada@example.com/sessions").status_code == 204
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]


def _refresh_token(okta: Okta) -> str:
    okta.clock.advance(1)
    answer = okta.sign_in(okta.authorize(scope="openid offline_access", prompt="login"), ADA)
    code = answer.headers["Location"].split("code=")[1].split("&")[0]
    found: str = okta.redeem(code).json["refresh_token"]  # type: ignore[index]
    return found


def test_tokens_of_a_person_in_an_app(api: Api, okta: Okta) -> None:
    token = _refresh_token(okta)
    assert [entry["client_id"] for entry in entries(api.get("/users/ada@example.com/clients"))] == ["web"]
    (shown,) = entries(api.get("/users/ada@example.com/clients/web/tokens"))
    assert shown["id"].startswith("oar")
    assert (shown["status"], shown["issuer"], shown["clientId"]) == ("ACTIVE", f"{ORIGIN}/oauth2/default", "web")
    assert set(shown["scopes"]) == {"openid", "offline_access"}
    one = f"/users/ada@example.com/clients/web/tokens/{shown['id']}"
    assert api.get(one).json == shown
    assert api.delete(one).status_code == 204
    assert refusal(api.get(one))[:2] == (404, "E0000007")
    assert okta.refresh(token).json["error"] == "invalid_grant"  # type: ignore[index]


def test_revoked_means_revoked(api: Api, okta: Okta) -> None:
    token = _refresh_token(okta)
    assert api.delete("/users/ada@example.com/clients/web/tokens").status_code == 204
    assert api.get("/users/ada@example.com/clients/web/tokens").json == []
    assert okta.refresh(token).status_code == 400
    token = _refresh_token(okta)
    assert api.call("DELETE", "/users/ada@example.com/sessions?oauthTokens=true").status_code == 204
    assert okta.refresh(token).status_code == 400
    assert refusal(api.get("/users/ada@example.com/clients/nothing/tokens"))[:2] == (404, "E0000007")


def test_app_links_of_a_person(api: Api, okta: Okta) -> None:
    okta.register("shown", client_secret="s", redirect_uris=["https://rp.example/a"], hide_web=False, label="Shown")
    okta.register("else", client_secret="s", redirect_uris=["https://rp.example/a"], hide_web=False, users=[])
    (shown,) = entries(api.get("/users/ada@example.com/appLinks"))
    assert (shown["label"], shown["appInstanceId"]) == ("Shown", "shown")


# ---- sessions by id -----------------------------------------------------------------------------------------


def test_sessions_by_id(api: Api, okta: Okta) -> None:
    entered = {"username": "ada@example.com", "password": "correct horse"}
    token = okta.rp.post(f"{ORIGIN}/api/v1/authn", json=entered).json["sessionToken"]  # type: ignore[index]
    # Okta's document does not have this operation any more, Okta has it (okta.md 6.2).
    headers = {"Authorization": api.authorization}

    def create() -> TestResponse:
        return okta.rp.post(f"{ORIGIN}/api/v1/sessions", json={"sessionToken": token}, headers=headers)

    made: dict[str, Any] = create().json  # type: ignore[assignment]
    assert made["id"].startswith("102")
    assert (made["login"], made["status"], made["amr"]) == ("ada@example.com", "ACTIVE", ["pwd"])
    assert refusal(create()) == (401, "E0000004", "Authentication failed", [])
    one = f"/sessions/{made['id']}"
    assert api.get(one).json == made
    okta.clock.advance(60)
    assert api.post(f"{one}/lifecycle/refresh").json["expiresAt"] == "2027-01-15T10:01:00.000Z"  # type: ignore[index]
    missing: Refusal = (404, "E0000007", f"Not found: Resource not found: {made['id']} (AppSession)", [])
    okta.clock.advance(7200)
    assert refusal(api.get(one)) == missing
    okta.sign_in(okta.authorize())
    mine = okta.browser.get(f"{ORIGIN}/api/v1/sessions/me").json["id"]  # type: ignore[index]
    assert api.delete(f"/sessions/{mine}").status_code == 204
    assert refusal(api.delete(f"/sessions/{mine}"))[1] == "E0000007"
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]


def test_consent_can_be_taken_back(api: Api, okta: Okta) -> None:
    scope = api.made("/authorizationServers/default/scopes", {"name": "pay", "consent": "REQUIRED"})
    okta.register("asking", client_secret="s", redirect_uris=["https://rp.example/callback"], consent_method="REQUIRED")
    asked = okta.sign_in(okta.authorize(client_id="asking", scope="openid pay"))
    assert asked.status_code == 200
    given = okta.submit(asked, consent="allow")
    assert "code=" in given.headers["Location"]
    (grant,) = entries(api.get("/users/ada@example.com/clients/asking/grants"))
    assert grant["id"].startswith("oag")
    assert (grant["scopeId"], grant["source"], grant["clientId"]) == (scope["id"], "END_USER", "asking")
    assert entries(api.get("/users/ada@example.com/grants")) == [grant]
    one = f"/users/ada@example.com/grants/{grant['id']}"
    assert api.get(one).json == grant
    silent: dict[str, Any] = {"client_id": "asking", "scope": "openid pay", "prompt": "none"}
    assert "code=" in okta.authorize(**silent).headers["Location"]
    assert api.delete("/users/ada@example.com/clients/asking/grants").status_code == 204
    assert "error=consent_required" in okta.authorize(**silent).headers["Location"]
    assert refusal(api.delete(one))[:2] == (404, "E0000007")


def test_suspending_ends_sessions_for_good(api: Api, okta: Okta) -> None:
    okta.sign_in(okta.authorize())
    api.post("/users/ada@example.com/lifecycle/suspend")
    api.post("/users/ada@example.com/lifecycle/unsuspend")
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]
