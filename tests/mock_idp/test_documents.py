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

ORDER = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "scopes_supported",
    "token_endpoint_auth_methods_supported",
    "claims_supported",
    "code_challenge_methods_supported",
    "end_session_endpoint",
    "request_parameter_supported",
]
OPENID, OAUTH = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"


def document(okta: Okta, path: str) -> dict[str, Any]:
    answer = okta.rp.get(f"{ORIGIN}{path}")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    found: dict[str, Any] = json.loads(answer.text)
    return found


@pytest.mark.parametrize(
    ("path", "issuer", "endpoints"),
    [
        (OPENID, ORIGIN, f"{ORIGIN}/oauth2/v1"),
        (f"/oauth2/default{OPENID}", f"{ORIGIN}/oauth2/default", f"{ORIGIN}/oauth2/default/v1"),
    ],
)
def test_openid_configuration(okta: Okta, path: str, issuer: str, endpoints: str) -> None:
    found = document(okta, path)

    assert list(found) == ORDER
    assert found["issuer"] == issuer
    for name in ("authorization", "token", "userinfo"):
        assert found[f"{name}_endpoint"] == f"{endpoints}/{'authorize' if name == 'authorization' else name}"
    assert found["jwks_uri"] == f"{endpoints}/keys"
    assert found["end_session_endpoint"] == f"{endpoints}/logout"
    # Only what is served: no PAR, no introspection, no okta_post_message, no private_key_jwt yet.
    assert found["response_modes_supported"] == ["query", "fragment", "form_post"]
    assert found["grant_types_supported"] == ["authorization_code", "implicit", "refresh_token"]
    assert found["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post", "none"]
    assert found["code_challenge_methods_supported"] == ["S256"]


def test_scopes_differ_by_server(okta: Okta) -> None:
    assert "groups" in document(okta, OPENID)["scopes_supported"]
    orders = document(okta, f"/oauth2/orders{OPENID}")["scopes_supported"]
    assert "groups" not in orders
    assert orders[-1] == "orders:read"


@pytest.mark.parametrize("path", [f"/oauth2/default{OAUTH}", f"{OAUTH}/oauth2/default"])
def test_oauth_metadata_in_both_url_forms(okta: Okta, path: str) -> None:
    found = document(okta, path)

    assert found["issuer"] == f"{ORIGIN}/oauth2/default"
    assert list(found) == [
        name for name in ORDER if name not in ("userinfo_endpoint", "id_token_signing_alg_values_supported")
    ]
    assert found["response_types_supported"][:3] == ["code", "token", "id_token"]
    assert found["claims_supported"] == ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub"]


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
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (400, "invalid_client")


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
