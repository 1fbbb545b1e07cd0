"""Where the RP keeps its tokens, as far as a browser can see."""

from __future__ import annotations

from suites._core import HARDENING, MEDIUM, Login, Ref, case


@case(
    spec=Ref("RFC 9700", "4.14.2"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=922,
    asvs="10.1.1",
    covers="refresh-token-storage",
    needs=("client-secret",),
)
def test_keeps_tokens_on_the_server(login: Login) -> None:
    """An RP with a server hands its access and refresh tokens to no page, URL, script-readable cookie or storage."""
    login.honest().must_not_expose_tokens()
