"""One gate: what the Management API refuses, config files, imports and the control API refuse too."""

from __future__ import annotations

from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from mock_idp.crypto.keys import KeyRing
from mock_idp.operations import gate
from mock_idp.org.file import dump_org
from mock_idp.org.live import LiveOrg
from mock_idp.org.model import OrgError
from mock_idp.store import MemoryStore
from tests.management.api import Api, refusal
from tests.management.apps import oidc
from tests.mock_idp.conftest import build_okta
from tests.mock_idp.okta import CALLBACK, Okta
from tests.mock_idp.strategies import steady

KEYS = KeyRing()
SECRET = "a-secret-of-the-tests-that-is-long-enough"
LOGIN = "https://rp.example/login"
CREDENTIALS = ("token_endpoint_auth_method", "pkce_required")
BAD: list[dict[str, Any]] = [
    {"grant_types": []},
    {"grant_types": ["authorization_code", "password"]},
    {"grant_types": ["refresh_token"]},
    {"response_types": []},
    {"response_types": ["code"], "grant_types": ["authorization_code", "implicit"]},
    {"application_type": "service"},
    {"application_type": "service", "grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"},
    {"application_type": "browser", "grant_types": ["authorization_code", "client_credentials"]},
    {"application_type": "native", "grant_types": ["client_credentials"]},
    {"token_endpoint_auth_method": "none", "pkce_required": False},
    {"token_endpoint_auth_method": "private_key_jwt"},
    {"redirect_uris": []},
    {"redirect_uris": ["/callback"]},
    {"redirect_uris": ["https://rp.example/#x"]},
    {"redirect_uris": ["https://*.rp.example/callback"]},
    {"redirect_uris": ["https://*.com/callback"], "wildcard_redirect": "SUBDOMAIN"},
    {"post_logout_redirect_uris": ["bye"]},
    {"participate_slo": True},
    {"initiate_login_uri": "com.example:/login"},
    {"logo_uri": "javascript:alert(1)"},
    {"tos_uri": "terms"},
    {"jwks_uri": "keys"},
    {"dpop_bound_access_tokens": True, "grant_types": ["authorization_code", "client_credentials"]},
]


def in_file(document: dict[str, Any]) -> str:
    return tomli_w.dumps(
        {"apps": [{"client_id": "0oaofthetable", "client_secret": SECRET, "label": "Shop"} | document]}
    )


@pytest.mark.parametrize("change", BAD, ids=lambda change: ",".join(f"{k}={v}" for k, v in change.items()))
def test_every_way_in_refuses_the_same_apps(api: Api, change: dict[str, Any]) -> None:
    web = {"redirect_uris": [CALLBACK], "grant_types": ["authorization_code"], "response_types": ["code"]} | change
    client = {name: value for name, value in change.items() if name not in CREDENTIALS}
    credentials = {name: change[name] for name in CREDENTIALS if name in change}
    status, code, _, (cause, *_) = refusal(api.post("/apps", oidc(credentials=credentials, **client)))
    assert (status, code) == (400, "E0000001")
    text = cause.partition(": ")[2]

    with pytest.raises(OrgError) as raised:
        gate.parse(in_file(web), "org.toml")
    imported = api.okta.control("PUT", "/org", {"toml": in_file(web)})
    registered = api.okta.control("PUT", "/clients/0oaofthetable", {"client_secret": SECRET} | web)
    assert str(raised.value).startswith("org.toml: apps[0].")
    assert str(raised.value).endswith(f": {text}")
    assert (imported.status_code, (imported.json or {})["error"]) == (400, str(raised.value).replace(".toml", ""))
    assert registered.status_code == 400
    assert (registered.json or {})["error"] == str(raised.value).replace("org.toml: apps[0]", "client")


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"users": [{"login": "ada"}]}, "users[0].login: The field must be between 5 and 100 characters"),
        ({"users": [{"login": "ada.lovelace"}]}, "users[0].login: Username must be in the form of an email address"),
        (
            {"users": [{"login": "a@b.example", "id": "1"}, {"login": "A@b.example", "id": "2"}]},
            "users[0].login: An object with this field already exists in the current organization",
        ),
        ({"groups": [{"name": " "}]}, "groups[0].name: The field cannot be left blank"),
        ({"groups": [{"name": "g" * 256}]}, "groups[0].name: The field is too long"),
        ({"groups": [{"name": "Everyone"}]}, "groups[0]: Duplicate group."),
        (
            {"trusted_origins": [{"origin": "https://rp.example/path"}]},
            "trusted_origins[0].origin: Must be a scheme, a host and, where it is not the usual one, a port",
        ),
        (
            {
                "apps": [
                    {"client_id": "0oa", "client_secret": "s", "redirect_uris": [CALLBACK], "users": [{"user": "x"}]}
                ]
            },
            "apps[0].users[0].user: no user has the id 'x'",
        ),
        (
            {"apps": [{"client_id": "0oa", "secrets": [{"value": v} for v in "abc"], "redirect_uris": [CALLBACK]}]},
            "apps[0].secrets: You've reached the maximum number of client secrets per client.",
        ),
    ],
)
def test_what_else_a_file_may_not_say(document: dict[str, Any], complaint: str) -> None:
    with pytest.raises(OrgError) as raised:
        gate.parse(tomli_w.dumps(document), "org.toml")
    assert str(raised.value) == f"org.toml: {complaint}"


def server(**members: Any) -> dict[str, Any]:
    return {"authorization_servers": [{"id": "orders"} | members]}


def rule(**members: Any) -> dict[str, Any]:
    return server(policies=[{"name": "p", "rules": [{"name": "r"} | members]}])


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (server(scopes=["two words"]), "scopes[0].name: The field contains characters that a scope cannot have"),
        (server(scopes=["a", "a"]), "scopes: name 'a' occurs twice"),
        (server(claims=[{"name": "c"}]), "claims[0].value: The field cannot be left blank"),
        (
            server(claims=[{"name": "c", "value_type": "SYSTEM", "value": "x"}]),
            "claims[0].value_type: SYSTEM is reserved for the claims that Okta provides",
        ),
        (server(policies=[{"name": ""}]), "policies[0].name: The field cannot be left blank"),
        (rule(name=" "), "policies[0].rules[0].name: The field cannot be left blank"),
        (rule(grant_types=["magic"]), "policies[0].rules[0].grant_types: Invalid grant type: magic"),
        (rule(groups=["00gnobody"]), "policies[0].rules[0].groups: Unknown id: 00gnobody"),
        (rule(users=["00unobody"]), "policies[0].rules[0].users: Unknown id: 00unobody"),
    ],
)
def test_what_a_server_of_a_file_may_not_be(document: dict[str, Any], complaint: str) -> None:
    with pytest.raises(OrgError) as raised:
        gate.parse(tomli_w.dumps(document), "org.toml")
    assert str(raised.value) == f"org.toml: authorization_servers[0].{complaint}"


@pytest.mark.parametrize(
    "settings",
    [
        {"client_id": "rp", "client_secret": "s"},
        {"client_id": "https://rp.example/app", "client_secret": "s"},
        {"client_id": "rp", "token_endpoint_auth_method": "none", "adopted": True},
    ],
)
def test_what_a_harness_needs_is_allowed_by_name(okta: Okta, settings: dict[str, Any]) -> None:
    app = settings | {"redirect_uris": [CALLBACK]}
    assert gate.parse(tomli_w.dumps({"apps": [app]}), "org").apps[0].client_id == settings["client_id"]
    assert okta.control("PUT", f"/clients/{settings['client_id']}", app).status_code == 200


KINDS = {
    "web": ["refresh_token", "implicit", "client_credentials"],
    "native": ["refresh_token", "implicit", "password"],
    "browser": ["refresh_token", "implicit"],
}


@steady
@given(st.data())
def test_what_the_api_accepts_comes_back_from_a_file(data: st.DataObject) -> None:
    api = Api(build_okta(KEYS))
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    grants = ["authorization_code", *data.draw(st.lists(st.sampled_from(KINDS[kind]), unique=True))]
    types = ["code", *(["id_token"] if "implicit" in grants else [])]
    methods = ["none", "client_secret_basic", "client_secret_post", "client_secret_jwt"]
    method = data.draw(st.sampled_from([None, *methods]))
    credentials = {"token_endpoint_auth_method": method} if method else {}
    made = api.made(
        "/apps",
        oidc(
            label=data.draw(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=100)),
            credentials=credentials,
            application_type=kind,
            grant_types=grants,
            response_types=types,
            consent_method=data.draw(st.sampled_from(["REQUIRED", "TRUSTED"])),
            refresh_token=data.draw(st.none() | st.just({"rotation_type": "ROTATE", "leeway": 5})),
            initiate_login_uri=data.draw(st.none() | st.just(LOGIN)),
        ),
    )
    scope = api.made("/authorizationServers/orders/scopes", {"name": "gone", "consent": "REQUIRED"})
    claim = {"name": "c", "claimType": "IDENTITY", "valueType": "EXPRESSION", "value": "user.email"}
    api.made("/authorizationServers/orders/claims", claim | {"conditions": {"scopes": ["gone"]}})
    group = api.made("/groups", {"profile": {"name": "Staff"}})
    assert api.put(f"/apps/{made['id']}/groups/{group['id']}", {}).status_code == 200
    api.delete(f"/authorizationServers/orders/scopes/{scope['id']}")
    if data.draw(st.booleans()):
        api.delete(f"/groups/{group['id']}")

    before = api.okta.idp.org.export()
    assert LiveOrg(gate.parse(dump_org(before), "org"), MemoryStore()).export() == before
