"""What the Management API writes, the protocol obeys from the next request on."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from mock_idp.org.model import Group
from tests.management import openapi
from tests.management.api import Api, refusal
from tests.management.apps import create, oidc
from tests.mock_idp import assertions
from tests.mock_idp.okta import CALLBACK, ORIGIN, basic, parameters

NOT_ASSIGNED = {"error": "access_denied", "error_description": "User is not assigned to the client application."}
CREDENTIALS = {"identifier": "ada@example.com", "credentials": "correct horse"}


def login(api: Api, app_id: str, **params: Any) -> dict[str, str]:
    """Ada signs in through the app in a new browser; the parameters of the authorization response without `state`."""
    okta = api.okta
    okta.browser = okta.new_browser()
    answer = okta.sign_in(okta.authorize(client_id=app_id, **params), CREDENTIALS)
    found = dict(parameters(answer))
    found.pop("state")
    return found


def ada(api: Api) -> str:
    return api.okta.idp.org.users.all()[0].id


def test_nobody_is_assigned_to_a_new_app(api: Api) -> None:
    app_id, secret = create(api)
    assert login(api, app_id) == NOT_ASSIGNED
    made = api.made(f"/apps/{app_id}/users", {"id": ada(api), "scope": "USER"})
    assert (made["id"], made["scope"], made["status"]) == (ada(api), "USER", "ACTIVE")
    assert made["credentials"] == {"userName": "ada@example.com"}
    code = login(api, app_id)["code"]
    assert api.okta.redeem(code, headers=basic(app_id, secret)).status_code == 200
    assert api.delete(f"/apps/{app_id}/users/{ada(api)}").status_code == 204
    assert login(api, app_id) == NOT_ASSIGNED


def test_a_group_lets_its_people_in(api: Api) -> None:
    app_id, _ = create(api)
    everyone = api.okta.idp.org.group_named("Everyone")
    other = api.okta.idp.org.groups.save(Group("Others", "00gothers00000000000"))
    assert everyone is not None
    path = f"/apps/{app_id}/groups"
    assert (api.put(f"{path}/{other.id}", {}).json or {})["priority"] == 0
    assert login(api, app_id) == NOT_ASSIGNED
    assert (api.put(f"{path}/{everyone.id}", {"profile": {"role": "guest"}}).json or {})["profile"] == {"role": "guest"}
    assert "code" in login(api, app_id)
    (user,) = api.listed(f"/apps/{app_id}/users")
    assert (user["id"], user["scope"]) == (ada(api), "GROUP")
    assert [group["id"] for group in api.listed(path)] == [other.id, everyone.id]
    assert [group["id"] for group in api.listed(path, q="oth")] == [other.id]
    assert api.delete(f"{path}/{everyone.id}").status_code == 204
    assert refusal(api.get(f"{path}/{everyone.id}"))[:2] == (404, "E0000007")
    assert login(api, app_id) == NOT_ASSIGNED


def test_assigning_twice(api: Api) -> None:
    app_id, _ = create(api)
    api.made(f"/apps/{app_id}/users", {"id": ada(api)})
    assert refusal(api.post(f"/apps/{app_id}/users", {"id": ada(api)})) == (
        409,
        "E0000062",
        "The specified user is already assigned to the application.",
        [],
    )
    changed = api.put(f"/apps/{app_id}/users/{ada(api)}", {"credentials": {"userName": "ada"}, "profile": {"a": 1}})
    assert changed.json is not None
    assert (changed.json["credentials"], changed.json["profile"]) == ({"userName": "ada"}, {"a": 1})
    assert api.get(f"/apps/{app_id}/users/{ada(api)}").json == changed.json
    assert [user["id"] for user in api.listed(f"/apps/{app_id}/users", q="ad")] == [ada(api)]
    assert api.get(f"/apps/{app_id}/users", q="zz").json == []


def test_who_cannot_be_assigned(api: Api) -> None:
    app_id, _ = create(api)
    users = f"/apps/{app_id}/users"
    unknown = "Not found: Resource not found: 00u0 "
    assert refusal(api.post(users, {"id": "00u0"})) == (404, "E0000007", f"{unknown}(User)", [])
    assert refusal(api.get(f"{users}/00u0")) == (404, "E0000007", f"{unknown}(AppUser)", [])
    assert refusal(api.delete(f"{users}/00u0"))[2] == f"{unknown}(AppUser)"
    assert refusal(api.post(f"{users}/{ada(api)}", {}))[1] == "E0000007"
    assert refusal(api.post(users, {}))[3] == ["id: The field cannot be left blank"]
    group = "Not found: Resource not found: 00g0 (UserGroup)"
    assert refusal(api.put(f"/apps/{app_id}/groups/00g0", {}))[2] == group


def test_redirect_uris_are_obeyed_at_once(api: Api) -> None:
    app_id, _ = create(api)
    api.put(f"/apps/{app_id}/users/{ada(api)}")
    assert "code" in login(api, app_id)
    moved = "https://rp.example/moved"
    assert api.put(f"/apps/{app_id}", oidc(redirect_uris=[moved])).status_code == 200
    refused = api.okta.authorize(client_id=app_id)
    assert refused.status_code == 400
    assert "redirect_uri" in refused.text
    assert "code" in login(api, app_id, redirect_uri=moved)
    assert api.okta.authorize(client_id=app_id, redirect_uri=CALLBACK).status_code == 400


def test_an_inactive_app_is_refused(api: Api) -> None:
    app_id, _ = create(api)
    api.put(f"/apps/{app_id}/users/{ada(api)}")
    api.post(f"/apps/{app_id}/lifecycle/deactivate")
    assert api.okta.authorize(client_id=app_id).status_code == 400
    api.post(f"/apps/{app_id}/lifecycle/activate")
    assert "code" in login(api, app_id)


def test_implicit_assignment_lets_everybody_in(api: Api) -> None:
    wanted = oidc()
    wanted["settings"]["implicitAssignment"] = True
    assert "code" in login(api, api.made("/apps", wanted)["id"])


# ---- access tokens instead of the API token -------------------------------------------------------------------


def service(api: Api, *scopes: str) -> str:
    """A service app that authenticates with a key and has these Okta scopes; its id."""
    app_id, _ = create(
        api,
        application_type="service",
        grant_types=["client_credentials"],
        response_types=["token"],
        redirect_uris=None,
        credentials={"token_endpoint_auth_method": "private_key_jwt"},
        jwks={"keys": assertions.public(assertions.KEY)},
    )
    for scope in scopes:
        api.made(f"/apps/{app_id}/grants", {"issuer": ORIGIN, "scopeId": scope})
    return app_id


def service_token(api: Api, app_id: str, scope: str) -> TestResponse:
    sent = assertions.form(assertions.assertion(api.okta, app_id, server="org"))
    answer = api.okta.token(server="org", grant_type="client_credentials", scope=scope, headers={}, **sent)
    openapi.check(answer, openapi.OAUTH)
    return answer


def test_dpop_decides_from_the_next_request(api: Api) -> None:
    app_id = service(api, "okta.apps.read")
    assert service_token(api, app_id, "okta.apps.read").status_code == 200

    known = api.get(f"/apps/{app_id}").json or {}
    known["settings"]["oauthClient"]["dpop_bound_access_tokens"] = True
    shown = api.put(f"/apps/{app_id}", known).json or {}
    assert shown["settings"]["oauthClient"]["dpop_bound_access_tokens"] is True
    assert service_token(api, app_id, "okta.apps.read").json == {
        "error": "invalid_dpop_proof",
        "error_description": "The DPoP proof JWT header is missing.",
    }


@pytest.mark.parametrize(
    ("scope", "method", "status"),
    [
        ("okta.apps.read", "GET", 200),
        ("okta.apps.manage", "GET", 200),
        ("okta.apps.read", "POST", 403),
        ("okta.users.manage", "GET", 403),
        ("okta.apps.manage", "POST", 400),
    ],
)
def test_access_tokens_of_the_org_server(api: Api, scope: str, method: str, status: int) -> None:
    answer = service_token(api, service(api, scope), scope)
    assert answer.json is not None
    api.authorization = f"Bearer {answer.json['access_token']}"
    answer = api.call(method, "/apps?q=nothing", {})
    assert answer.status_code == status
    if status == 403:
        wanted = "okta.apps.read" if method == "GET" else "okta.apps.manage"
        assert refusal(answer)[1:3] == ("E0000006", "You do not have permission to perform the requested action")
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
        assert f'scope="{wanted}"' in answer.headers["WWW-Authenticate"]
    api.okta.clock.advance(3601)
    answer = api.call(method, "/apps", {})
    assert refusal(answer)[1] == "E0000011"
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_tokens_of_other_servers_are_none(api: Api) -> None:
    api.authorization = f"Bearer {api.okta.tokens()['access_token']}"
    assert refusal(api.get("/apps"))[1] == "E0000011"


def test_a_revoked_token_is_none(api: Api) -> None:
    app_id = service(api, "okta.apps.read")
    ssws, token = api.authorization, (service_token(api, app_id, "okta.apps.read").json or {})["access_token"]
    api.authorization = f"Bearer {token}"
    assert api.get("/apps", q="nothing").status_code == 200
    api.authorization = ssws
    api.post(f"/apps/{app_id}/lifecycle/deactivate")
    api.authorization = f"Bearer {token}"
    assert refusal(api.get("/apps", q="nothing"))[1] == "E0000011"


def test_scopes_that_were_not_granted(api: Api) -> None:
    app_id = service(api, "okta.apps.read")
    refused = service_token(api, app_id, "okta.users.read")
    assert (refused.status_code, refused.json) == (
        400,
        {"error": "consent_required", "error_description": "You are not allowed any of the requested scopes."},
    )
    some = service_token(api, app_id, "okta.users.read okta.apps.read")
    assert (some.json or {})["scope"] == "okta.apps.read"


def test_keys_that_were_turned_off(api: Api) -> None:
    app_id = service(api, "okta.apps.read")
    (first,) = api.listed(f"/apps/{app_id}/credentials/jwks")
    second = RSAKey.generate_key(2048, {"kid": "second"})
    api.made(f"/apps/{app_id}/credentials/jwks", second.as_dict(private=False))
    assert service_token(api, app_id, "okta.apps.read").status_code == 200
    api.post(f"/apps/{app_id}/credentials/jwks/{first['id']}/lifecycle/deactivate")
    refused = service_token(api, app_id, "okta.apps.read")
    assert (refused.status_code, (refused.json or {})["error"]) == (401, "invalid_client")
