"""The RP asks its issuer's endpoints, and nobody else whom a token or an answer names."""

from __future__ import annotations

from mock_idp.vocabulary import canary_elsewhere, canary_url, claim, http
from suites._core import HARDENING, HIGH, MEDIUM, MUST, Login, Ref, case


@case(
    spec=Ref("RFC 8725", "3.10"),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-iss-driven-discovery",
    needs=("id-token",),
    idp=claim("iss").set(canary_url("iss")),
)
def test_never_discovers_the_issuer_that_a_token_names(login: Login) -> None:
    """The iss of an ID Token is compared and not visited: no metadata is fetched from there."""
    login().must_not_fetch("iss", "claim")


@case(
    spec=Ref("RFC 8725", "2.9"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=918,
    covers="ssrf-redirect-following",
    idp={
        "keys": http("keys").redirect(canary_elsewhere("redirect")),
        "userinfo": http("userinfo").redirect(canary_elsewhere("redirect")),
    },
)
def test_never_follows_redirects_of_endpoints(login: Login) -> None:
    """An endpoint that redirects elsewhere, into the RP's own network perhaps, is not followed there."""
    login().must_not_fetch("redirect", "of an endpoint")
