"""The discovery document speaks for the issuer at which it was asked for, and for no other."""

from __future__ import annotations

from mock_idp.vocabulary import discovery
from suites._core import HIGH, MUST, Login, Ref, case


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
    login().must_be_rejected()
