"""What the RP asked for about how and when the user authenticates is what it gets."""

from __future__ import annotations

from mock_idp.vocabulary import claim, now
from suites._core import HIGH, SHOULD, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=13),
    level=SHOULD,
    severity=HIGH,
    cwe=287,
    asvs="6.8.4",
    covers="idt-auth-time-max-age",
    needs=("max-age",),
    idp={"older": claim("auth_time").set(now(days=-365)), "absent": claim("auth_time").remove()},
)
def test_rejects_authentication_that_is_too_old(login: Login) -> None:
    """An RP that sends max_age starts no session for somebody who authenticated longer ago, or nobody knows when."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=12),
    level=SHOULD,
    severity=HIGH,
    cwe=287,
    asvs="6.8.4",
    covers="idt-acr-not-satisfied",
    needs=("acr-values",),
    idp={"weaker": claim("acr").set("urn:okta:loa:1fa:any"), "absent": claim("acr").remove()},
)
def test_rejects_authentication_that_is_too_weak(login: Login) -> None:
    """An RP that sends acr_values starts no session for somebody who authenticated in a weaker way."""
    login().must_be_rejected()
