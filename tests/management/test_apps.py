"""/api/v1/apps in Okta's JSON, defaults and rules (okta.md 5.2, 5.3, 6.2)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from tests.management.api import Api, refusal
from tests.management.apps import create, forget_web, oidc
from tests.mock_idp.okta import CALLBACK, ORIGIN

NOW = "2027-01-15T08:00:00.000Z"


def test_a_new_web_app(api: Api) -> None:
    made = api.made("/apps", oidc())
    app_id = made["id"]
    secret = made["credentials"]["oauthClient"].pop("client_secret")
    kid = made["credentials"]["signing"]["kid"]
    assert re.fullmatch(r"0oa[0-9A-Za-z]{17}", app_id)
    assert re.fullmatch(r"[A-Za-z0-9_-]{64}", secret)
    links = made.pop("_links")
    assert made == {
        "id": app_id,
        "orn": f"orn:okta:idp:{api.okta.idp.org.id}:apps:oidc_client:{app_id}",
        "name": "oidc_client",
        "label": "Shop",
        "status": "ACTIVE",
        "lastUpdated": NOW,
        "created": NOW,
        "accessibility": {"selfService": False, "errorRedirectUrl": None, "loginRedirectUrl": None},
        "visibility": {
            "autoLaunch": False,
            "autoSubmitToolbar": False,
            "hide": {"iOS": True, "web": True},
            "appLinks": {"oidc_client_link": True},
        },
        "features": [],
        "signOnMode": "OPENID_CONNECT",
        "credentials": {
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
            "signing": {"kid": kid},
            "oauthClient": {
                "autoKeyRotation": True,
                "client_id": app_id,
                "token_endpoint_auth_method": "client_secret_basic",
                "pkce_required": False,
            },
        },
        "universalLogout": {
            "status": "DISABLED",
            "supportType": "FULL",
            "identityStack": "NOT_SHARED",
            "protocol": "GLOBAL_TOKEN_REVOCATION",
        },
        "settings": {
            "app": {},
            "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": None, "helpUrl": None}},
            "manualProvisioning": False,
            "implicitAssignment": False,
            "emOptInStatus": "NONE",
            "notes": {"admin": None, "enduser": None},
            "oauthClient": {
                "client_uri": None,
                "logo_uri": None,
                "redirect_uris": [CALLBACK],
                "response_types": ["code"],
                "grant_types": ["authorization_code"],
                "application_type": "web",
                "consent_method": "TRUSTED",
                "issuer_mode": "ORG_URL",
                "idp_initiated_login": {"mode": "DISABLED", "default_scope": []},
                "wildcard_redirect": "DISABLED",
                "dpop_bound_access_tokens": False,
                "network": {"connection": "ANYWHERE"},
                "participate_slo": False,
            },
        },
    }
    path = f"{ORIGIN}/api/v1/apps/{app_id}"
    assert links["appLinks"][0]["href"] == f"{ORIGIN}/home/oidc_client/{app_id}/aln177a159h7Zf52X0g8"
    assert links["clientCredentials"] == [{"name": "secrets", "href": f"{path}/credentials/secrets"}]
    assert links["deactivate"]["href"] == f"{path}/lifecycle/deactivate"
    again = api.get(f"/apps/{app_id}").json
    assert again is not None
    assert "client_secret" not in again["credentials"]["oauthClient"]


EVERYTHING: dict[str, Any] = {
    "client_uri": "https://rp.example/",
    "logo_uri": "https://rp.example/logo.png",
    "tos_uri": "https://rp.example/tos",
    "policy_uri": "https://rp.example/policy",
    "redirect_uris": [CALLBACK, "https://pr-*.preview.rp.example/callback"],
    "post_logout_redirect_uris": ["https://rp.example/bye"],
    "response_types": ["code", "id_token"],
    "grant_types": ["authorization_code", "implicit", "refresh_token"],
    "initiate_login_uri": "https://rp.example/login",
    "application_type": "web",
    "refresh_token": {"rotation_type": "ROTATE", "leeway": 5},
    "consent_method": "REQUIRED",
    "issuer_mode": "DYNAMIC",
    "idp_initiated_login": {"mode": "OKTA", "default_scope": ["openid", "email"]},
    "wildcard_redirect": "SUBDOMAIN",
    "network": {"connection": "ZONE"},
    "participate_slo": True,
    "frontchannel_logout_uri": "https://rp.example/slo",
    "frontchannel_logout_session_required": True,
    "backchannel_logout_uri": "https://rp.example/backchannel",
    "backchannel_logout_session_required": True,
    "dpop_bound_access_tokens": False,
    "request_object_signing_alg": "RS256",
    "backchannel_authentication_request_signing_alg": "ES256",
    "jwks_uri": "https://rp.example/keys",
}


def test_every_setting_is_kept(api: Api) -> None:
    wanted = oidc(credentials={"token_endpoint_auth_method": "client_secret_post", "pkce_required": True}, **EVERYTHING)
    wanted["visibility"] = {"autoLaunch": True, "autoSubmitToolbar": True, "hide": {"iOS": False, "web": False}}
    wanted["credentials"]["userNameTemplate"] = {"template": "${source.email}", "type": "BUILT_IN"}
    wanted["settings"] |= {"implicitAssignment": True, "notes": {"admin": "for admins", "enduser": "for all"}}
    wanted["profile"] = {"team": "shop"}
    app_id = api.made("/apps", wanted)["id"]
    found = api.get(f"/apps/{app_id}").json
    assert found is not None
    assert found["settings"]["oauthClient"] == EVERYTHING
    assert found["settings"]["implicitAssignment"] is True
    assert found["settings"]["notes"] == {"admin": "for admins", "enduser": "for all"}
    assert found["visibility"] | {"appLinks": None} == {**wanted["visibility"], "appLinks": None}
    assert found["credentials"]["userNameTemplate"]["template"] == "${source.email}"
    assert found["credentials"]["oauthClient"] == {
        "autoKeyRotation": True,
        "client_id": app_id,
        "token_endpoint_auth_method": "client_secret_post",
        "pkce_required": True,
    }
    assert found["profile"] == {"team": "shop"}


@pytest.mark.parametrize(
    ("kind", "grants", "method", "pkce", "rotation"),
    [
        ("web", ["authorization_code", "refresh_token"], "client_secret_basic", False, "STATIC"),
        ("native", ["authorization_code", "refresh_token"], "client_secret_basic", True, "STATIC"),
        ("browser", ["authorization_code", "refresh_token"], "none", True, "ROTATE"),
    ],
)
def test_defaults_follow_the_type(
    api: Api, kind: str, grants: list[str], method: str, pkce: bool, rotation: str
) -> None:
    made = api.made("/apps", oidc(application_type=kind, grant_types=grants))
    client = made["credentials"]["oauthClient"]
    assert (client["token_endpoint_auth_method"], client["pkce_required"]) == (method, pkce)
    assert ("client_secret" in client) == (method != "none")
    leeway = {"leeway": 30} if rotation == "ROTATE" else {}
    assert made["settings"]["oauthClient"]["refresh_token"] == {"rotation_type": rotation, **leeway}


def test_own_id_and_secret(api: Api) -> None:
    credentials = {"client_id": "my-shop.1", "client_secret": "a-secret-of-my-own"}
    made = api.made("/apps", oidc(credentials=credentials))
    assert made["id"] == "my-shop.1"
    assert made["credentials"]["oauthClient"]["client_secret"] == "a-secret-of-my-own"
    text = "client_id: An object with this field already exists in the current organization"
    again = refusal(api.post("/apps", oidc(credentials=credentials)))
    assert again == (400, "E0000001", "Api validation failed: client_id", [text])


SPEC = {"mode": "SPEC"}
OKTA = {"mode": "OKTA", "default_scope": ["openid"]}
LOGIN = "https://rp.example/login"
RULES: list[tuple[dict[str, Any], str, str]] = [
    ({"label": " "}, "label", "label: The field cannot be left blank"),
    ({"grant_types": []}, "grant_types", "grant_types: The field cannot be left blank"),
    (
        {"grant_types": ["authorization_code", "implicit"]},
        "response_types",
        "response_types: 'response_types' must contain at least one of ['token', 'id_token'] when 'grant_types' "
        "contains 'implicit'",
    ),
    (
        {"response_types": ["token"]},
        "response_types",
        "response_types: 'response_types' must contain at least one of ['code'] when 'grant_types' contains "
        "'authorization_code'",
    ),
    (
        {"grant_types": ["implicit"], "response_types": ["token"]},
        "grant_types",
        "grant_types: 'grant_types' must contain 'authorization_code' when 'application_type' is 'web'.",
    ),
    (
        {"application_type": "browser", "grant_types": ["implicit"], "response_types": ["token", "code"]},
        "grant_types",
        "grant_types: 'grant_types' must contain at least one of ['authorization_code'] when 'response_types' "
        "contains 'code'",
    ),
    (
        {"application_type": "browser", "grant_types": ["authorization_code", "client_credentials"]},
        "grant_types",
        "grant_types: The value 'client_credentials' is not valid for 'grant_types' when 'application_type' is "
        "'browser'.",
    ),
    (
        {"grant_types": ["authorization_code", "password"]},
        "grant_types",
        "grant_types: The value 'password' is not valid for 'grant_types' when 'application_type' is 'web'.",
    ),
    (
        {
            "application_type": "service",
            "grant_types": ["client_credentials"],
            "response_types": [],
            "credentials": {"token_endpoint_auth_method": "none"},
        },
        "token_endpoint_auth_method",
        "token_endpoint_auth_method: 'token_endpoint_auth_method' must not be 'none' when 'application_type' is "
        "'service'.",
    ),
    (
        {"credentials": {"token_endpoint_auth_method": "none", "pkce_required": False}},
        "pkce_required",
        "pkce_required: 'pkce_required' must be true when 'token_endpoint_auth_method' is 'none'.",
    ),
    (
        {"grant_types": ["authorization_code", "client_credentials"], "dpop_bound_access_tokens": True},
        "grant_types",
        "grant_types: 'grant_types' must not contain 'client_credentials' when 'dpop_bound_access_tokens' is true.",
    ),
    ({"redirect_uris": None}, "redirect_uris", "redirect_uris: 'redirect_uris' is required."),
    (
        {"redirect_uris": ["https://rp.example/cb#here"]},
        "redirect_uris",
        "redirect_uris: 'https://rp.example/cb#here' must be an absolute URI and not include a fragment component.",
    ),
    (
        {"redirect_uris": ["https://*.rp.example/cb"]},
        "redirect_uris",
        "redirect_uris: 'https://*.rp.example/cb' must be an absolute URI and not include a fragment component.",
    ),
    (
        {"redirect_uris": ["https://*.com/cb"], "wildcard_redirect": "SUBDOMAIN"},
        "redirect_uris",
        "redirect_uris: 'https://*.com/cb' must be an absolute URI and not include a fragment component.",
    ),
    ({"initiate_login_uri": "nowhere"}, "initiate_login_uri", "initiate_login_uri: 'nowhere' is not a valid URL."),
    (
        {"idp_initiated_login": SPEC},
        "initiate_login_uri",
        "initiate_login_uri: 'initiate_login_uri' is required.",
    ),
    (
        {"idp_initiated_login": {"mode": "OKTA"}, "initiate_login_uri": LOGIN},
        "default_scope",
        "default_scope: 'default_scope' is required.",
    ),
    (
        {
            "application_type": "browser",
            "grant_types": ["refresh_token"],
            "response_types": [],
            "idp_initiated_login": OKTA,
            "initiate_login_uri": LOGIN,
        },
        "grant_types",
        "grant_types: 'grant_types' must contain at least one of ['authorization_code', 'implicit', "
        "'interaction_code'] when 'idp_initiated_login' is 'OKTA'",
    ),
    (
        {"participate_slo": True},
        "frontchannel_logout_uri",
        "frontchannel_logout_uri: 'frontchannel_logout_uri' is required.",
    ),
    (
        {"application_type": "native", "participate_slo": True, "frontchannel_logout_uri": LOGIN},
        "participate_slo",
        "participate_slo: Only 'web' and 'browser' apps may participate in single logout.",
    ),
    (
        {"refresh_token": {"rotation_type": "ROTATE", "leeway": 61}},
        "refresh_token",
        "leeway: 'leeway' must be between '0' and '60' seconds.",
    ),
    (
        {"credentials": {"token_endpoint_auth_method": "private_key_jwt"}},
        "jwks",
        "jwks: 'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'.",
    ),
    (
        {"jwks": {"keys": [{"kty": "RSA", "e": "AQAB"}]}},
        "jwks",
        "jwks: The key is not a public RSA or EC key.",
    ),
    (
        {"credentials": {"client_id": "ALL_CLIENTS"}},
        "client_id",
        "client_id: 'client_id' must be 6 to 100 alphanumeric characters or $-_.+!*'(), and not the reserved word "
        "ALL_CLIENTS.",
    ),
    (
        {"credentials": {"client_secret": "too-short"}},
        "client_secret",
        "client_secret: 'client_secret' must be at least '14' characters long.",
    ),
    (
        {"credentials": {"client_secret": "s" * 31, "token_endpoint_auth_method": "client_secret_jwt"}},
        "client_secret",
        "client_secret: 'client_secret' must be at least '32' characters long when 'token_endpoint_auth_method' is "
        "'client_secret_jwt'.",
    ),
]


@pytest.mark.parametrize(("changes", "what", "cause"), RULES)
def test_rules(api: Api, changes: dict[str, Any], what: str, cause: str) -> None:
    answer = api.post("/apps", oidc(**changes))
    assert refusal(answer) == (400, "E0000001", f"Api validation failed: {what}", [cause])


def test_the_same_rules_hold_for_changes(api: Api) -> None:
    app_id, _ = create(api)
    for changes, what, cause in RULES:
        if changes.get("credentials", {}).get("client_id"):
            continue
        answer = api.put(f"/apps/{app_id}", oidc(**changes))
        assert refusal(answer) == (400, "E0000001", f"Api validation failed: {what}", [cause])


@pytest.mark.parametrize(
    "document",
    [
        {"label": 3},
        {"settings": []},
        {"settings": {"oauthClient": {"redirect_uris": "https://rp.example"}}},
        {"settings": {"oauthClient": {"redirect_uris": [1]}}},
        {"settings": {"oauthClient": {"application_type": "toaster"}}},
        {"settings": {"oauthClient": {"participate_slo": "yes"}}},
        {"settings": {"oauthClient": {"jwks": {"keys": ["key"]}}}},
    ],
)
def test_other_types_are_malformed(api: Api, document: dict[str, Any]) -> None:
    answer = api.post("/apps", oidc() | document)
    assert refusal(answer) == (400, "E0000003", "The request body was not well-formed.", [])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_no_object_is_malformed(api: Api, body: bytes) -> None:
    answer = api.call("POST", "/apps", data=body, headers={"Content-Type": "application/json"})
    assert refusal(answer) == (400, "E0000003", "The request body was not well-formed.", [])


def test_other_kinds_of_apps_are_not_built(api: Api) -> None:
    assert refusal(api.post("/apps", {"label": "x", "signOnMode": "SAML_2_0"})) == (
        501,
        "E0000060",
        "Unsupported operation.",
        ["The mock has OpenID Connect apps only; signOnMode 'SAML_2_0' exists at Okta."],
    )
    assert refusal(api.post("/apps", {"label": "x"}))[2:] == (
        "Api validation failed: signOnMode",
        ["signOnMode: The field cannot be left blank"],
    )


def test_lists_in_pages(api: Api) -> None:
    forget_web(api)
    wanted = [create(api, label=f"App {number}")[0] for number in range(5)]
    first = api.get("/apps", limit=2)
    assert [app["id"] for app in first.json or ()] == wanted[:2]
    links = first.headers.getlist("Link")
    assert links[0] == f'<{ORIGIN}/api/v1/apps?limit=2>; rel="self"'
    following = re.fullmatch(r'<(.*)>; rel="next"', links[1])
    assert following
    # Who deletes what was listed still gets the rest.
    for app_id in wanted[:2]:
        api.post(f"/apps/{app_id}/lifecycle/deactivate")
        api.delete(f"/apps/{app_id}")
    second = api.get(following[1])
    assert [app["id"] for app in second.json or ()] == wanted[2:4]
    assert api.get("/apps", after=wanted[3]).json == [api.get(f"/apps/{wanted[4]}").json]
    assert len(api.get("/apps", after=wanted[3]).headers.getlist("Link")) == 1
    assert refusal(api.get("/apps", after="gone"))[1:3] == ("E0000029", "Invalid paging request.")
    for limit in ("x", "0", "-1", "²", "9" * 5000):
        assert refusal(api.get("/apps", limit=limit))[2] == "Api validation failed: limit"


def test_search(api: Api) -> None:
    forget_web(api)
    shop, blog = create(api, label="Shop")[0], create(api, label="Blog")[0]
    api.post(f"/apps/{blog}/lifecycle/deactivate")
    api.put(f"/apps/{shop}/users/{api.okta.idp.org.users.all()[0].id}")

    def found(**query: str) -> list[str]:
        return [app["id"] for app in api.listed("/apps", **query)]

    assert found(q="sho") == [shop]
    assert found(q="oidc") == [shop, blog]
    assert found(filter='status eq "INACTIVE"') == [blog]
    assert found(filter=f'status eq "ACTIVE" and id eq "{shop}"') == [shop]
    assert found(filter=f'user.id eq "{api.okta.idp.org.users.all()[0].id}"') == [shop]
    assert refusal(api.get("/apps", filter="status"))[:3] == (400, "E0000031", "Invalid search criteria.")
    assert refusal(api.get("/apps", filter='colour eq "red"'))[1] == "E0000031"


def test_replace_keeps_what_the_body_leaves_out_whole(api: Api) -> None:
    app_id, secret = create(api, grant_types=["authorization_code", "refresh_token"], client_uri="https://rp.example")
    ada = api.okta.idp.org.users.all()[0].id
    api.put(f"/apps/{app_id}/users/{ada}")
    answer = api.put(f"/apps/{app_id}", {"name": "oidc_client", "label": "New", "signOnMode": "OPENID_CONNECT"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["label"] == "New"
    assert answer.json["settings"]["oauthClient"]["client_uri"] == "https://rp.example"
    assert "client_secret" not in answer.json["credentials"]["oauthClient"]
    # With the object there, its members are what the app has.
    replaced = api.put(f"/apps/{app_id}", oidc(label="New")).json
    assert replaced is not None
    assert replaced["settings"]["oauthClient"]["client_uri"] is None
    assert [user["id"] for user in api.listed(f"/apps/{app_id}/users")] == [ada]
    assert [entry["client_secret"] for entry in api.listed(f"/apps/{app_id}/credentials/secrets")] == [secret]
    answer = api.put(f"/apps/{app_id}", oidc(credentials={"client_id": "0oaanother"}))
    assert refusal(answer)[2:] == ("Api validation failed: client_id", ["client_id: 'client_id' can't be changed."])


def test_replace_with_another_secret_or_method(api: Api) -> None:
    app_id, _ = create(api)
    mine = api.put(f"/apps/{app_id}", oidc(credentials={"client_secret": "a-secret-of-my-own"})).json
    assert mine is not None
    assert mine["credentials"]["oauthClient"]["client_secret"] == "a-secret-of-my-own"
    public = oidc(credentials={"token_endpoint_auth_method": "none", "pkce_required": True})
    assert api.put(f"/apps/{app_id}", public).status_code == 200
    assert api.get(f"/apps/{app_id}/credentials/secrets").json == []
    back = api.put(f"/apps/{app_id}", oidc(credentials={"token_endpoint_auth_method": "client_secret_post"})).json
    assert back is not None
    assert len(back["credentials"]["oauthClient"]["client_secret"]) == 64


def test_lifecycle(api: Api) -> None:
    app_id, _ = create(api)
    assert refusal(api.delete(f"/apps/{app_id}")) == (403, "E0000056", "Delete application forbidden.", [])
    assert api.post(f"/apps/{app_id}/lifecycle/deactivate").json == {}
    inactive = api.get(f"/apps/{app_id}").json
    assert inactive is not None
    assert inactive["status"] == "INACTIVE"
    assert "activate" in inactive["_links"]
    assert api.post(f"/apps/{app_id}/lifecycle/activate").json == {}
    assert (api.get(f"/apps/{app_id}").json or {})["status"] == "ACTIVE"
    assert api.made("/apps", oidc(), activate="false")["status"] == "INACTIVE"
    api.post(f"/apps/{app_id}/lifecycle/deactivate")
    deleted = api.delete(f"/apps/{app_id}")
    assert (deleted.status_code, deleted.data) == (204, b"")
    gone: tuple[int, str, str, list[str]] = (
        404,
        "E0000007",
        f"Not found: Resource not found: {app_id} (AppInstance)",
        [],
    )
    assert refusal(api.get(f"/apps/{app_id}")) == gone
    assert refusal(api.delete(f"/apps/{app_id}")) == gone


def test_wrong_method(api: Api) -> None:
    assert refusal(api.call("PATCH", "/apps/0oa1"))[:3] == (
        405,
        "E0000022",
        "The endpoint does not support the provided HTTP method",
    )


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


@pytest.mark.parametrize("list_name", ["include", "exclude"])
def test_an_org_without_zones_knows_none(api: Api, list_name: str) -> None:
    answer = api.post("/apps", oidc(network={"connection": "ZONE", list_name: ["nzo1", "nzo2"]}))
    assert refusal(answer) == (404, "E0000007", "Not found: Resource not found: nzo1 (NetworkZone)", [])
