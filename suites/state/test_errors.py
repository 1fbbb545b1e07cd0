"""Authorization responses that say that the login has failed."""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response
from suites._core import HARDENING, LOW, MEDIUM, MUST, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.2.6"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-access-denied",
    okta=True,
    idp=authorization_response.error("access_denied", "User is not assigned to the client application."),
)
def test_reports_denied_login(login: Login) -> None:
    """A login that the IdP denies ends without a session and without a crash."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=436,
    covers="authz-error-and-code-together",
    idp=authorization_response("error").set("access_denied"),
)
def test_rejects_error_with_code(login: Login) -> None:
    """An authorization response that reports an error starts no session, even when it carries a code."""
    login().must_be_rejected()
