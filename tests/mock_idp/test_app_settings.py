"""Settings of the app for one login: edits of the seam `app` (docs/decisions/0013, 7)."""

from __future__ import annotations

from typing import Any

import pytest

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import app, app_url
from tests.mock_idp.okta import CALLBACK, PKCE, VERIFIER, Okta, parameters

AT_AUTHORIZE: list[tuple[dict[str, Any], str, str]] = [
    (
        {"response_types": ["id_token", "token"]},
        "unsupported_response_type",
        "The response type is not supported by the authorization server. Configured response types: [id_token, token].",
    ),
    (
        {"grant_types": ["implicit"]},
        "unauthorized_client",
        "The client is not authorized to use the provided grant type. Configured grant types: [implicit].",
    ),
    ({"pkce_required": True}, "invalid_request", "PKCE code challenge is required by the application."),
    ({"assigned": False}, "access_denied", "User is not assigned to the client application."),
]
WRONG = "Client authentication failed. Either the client or the client credentials are invalid."
AT_TOKEN: list[tuple[dict[str, Any], int, str, str]] = [
    ({"token_endpoint_auth_method": "client_secret_post"}, 401, "invalid_client", WRONG),
    ({"token_endpoint_auth_method": "none"}, 401, "invalid_client", WRONG),
    (
        {"client_secret": "another secret than the client has"},
        401,
        "invalid_client",
        "The client secret supplied for a confidential client is invalid.",
    ),
]


@pytest.mark.parametrize(("settings", "error", "description"), AT_AUTHORIZE)
def test_authorize_refuses_what_the_settings_do_not_allow(
    okta: Okta, settings: dict[str, Any], error: str, description: str
) -> None:
    attempt = okta.attempt(app=settings)
    assert dict(parameters(okta.authorize(attempt))) == {
        "state": "s1",
        "error": error,
        "error_description": description,
    }
    (delivery,) = okta.transcript(attempt)["deliveries"]
    ((name, value),) = settings.items()
    assert (delivery["seam"], delivery["path"], delivery["after"]) == ("app", [name], value)
    assert "code" in dict(parameters(okta.authorize(okta.attempt())))  # nobody else notices


@pytest.mark.parametrize(("settings", "status", "error", "description"), AT_TOKEN)
def test_token_refuses_what_the_settings_do_not_allow(
    okta: Okta, settings: dict[str, Any], status: int, error: str, description: str
) -> None:
    attempt = okta.attempt(app=settings)
    answer = okta.redeem(okta.code(attempt, **PKCE), code_verifier=VERIFIER)
    assert (answer.status_code, answer.json) == (status, {"error": error, "error_description": description})
    assert okta.tokens()["access_token"]  # nobody else notices


@pytest.mark.parametrize(
    "kind", ["with-slash", "in-capitals", "with-query", "other-port", "other-host", "other-scheme", "parent"]
)
def test_another_redirect_uri_is_no_registered_one(okta: Okta, kind: str) -> None:
    page = okta.authorize(okta.attempt(app("redirect_uris").set([app_url(kind)])))
    assert (page.status_code, "Error Code: invalid_request<" in page.text) == (400, True)
    assert "The &#39;redirect_uri&#39; parameter must be a Login redirect URI in the client app settings" in page.text


def test_one_of_several_redirect_uris_is_enough(okta: Okta) -> None:
    uris = [app_url("with-slash"), "https://pr-*.rp.example/callback", app_url("registered")]
    several = app("redirect_uris").set(uris) & app("wildcard_redirect").set("SUBDOMAIN")
    assert "code" in dict(parameters(okta.authorize(okta.attempt(several))))
    wild = okta.authorize(okta.attempt(several), redirect_uri="https://pr-7.rp.example/callback")
    assert wild.headers["Location"].startswith("https://pr-7.rp.example/callback?code=")


def test_an_inactive_app_is_unknown(okta: Okta) -> None:
    page = okta.authorize(okta.attempt(app("status").set("INACTIVE")))
    assert (page.status_code, "Error Code: invalid_client<" in page.text) == (400, True)


def test_an_inactive_app_is_not_learned_anew(okta: Okta) -> None:
    okta.control("PUT", "/settings", {"adopt_clients": True})
    page = okta.authorize(okta.attempt(app("status").set("INACTIVE")))
    assert (page.status_code, "Error Code: invalid_client<" in page.text) == (400, True)


def test_tile_of_one_login(okta: Okta) -> None:
    """The app has no tile for anybody else."""
    launch = app("idp_initiated_login").set({"mode": "SPEC"})
    attempt = okta.attempt(launch & app("initiate_login_uri").set("https://rp.example/start"))
    answer = okta.launch("web", attempt)
    assert answer.headers["Location"] == "https://rp.example/start?iss=https%3A%2F%2Fdev-1.okta.test"
    assert okta.launch("web", okta.attempt()).status_code == 400
    assert "User is not assigned" in okta.launch("web", okta.attempt(launch & app("assigned").set(False))).text


def test_rotation_of_one_login(okta: Okta) -> None:
    static = okta.tokens(okta.attempt(), scope="openid offline_access")["refresh_token"]
    assert okta.refresh(static).json["refresh_token"] == static  # type: ignore[index]
    rotated = app("refresh_token").set({"rotation_type": "ROTATE", "leeway": 0})
    token = okta.tokens(okta.attempt(rotated), scope="openid offline_access")["refresh_token"]
    assert okta.refresh(token).json["refresh_token"] != token  # type: ignore[index]


def test_urls_of_the_app(okta: Okta) -> None:
    made = {
        "registered": CALLBACK,
        "deep-link": "https://rp.example/?from=tile",
        "host-of-attacker": "https://rp.example.attacker.example/",
        "user-at-attacker": "https://rp.example@attacker.example/",
        "other-port": "https://rp.example:442/callback",
        "parent": "https://rp.example/",
    }
    for kind, url in made.items():
        attempt = okta.attempt(app("initiate_login_uri").set(app_url(kind)))
        okta.launch("web", attempt)
        assert [d["after"] for d in okta.transcript(attempt)["deliveries"]] == [url]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ([], "app: expected an object of settings, got []"),
        ({"pkce_required": "yes"}, "app: pkce_required needs true or false, got 'yes'"),
        ({"grant_types": "implicit"}, "app: grant_types needs a list of strings, got 'implicit'"),
        (
            {"application_type": "phone"},
            "app: application_type needs one of web, browser, native, service, got 'phone'",
        ),
        (
            {"refresh_token": {"leeway": 61}},
            "app: refresh_token needs an object with rotation_type (one of ROTATE, STATIC), leeway (0 to 60 seconds), "
            "got {'leeway': 61}",
        ),
    ],
)
def test_settings_that_cannot_be(okta: Okta, settings: Any, text: str) -> None:
    answer = okta.control("POST", "/attempts", {"app": settings})
    assert (answer.status_code, answer.json) == (400, {"error": text})


def test_unknown_settings_and_symbols(okta: Okta) -> None:
    answer = okta.control("POST", "/attempts", {"app": {"redirect_uri": []}})
    assert answer.status_code == 400
    assert "app: 'set' needs status, application_type, grant_types" in answer.json["error"]  # type: ignore[index]
    with pytest.raises(ValueError, match=r"^now\(\) is no setting of an app: app_url\(\) is$"):
        Misbehaviour.from_json([{"seam": "app", "op": "set", "path": ["client_secret"], "value": _now()}])


def _now() -> dict[str, Any]:
    return {"$symbol": "now", "args": [0]}
