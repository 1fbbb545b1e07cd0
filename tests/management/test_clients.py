"""Dynamic Client Registration at /oauth2/v1/clients."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.management import openapi
from tests.management.api import Api, refusal
from tests.management.test_app_logins import service, service_token
from tests.mock_idp.okta import CALLBACK, ORIGIN, basic, parameters

URL = f"{ORIGIN}/oauth2/v1/clients"
WANTED: dict[str, Any] = {
    "client_name": "Shop",
    "client_uri": "https://rp.example",
    "application_type": "web",
    "redirect_uris": [CALLBACK],
    "response_types": ["code", "id_token"],
    "grant_types": ["authorization_code", "refresh_token", "implicit"],
    "token_endpoint_auth_method": "client_secret_post",
    "initiate_login_uri": "https://rp.example/login",
}


def asked(api: Api, method: str, path: str = "", document: Any = None, **headers: str) -> TestResponse:
    sent = {"Authorization": api.authorization} | headers
    answer = api.okta.rp.open(URL + path, method=method, json=document, headers=sent)
    openapi.check(answer, openapi.OAUTH)
    return answer


def made(api: Api, **change: Any) -> dict[str, Any]:
    answer = asked(api, "POST", document=WANTED | change)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def test_registered_read_replaced_and_deleted(api: Api) -> None:
    client = made(api)
    path, secret = f"/{client['client_id']}", client["client_secret"]
    assert client == {**WANTED, "logo_uri": None} | {
        "client_id": client["client_id"],
        "client_secret": secret,
        "client_id_issued_at": int(api.okta.clock.now()),
        "client_secret_expires_at": 0,
    }
    assert len(client["client_id"]) == 20

    shown = asked(api, "GET", path).json
    assert shown == {name: value for name, value in client.items() if name != "client_secret"}
    changed = asked(api, "PUT", path, WANTED | {"client_id": client["client_id"], "client_name": "Store"})
    assert changed.json == client | {"client_name": "Store"}

    renewed = asked(api, "POST", f"{path}/lifecycle/newSecret")
    assert (renewed.json or {})["client_secret"] not in (secret, "")
    assert (asked(api, "DELETE", path).status_code, asked(api, "GET", path).status_code) == (204, 404)


def test_a_registered_client_is_an_app_that_asks_and_lets_nobody_in(api: Api) -> None:
    client = made(api)
    app = api.get(f"/apps/{client['client_id']}").json
    assert app
    assert app["settings"]["oauthClient"]["consent_method"] == "REQUIRED"
    assert api.listed(f"/apps/{client['client_id']}/users") == []

    answer = api.okta.sign_in(api.okta.authorize(client_id=client["client_id"]))
    assert dict(parameters(answer))["error_description"] == "User is not assigned to the client application."


def test_the_new_secret_counts(api: Api) -> None:
    client = made(api, token_endpoint_auth_method="client_secret_basic")
    renewed = asked(api, "POST", f"/{client['client_id']}/lifecycle/newSecret").json or {}
    for secret, status in ((client["client_secret"], 401), (renewed["client_secret"], 200)):
        sent = basic(client["client_id"], secret)
        assert api.okta.introspect("nothing", headers=sent).status_code == status


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"client_name": ""}, "invalid_client_metadata", "`client_name`: The field can't be left blank."),
        (
            {"grant_types": ["implicit"]},
            "invalid_client_metadata",
            "'grant_types' must contain 'authorization_code' when 'application_type' is 'web'.",
        ),
        (
            {"application_type": "service", "grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"]},
            "invalid_client_metadata",
            "'grant_types' must contain 'client_credentials' when 'application_type' is 'service'.",
        ),
        (
            {"redirect_uris": ["/callback"]},
            "invalid_redirect_uri",
            "'/callback' must be an absolute URI and not include a fragment component.",
        ),
        ({"redirect_uris": "x"}, "invalid_client_metadata", "Invalid request"),
        ({"application_type": "server"}, "invalid_client_metadata", "Invalid request"),
    ],
)
def test_refused_settings(api: Api, change: dict[str, Any], error: str, text: str) -> None:
    path = f"/{made(api)['client_id']}"
    for answer in (asked(api, "POST", document=WANTED | change), asked(api, "PUT", path, WANTED | change)):
        assert (answer.status_code, answer.json) == (400, {"error": error, "error_description": text})


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"grant_types": None}, "`grant_types`: The field can't be left blank."),
        ({"client_id_issued_at": 1}, "'client_id_issued_at' must not be present in the request."),
        ({"client_id": "0oaother"}, "'client_id' can't be changed."),
    ],
)
def test_a_replacement_is_whole(api: Api, change: dict[str, Any], text: str) -> None:
    answer = asked(api, "PUT", f"/{made(api)['client_id']}", WANTED | change)
    assert answer.json == {"error": "invalid_client_metadata", "error_description": text}


def test_secrets_are_for_those_that_send_them(api: Api) -> None:
    client = made(api, application_type="browser", token_endpoint_auth_method=None)
    assert (client["token_endpoint_auth_method"], {"client_secret", "client_secret_expires_at"} & set(client)) == (
        "none",
        set(),
    )
    answer = asked(api, "POST", f"/{client['client_id']}/lifecycle/newSecret")
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "invalid_client_metadata")


def test_pages_and_search(api: Api) -> None:
    names = [made(api, client_name=f"Shop {number}")["client_name"] for number in range(3)]
    first = asked(api, "GET", "?q=shop&limit=2")
    assert [entry["client_name"] for entry in first.json or []] == names[:2]
    (following,) = [link for link in first.headers.getlist("Link") if 'rel="next"' in link]
    rest = asked(api, "GET", following.split(">")[0].removeprefix(f"<{URL}"))
    assert [entry["client_name"] for entry in rest.json or []] == names[2:]
    assert "x-okta-request-id" in rest.headers


@pytest.mark.parametrize(
    ("scope", "method", "status"),
    [
        ("okta.clients.register", "POST", 201),
        ("okta.clients.read", "POST", 403),
        ("okta.clients.read", "GET", 200),
        ("okta.clients.register", "GET", 403),
    ],
)
def test_who_may(api: Api, scope: str, method: str, status: int) -> None:
    assert refusal(asked(api, method, document=WANTED, Authorization="SSWS nothing"))[:2] == (401, "E0000011")
    token = (service_token(api, service(api, scope), scope).json or {})["access_token"]
    sent = WANTED if method == "POST" else None
    # Without apps that have keys: the schema of keys refers to itself.
    answer = asked(api, method, "" if sent else "?q=nothing", sent, Authorization=f"Bearer {token}")
    assert answer.status_code == status
