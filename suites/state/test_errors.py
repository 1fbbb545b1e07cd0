"""Authorization responses that say that the login has failed."""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response
from suites._core import HARDENING, LOW, MEDIUM, MUST, Login, Ref, case

DENIED = authorization_response.error("access_denied", "User is not assigned to the client application.")


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


@case(
    spec=Ref("OIDC Core", "3.1.2.6"),
    level=MUST,
    severity=MEDIUM,
    cwe=835,
    covers="authz-error-login-required-loop",
    idp={
        name: authorization_response.error(f"{name.replace('-', '_')}_required", "Somebody has to be asked.")
        for name in ("login", "interaction", "consent")
    },
)
def test_reports_login_that_needs_a_person(login: Login) -> None:
    """An IdP that cannot answer without asking the user is not asked the same again and again."""
    login().must_ask_at_most(3)


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-server-error-temporarily-unavailable",
    idp={
        "server-error": authorization_response.error("server_error", "The server encountered an unexpected condition."),
        "unavailable": authorization_response.error("temporarily_unavailable", "The server is under maintenance."),
    },
)
def test_survives_failure_of_idp(login: Login) -> None:
    """An IdP that reports that it has failed ends the login without a session, a circle or a crash."""
    outcome = login()
    outcome.must_ask_at_most(3)
    outcome.must_be_rejected()


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-error-unknown-code",
    idp={
        "code": authorization_response.error("rp_gauntlet_error", "Nobody has ever heard of this error."),
        "description": authorization_response.error("invalid_request", "Größe <unbekannt> \u2603"),
        "without-description": DENIED & authorization_response("error_description").remove(),
    },
)
def test_survives_unusual_error(login: Login) -> None:
    """An error that is unknown, or described in an unusual way or not at all, ends the login like any other."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=HARDENING,
    severity=LOW,
    cwe=601,
    covers="authz-error-unknown-code",
    idp=DENIED & authorization_response("error_uri").set("https://attacker.example/help"),
)
def test_never_follows_error_uri(login: Login) -> None:
    """The browser is not sent to the page about the error that the response names."""
    login().must_not_follow("attacker.example")


@case(
    spec=Ref("RFC 6749", "4.1.2.1"),
    level=HARDENING,
    severity=LOW,
    cwe=352,
    covers="authz-error-without-state",
    needs=("state",),
)
def test_keeps_login_despite_foreign_error(login: Login) -> None:
    """An error response without the state of the login that is under way does not end that login."""
    held = login.held()
    held.deliver_stray_error()
    held.deliver().must_sign_in()
