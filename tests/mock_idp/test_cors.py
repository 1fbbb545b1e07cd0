"""Pages of other origins: preflights, token requests, Trusted Origins (okta.md 8)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask import Response

from mock_idp.app import create_app
from mock_idp.org.model import TrustedOrigin
from mock_idp.protocol import cors
from tests.mock_idp.okta import CALLBACK, PKCE, VERIFIER, Okta

SPA: dict[str, Any] = {
    "token_endpoint_auth_method": "none",
    "application_type": "browser",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "refresh_token_rotation": "ROTATE",
}
OWN, ADMIN = "https://rp.example", "https://admin.example"


def trust(okta: Okta, **members: Any) -> None:
    okta.idp.org.origins.save(TrustedOrigin(ADMIN, **{"id": "tos1", "name": "Admin"} | members))


@pytest.mark.parametrize("server", ["default", "org"])
@pytest.mark.parametrize("endpoint", ["token", "introspect", "revoke", "userinfo"])
def test_preflight(okta: Okta, endpoint: str, server: str) -> None:
    headers = {"Origin": "https://any.example", "Access-Control-Request-Headers": "x-okta-user-agent-extended"}
    answer = okta.rp.options(okta.url(endpoint, server), headers=headers)

    expected = {
        "Access-Control-Allow-Origin": "https://any.example",
        "Access-Control-Allow-Methods": "GET, POST" if endpoint == "userinfo" else "POST",
        "Access-Control-Allow-Headers": "x-okta-user-agent-extended",
        "Access-Control-Max-Age": "3600",
        "Vary": "Origin",
    }
    assert (answer.status_code, {name: answer.headers[name] for name in expected}) == (204, expected)


def from_page(okta: Okta, origin: str) -> int:
    """A page of this origin redeems a code and renews by refresh token, as single-page apps do."""
    okta.register("spa", **SPA)
    headers = {"Origin": origin}
    code = okta.code(client_id="spa", scope="openid offline_access", **PKCE)
    answer = okta.redeem(code, client_id="spa", code_verifier=VERIFIER, headers=headers)
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    if answer.status_code != 200:
        return answer.status_code
    again = okta.refresh((answer.json or {})["refresh_token"], client_id="spa", headers=headers)
    assert again.headers["Access-Control-Allow-Origin"] == origin
    return again.status_code


def test_own_and_trusted_origins(okta: Okta) -> None:
    assert from_page(okta, OWN) == 200
    assert from_page(okta, ADMIN) == 400
    trust(okta)
    assert from_page(okta, ADMIN) == 200


def test_the_harness_makes_trusted_origins(okta: Okta) -> None:
    """Twice the same is once; what Okta would refuse is refused in Okta's words."""
    for _ in range(2):
        assert okta.control("POST", "/trusted-origins", {"origin": ADMIN}).json == {"origin": ADMIN}
    assert from_page(okta, ADMIN) == 200
    assert [(known.origin, known.scopes) for known in okta.idp.org.origins.all()] == [(ADMIN, ("CORS", "REDIRECT"))]
    refused = okta.control("POST", "/trusted-origins", {"origin": f"{ADMIN}/path"})
    wanted = "origin: Must be a scheme, a host and, where it is not the usual one, a port"
    assert (refused.status_code, refused.json) == (400, {"error": wanted})
    assert okta.control("POST", "/trusted-origins", {}).json == {"error": "origin: expected text, got None"}


@pytest.mark.parametrize("members", [{"status": "INACTIVE"}, {"scopes": ("REDIRECT",)}])
def test_not_every_trusted_origin_counts(okta: Okta, members: dict[str, Any]) -> None:
    trust(okta, **members)

    assert from_page(okta, ADMIN) == 400


@pytest.mark.parametrize("origin", ["null", "https://rp.example:8443", "http://rp.example", "https://rp.example.evil"])
def test_origins_that_look_alike(okta: Okta, origin: str) -> None:
    assert from_page(okta, origin) == 400


def test_core_asks_no_origin(okta: Okta) -> None:
    server = okta.idp.org.servers.get("default")
    assert server
    okta.idp.org.servers.save(dataclasses.replace(server, strictness="core"))

    assert from_page(okta, ADMIN) == 200


# ---- endpoints with the session cookie ----------------------------------------------------------------------


def test_only_trusted_origins_may_send_the_cookie(okta: Okta) -> None:
    trust(okta)
    app = create_app(okta.idp)

    def asked(origin: str | None) -> Response:
        headers = {"Access-Control-Request-Headers": "content-type, x-okta-user-agent-extended"}
        with app.test_request_context("/api/v1/authn", headers=headers | ({"Origin": origin} if origin else {})):
            return cors.trusted_preflight(okta.idp, "POST, OPTIONS")

    granted = asked(ADMIN)
    expected = {
        "Access-Control-Allow-Origin": ADMIN,
        "Access-Control-Allow-Methods": "POST, OPTIONS",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Headers": "content-type, x-okta-user-agent-extended,Content-Type",
        "Access-Control-Max-Age": "3600",
    }
    assert {name: granted.headers[name] for name in expected} == expected
    for origin in (OWN, None):
        answer = asked(origin)
        assert (answer.status_code, "Access-Control" in str(answer.headers)) == (200, False)


def test_a_slash_at_the_end_of_a_trusted_origin_says_nothing(okta: Okta) -> None:
    okta.idp.org.origins.save(TrustedOrigin(f"{ADMIN}/", id="tos1"))

    assert from_page(okta, ADMIN) == 200


def test_only_what_was_asked_for_is_answered(okta: Okta) -> None:
    trust(okta)

    asked = okta.rp.options(okta.url("token"), headers={"Origin": OWN})
    assert "Access-Control-Allow-Headers" not in asked.headers
    nobody = okta.token()
    assert not [name for name, _ in nobody.headers if name.startswith("Access-Control") or name == "Vary"]
    session = okta.rp.get("/api/v1/sessions/me", headers={"Origin": ADMIN})
    assert session.headers["Access-Control-Allow-Headers"] == "Content-Type"
