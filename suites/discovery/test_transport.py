"""An IdP with TLS is spoken to with TLS, whatever its metadata says."""

from __future__ import annotations

from mock_idp.vocabulary import discovery, plain
from suites._core import HIGH, SHOULD, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.3"),
    level=SHOULD,
    severity=HIGH,
    cwe=319,
    covers="discovery-issuer-http-scheme",
    needs=("tls", "signature"),
    idp={
        "token": discovery("token_endpoint").set(plain("token")),
        "keys": discovery("jwks_uri").set(plain("keys")),
    },
)
def test_rejects_endpoints_without_tls(login: Login) -> None:
    """Neither codes nor secrets go to an http endpoint of an https issuer, and no keys come from one.

    Both are on this machine, where an RP may take http for good enough: so it is advised, not demanded.
    """
    login().must_be_rejected()
