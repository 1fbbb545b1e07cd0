"""A token that names no key, of an issuer with a single one, is verified with that key and no other.

Libraries have a path of their own for such tokens. The issuer's only key makes them valid (OIDC Core 10.1), so that an
RP refuses what is wrong with these and not that the kid is missing.
"""

from __future__ import annotations

from mock_idp.vocabulary import (
    canary_url,
    client_secret,
    header,
    published_key_as_hmac,
    rogue_jwk,
    rogue_key,
    rogue_x5c,
    signing,
)
from suites._core import CRITICAL, HIGH, IN_CODE_FLOW, MEDIUM, MUST, SHOULD, Login, Ref, case
from suites._core.words import EMBEDDED_HMAC_KEY, ONE_KEY_WITHOUT_KID, hmac_with

FORGED = ONE_KEY_WITHOUT_KID & signing("key").set(rogue_key())


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    cve=("CVE-2018-0114",),
    covers=("sig-embedded-jwk", "sig-x5c-header", "sig-hs256-embedded-oct-jwk"),
    needs=("alg-rs256", "tokens-without-kid"),
    idp={
        "jwk": FORGED & header("jwk").set(rogue_jwk()),
        "certificate": FORGED & header("x5c").set(rogue_x5c()),
        "hmac": ONE_KEY_WITHOUT_KID & EMBEDDED_HMAC_KEY,
    },
    baseline=ONE_KEY_WITHOUT_KID,
)
def test_rejects_key_in_header(login: Login) -> None:
    """An ID Token that brings its own key along instead of naming one starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.1"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    cve=("CVE-2015-9235", "CVE-2016-10555"),
    covers=("sig-hs256-rsa-pub-pem-pkcs1", "sig-hs256-rsa-pub-spki"),
    needs=("alg-rs256", "tokens-without-kid"),
    idp={
        "pkcs1": ONE_KEY_WITHOUT_KID & hmac_with(published_key_as_hmac("pkcs1")),
        "spki": ONE_KEY_WITHOUT_KID & hmac_with(published_key_as_hmac("spki")),
    },
    baseline=ONE_KEY_WITHOUT_KID,
)
def test_rejects_hmac_with_public_key(login: Login) -> None:
    """The issuer's only key is not taken for an HMAC secret, though the token does not name it."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=7),
    level=SHOULD,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-hs256-client-secret-unregistered",
    needs=("client-secret", "alg-rs256", "tokens-without-kid"),
    idp=ONE_KEY_WITHOUT_KID & hmac_with(client_secret()),
    baseline=ONE_KEY_WITHOUT_KID,
)
def test_rejects_hmac_with_client_secret(login: Login) -> None:
    """The client secret is no key of a client that is registered for another algorithm, though the token names none."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-jku",
    needs=("alg-rs256", "tokens-without-kid"),
    idp=FORGED & header("jku").set(canary_url("jku")),
    baseline=ONE_KEY_WITHOUT_KID,
)
def test_never_fetches_jku(login: Login) -> None:
    """A key set whose URL stands in an ID Token that names no key is not fetched."""
    login().must_not_fetch("jku")


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=HIGH,
    cwe=918,
    asvs="9.1.3",
    covers="ssrf-x5u",
    needs=("alg-rs256", "tokens-without-kid"),
    idp=FORGED & header("x5u").set(canary_url("x5u")),
    baseline=ONE_KEY_WITHOUT_KID,
)
def test_never_fetches_x5u(login: Login) -> None:
    """A certificate whose URL stands in an ID Token that names no key is not fetched."""
    login().must_not_fetch("x5u")
