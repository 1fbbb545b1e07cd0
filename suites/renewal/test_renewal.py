"""Refresh requests and their answers (RFC 6749 6, RFC 9700 4.14)."""

from __future__ import annotations

from mock_idp.vocabulary import refresh_response, userinfo
from suites._core import HARDENING, LOW, MEDIUM, MUST, Login, Ref, case

REVOKED = refresh_response.status(400) & refresh_response.body('{"error": "invalid_grant"}')


@case(
    spec=Ref("RFC 6749", "6"),
    level=MUST,
    severity=LOW,
    covers="refresh-happy",
    needs=("renewal",),
)
def test_accepts_renewed_tokens(login: Login) -> None:
    """After a renewal the user is still signed in, and requests carry the new access token."""
    session = login.session().renew()
    session.must_stay_signed_in()
    session.must_use_new_access_token()


@case(
    spec=Ref("RFC 6750", "3.1"),
    level=HARDENING,
    severity=LOW,
    covers="refresh-after-401",
    needs=("renewal", "userinfo-after-renewal"),
    idp=userinfo.status(401).where(channel="refresh", times=1),
)
def test_uses_refresh_token_after_refusal(login: Login) -> None:
    """An access token that is refused at once is renewed, with the refresh token that was given last."""
    session = login.session().renew()
    session.must_stay_signed_in()
    session.must_refresh_at_least(2)
    session.must_use_new_refresh_token()


@case(
    spec=Ref("RFC 6749", "6"),
    level=MUST,
    severity=MEDIUM,
    cwe=294,
    covers="refresh-rotation-used",
    needs=("renewal",),
)
def test_uses_rotated_refresh_token(login: Login) -> None:
    """A new refresh token replaces the old one, which is not sent again."""
    login.session().renew().renew().must_use_new_refresh_token()


@case(
    spec=Ref("RFC 9700", "4.14.2"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=362,
    covers="refresh-concurrent-single-flight",
    needs=("renewal",),
    idp=refresh_response.delay(1).where(times=1),
)
def test_uses_refresh_token_once_at_a_time(login: Login) -> None:
    """Two renewals at the same time send no refresh token twice, which an IdP would take for a theft."""
    session = login.session().renew_at_once(2)
    session.must_stay_signed_in()
    session.must_send_no_refresh_token_twice()


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=613,
    asvs="7.6.1",
    covers="refresh-invalid-grant",
    needs=("renewal",),
    idp=REVOKED,
)
def test_keeps_no_session_of_a_revoked_grant(login: Login) -> None:
    """When the IdP refuses the refresh token, the session ends or the user has to come anew."""
    login.session().renew().must_end()


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=835,
    covers="refresh-invalid-grant",
    needs=("renewal",),
    idp=REVOKED,
)
def test_survives_refused_refresh_token(login: Login) -> None:
    """A refused refresh token is tried once more at the most, and nothing breaks down over it."""
    login.session().renew().must_refresh_at_most(2)


@case(
    spec=Ref("RFC 6749", "6"),
    level=MUST,
    severity=LOW,
    cwe=269,
    asvs="10.2.3",
    covers="refresh-scope-not-widened",
    needs=("renewal",),
)
def test_asks_for_no_wider_scope(login: Login) -> None:
    """A refresh request asks for no scope that the login did not give."""
    login.session().renew().must_ask_for_no_more_scope()


@case(
    spec=Ref("RFC 6749", "6"),
    level=MUST,
    severity=LOW,
    cwe=269,
    asvs="10.2.3",
    covers="refresh-scope-not-widened",
    needs=("renewal",),
    idp=refresh_response("scope").append(" admin"),
)
def test_ignores_widened_scope(login: Login) -> None:
    """A refresh response that names more scopes than were granted changes no later request."""
    login.session().renew().renew().must_ask_for_no_more_scope()
