"""The discovery document speaks for the issuer at which it was asked for, and for no other."""

from __future__ import annotations

from mock_idp.vocabulary import claim, discovery, org_issuer, plain, victim
from suites._core import CRITICAL, HIGH, LOW, MEDIUM, MUST, Grade, Login, Ref, case
from suites._core.words import subject


@case(
    spec=Ref("OIDC Discovery", "4.3"),
    level=MUST,
    severity=HIGH,
    cwe=346,
    covers="discovery-issuer-mismatch",
    idp=discovery("issuer").append("/other"),
)
def test_rejects_metadata_of_another_issuer(login: Login) -> None:
    """Metadata whose issuer is not the configured one starts no login."""
    login().must_start_no_login()


@case(
    spec=Ref("OIDC Discovery", "4.3"),
    level=MUST,
    severity=HIGH,
    cwe=319,
    covers="discovery-issuer-http-scheme",
    needs=("tls",),
    idp=discovery("issuer").set(plain("issuer")),
)
def test_rejects_metadata_of_an_issuer_without_tls(login: Login) -> None:
    """Metadata whose issuer is the configured one without TLS start no login."""
    login().must_start_no_login()


@case(
    spec=Ref("OIDC Discovery", "4.3"),
    level=MUST,
    severity=MEDIUM,
    cwe=20,
    covers="discovery-issuer-missing",
    idp=discovery("issuer").remove(),
)
def test_rejects_metadata_without_issuer(login: Login) -> None:
    """Metadata that names no issuer starts no login."""
    login().must_start_no_login()


@case(
    spec=Ref("OIDC Discovery", "4.3"),
    level=MUST,
    # The only IdP of an RP can sign in anybody anyway.
    severity=MEDIUM,
    grade={"two-providers": Grade(MUST, CRITICAL, "One IdP of several signs in the users of another.")},
    cwe=346,
    covers="discovery-issuer-of-other-idp",
    idp=discovery("issuer").set(org_issuer()) & claim("iss").set(org_issuer()) & subject(victim("sub")),
)
def test_rejects_an_idp_that_claims_to_be_another(login: Login) -> None:
    """An IdP that calls itself by another's issuer, in metadata and ID Token, signs in none of the other's users."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Discovery", "4.3"),
    level=MUST,
    severity=LOW,
    cwe=436,
    covers="discovery-issuer-trailing-slash",
    idp=discovery("issuer").append("/") & claim("iss").append("/"),
)
def test_rejects_an_issuer_that_differs_by_a_slash(login: Login) -> None:
    """An issuer that differs from the configured one by a trailing slash alone, wherever it stands, is another one."""
    login().must_be_rejected()
