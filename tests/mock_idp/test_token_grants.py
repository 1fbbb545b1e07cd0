"""Grants without a browser: client_credentials and password (okta.md 3.1 and 3.4)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from mock_idp.org.authorization_server import Scope
from tests.mock_idp import assertions
from tests.mock_idp.assertions import assertion, form
from tests.mock_idp.grants import body, change_server, rule
from tests.mock_idp.okta import ADA, CALLBACK, Okta, basic, parts
from tests.mock_idp.org_parts import switch

INVALID_CODE = {"error": "invalid_grant", "error_description": "The authorization code is invalid or has expired."}
INVALID_REFRESH = {"error": "invalid_grant", "error_description": "The refresh token is invalid or expired."}
NOBODY: dict[str, str] = {}
DAY = 86_400


# ---- apps for themselves ------------------------------------------------------------------------------------


def for_itself(okta: Okta, **params: Any) -> TestResponse:
    okta.register("c", client_secret="s", application_type="service", grant_types=["client_credentials"])
    return okta.token(grant_type="client_credentials", headers=basic("c", "s"), **params)


def test_client_credentials(okta: Okta) -> None:
    change_server(okta, scopes=(Scope("read", default=True), Scope("write")), policies=rule())
    answer = body(for_itself(okta, scope="write"))
    claims = okta.verified(answer["access_token"])

    assert list(answer) == ["token_type", "expires_in", "access_token", "scope"]
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, "write")
    assert (claims["sub"], claims["cid"], claims["scp"]) == ("c", "c", ["write"])
    assert not {"uid", "auth_time"} & set(claims)
    assert body(for_itself(okta))["scope"] == "read"  # the default one


def test_client_credentials_live_as_the_rule_says(okta: Okta) -> None:
    change_server(okta, scopes=(Scope("read"),), policies=rule(access_token_lifetime_minutes=5))

    assert body(for_itself(okta, scope="read"))["expires_in"] == 300


def test_a_token_of_nobody_has_no_userinfo(okta: Okta) -> None:
    change_server(okta, scopes=(Scope("read"),), policies=rule())

    answer = okta.userinfo(body(for_itself(okta, scope="read"))["access_token"])
    assert answer.status_code == 403


def test_okta_scopes_for_a_service_app(okta: Okta) -> None:
    assertions.register_key_app(okta, application_type="service", grant_types=["client_credentials"])
    sent = form(assertion(okta, server="org"))
    scope = "okta.users.read okta.apps.manage"
    answer = body(okta.token(server="org", grant_type="client_credentials", scope=scope, headers=NOBODY, **sent))

    header, claims = parts(answer["access_token"])
    assert header["typ"] == "application/okta-internal-at+jwt"
    assert claims["scp"] == scope.split()
    grant = okta.idp.store.get("access_token", answer["access_token"]) or {}
    assert (grant["server"], grant["client_id"], grant["scopes"]) == ("org", "keyed", scope.split())


def test_scopes_that_need_consent(okta: Okta) -> None:
    """Nobody is there who could consent, unless the org has no consent at all."""
    change_server(okta, scopes=(Scope("read", consent="REQUIRED"),), policies=rule())
    assert (for_itself(okta, scope="read").json or {})["error"] == "consent_required"
    switch(okta, consent=False)
    assert body(for_itself(okta, scope="read"))["scope"] == "read"


def test_grants_of_okta_scopes_are_the_org_servers_matter(okta: Okta) -> None:
    change_server(okta, scopes=(Scope("read"),), policies=rule())
    okta.register("d", client_secret="s", application_type="service", grant_types=["client_credentials"], users=[])
    answer = okta.token(grant_type="client_credentials", headers=basic("d", "s"), scope="read")
    assert body(answer)["scope"] == "read"


# ---- passwords ----------------------------------------------------------------------------------------------


def by_password(okta: Okta, **params: Any) -> TestResponse:
    grants = ["authorization_code", "password", "refresh_token"]
    okta.register("c", client_secret="s", application_type="native", redirect_uris=[CALLBACK], grant_types=grants)
    who = {"username": ADA["identifier"], "password": ADA["credentials"], "scope": "openid email"}
    return okta.token(grant_type="password", headers=basic("c", "s"), **who | params)


@pytest.mark.parametrize("server", ["default", "org"])
def test_password(okta: Okta, server: str) -> None:
    answer = body(by_password(okta, server=server))
    claims = okta.verified(answer["id_token"], server)

    assert list(answer) == ["token_type", "expires_in", "access_token", "scope", "id_token"]
    assert (claims["email"], claims["aud"], claims["auth_time"]) == (ADA["identifier"], "c", int(okta.clock.now()))
    assert "nonce" not in claims
    assert body(okta.userinfo(answer["access_token"], server=server))["sub"] == claims["sub"]


@pytest.mark.parametrize(
    ("server", "scope", "text"),
    [
        ("default", "openid odd", "One or more scopes are not configured for the authorization server resource."),
        ("org", "openid odd", "Custom scopes are not allowed for this request."),
        (
            "default",
            "email",
            "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
        ),
        (
            "default",
            "openid device_sso",
            "One or more scopes are not configured for the authorization server resource. "
            "(This mock has not built device_sso.)",
        ),
    ],
)
def test_password_and_scopes_that_are_not_there(okta: Okta, server: str, scope: str, text: str) -> None:
    answer = by_password(okta, server=server, scope=scope)
    assert (answer.status_code, answer.json) == (400, {"error": "invalid_scope", "error_description": text})


def test_password_without_the_refresh_grant(okta: Okta) -> None:
    grants = ["authorization_code", "password"]
    okta.register("d", client_secret="s", application_type="native", redirect_uris=[CALLBACK], grant_types=grants)
    who = {"username": ADA["identifier"], "password": ADA["credentials"]}
    answer = okta.token(grant_type="password", headers=basic("d", "s"), scope="openid offline_access", **who)
    assert body(answer)["scope"] == "openid"


def test_password_with_refresh_token(okta: Okta) -> None:
    answer = body(by_password(okta, scope="openid offline_access"))

    assert body(okta.refresh(answer["refresh_token"], headers=basic("c", "s")))["id_token"]


def test_password_of_an_attempts_person(okta: Okta) -> None:
    person = {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper"}
    attempt = okta.attempt(identity=person)
    answer = body(by_password(okta, username="grace@users.test", password="whatever"))

    assert okta.verified(answer["id_token"])["sub"] == "00u1"
    seen = okta.transcript(attempt)
    assert [exchange["endpoint"] for exchange in seen["exchanges"]] == ["token"]
    assert [artefact["kind"] for artefact in seen["artefacts"]] == ["access_token", "id_token"]
