"""Keys come from the issuer's published key set, never from the token that they are to verify."""

from __future__ import annotations

from mock_idp.vocabulary import (
    canary_url,
    compact,
    header,
    rogue_jwk,
    rogue_key,
    rogue_x5c,
    signing,
    the_access_token,
)
from suites._core import CRITICAL, HIGH, IN_CODE_FLOW, MEDIUM, MUST, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    cve=("CVE-2018-0114",),
    covers="sig-embedded-jwk",
    idp=signing("key").set(rogue_key()) & header("jwk").set(rogue_jwk()),
)
def test_rejects_embedded_jwk(login: Login) -> None:
    """An ID Token that brings its own key along starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    covers="sig-x5c-header",
    idp=signing("key").set(rogue_key()) & header("x5c").set(rogue_x5c()),
)
def test_rejects_certificate_in_header(login: Login) -> None:
    """An ID Token that brings its own certificate along starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "4.1.11"),
    level=MUST,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.1",
    covers="sig-crit-unknown",
    idp=header("crit").set(["urn:example:unknown"]) & header("urn:example:unknown").set(True),
)
def test_rejects_unknown_critical_header(login: Login) -> None:
    """An ID Token with a critical header that the RP does not understand starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-jku",
    idp=signing("key").set(rogue_key()) & header("jku").set(canary_url("jku")),
)
def test_never_fetches_jku(login: Login) -> None:
    """A key set whose URL stands in the ID Token is not fetched."""
    login().must_not_fetch("jku")


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-x5u",
    idp=signing("key").set(rogue_key()) & header("x5u").set(canary_url("x5u")),
)
def test_never_fetches_x5u(login: Login) -> None:
    """A certificate whose URL stands in the ID Token is not fetched."""
    login().must_not_fetch("x5u")


@case(
    spec=Ref("RFC 8725", "3.12"),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="9.2.2",
    covers="sig-cross-jwt-access-token",
    needs=("jwt-access-token",),
    idp=compact().set(the_access_token()),
)
def test_rejects_access_token_as_id_token(login: Login) -> None:
    """An access token of the same issuer in place of the ID Token starts no session."""
    login().must_be_rejected()
