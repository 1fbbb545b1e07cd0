"""/api/v1/apps in Okta's JSON: making, changing, finding and deleting apps (okta.md 5.2, 6.2)."""

from __future__ import annotations

import re
from typing import Any

import pytest

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


@pytest.mark.parametrize("list_name", ["include", "exclude"])
def test_an_org_without_zones_knows_none(api: Api, list_name: str) -> None:
    answer = api.post("/apps", oidc(network={"connection": "ZONE", list_name: ["nzo1", "nzo2"]}))
    assert refusal(answer) == (404, "E0000007", "Not found: Resource not found: nzo1 (NetworkZone)", [])
