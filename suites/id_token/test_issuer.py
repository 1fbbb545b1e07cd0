"""`iss` is exactly the issuer that the RP was configured with."""

from __future__ import annotations

from mock_idp.vocabulary import claim, issuer_with_user, org_issuer, original
from suites._core import CRITICAL, HIGH, MEDIUM, MUST, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=2),
    level=MUST,
    severity=CRITICAL,
    cwe=346,
    asvs="6.8.1",
    cve=("CVE-2024-47807",),
    covers="idt-iss-mismatch",
    idp=claim("iss").set("https://attacker.example"),
)
def test_rejects_changed_issuer(login: Login) -> None:
    """An ID Token that names another issuer starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=2),
    level=MUST,
    severity=CRITICAL,
    cwe=346,
    asvs="6.8.1",
    cve=("CVE-2024-47807",),
    covers="idt-iss-missing",
    idp=claim("iss").remove(),
)
def test_rejects_missing_issuer(login: Login) -> None:
    """An ID Token that names no issuer starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "16.15"),
    level=MUST,
    severity=HIGH,
    cwe=436,
    asvs="6.8.1",
    covers="idt-iss-case-or-prefix",
    okta=True,
    idp={
        "other-case": claim("iss").swap_case(),
        "path-suffix": claim("iss").append("/other"),
        "sibling-server": claim("iss").set(org_issuer()),
        "user-name": claim("iss").set(issuer_with_user()),
    },
)
def test_rejects_near_miss_issuer(login: Login) -> None:
    """An issuer that is almost the configured one, or its neighbour on the same host, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=2),
    level=MUST,
    severity=CRITICAL,
    cwe=346,
    asvs="6.8.1",
    covers="idt-iss-empty",
    idp=claim("iss").set(""),
)
def test_rejects_empty_issuer(login: Login) -> None:
    """An ID Token whose issuer is the empty string starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7519", "4.1.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=1287,
    asvs="6.8.1",
    covers="idt-iss-array",
    idp=claim("iss").set([original(), "https://attacker.example"]),
)
def test_rejects_issuer_array(login: Login) -> None:
    """A list of issuers starts no session, even when the right one is its first."""
    login().must_be_rejected()
