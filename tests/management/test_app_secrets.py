"""Client secrets: two at most, each that is active is accepted (okta.md 5.2)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.management.api import Api, refusal
from tests.management.apps import create
from tests.mock_idp.okta import basic, parameters

KIND = "Api validation failed: OAuth2ClientSecretMediated"
WRONG = {
    "error": "invalid_client",
    "error_description": "The client secret supplied for a confidential client is invalid.",
}


def redeem(api: Api, app_id: str, secret: str) -> TestResponse:
    """A whole login of an attempt's person; the token endpoint's answer to this secret."""
    okta = api.okta
    code = dict(parameters(okta.authorize(okta.attempt(), client_id=app_id)))["code"]
    return okta.redeem(code, headers=basic(app_id, secret))


def test_rotation_without_a_gap(api: Api) -> None:
    app_id, old = create(api)
    path = f"/apps/{app_id}/credentials/secrets"
    (first,) = api.listed(path)
    assert first["client_secret"] == old
    assert len(first["secret_hash"]) == 22
    assert first["id"].startswith("ocs")
    made = api.post(path, {})
    assert made.status_code == 201
    assert made.json is not None
    new = made.json["client_secret"]
    assert [redeem(api, app_id, secret).status_code for secret in (old, new)] == [200, 200]
    turned = api.post(f"{path}/{first['id']}/lifecycle/deactivate").json
    assert turned is not None
    assert (turned["status"], sorted(turned["_links"])) == ("INACTIVE", ["activate", "delete"])
    refused = redeem(api, app_id, old)
    assert (refused.status_code, refused.json) == (401, WRONG)
    assert redeem(api, app_id, new).status_code == 200
    assert api.post(f"{path}/{first['id']}/lifecycle/activate").status_code == 200
    assert redeem(api, app_id, old).status_code == 200
    api.post(f"{path}/{first['id']}/lifecycle/deactivate")
    assert api.delete(f"{path}/{first['id']}").status_code == 204
    assert [secret["id"] for secret in api.listed(path)] == [made.json["id"]]


def test_what_is_refused(api: Api) -> None:
    app_id, _ = create(api)
    path = f"/apps/{app_id}/credentials/secrets"
    first = api.listed(path)[0]["id"]
    assert refusal(api.post(f"{path}/{first}/lifecycle/deactivate")) == (
        400,
        "E0000001",
        KIND,
        ["You can't deactivate the only active client secret."],
    )
    assert refusal(api.delete(f"{path}/{first}"))[2:] == (
        KIND,
        ["You can't delete an active client secret. Deactivate the secret before deleting it."],
    )
    api.made(path, {})
    assert refusal(api.post(path, {}))[2:] == (
        KIND,
        ["You've reached the maximum number of client secrets per client."],
    )
    assert refusal(api.get(f"{path}/ocs0"))[:2] == (404, "E0000007")


@pytest.mark.parametrize(
    ("secret", "cause"),
    [
        ("s" * 13, "client_secret: 'client_secret' must be at least '14' characters long."),
        ("s" * 101, "client_secret: 'client_secret' can't be more than '100' characters long."),
        ("s" * 20 + "é", "client_secret: ''client_secret'' must only contain printable ASCII: [x20-x7E]+"),
    ],
)
def test_own_secrets(api: Api, secret: str, cause: str) -> None:
    app_id, _ = create(api)
    path = f"/apps/{app_id}/credentials/secrets"
    answer = api.post(path, {"client_secret": secret})
    assert refusal(answer) == (400, "E0000001", "Api validation failed: client_secret", [cause])
    mine: dict[str, Any] = api.made(path, {"client_secret": "a-secret-of-my-own", "status": "INACTIVE"})
    assert (mine["client_secret"], mine["status"]) == ("a-secret-of-my-own", "INACTIVE")
    assert redeem(api, app_id, "a-secret-of-my-own").json == WRONG
