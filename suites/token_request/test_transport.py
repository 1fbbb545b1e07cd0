"""The way to the token endpoint, on which code and secret travel."""

from __future__ import annotations

from mock_idp.vocabulary import discovery, untrusted
from suites._core import CRITICAL, MUST, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "16.17"),
    level=MUST,
    severity=CRITICAL,
    cwe=295,
    covers="token-tls-untrusted",
    needs=("tls",),
    idp={
        "self-signed": discovery("token_endpoint").set(untrusted("self-signed")),
        "other-host": discovery("token_endpoint").set(untrusted("other-host")),
        "expired": discovery("token_endpoint").set(untrusted("expired")),
    },
)
def test_rejects_untrusted_certificate(login: Login) -> None:
    """A token endpoint with a certificate that does not prove who it is gets neither code nor secret."""
    login().must_be_rejected()
