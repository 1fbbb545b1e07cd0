"""Requests for backchannel authentication that are refused (OpenID CIBA Core 1.0 13, okta.md 1.7)."""

from __future__ import annotations

from typing import Any

import pytest

from mock_idp.org.authorization_server import Policy, Rule
from tests.mock_idp import error_catalogue
from tests.mock_idp.backchannel_flow import (
    ADA,
    BANK,
    CIBA,
    EXPIRED,
    FLOW,
    UNKNOWN,
    ask,
    asked,
    outcome,
    phone,
    poll,
    signed,
)
from tests.mock_idp.okta import Okta, basic
from tests.mock_idp.org_parts import change_ada, change_server

pytestmark = pytest.mark.usefixtures("bank")


def with_app(**settings: Any) -> Any:
    return lambda okta: okta.register("bank", **BANK | settings)


def with_ada(**members: Any) -> Any:
    return lambda okta: change_ada(okta, **members)


def nothing(_okta: Okta) -> None: ...


@pytest.mark.parametrize(
    ("change", "sent", "key", "status", "error", "text"),
    [
        (
            with_app(grant_types=["authorization_code"]),
            {},
            "ciba_request_grant_type_not_configured",
            401,
            "invalid_client",
            f"The client doesn't have the '{CIBA}' grant type configured.",
        ),
        (
            with_app(application_type="native"),
            {},
            "ciba_feature_not_supported",
            400,
            "access_denied",
            "The Client-Initiated Backchannel Authentication flow currently only supports web applications.",
        ),
        (
            with_app(token_endpoint_auth_method="none"),
            {"headers": {}, "client_id": "bank"},
            "confidential_client_required",
            400,
            "unauthorized_client",
            "Confidential client is required to make this request.",
        ),
        (
            with_app(backchannel_authentication_request_signing_alg=""),
            {"request": "x.y.z"},
            "ciba_request_signed_algo_not_configured",
            401,
            "invalid_client",
            "The client doesn't have a RequestObjectSigningAlgorithm configured for signing authentication requests "
            "for the Client-Initiated Backchannel Authentication flow.",
        ),
        (
            nothing,
            {"request": "x.y.z"},
            "request_object_invalid",
            400,
            "invalid_request_object",
            "The request object cannot be parsed.",
        ),
        (
            nothing,
            {"request": "HS384"},
            "request_object_header_algo_mismatch",
            400,
            "invalid_request_object",
            "The signing algorithm used is not supported by this client.",
        ),
        (nothing, {"scope": None}, "ciba_request_missing_scope", 400, "invalid_scope", "No scopes were requested."),
        (
            nothing,
            {"scope": "email"},
            "ciba_request_invalid_scope",
            400,
            "invalid_scope",
            f"{FLOW} must contain 'openid' scope.",
        ),
        (
            nothing,
            {"scope": "openid nonsense"},
            "no_matching_scope",
            400,
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        (
            nothing,
            {"id_token_hint": "x.y.z"},
            "ciba_request_invalid_hint",
            400,
            "invalid_request",
            f"{FLOW} must contain only one of 'id_token_hint' or 'login_hint'.",
        ),
        (
            nothing,
            {"login_hint": None},
            "ciba_request_missing_id_token_hint",
            400,
            "invalid_request",
            f"{FLOW} is missing 'id_token_hint'.",
        ),
        (
            nothing,
            {"login_hint": None, "login_hint_token": "x.y.z"},
            "ciba_request_missing_id_token_hint",
            400,
            "invalid_request",
            f"{FLOW} is missing 'id_token_hint'.",
        ),
        (nothing, {"login_hint": "eve"}, "ciba_request_unknown_user_id", 400, "invalid_request", UNKNOWN),
        (
            nothing,
            {"login_hint": None, "id_token_hint": "x.y.z"},
            "ciba_request_unknown_user_id",
            400,
            "invalid_request",
            UNKNOWN,
        ),
        (
            with_app(implicit_assignment=False, users=[]),
            {},
            "ciba_request_unknown_user_id",
            400,
            "invalid_request",
            UNKNOWN,
        ),
        (
            with_ada(status="SUSPENDED"),
            {},
            "ciba_mfa_challenge_initiation_failure",
            400,
            "access_denied",
            "Failed to initiate the MFA challenge for the Client-Initiated Backchannel Authentication flow.",
        ),
        (
            nothing,
            {"headers": basic("bank", "wrong")},
            "invalid_client_secret",
            401,
            "invalid_client",
            "The client secret supplied for a confidential client is invalid.",
        ),
        (nothing, {"headers": {}}, "missing_client_credentials", 401, "invalid_client", "No client credentials found."),
    ],
)
def test_refused_at_once(
    okta: Okta, change: Any, sent: dict[str, Any], key: str, status: int, error: str, text: str
) -> None:
    change(okta)
    if sent.get("request") == "HS384":
        sent = {"request": signed(okta, "HS384", login_hint=ADA)}

    assert outcome(ask(okta, **sent)) == (status, error, text)
    if error_catalogue.available() and key != "invalid_client_secret":
        assert error_catalogue.fault(key, error, text) == ""


def test_id_token_of_another_client(okta: Okta) -> None:
    attempt = okta.attempt()
    hint = okta.tokens(attempt)["id_token"]  # of the app `web`

    assert outcome(ask(okta, login_hint=None, id_token_hint=hint))[2] == UNKNOWN


@pytest.mark.parametrize(("asked_for", "given"), [("1", 1), ("300", 300), ("0", None), ("301", None), ("-5", None)])
def test_request_expiry(okta: Okta, asked_for: str, given: int | None) -> None:
    answer = ask(okta, request_expiry=asked_for)

    assert (answer.json or {}).get("expires_in") == given
    if given is None:
        text = "Invalid value for 'request_expiry' parameter. It should be within range 1 - 300."
        assert outcome(answer) == (400, "invalid_request", text)
    else:
        okta.clock.advance(given)
        assert outcome(poll(okta, (answer.json or {})["auth_req_id"])) == EXPIRED


def test_policy(okta: Okta) -> None:
    change_server(okta, policies=(Policy("P", rules=(Rule("R"),)),))
    auth_req_id = asked(okta)

    assert "Policy evaluation failed" in okta.submit(phone(okta), answer="allow").text
    assert outcome(poll(okta, auth_req_id))[:2] == (401, "access_denied")
