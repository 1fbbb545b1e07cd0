"""/api/v1/authorizationServers: servers, scopes, claims and keys (okta.md 6.2, 8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.management.api import Api, Refusal, entries, refusal
from tests.mock_idp.okta import ORIGIN, Okta

SERVERS = "/authorizationServers"
NEW = {"name": "Payments", "description": "Money", "audiences": ["api://payments"]}


@pytest.fixture
def server(api: Api) -> dict[str, Any]:
    return api.made(SERVERS, NEW)


@pytest.fixture
def url(server: dict[str, Any]) -> str:
    return f"{SERVERS}/{server['id']}"


def blank(member: str) -> tuple[int, str, str, list[str]]:
    return 400, "E0000001", f"Api validation failed: {member}", [f"{member}: The field cannot be left blank"]


def missing(id_: str, kind: str) -> tuple[int, str, str, list[str]]:
    return 404, "E0000007", f"Not found: Resource not found: {id_} ({kind})", []


TAKEN = "name: An object with this field already exists in the current organization"


def test_a_server_is_made_as_okta_makes_one(api: Api, okta: Okta) -> None:
    answer = api.post(SERVERS, NEW)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert made["id"].startswith("aus")
    assert made["issuer"] == f"{ORIGIN}/oauth2/{made['id']}"
    assert (made["issuerMode"], made["status"]) == ("ORG_URL", "ACTIVE")
    keys = okta.rp.get(okta.url("keys", made["id"])).json["keys"]  # type: ignore[index]
    assert made["credentials"]["signing"] == {
        "rotationMode": "AUTO",
        "lastRotated": "2027-01-15T08:00:00.000Z",
        "nextRotation": "2027-04-15T08:00:00.000Z",
        "kid": keys[0]["kid"],
    }
    assert list(made["_links"]) == [
        "rotateKey",
        "metadata",
        "keys",
        "claims",
        "policies",
        "self",
        "scopes",
        "deactivate",
    ]
    for entry in made["_links"]["metadata"]:
        assert okta.rp.get(entry["href"]).json["issuer"] == made["issuer"]  # type: ignore[index]
    assert api.get(f"{SERVERS}/{made['id']}").json == made


def test_a_new_server_has_oktas_scopes_and_claims_and_no_policy(api: Api, url: str) -> None:
    scopes = {entry["name"]: entry for entry in entries(api.get(f"{url}/scopes"))}
    assert list(scopes) == ["openid", "profile", "email", "address", "phone", "offline_access", "device_sso"]
    assert {(entry["system"], entry["metadataPublish"]) for entry in scopes.values()} == {(True, "ALL_CLIENTS")}
    claims = entries(api.get(f"{url}/claims"))
    always = {entry["name"] for entry in claims if entry["alwaysIncludeInToken"]}
    assert always == {"sub", "name", "preferred_username", "email"}
    assert api.get(f"{url}/policies").json == []


def test_servers_are_listed(api: Api, server: dict[str, Any]) -> None:
    assert [entry["id"] for entry in entries(api.get(SERVERS))] == ["default", "orders", server["id"]]
    assert [entry["id"] for entry in entries(api.get(SERVERS, q="pay"))] == [server["id"]]
    first = api.get(SERVERS, limit=2)
    following = first.headers.getlist("Link")[1][1:].split(">")[0]
    assert [entry["id"] for entry in entries(api.get(following))] == [server["id"]]


def test_a_server_is_replaced(api: Api, okta: Okta, server: dict[str, Any], url: str) -> None:
    wanted = {
        "name": "Money",
        "audiences": ["api://money"],
        "issuerMode": "DYNAMIC",
        "credentials": {"signing": {"rotationMode": "MANUAL"}},
    }
    made = api.put(url, wanted).json
    assert made == made | {"name": "Money", "description": None, "audiences": ["api://money"], "issuerMode": "DYNAMIC"}  # type: ignore[operator]
    signing = made["credentials"]["signing"]
    assert signing["rotationMode"] == "MANUAL"
    assert "nextRotation" not in signing
    okta.clock.advance(100 * 86_400)  # in MANUAL nothing rotates by itself
    assert api.get(url).json["credentials"]["signing"]["kid"] == server["credentials"]["signing"]["kid"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"name": ""}, blank("name")),
        ({"audiences": []}, blank("audiences")),
        ({"audiences": None}, blank("audiences")),
        ({"name": "default"}, (400, "E0000001", "Api validation failed: name", [TAKEN])),
        (
            {"audiences": ["a", "b"]},
            (400, "E0000001", "Api validation failed: audiences", ["audiences: Only one audience is supported."]),
        ),
        ({"audiences": "api://x"}, (400, "E0000003", "The request body was not well-formed.", [])),
        ({"issuerMode": "MINE"}, (400, "E0000003", "The request body was not well-formed.", [])),
    ],
)
def test_what_cannot_be_a_server(api: Api, url: str, change: dict[str, Any], wanted: Any) -> None:
    assert refusal(api.post(SERVERS, NEW | {"name": "Other"} | change)) == wanted
    assert refusal(api.put(url, NEW | change)) == wanted
    assert len(entries(api.get(SERVERS))) == 3


def test_the_life_of_a_server(api: Api, okta: Okta, server: dict[str, Any], url: str) -> None:
    metadata = f"{server['issuer']}/.well-known/openid-configuration"
    text = "An active authorization server cannot be deleted."
    assert refusal(api.delete(url)) == (400, "E0000001", "Api validation failed: authorizationServer", [text])
    assert api.post(f"{url}/lifecycle/deactivate").status_code == 204
    assert api.get(url).json["status"] == "INACTIVE"  # type: ignore[index]
    assert "activate" in api.get(url).json["_links"]  # type: ignore[index]
    assert api.post(f"{url}/lifecycle/activate").status_code == 204
    assert okta.rp.get(metadata).status_code == 200
    api.post(f"{url}/lifecycle/deactivate")
    assert api.delete(url).status_code == 204
    for answer in (api.get(url), api.delete(url), api.put(url, NEW), api.post(f"{url}/lifecycle/activate")):
        assert refusal(answer) == missing(server["id"], "AuthorizationServer")
    assert refusal(okta.rp.get(metadata)) == missing(server["id"], "AuthorizationServer")


def test_the_default_server_can_be_deactivated_and_not_deleted(api: Api) -> None:
    url = f"{SERVERS}/default"
    assert api.post(f"{url}/lifecycle/deactivate").status_code == 204
    text = "The default authorization server cannot be deleted."
    assert refusal(api.delete(url)) == (400, "E0000001", "Api validation failed: authorizationServer", [text])


# ---- scopes -------------------------------------------------------------------------------------------------


def test_a_scope_is_made_changed_and_deleted(api: Api, okta: Okta, url: str, server: dict[str, Any]) -> None:
    answer = api.post(f"{url}/scopes", {"name": "pay"})
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert made["id"].startswith("scp")
    assert {key: value for key, value in made.items() if key not in ("id", "_links")} == {
        "name": "pay",
        "displayName": None,
        "description": None,
        "system": False,
        "metadataPublish": "NO_CLIENTS",
        "consent": "IMPLICIT",
        "default": False,
        "optional": False,
    }
    one = f"{url}/scopes/{made['id']}"
    changed = {"name": "pay:all", "consent": "REQUIRED", "metadataPublish": "ALL_CLIENTS", "displayName": "Pay"}
    assert api.put(one, changed).json == made | changed
    supported = okta.rp.get(f"{server['issuer']}/.well-known/openid-configuration").json["scopes_supported"]  # type: ignore[index]
    assert "pay:all" in supported
    assert [entry["name"] for entry in entries(api.get(f"{url}/scopes", q="pay"))] == ["pay:all"]
    assert [entry["name"] for entry in entries(api.get(f"{url}/scopes", filter='name eq "pay:all"'))] == ["pay:all"]
    assert api.delete(one).status_code == 204
    assert refusal(api.get(one)) == refusal(api.delete(one)) == missing(made["id"], "OAuth2Scope")


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({}, blank("name")),
        ({"name": "openid"}, (400, "E0000001", "Api validation failed: name", [TAKEN])),
        ({"name": "a b"}, (400, "E0000001", "Api validation failed: name", None)),
        ({"name": "x", "consent": "MAYBE"}, (400, "E0000003", "The request body was not well-formed.", [])),
        ({"name": "x", "default": "yes"}, (400, "E0000003", "The request body was not well-formed.", [])),
    ],
)
def test_what_cannot_be_a_scope(api: Api, url: str, document: Any, wanted: Any) -> None:
    *found, causes = refusal(api.post(f"{url}/scopes", document))
    assert tuple(found) == wanted[:3]
    assert wanted[3] is None or causes == wanted[3]


def test_oktas_own_scopes_stay(api: Api, url: str) -> None:
    openid = entries(api.get(f"{url}/scopes"))[0]
    one = f"{url}/scopes/{openid['id']}"
    read_only: Refusal = (403, "E0000111", "Cannot modify the OAuth2Scope object because it is read-only.", [])
    assert refusal(api.delete(one)) == read_only
    immutable: Refusal = (403, "E0000078", "Cannot modify the name attribute because it is immutable.", [])
    assert refusal(api.put(one, {"name": "other"})) == immutable
    assert api.put(one, {"name": "openid", "consent": "REQUIRED"}).json["consent"] == "REQUIRED"  # type: ignore[index]


def test_a_renamed_scope_keeps_its_claims_and_rules(api: Api, url: str) -> None:
    scope = api.made(f"{url}/scopes", {"name": "pay"})
    claim = api.made(f"{url}/claims", {"name": "iban", "value": "user.iban", "conditions": {"scopes": ["pay"]}})
    policy = api.made(f"{url}/policies", {"name": "P", "conditions": {"clients": {"include": ["ALL_CLIENTS"]}}})
    rules = f"{url}/policies/{policy['id']}/rules"
    conditions = {"grantTypes": {"include": ["client_credentials"]}, "scopes": {"include": ["pay"]}}
    rule = api.made(rules, {"name": "R", "type": "RESOURCE_ACCESS", "conditions": conditions})
    api.put(f"{url}/scopes/{scope['id']}", {"name": "spend"})
    assert api.get(f"{url}/claims/{claim['id']}").json["conditions"] == {"scopes": ["spend"]}  # type: ignore[index]
    assert api.get(f"{rules}/{rule['id']}").json["conditions"]["scopes"] == {"include": ["spend"]}  # type: ignore[index]


# ---- claims -------------------------------------------------------------------------------------------------


def test_a_claim_is_made_changed_and_deleted(api: Api, url: str) -> None:
    document = {
        "name": "teams",
        "claimType": "IDENTITY",
        "valueType": "GROUPS",
        "value": "Team",
        "group_filter_type": "STARTS_WITH",
        "alwaysIncludeInToken": False,
        "conditions": {"scopes": ["profile"]},
    }
    answer = api.post(f"{url}/claims", document)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert made["id"].startswith("ocl")
    assert made == made | document | {"status": "ACTIVE", "system": False}
    one = f"{url}/claims/{made['id']}"
    changed = {"name": "teams", "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": "user.department"}
    replaced: dict[str, Any] = api.put(one, changed | {"alwaysIncludeInToken": False}).json  # type: ignore[assignment]
    # The claims of access tokens are always there.
    assert replaced == replaced | changed | {"alwaysIncludeInToken": True, "conditions": {"scopes": []}}
    assert "group_filter_type" not in replaced
    assert api.get(one).json == replaced
    assert api.delete(one).status_code == 204
    assert refusal(api.get(one)) == refusal(api.delete(one)) == missing(made["id"], "OAuth2Claim")


def test_a_claim_is_in_the_next_token(api: Api, okta: Okta) -> None:
    before = okta.tokens()
    assert "origin" not in okta.verified(before["id_token"])
    for kind in ("IDENTITY", "RESOURCE"):
        document = {"name": "origin", "claimType": kind, "valueType": "EXPRESSION", "value": f'"{kind}"'}
        api.made(f"{SERVERS}/default/claims", document)
    tokens = okta.tokens()
    assert okta.verified(tokens["id_token"])["origin"] == "IDENTITY"
    assert okta.verified(tokens["access_token"])["origin"] == "RESOURCE"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"name": ""}, blank("name")),
        ({"value": ""}, blank("value")),
        ({"valueType": "GROUPS"}, blank("group_filter_type")),
        ({"name": "email"}, (400, "E0000001", "Api validation failed: name", [TAKEN])),
        (
            {"value": "user.email +"},
            (
                400,
                "E0000001",
                "Api validation failed: value",
                ["value: The expression ends where something must follow."],
            ),
        ),
        ({"valueType": "MAGIC"}, (400, "E0000003", "The request body was not well-formed.", [])),
        ({"claimType": "MAGIC"}, (400, "E0000003", "The request body was not well-formed.", [])),
        (
            {"conditions": {"scopes": ["nothing"]}},
            (
                400,
                "E0000001",
                "Api validation failed: conditions.scopes",
                ["conditions.scopes: Unknown scope: nothing"],
            ),
        ),
    ],
)
def test_what_cannot_be_a_claim(api: Api, url: str, change: dict[str, Any], wanted: Any) -> None:
    document = {"name": "x", "claimType": "IDENTITY", "valueType": "EXPRESSION", "value": "user.email"}
    assert refusal(api.post(f"{url}/claims", document | change)) == wanted


def test_oktas_own_claims_stay(api: Api, url: str) -> None:
    email = next(entry for entry in entries(api.get(f"{url}/claims")) if entry["name"] == "email")
    one = f"{url}/claims/{email['id']}"
    read_only: Refusal = (403, "E0000111", "Cannot modify the OAuth2Claim object because it is read-only.", [])
    assert refusal(api.delete(one)) == read_only
    for member in ("name", "value"):
        immutable: Refusal = (403, "E0000078", f"Cannot modify the {member} attribute because it is immutable.", [])
        assert refusal(api.put(one, email | {member: "other"})) == immutable
    assert api.put(one, email | {"alwaysIncludeInToken": False}).json == email | {"alwaysIncludeInToken": False}


# ---- keys ---------------------------------------------------------------------------------------------------


def test_keys_rotate(api: Api, okta: Okta) -> None:
    url = f"{SERVERS}/default"
    before: list[dict[str, Any]] = api.get(f"{url}/credentials/keys").json  # type: ignore[assignment]
    assert [key["status"] for key in before] == ["ACTIVE", "NEXT"]
    assert list(before[0]) == ["kty", "alg", "kid", "use", "status", "e", "n", "_links"]
    old = okta.tokens()["id_token"]
    okta.clock.advance(60)
    after: list[dict[str, Any]] = api.post(f"{url}/credentials/lifecycle/keyRotate", {"use": "sig"}).json  # type: ignore[assignment]
    assert [key["status"] for key in after] == ["ACTIVE", "NEXT", "EXPIRED"]
    assert (after[0]["kid"], after[2]["kid"]) == (before[1]["kid"], before[0]["kid"])
    assert api.get(f"{url}/credentials/keys").json == after
    assert api.get(f"{url}/credentials/keys/{after[1]['kid']}").json == after[1]
    signing = api.get(url).json["credentials"]["signing"]  # type: ignore[index]
    assert (signing["kid"], signing["lastRotated"]) == (after[0]["kid"], "2027-01-15T08:01:00.000Z")
    fresh = okta.tokens()["id_token"]
    assert okta.verified(old)["iss"] == okta.verified(fresh)["iss"]
    assert refusal(api.get(f"{url}/credentials/keys/nothing")) == missing("nothing", "JsonWebKey")


@pytest.mark.parametrize("document", [{}, {"use": "enc"}])
def test_only_signing_keys_rotate(api: Api, document: Any) -> None:
    assert refusal(api.post(f"{SERVERS}/default/credentials/lifecycle/keyRotate", document)) == (
        400,
        "E0000001",
        "Api validation failed: rotateKeys",
        ["Invalid value specified for key 'use' parameter"],
    )


@pytest.mark.parametrize("path", ["associatedServers", "clients", "resourceservercredentials/keys"])
def test_what_is_not_built_says_so(api: Api, path: str) -> None:
    assert refusal(api.get(f"{SERVERS}/default/{path}"))[:3] == (501, "E0000060", "Unsupported operation.")
