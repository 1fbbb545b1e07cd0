"""Discovery documents and keys (okta.md 1.2 to 1.4, 8)."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from mock_idp.app import create_app
from mock_idp.idp import Idp
from tests.mock_idp.okta import ORIGIN, Okta

ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"]
GRANTS = [
    "authorization_code",
    "implicit",
    "refresh_token",
    "password",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-oob",
]
CLAIMS = (
    "iss ver sub aud iat exp jti auth_time amr idp nonce name nickname preferred_username given_name middle_name "
    "family_name email email_verified profile zoneinfo locale address phone_number picture website gender birthdate "
    "updated_at at_hash c_hash"
)


def expected(issuer: str, endpoints: str, scopes: list[str]) -> dict[str, Any]:
    """okta.md 1.2: members, their order, and values."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{endpoints}/authorize",
        "token_endpoint": f"{endpoints}/token",
        "userinfo_endpoint": f"{endpoints}/userinfo",
        "registration_endpoint": f"{ORIGIN}/oauth2/v1/clients",
        "jwks_uri": f"{endpoints}/keys",
        "response_types_supported": [
            "code",
            "id_token",
            "code id_token",
            "code token",
            "id_token token",
            "code id_token token",
        ],
        "response_modes_supported": ["query", "fragment", "form_post", "okta_post_message"],
        "grant_types_supported": GRANTS,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": scopes,
        "token_endpoint_auth_methods_supported": METHODS,
        "claims_supported": CLAIMS.split(),
        "code_challenge_methods_supported": ["S256"],
        "introspection_endpoint": f"{endpoints}/introspect",
        "introspection_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint": f"{endpoints}/revoke",
        "revocation_endpoint_auth_methods_supported": METHODS,
        "end_session_endpoint": f"{endpoints}/logout",
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": ["HS256", "HS384", "HS512", *ALGORITHMS],
        "device_authorization_endpoint": f"{endpoints}/device/authorize",
        "pushed_authorization_request_endpoint": f"{endpoints}/par",
        "backchannel_token_delivery_modes_supported": ["poll"],
        "backchannel_authentication_request_signing_alg_values_supported": ["HS256", "HS384", "HS512", *ALGORITHMS],
        "dpop_signing_alg_values_supported": ALGORITHMS,
    }


ORG_SCOPES = ["openid", "email", "profile", "address", "phone", "offline_access", "groups"]
CUSTOM_SCOPES = ["openid", "profile", "email", "address", "phone", "offline_access", "device_sso"]
OPENID, OAUTH = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"


def document(okta: Okta, path: str) -> dict[str, Any]:
    answer = okta.rp.get(f"{ORIGIN}{path}")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    found: dict[str, Any] = json.loads(answer.text)
    return found


@pytest.mark.parametrize(
    ("server", "issuer", "endpoints", "scopes"),
    [
        ("", ORIGIN, f"{ORIGIN}/oauth2/v1", ORG_SCOPES),
        ("/oauth2/default", f"{ORIGIN}/oauth2/default", f"{ORIGIN}/oauth2/default/v1", CUSTOM_SCOPES),
        (
            "/oauth2/orders",
            f"{ORIGIN}/oauth2/orders",
            f"{ORIGIN}/oauth2/orders/v1",
            [*CUSTOM_SCOPES, "orders:read"],
        ),
    ],
)
def test_openid_configuration(okta: Okta, server: str, issuer: str, endpoints: str, scopes: list[str]) -> None:
    found = document(okta, f"{server}{OPENID}")
    assert list(found.items()) == list(expected(issuer, endpoints, scopes).items())


@pytest.mark.parametrize("path", [f"/oauth2/default{OAUTH}", f"{OAUTH}/oauth2/default"])
def test_oauth_metadata_in_both_url_forms(okta: Okta, path: str) -> None:
    wanted = expected(f"{ORIGIN}/oauth2/default", f"{ORIGIN}/oauth2/default/v1", CUSTOM_SCOPES)
    del wanted["userinfo_endpoint"], wanted["id_token_signing_alg_values_supported"]
    wanted["response_types_supported"][:2] = ["code", "token", "id_token"]
    wanted["grant_types_supported"] = [*GRANTS[:4], "client_credentials", *GRANTS[4:]]
    wanted["claims_supported"] = ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub"]

    assert list(document(okta, path).items()) == list(wanted.items())


# Introspection, revocation and PAR have routes of their own modules, with tests of their own.
@pytest.mark.parametrize("name", ["primary-authenticate", "challenge", "oob-authenticate", "interact"])
@pytest.mark.parametrize("server", ["org", "default"])
def test_what_is_not_built_says_so(okta: Okta, server: str, name: str) -> None:
    answer = okta.rp.post(okta.url(name, server))

    assert answer.status_code == 400
    assert answer.json == {
        "error": "access_denied",
        "error_description": "The requested feature is not enabled in this environment. "
        f"(This mock has not built {name}.)",
    }


@pytest.mark.parametrize("path", [OPENID, OAUTH, "/v1/keys", "/v1/authorize", "/v1/userinfo", "/v1/logout"])
@pytest.mark.parametrize("server", ["nobody", "org"])
def test_unknown_server_is_okta_error(okta: Okta, path: str, server: str) -> None:
    answer = okta.rp.get(f"{ORIGIN}/oauth2/{server}{path}")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["errorCode"] == answer.json["errorLink"] == "E0000007"
    assert answer.json["errorSummary"] == f"Not found: Resource not found: {server} (AuthorizationServer)"
    assert re.fullmatch(r"oae[\w-]{22}", answer.json["errorId"])
    assert answer.json["errorCauses"] == []


def test_unknown_path_and_method_are_okta_errors(okta: Okta) -> None:
    lost = okta.rp.get(f"{ORIGIN}/oauth2/v1/nothing")
    wrong = okta.rp.get(okta.url("token"))

    assert (lost.status_code, (lost.json or {})["errorCode"]) == (404, "E0000008")
    assert (wrong.status_code, (wrong.json or {})["errorCode"]) == (405, "E0000022")


def test_discovery_for_an_unknown_client(okta: Okta) -> None:
    assert okta.rp.get(f"{ORIGIN}{OPENID}?client_id=web").status_code == 200
    answer = okta.rp.get(f"{ORIGIN}{OPENID}?client_id=nobody")
    body: dict[str, Any] = answer.json or {}
    assert (answer.status_code, re.fullmatch(r"oae[\w-]{22}", body.pop("errorId")) is not None) == (400, True)
    assert list(body.items()) == [
        ("errorCode", "invalid_client"),
        ("errorSummary", "Invalid value for 'client_id' parameter."),
        ("errorLink", "invalid_client"),
        ("errorCauses", []),
    ]


@pytest.mark.parametrize("path", [OPENID, OAUTH, "/oauth2/v1/keys", f"/oauth2/default{OPENID}"])
def test_public_documents_are_readable_from_any_origin(okta: Okta, path: str) -> None:
    answer = okta.rp.get(f"{ORIGIN}{path}", headers={"Origin": "https://spa.example"})
    # okta-auth-js sends a header of its own, so that browsers ask first.
    asked = okta.rp.options(
        f"{ORIGIN}{path}",
        headers={"Origin": "https://spa.example", "Access-Control-Request-Headers": "x-okta-user-agent-extended"},
    )

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert asked.headers["Access-Control-Allow-Headers"] == "x-okta-user-agent-extended"


def test_keys(okta: Okta) -> None:
    answer = okta.rp.get(okta.url("keys"))
    active, next_one, elliptic = json.loads(answer.text)["keys"]

    for key in (active, next_one):
        assert list(key) == ["kty", "alg", "kid", "use", "e", "n"]
        assert (key["kty"], key["alg"], key["use"], key["e"]) == ("RSA", "RS256", "sig", "AQAB")
    assert list(elliptic) == ["kty", "alg", "kid", "use", "crv", "x", "y"]
    kids = {key["kid"] for key in (active, next_one, elliptic)}
    assert len(kids) == 3
    assert all(re.fullmatch(r"[\w-]{43}", kid) for kid in kids)


def test_each_server_has_keys_of_its_own(okta: Okta) -> None:
    kids = [
        {key["kid"] for key in (okta.rp.get(okta.url("keys", server)).json or {})["keys"]}
        for server in ("org", "default", "orders")
    ]
    assert sum(map(len, kids)) == len(set.union(*kids))


def test_keys_survive_a_restart(tmp_path: Path) -> None:
    directory = tmp_path / "state"

    def served() -> Any:
        idp = Idp(ORIGIN, state_directory=directory)
        return create_app(idp).test_client().get(f"{ORIGIN}/oauth2/default/v1/keys").json

    assert served() == served()
    assert stat.S_IMODE((directory / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_mocks_with_one_state_directory_have_the_same_keys(tmp_path: Path) -> None:
    both = [create_app(Idp(ORIGIN, state_directory=tmp_path)).test_client() for _ in range(2)]

    assert both[0].get("/oauth2/default/v1/keys").json == both[1].get("/oauth2/default/v1/keys").json
