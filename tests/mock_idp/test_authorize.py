"""The authorization endpoint: what it refuses, in Okta's words, and how it answers (okta.md 2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import ADA, CALLBACK, PKCE, WEB, Okta, basic, page_of, parameters

STATE = "The authentication request has an invalid 'state' parameter."
RESPONSE_TYPE = "The response type is not supported by the authorization server. Configured response types: "
RESPONSE_MODE = "The response mode is not supported by the authorization server. Valid response modes: "
QUERY = "'query' response mode cannot be used with either the 'id_token' or 'token' response types."
NONCE = (
    "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response types.."
)
NO_SCOPE = "The authorization server resource does not have any configured default scopes, 'scope' must be provided."
NO_OPENID = "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."
S256_ONLY = "PKCE code challenge method is not supported. Valid values: [S256]"
MAX_AGE = "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1."
SILENT_AT_ONCE = "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age."
PROMPT = "Invalid value for 'prompt' parameter. Supported values: [none, login, consent]"


@pytest.mark.parametrize(
    ("params", "error", "description"),
    [
        ({"response_type": "none"}, "unsupported_response_type", f"{RESPONSE_TYPE}[code, id_token, token]."),
        ({"response_type": None}, "unsupported_response_type", f"{RESPONSE_TYPE}[code, id_token, token]."),
        (
            {"response_mode": "jwt"},
            "unsupported_response_mode",
            f"{RESPONSE_MODE}[query, fragment, form_post, okta_post_message].",
        ),
        ({"response_mode": "query", "response_type": "id_token"}, "unsupported_response_mode", QUERY),
        ({"response_type": "id_token"}, "invalid_request", NONCE),
        ({"response_type": "token"}, "invalid_request", NONCE),
        ({"prompt": "none login"}, "invalid_request", PROMPT),
        ({"prompt": "gladly"}, "invalid_request", PROMPT),
        ({"max_age": "-1"}, "invalid_request", MAX_AGE),
        ({"max_age": "2147483648"}, "invalid_request", MAX_AGE),
        ({"max_age": "0", "prompt": "none"}, "invalid_request", SILENT_AT_ONCE),
        ({"code_challenge": "c" * 43}, "invalid_request", S256_ONLY),
        ({"code_challenge": "c" * 43, "code_challenge_method": "plain"}, "invalid_request", S256_ONLY),
        (
            {"code_challenge": "c" * 42 + "=", "code_challenge_method": "S256"},
            "invalid_request",
            "PKCE code challenge contains illegal characters.",
        ),
        ({"scope": None}, "invalid_scope", NO_SCOPE),
        (
            {"scope": "openid orders:read"},
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        ({"scope": "profile", "response_type": "id_token", "nonce": "n"}, "invalid_scope", NO_OPENID),
    ],
)
def test_refusals_go_to_the_redirect_uri(okta: Okta, params: dict[str, Any], error: str, description: str) -> None:
    answer = okta.authorize(okta.attempt(), **params)

    assert parameters(answer) == [("state", "s1"), ("error", error), ("error_description", description)]


def test_refusals_of_the_org_server(okta: Okta) -> None:
    custom = parameters(okta.authorize(server="org", scope="openid orders:read"))
    assert parameters(okta.authorize(server="org", scope="openid okta.users.read")) == custom
    none = parameters(okta.authorize(server="org", scope=" "))

    assert custom[1:] == [
        ("error", "invalid_scope"),
        ("error_description", "Custom scopes are not allowed for this request."),
    ]
    assert none[1:] == [("error", "invalid_scope"), ("error_description", "No scopes were requested.")]


@pytest.mark.parametrize("state", [None, ""])
def test_state_is_mandatory_and_does_not_come_back(okta: Okta, state: str | None) -> None:
    answer = okta.authorize(okta.attempt(), state=state)

    assert parameters(answer) == [("error", "invalid_request"), ("error_description", STATE)]


def test_response_types_are_listed_as_configured(okta: Okta) -> None:
    okta.register(
        "spa",
        token_endpoint_auth_method="none",
        redirect_uris=[CALLBACK],
        response_types=["token id_token"],
        grant_types=["implicit"],
        application_type="browser",
    )

    answer = okta.authorize(client_id="spa")
    assert dict(parameters(answer))["error_description"] == f"{RESPONSE_TYPE}[token, id_token]."


def test_errors_come_in_oktas_order(okta: Okta) -> None:
    """state before response type before nonce before PKCE before scope."""
    wrong: dict[str, Any] = {
        "state": None,
        "response_type": "none",
        "nonce": None,
        "code_challenge": "x",
        "scope": "nonsense",
    }
    right: dict[str, Any] = {"state": "s", "response_type": "code id_token", "nonce": "n", "code_challenge": None}
    seen = []
    for name, value in right.items():
        seen.append(dict(parameters(okta.authorize(**wrong)))["error_description"])
        wrong[name] = value
    seen.append(dict(parameters(okta.authorize(**wrong)))["error"])

    assert [text[:21] for text in seen] == [STATE[:21], RESPONSE_TYPE[:21], NONCE[:21], S256_ONLY[:21], "invalid_scope"]


@pytest.mark.parametrize(
    ("mode", "response_type", "place"),
    [("query", "code", "query"), (None, "code id_token", "fragment"), ("fragment", "code", "fragment")],
)
def test_errors_travel_in_the_response_mode(okta: Okta, mode: str, response_type: str, place: str) -> None:
    answer = okta.authorize(response_type=response_type, response_mode=mode, nonce="n", scope="wrong")

    location = urlsplit(answer.headers["Location"])
    assert dict(parse_qsl(getattr(location, place)))["error"] == "invalid_scope"
    assert "error_description=One+or+more" in answer.headers["Location"]  # spaces as Okta writes them


def test_repeated_parameters(okta: Okta) -> None:
    query = f"client_id=web&redirect_uri={CALLBACK}&response_type=code&scope=openid&state=a&state=b"
    answer = okta.browser.get(f"{okta.url('authorize')}?{query}")
    other = okta.browser.get(f"{okta.url('authorize')}?{query}&redirect_uri=https://evil.example/")

    text = "Duplicate parameter provided in request. Duplicated parameters: [state]."
    assert dict(parameters(answer))["error_description"] == text
    assert other.status_code == 400  # nobody knows where to


# ---- the error page -----------------------------------------------------------------------------------------


def lines(page: TestResponse) -> list[str]:
    main = page_of(page).find(".//main")
    assert main is not None
    return [" ".join(text.split()) for text in main.itertext() if isinstance(text, str) and text.strip()]


def test_error_page_of_an_unregistered_redirect_uri(okta: Okta) -> None:
    answer = okta.authorize(redirect_uri="https://rp.example/other")

    text = (
        "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: "
        "https://dev-1-admin.okta.test/admin/app/oidc_client/instance/web#tab-general"
    )
    assert (answer.status_code, answer.content_type) == (400, "text/html;charset=utf-8")
    assert lines(answer) == [
        "400",
        "Bad Request",
        f"Your request resulted in an error. {text}",
        "Go to Homepage",
        "Identity Provider: Unknown",
        "Error Code: invalid_request",
        f"Description: {text}",
    ]


def test_error_page_without_the_settings_url(make_okta: MakeOkta) -> None:
    answer = make_okta(error_page_enhanced=False).authorize(redirect_uri="https://rp.example/other")

    assert lines(answer)[-1] == (
        "Description: The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."
    )


@pytest.mark.parametrize("client_id", ["nobody", "", None])
def test_error_page_of_an_unknown_client(okta: Okta, client_id: str | None) -> None:
    answer = okta.authorize(client_id=client_id)

    assert answer.status_code == 400
    assert lines(answer)[-2:] == [
        "Error Code: invalid_client",
        "Description: Invalid value for 'client_id' parameter.",
    ]


def test_inactive_client_is_unknown(okta: Okta) -> None:
    okta.register("web", client_secret="x", redirect_uris=[CALLBACK], status="INACTIVE")

    assert "invalid_client" in okta.authorize().text


def test_error_page_for_programs_is_json(okta: Okta) -> None:
    answer = okta.authorize(client_id="nobody", headers={"Accept": "application/json"})

    assert (answer.status_code, (answer.json or {})["errorCode"]) == (400, "invalid_client")
    assert (answer.json or {})["errorSummary"] == "Invalid value for 'client_id' parameter."


@pytest.mark.parametrize(
    "uri",
    [
        "https://rp.example/callback/",
        "https://rp.example/Callback",
        "https://RP.example/callback",
        "http://rp.example/callback",
        "https://rp.example:443/callback",
        "https://rp.example/callback?",
        "https://rp.example/callback?tenant=a/b",
        "https://rp.example/callback#",
        "https://rp.example/callback ",
        "https://rp.example/./callback",
        "",
        None,
    ],
)
def test_redirect_uri_is_compared_exactly(okta: Okta, uri: str | None) -> None:
    answer = okta.authorize(okta.attempt(), redirect_uri=uri)

    assert answer.status_code == 400
    assert "must be a Login redirect URI" in page_of(answer).text_content()


# ---- success ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("server", ["default", "org"])
def test_code_in_query(okta: Okta, method: str, server: str) -> None:
    answer = okta.authorize(okta.attempt(), method=method, server=server, state="a b&c=d")

    names = [name for name, _ in parameters(answer)]
    code, state = (value for _, value in parameters(answer))
    assert answer.status_code == 302
    assert names == ["code", "state"]  # code first, no iss (okta.md 2.2)
    assert (len(code), state) == (43, "a b&c=d")
    assert answer.headers["Location"].startswith(f"{CALLBACK}?code=")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.data == b""


@pytest.mark.parametrize(
    ("uri", "start"),
    [
        (f"{CALLBACK}?tenant=a%2Fb", f"{CALLBACK}?tenant=a%2Fb&code="),
        ("com.example.app:/callback", "com.example.app:/callback?code="),
    ],
)
def test_the_redirect_uri_stays_as_it_is(okta: Okta, uri: str, start: str) -> None:
    answer = okta.authorize(okta.attempt(), redirect_uri=uri)

    assert answer.headers["Location"].startswith(start)


@pytest.mark.parametrize(
    ("response_type", "names"),
    [
        ("id_token", ["id_token", "state"]),
        ("token", ["access_token", "token_type", "expires_in", "scope", "state"]),
        ("token id_token", ["id_token", "access_token", "token_type", "expires_in", "scope", "state"]),
        ("code id_token", ["id_token", "code", "state"]),
        ("code token", ["access_token", "token_type", "expires_in", "scope", "code", "state"]),
        ("code id_token token", ["id_token", "access_token", "token_type", "expires_in", "scope", "code", "state"]),
    ],
)
def test_tokens_in_fragment(okta: Okta, response_type: str, names: list[str]) -> None:
    answer = okta.authorize(okta.attempt(), response_type=response_type, nonce="n")

    assert urlsplit(answer.headers["Location"]).query == ""
    assert [name for name, _ in parameters(answer)] == names
    given = dict(parameters(answer))
    if "access_token" in given:
        assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", "3600", "openid profile email")


def test_form_post_page_posts_itself(okta: Okta) -> None:
    state = "\"><script>alert('1')</script>"
    answer = okta.authorize(okta.attempt(), response_mode="form_post", state=state)

    page = page_of(answer)
    form = page.forms[0]
    assert answer.content_type == "text/html;charset=utf-8"
    assert (form.method, form.action) == ("POST", CALLBACK)
    [script] = page.findall(".//script")
    assert script.text == 'addEventListener("load", () => document.forms[0].submit());'
    assert form.fields["state"] == state
    assert [name for name, _ in form.form_values()] == ["code", "state"]
    # With no-referrer the browser would send `Origin: null` to the relying party.
    assert answer.headers["Referrer-Policy"] != "no-referrer"


def test_offline_access_is_dropped_silently(okta: Okta) -> None:
    okta.register("plain", client_secret="x", redirect_uris=[CALLBACK], response_types=["code", "token"])

    without_grant = okta.authorize(okta.attempt(), client_id="plain", scope="openid offline_access")
    without_code = okta.authorize(okta.attempt(), response_type="token", scope="openid offline_access", nonce="n")

    assert "code" in dict(parameters(without_grant))
    assert dict(parameters(without_code))["scope"] == "openid"


@pytest.mark.parametrize("settings", [{"token_endpoint_auth_method": "none"}, {"pkce_required": True}])
def test_pkce_is_required(okta: Okta, settings: dict[str, Any]) -> None:
    both = {"response_types": ["code", "id_token"], "grant_types": ["authorization_code", "implicit"]}
    okta.register("pkce", **{"client_secret": "x", "redirect_uris": [CALLBACK], **both} | settings)

    refused = okta.authorize(okta.attempt(), client_id="pkce")
    without_code = okta.authorize(okta.attempt(), client_id="pkce", response_type="id_token", nonce="n")
    assert dict(parameters(refused))["error_description"] == "PKCE code challenge is required by the application."
    assert "id_token" in dict(parameters(without_code))
    assert "code" in dict(parameters(okta.authorize(okta.attempt(), client_id="pkce", **PKCE)))


@pytest.mark.parametrize("server", ["default", "org"])
def test_device_sso_is_named_as_not_built(okta: Okta, server: str) -> None:
    text = (
        "One or more scopes are not configured for the authorization server resource. "
        "(This mock has not built device_sso.)"
    )
    sent = dict(parameters(okta.authorize(okta.attempt(), server=server, scope="openid device_sso")))
    assert (sent["error"], sent["error_description"]) == ("invalid_scope", text)

    password = {"grant_type": "password", "username": ADA["identifier"], "password": ADA["credentials"]}
    okta.register(
        "web", **WEB | {"application_type": "native", "grant_types": ["authorization_code", "implicit", "password"]}
    )
    answer = okta.token(server=server, scope="openid device_sso", headers=basic("web", "web-secret"), **password)
    assert answer.json == {"error": "invalid_scope", "error_description": text}
