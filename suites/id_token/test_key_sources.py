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
    the_logout_token,
    x5c_chain,
)
from suites._core import CRITICAL, HIGH, IN_CODE_FLOW, LOW, MEDIUM, MUST, Login, Ref, case
from suites._core.words import EMBEDDED_HMAC_KEY


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
    needs=("alg-public",),
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


@case(
    spec=Ref("RFC 8725", "3.10"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    covers="sig-hs256-embedded-oct-jwk",
    idp=EMBEDDED_HMAC_KEY,
)
def test_rejects_embedded_hmac_key(login: Login) -> None:
    """An ID Token that brings its own HMAC key along starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.10"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    covers="sig-embedded-jwk-x5c",
    needs=("alg-public",),
    idp=signing("key").set(rogue_key()) & header("jwk").set(rogue_jwk()) & header("jwk", "x5c").set(rogue_x5c()),
)
def test_rejects_embedded_jwk_with_certificate(login: Login) -> None:
    """An ID Token that brings its own key along starts no session, even with a certificate of that key."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "4.1.6"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    covers="sig-x5c-mixed-chain",
    needs=("alg-public",),
    idp={
        order: signing("key").set(rogue_key()) & header("x5c").set(x5c_chain(order))
        for order in ("published-first", "rogue-first")
    },
)
def test_rejects_certificates_of_two_keys(login: Login) -> None:
    """A certificate of the issuer's own key in the header does not make another one beside it good."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "4.1.4"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=1287,
    asvs="9.1.3",
    covers="sig-kid-as-jwk",
    idp=signing("key").set(rogue_key()) & header("kid").set(rogue_jwk()),
)
def test_rejects_key_in_place_of_its_name(login: Login) -> None:
    """An ID Token whose kid is a whole key starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "2.9"),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-nested-jwk-pointers",
    idp=signing("key").set(rogue_key())
    & header("jwk").set(rogue_jwk())
    & header("jwk", "jku").set(canary_url("jku-of-the-jwk")),
)
def test_never_fetches_jku_of_embedded_jwk(login: Login) -> None:
    """A key set whose URL stands in a key of the ID Token's header is not fetched."""
    login().must_not_fetch("jku-of-the-jwk")


@case(
    spec=Ref("RFC 8725", "2.9"),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-nested-jwk-pointers",
    idp=signing("key").set(rogue_key())
    & header("jwk").set(rogue_jwk())
    & header("jwk", "x5u").set(canary_url("x5u-of-the-jwk")),
)
def test_never_fetches_x5u_of_embedded_jwk(login: Login) -> None:
    """A certificate whose URL stands in a key of the ID Token's header is not fetched."""
    login().must_not_fetch("x5u-of-the-jwk")


@case(
    spec=Ref("RFC 7515", "4.1.3"),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-jwk-is-uri",
    idp=signing("key").set(rogue_key()) & header("jwk").set(canary_url("jwk")),
)
def test_never_fetches_jwk(login: Login) -> None:
    """A URL where the header should have a key is not fetched."""
    login().must_not_fetch("jwk")


@case(
    spec=Ref("RFC 8725", "3.10"),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-kid-is-uri",
    idp=signing("key").set(rogue_key()) & header("kid").set(canary_url("kid")),
)
def test_never_fetches_kid(login: Login) -> None:
    """A kid that looks like a URL is a name like any other, and is not fetched."""
    login().must_not_fetch("kid")


@case(
    spec=Ref("RFC 8725", "3.12"),
    level=MUST,
    severity=HIGH,
    cwe=345,
    asvs="9.2.2",
    covers="sig-cross-jwt-logout-token",
    needs=("nonce",),
    idp=compact().set(the_logout_token()),
)
def test_rejects_logout_token_as_id_token(login: Login) -> None:
    """A Logout Token of the same issuer for the same user in place of the ID Token starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "4.1.11"),
    level=MUST,
    severity=LOW,
    grade={"code": IN_CODE_FLOW},
    cwe=20,
    asvs="9.1.1",
    covers="sig-crit-malformed",
    idp={
        "empty": header("crit").set([]),
        "no-array": header("crit").set("exp"),
        "registered": header("crit").set(["alg"]),
        "absent": header("crit").set(["exp"]),
    },
)
def test_rejects_malformed_critical_header(login: Login) -> None:
    """An ID Token whose list of critical headers is not one that may exist starts no session."""
    login().must_be_rejected()
