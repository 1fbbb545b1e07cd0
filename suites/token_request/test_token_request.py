"""The form of the token request."""

from __future__ import annotations

from suites._core import MEDIUM, MUST, Login, Ref, case


@case(
    spec=Ref("RFC 6749", "4.1.3"),
    level=MUST,
    severity=MEDIUM,
    covers="token-request-format",
)
def test_sends_form_in_the_body(login: Login) -> None:
    """The token request is a form-encoded POST; what it says is in the body, once, and not in the URL."""
    login.honest().token_request.must_be_well_formed()
