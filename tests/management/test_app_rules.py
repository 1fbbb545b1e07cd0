"""What Okta lets the settings of an app be (okta.md 5.2 and 5.3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.management.api import Api, refusal
from tests.management.apps import create, oidc

SPEC = {"mode": "SPEC"}
OKTA = {"mode": "OKTA", "default_scope": ["openid"]}
LOGIN = "https://rp.example/login"
NO_WILDCARDS = (
    "contains the wildcard *, and 'wildcard_redirect' is 'DISABLED' (Allow wildcard * in sign-in URI redirect)."
)
BAD_WILDCARD = (
    "must be an https URI with one wildcard *, in the lowest-level domain, and have at least one subdomain between it "
    "and the top level domain."
)
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
        f"redirect_uris: 'https://*.rp.example/cb' {NO_WILDCARDS}",
    ),
    (
        {"redirect_uris": ["https://*.com/cb"], "wildcard_redirect": "SUBDOMAIN"},
        "redirect_uris",
        f"redirect_uris: 'https://*.com/cb' {BAD_WILDCARD}",
    ),
    (
        {"redirect_uris": ["http://*.rp.example/cb"], "wildcard_redirect": "SUBDOMAIN"},
        "redirect_uris",
        f"redirect_uris: 'http://*.rp.example/cb' {BAD_WILDCARD}",
    ),
    (
        {"post_logout_redirect_uris": ["https://*.rp.example/"], "wildcard_redirect": "SUBDOMAIN"},
        "post_logout_redirect_uris",
        "post_logout_redirect_uris: 'https://*.rp.example/' must not contain the wildcard *: only sign-in redirect "
        "URIs may.",
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
