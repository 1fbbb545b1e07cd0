"""Reload, logout, the way back to a page of before, and the page of somebody who is not let in.

Renewals are in `suites.renewal`, logins that begin at a tile in `suites.idp_initiated`.
"""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response
from suites._core import HARDENING, INFO, LOW, MEDIUM, MUST, Login, Ref, case


@case(
    spec=Ref("RFC 6749", "4.1.2"),
    level=HARDENING,
    severity=LOW,
    covers="token-code-redeemed-once",
)
def test_survives_reload(login: Login) -> None:
    """Who loads the page at which the login ended anew stays signed in."""
    login.visit().reload().must_stay_signed_in()


@case(
    spec=Ref("OWASP ASVS", "7.4.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=613,
    asvs="7.4.1",
    covers="rplogout-local-session-cleared",
    needs=("logout",),
)
def test_keeps_no_session_after_logout(login: Login) -> None:
    """Who signs out at the RP is signed out there."""
    login.visit().log_out().must_be_signed_out()


@case(
    spec=Ref("RFC 9700", "4.3.1"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=613,
    asvs="7.4.1",
    covers="session-login-while-callback-cached",
    needs=("logout",),
)
def test_never_signs_in_from_history(login: Login) -> None:
    """The callback's URL, opened once more after a logout, signs nobody in."""
    login.visit().log_out().open_callback().must_be_signed_out()


@case(
    spec=Ref("OIDC Core", "3.1.2.6"),
    level=HARDENING,
    severity=INFO,
    covers="authz-error-access-denied",
    idp=authorization_response.error("access_denied", "User is not assigned to the client application."),
)
def test_reports_denied_login_to_person(login: Login) -> None:
    """Who is not let in sees a page of the RP that says something."""
    login().must_be_told()
