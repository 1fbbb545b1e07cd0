"""The login as a whole, with an IdP that does nothing wrong."""

from __future__ import annotations

from suites._core import HIGH, MUST, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1"),
    level=MUST,
    severity=HIGH,
    covers="login-code-happy",
)
def test_accepts_honest_logins(login: Login) -> None:
    """Two people who sign in at the same time, in browsers of their own, each see themselves, now and later."""
    first, second = login.held(), login.held()
    finished = first.deliver()
    second.deliver().must_sign_in()
    finished.look_again().must_sign_in()
