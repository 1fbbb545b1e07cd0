"""The life of a person: states, passwords, the first and the second delete (okta.md 6.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.management.api import Api, refusal
from tests.management.people import PROFILE, WRONG_STATUS
from tests.mock_idp.okta import ORIGIN, Okta


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
