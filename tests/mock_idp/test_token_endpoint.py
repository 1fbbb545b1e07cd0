"""The token endpoint: authorization code, client authentication, CORS (okta.md 3, 8)."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote_plus

import pytest
from werkzeug.test import TestResponse

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import check_off
from tests.mock_idp.okta import CALLBACK, PKCE, VERIFIER, Okta, basic

INVALID_CODE = "The authorization code is invalid or has expired."
REDIRECT_URI = "The 'redirect_uri' does not match the redirection URI used in the authorization request."
OTHER_CLIENT = (
    "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
    "authorize request."
)
NO_CREDENTIALS = "No client credentials found."
WRONG_METHOD = "Client authentication failed. Either the client or the client credentials are invalid."
WRONG_SECRET = "The client secret supplied for a confidential client is invalid."
BAD_BASIC = "Found Authentication header but was not valid client credentials."
TWO_METHODS = (
    "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, "
    "credentials in the post body, or a client_assertion in the post body."
)
GRANTS = (
    "[authorization_code, refresh_token, password, client_credentials, "
    "urn:ietf:params:oauth:grant-type:device_code, urn:openid:params:grant-type:ciba]"
)
OTHER_GRANT = (
    "The authorization grant type is not supported by the authorization server. Configured grant types: " + GRANTS + "."
)
SPA_ORIGIN = "https://rp.example"


def refused(answer: TestResponse, status: int, error: str, description: str) -> None:
    assert answer.json == {"error": error, "error_description": description}
    assert answer.status_code == status
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "no-cache, no-store"


def public(okta: Okta) -> None:
    okta.register("spa", token_endpoint_auth_method="none", redirect_uris=[CALLBACK])


def test_success(okta: Okta) -> None:
    answer = okta.redeem(okta.code(scope="openid offline_access"))

    body = answer.json or {}
    assert answer.status_code == 200
    assert list(body) == ["token_type", "expires_in", "access_token", "scope", "refresh_token", "id_token"]
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "openid offline_access")
    expected = {
        "Content-Type": "application/json",
        "Cache-Control": "no-cache, no-store",
        "Pragma": "no-cache",
        "Expires": "0",
        "X-Robots-Tag": "noindex,nofollow",
        "p3p": 'CP="HONK"',
        "referrer-policy": "strict-origin-when-cross-origin",
        "accept-ch": "Sec-CH-UA-Platform-Version",
        "x-rate-limit-reset": str(int(okta.clock.now()) + 60),
    }
    assert {name: answer.headers[name] for name in expected} == expected
    assert answer.headers["x-okta-request-id"]


def test_scope_decides_what_is_handed_out(okta: Okta) -> None:
    assert "refresh_token" not in okta.tokens(scope="openid")
    assert "id_token" not in okta.tokens(scope="profile offline_access")


def test_code_works_once(okta: Okta) -> None:
    code = okta.code()

    assert okta.redeem(code).status_code == 200
    refused(okta.redeem(code), 400, "invalid_grant", INVALID_CODE)


def test_failed_redemption_does_not_spend_the_code(okta: Okta) -> None:
    code = okta.code()

    refused(okta.redeem(code, redirect_uri=f"{CALLBACK}/"), 400, "invalid_grant", REDIRECT_URI)
    assert okta.redeem(code).status_code == 200


def test_code_expires(okta: Okta) -> None:
    just_in_time, late = okta.code(), okta.code()
    okta.clock.advance(300)
    assert okta.redeem(just_in_time).status_code == 200
    okta.clock.advance(1)
    refused(okta.redeem(late), 400, "invalid_grant", INVALID_CODE)


@pytest.mark.parametrize(
    ("params", "error", "description"),
    [
        ({"code": "no-such-code"}, "invalid_grant", INVALID_CODE),
        ({"code": None}, "invalid_request", "The required parameter 'code' is missing."),
        ({"redirect_uri": None}, "invalid_grant", REDIRECT_URI),
        ({"redirect_uri": "https://rp.example/other"}, "invalid_grant", REDIRECT_URI),
        ({"code_verifier": "v"}, "invalid_request", "PKCE code challenge should be specified in the authorize request"),
        ({"grant_type": None}, "invalid_request", "The token request must specify a 'grant_type'. Valid values: "),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange"}, "unsupported_grant_type", OTHER_GRANT),
        ({"grant_type": "refresh_token"}, "invalid_request", "The required parameter 'refresh_token' is missing."),
    ],
)
def test_refusals(okta: Okta, params: dict[str, Any], error: str, description: str) -> None:
    answer = okta.token(**{"grant_type": "authorization_code", "code": okta.code(), "redirect_uri": CALLBACK} | params)

    assert (answer.status_code, (answer.json or {})["error"]) == (400, error)
    assert (answer.json or {})["error_description"].startswith(description)


def test_full_texts_with_lists(okta: Okta) -> None:
    text = "PKCE code challenge should be specified in the authorize request for code verification."
    refused(okta.redeem(okta.code(), code_verifier="v"), 400, "invalid_request", text)
    text = f"The token request must specify a 'grant_type'. Valid values: {GRANTS}"
    refused(okta.redeem(okta.code(), grant_type=None), 400, "invalid_request", text)


def test_code_of_another_client(okta: Okta) -> None:
    okta.register("other", client_secret="other-secret", redirect_uris=[CALLBACK])

    answer = okta.redeem(okta.code(), headers=basic("other", "other-secret"))
    refused(answer, 400, "invalid_grant", OTHER_CLIENT)


def test_code_of_another_server(okta: Okta) -> None:
    answer = okta.redeem(okta.code(server="orders"), server="default")
    refused(answer, 400, "invalid_request", "The grant was issued for another authorization server.")


def test_grant_type_must_be_the_apps(okta: Okta) -> None:
    okta.register("plain", client_secret="x", redirect_uris=[CALLBACK])

    answer = okta.token(grant_type="refresh_token", refresh_token="r", headers=basic("plain", "x"))
    text = "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code]."
    refused(answer, 400, "unauthorized_client", text)


def test_repeated_parameter(okta: Okta) -> None:
    answer = okta.rp.post(
        okta.url("token"), data={"grant_type": "authorization_code", "code": ["a", "b"]}, headers=basic("web", "x")
    )
    text = "The request contained multiple parameters with the same name."
    refused(answer, 400, "invalid_request", text)


# ---- PKCE ---------------------------------------------------------------------------------------------------


def test_pkce(okta: Okta) -> None:
    assert okta.redeem(okta.code(**PKCE), code_verifier=VERIFIER).status_code == 200
    refused(okta.redeem(okta.code(**PKCE), code_verifier="w" * 43), 400, "invalid_grant", "PKCE verification failed.")
    text = "PKCE code verifier is required by the application."
    refused(okta.redeem(okta.code(**PKCE)), 400, "invalid_request", text)


@pytest.mark.parametrize(
    ("check", "before", "redeem"),
    [
        ("pkce", PKCE, {"code_verifier": "w" * 43}),
        ("pkce", PKCE, {}),
        ("redirect_uri", {}, {"redirect_uri": "https://rp.example/other"}),
        ("client", {}, {"headers": basic("other", "other-secret")}),
    ],
)
def test_checks_can_be_switched_off(okta: Okta, check: str, before: dict[str, str], redeem: dict[str, Any]) -> None:
    okta.register("other", client_secret="other-secret", redirect_uris=[CALLBACK])
    careful, careless = okta.attempt(), okta.attempt(check_off(check))

    assert okta.redeem(okta.code(careful, **before), **redeem).status_code == 400
    assert okta.redeem(okta.code(careless, **before), **redeem).status_code == 200
    assert [d["path"] for d in okta.transcript(careless)["deliveries"]] == [[check]]


@pytest.mark.parametrize(("misbehaviour", "status"), [(Misbehaviour(), 400), (check_off("code_reuse"), 200)])
def test_code_reuse_can_be_allowed(okta: Okta, misbehaviour: Misbehaviour, status: int) -> None:
    code = okta.code(okta.attempt(misbehaviour))

    assert [okta.redeem(code).status_code for _ in range(2)] == [200, status]


# ---- client authentication: exactly the configured method ---------------------------------------------------

NO_HEADER: dict[str, str] = {}


@pytest.mark.parametrize(
    ("method", "headers", "form", "status", "error", "description"),
    [
        ("client_secret_basic", basic("c", "s"), {}, 200, "", ""),
        ("client_secret_basic", NO_HEADER, {"client_id": "c", "client_secret": "s"}, 401, "", WRONG_METHOD),
        ("client_secret_basic", NO_HEADER, {"client_id": "c"}, 401, "", NO_CREDENTIALS),
        ("client_secret_basic", basic("c", "x"), {}, 401, "", WRONG_SECRET),
        ("client_secret_basic", basic("c", ""), {}, 401, "", WRONG_SECRET),
        ("client_secret_basic", basic("c", "s"), {"client_secret": "s"}, 401, "invalid_request", TWO_METHODS),
        ("client_secret_post", NO_HEADER, {"client_id": "c", "client_secret": "s"}, 200, "", ""),
        ("client_secret_post", basic("c", "s"), {}, 401, "", WRONG_METHOD),
        ("client_secret_post", NO_HEADER, {"client_id": "c", "client_secret": "x"}, 401, "", WRONG_SECRET),
        ("none", NO_HEADER, {"client_id": "c"}, 200, "", ""),
        ("none", NO_HEADER, {"client_id": "c", "client_secret": "s"}, 401, "", WRONG_METHOD),
        ("none", basic("c", "s"), {}, 401, "", WRONG_METHOD),
        ("none", NO_HEADER, {}, 401, "", NO_CREDENTIALS),
    ],
)
def test_client_authentication(
    okta: Okta, method: str, headers: dict[str, str], form: dict[str, str], status: int, error: str, description: str
) -> None:
    secret = "" if method == "none" else "s"
    okta.register("c", token_endpoint_auth_method=method, client_secret=secret, redirect_uris=[CALLBACK])

    answer = okta.redeem(okta.code(client_id="c", **PKCE), code_verifier=VERIFIER, headers=headers, **form)
    if status == 200:
        assert answer.status_code == 200, answer.text
    else:
        refused(answer, status, error or "invalid_client", description)
        assert ("WWW-Authenticate" in answer.headers) == ("Authorization" in headers)  # RFC 6749 5.2


def test_credentials_in_the_url(okta: Okta) -> None:
    answer = okta.rp.post(f"{okta.url('token')}?client_secret=web-secret", data={"client_id": "web"})

    refused(answer, 400, "invalid_request", "Client credentials cannot be supplied via query parameters.")


@pytest.mark.parametrize(
    "value", ["Basic", "Basic !", "Basic é", f"Basic {base64.b64encode(b'web').decode()}", "Basic /w=="]
)
def test_broken_basic(okta: Okta, value: str) -> None:
    answer = okta.redeem(okta.code(), headers={"Authorization": value})

    assert answer.status_code == 401
    assert (answer.json or {})["error_description"] in (BAD_BASIC, NO_CREDENTIALS)


def test_basic_is_form_encoded(okta: Okta) -> None:
    """RFC 6749 2.3.1."""
    okta.register("c", client_secret="s:+ %/é", redirect_uris=[CALLBACK])

    headers = basic("c", quote_plus("s:+ %/é"))
    assert okta.redeem(okta.code(client_id="c"), headers=headers).status_code == 200


@pytest.mark.parametrize("headers", [basic("nobody", "x"), NO_HEADER])
def test_unknown_client_gets_a_body_of_the_management_api(okta: Okta, headers: dict[str, str]) -> None:
    answer = okta.redeem(okta.code(), headers=headers, client_id="nobody")

    body = answer.json or {}
    assert answer.status_code == 401
    assert "error" not in body
    assert list(body) == ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]
    assert (body["errorCode"], body["errorSummary"]) == ("invalid_client", "Invalid value for 'client_id' parameter.")


# ---- browsers -----------------------------------------------------------------------------------------------


def test_preflight(okta: Okta) -> None:
    answer = okta.rp.options(
        okta.url("token"), headers={"Origin": "https://any.example", "Access-Control-Request-Headers": "x-okta"}
    )

    assert answer.status_code == 204
    expected = {
        "Access-Control-Allow-Origin": "https://any.example",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Max-Age": "3600",
        "Access-Control-Allow-Headers": "x-okta",
        "Vary": "Origin",
    }
    assert {name: answer.headers[name] for name in expected} == expected


def test_browser_request(okta: Okta) -> None:
    public(okta)
    code = okta.code(client_id="spa", **PKCE)

    answer = okta.redeem(code, client_id="spa", code_verifier=VERIFIER, headers={"Origin": SPA_ORIGIN})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SPA_ORIGIN
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("headers", "params", "status", "error", "description"),
    [
        (
            {"Origin": "https://evil.example"},
            {"code_verifier": VERIFIER},
            400,
            "invalid_request",
            "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.",
        ),
        (
            {"Origin": SPA_ORIGIN},
            {},
            401,
            "invalid_client",
            "Browser requests to the token endpoint must use Proof Key for Code Exchange.",
        ),
        (
            {"Origin": SPA_ORIGIN},
            {"grant_type": "password"},
            400,
            "unauthorized_client",
            "Browser requests to the token endpoint may only use the authorization_code grant_type.",
        ),
    ],
)
def test_browser_refusals(
    okta: Okta, headers: dict[str, str], params: dict[str, str], status: int, error: str, description: str
) -> None:
    public(okta)
    code = okta.code(client_id="spa", **PKCE)

    answer = okta.redeem(code, client_id="spa", headers=headers, **params)
    refused(answer, status, error, description)
    assert answer.headers["Access-Control-Allow-Origin"] == headers["Origin"]  # the page can read why


def test_requests_without_origin_get_no_cors_headers(okta: Okta) -> None:
    answer = okta.redeem(okta.code())

    assert "Access-Control" not in str(answer.headers)
