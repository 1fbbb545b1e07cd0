"""Settings that Okta looks at when the browser comes to it (okta.md 2.3, 5.2)."""

from __future__ import annotations

from mock_idp.vocabulary import app
from suites._core import LOW, MUST, Login, Ref, case
from suites._core.words import EVERY_FLOW, SPA_IMPLICIT


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-access-denied",
    needs=("code",),
    okta=True,
    baseline=EVERY_FLOW,
    idp=SPA_IMPLICIT,
)
def test_reports_code_that_is_not_allowed(login: Login) -> None:
    """An app that is allowed the implicit flow alone gives no code, and the RP says so once."""
    login().must_be_refused("unsupported_response_type")


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-access-denied",
    needs=("front-channel-id-token",),
    okta=True,
    baseline=EVERY_FLOW,
    idp={
        "code-alone": app("response_types").set(["code"]) & app("grant_types").set(["authorization_code"]),
        "access-token-alone": app("response_types").set(["code", "token"]),
    },
)
def test_reports_id_token_that_is_not_allowed(login: Login) -> None:
    """Without "Allow ID Token with implicit grant type" there is none in the front channel, and the RP says so once."""
    login().must_be_refused("unsupported_response_type")


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-access-denied",
    needs=("front-channel-access-token",),
    okta=True,
    baseline=EVERY_FLOW,
    idp=app("response_types").set(["code", "id_token"]),
)
def test_reports_access_token_that_is_not_allowed(login: Login) -> None:
    """Without "Allow Access Token with implicit grant type" there is none in the front channel; the RP says so once."""
    login().must_be_refused("unsupported_response_type")


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-access-denied",
    needs=("front-channel-id-token",),
    okta=True,
    baseline=EVERY_FLOW,
    idp=app("response_types").set(["code", "id_token", "token"]) & app("grant_types").set(["authorization_code"]),
)
def test_reports_implicit_grant_that_is_off(login: Login) -> None:
    """Without the grant type Implicit (hybrid) there are no tokens in the front channel, and the RP says so once."""
    login().must_be_refused("unauthorized_client")


@case(
    spec=Ref("RFC 7636", "4.4.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-access-denied",
    needs=("no-pkce", "code"),
    okta=True,
    baseline=EVERY_FLOW,
    idp=app("pkce_required").set(True),
)
def test_reports_pkce_that_is_required(login: Login) -> None:
    """An RP without PKCE, at an app that requires it, says so once."""
    login().must_be_refused("invalid_request")


@case(
    spec=Ref("OIDC Core", "3.1.2.6"),
    level=MUST,
    severity=LOW,
    cwe=835,
    covers="authz-error-access-denied",
    okta=True,
    baseline=EVERY_FLOW,
    idp=app("assigned").set(False),
)
def test_reports_missing_assignment(login: Login) -> None:
    """Somebody who is not assigned to the app is told so, and not sent round in circles."""
    login().must_be_refused("access_denied")


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-access-denied",
    okta=True,
    baseline=EVERY_FLOW,
    idp=app("status").set("INACTIVE"),
)
def test_keeps_out_at_inactive_app(login: Login) -> None:
    """Where the app is inactive, the browser stays with the IdP's error page, and nobody is signed in at the RP."""
    login().must_be_refused("invalid_client")
