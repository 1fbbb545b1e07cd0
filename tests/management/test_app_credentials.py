"""An app's groups claim, public keys and okta.* scopes (okta.md 5.2 and 6.2)."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import RSAKey

from tests.management.api import Api, refusal
from tests.management.apps import create
from tests.mock_idp.okta import ORIGIN

NOW = "2027-01-15T08:00:00.000Z"


def test_groups_claim(api: Api) -> None:
    app_id, _ = create(api)
    path = f"/internal/apps/{app_id}/settings/oauth/idToken"
    empty = {
        "issuer": ORIGIN,
        "orgUrl": None,
        "customUrl": None,
        "audience": app_id,
        "issuerMode": "ORG_URL",
        "valueType": "GROUPS",
        "name": None,
        "groupFilterType": None,
        "value": None,
    }
    assert api.get(path).json == empty
    claim = {"valueType": "GROUPS", "name": "groups", "groupFilterType": "STARTS_WITH", "value": "shop-"}
    assert api.post(path, claim | {"issuerMode": "ORG_URL"}).json == empty | claim
    assert api.get(path).json == empty | claim
    expression = {"valueType": "EXPRESSION", "name": "teams", "value": "user.department"}
    assert api.post(path, expression).json == empty | expression
    assert api.post(path, {"issuerMode": "DYNAMIC"}).json == empty | {"issuerMode": "DYNAMIC"}
    assert refusal(api.post(path, {"name": "groups"}))[2] == "Api validation failed: value"


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_public_keys(api: Api) -> None:
    first, second = (RSAKey.generate_key(2048, auto_kid=True).as_dict(private=False) for _ in range(2))
    app_id, secret = create(api, credentials={"token_endpoint_auth_method": "private_key_jwt"}, jwks={"keys": [first]})
    assert not secret
    path = f"/apps/{app_id}/credentials/jwks"
    (listed,) = api.listed(path)
    assert {name: listed[name] for name in ("kid", "status", "created")} == {
        "kid": first["kid"],
        "status": "ACTIVE",
        "created": NOW,
    }
    assert refusal(api.post(f"{path}/{listed['id']}/lifecycle/deactivate"))[2:] == (
        "Api validation failed: JsonWebKey",
        [
            "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is "
            "`private_key_jwt`."
        ],
    )
    other = api.post(path, second)
    assert other.status_code == 201
    assert refusal(api.post(path, second))[3] == ["All keys in the 'jwks' must have a unique `kid`."]
    weak = RSAKey.generate_key(1024, auto_kid=True).as_dict(private=False)
    assert refusal(api.post(path, weak))[3] == [
        "RSA key length in the 'jwks' is less than '2,048' bits for the given key."
    ]
    assert refusal(api.delete(f"{path}/{listed['id']}"))[3] == [
        "You can't delete an active JSON Web Key. Deactivate the key before deleting it."
    ]
    turned = api.post(f"{path}/{listed['id']}/lifecycle/deactivate").json
    assert turned is not None
    assert turned["status"] == "INACTIVE"
    assert api.delete(f"{path}/{listed['id']}").status_code == 204
    assert [key["kid"] for key in api.listed(path)] == [second["kid"]]
    assert refusal(api.get(f"{path}/{listed['id']}"))[1] == "E0000007"


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"kty": 5},
        {"kty": ["RSA"]},
        {"kty": "RSA", "n": 5, "e": 5},
        {"kty": "RSA", "n": "", "e": ""},
        {"kty": "RSA", "n": "é", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": [], "x": "AA", "y": "AA"},
        {"kty": "oct", "k": "c2VjcmV0"},
    ],
)
def test_what_is_no_public_key(api: Api, key: dict[str, Any]) -> None:
    app_id, _ = create(api)
    answer = api.post(f"/apps/{app_id}/credentials/jwks", key)
    assert refusal(answer)[1:] == (
        "E0000001",
        "Api validation failed: jwks",
        ["jwks: The key is not a public RSA or EC key."],
    )


def test_private_parts_of_keys_are_not_kept(api: Api) -> None:
    app_id, _ = create(api)
    whole = RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)
    made = api.made(f"/apps/{app_id}/credentials/jwks", whole)
    assert not set(made) & {"d", "p", "q", "dp", "dq", "qi"}


def test_okta_scopes(api: Api) -> None:
    app_id, _ = create(api)
    made = api.post(f"/apps/{app_id}/grants", {"issuer": ORIGIN, "scopeId": "okta.users.read"})
    assert made.status_code == 201
    assert made.json is not None
    assert (made.json["scopeId"], made.json["status"]) == ("okta.users.read", "ACTIVE")
    assert api.get(f"/apps/{app_id}/grants").json == [made.json]
    assert refusal(api.post(f"/apps/{app_id}/grants", {"issuer": ORIGIN, "scopeId": "email"}))[1] == "E0000001"
    assert api.delete(f"/apps/{app_id}/grants/{made.json['id']}").status_code == 204
    assert api.get(f"/apps/{app_id}/grants").json == []


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (
            "(a+)+$",
            "value: The regular expression is too complex for this mock: repetitions within repetitions, or too many.",
        ),
        ("(", "value: Not a regular expression: missing ), unterminated subpattern at position 0."),
    ],
)
def test_regular_expressions_of_the_groups_claim(api: Api, value: str, cause: str) -> None:
    """One that would keep the mock busy for good is refused before any login meets it."""
    app_id, _ = create(api)
    path = f"/internal/apps/{app_id}/settings/oauth/idToken"
    before = api.get(path).json

    claim = {"valueType": "GROUPS", "name": "groups", "groupFilterType": "REGEX", "value": value}
    assert refusal(api.post(path, claim)) == (400, "E0000001", "Api validation failed: value", [cause])
    assert api.get(path).json == before
    assert api.post(path, claim | {"groupFilterType": "CONTAINS"}).status_code == 200  # no expression there
    assert api.post(path, claim | {"value": "^shop-.*"}).status_code == 200
