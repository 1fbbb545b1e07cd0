"""A key set that is far too large costs its login, and not the whole application."""

from __future__ import annotations

from mock_idp.vocabulary import bulk, http
from suites._core import HARDENING, MEDIUM, Login, Ref, case


@case(
    spec=Ref("RFC 8725", "2.9"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=770,
    covers="jwks-huge-or-deep",
    needs=("signature",),
    dos=True,
    idp={
        "many-keys": http("keys").body(bulk("keys")),
        "nested": http("keys").body(bulk("nested")),
        "padded": http("keys").body(bulk("padded")),
    },
)
def test_survives_a_key_set_that_is_too_large(login: Login) -> None:
    """Ten thousand keys, or as many brackets, do not keep the RP from serving others."""
    login.own_issuer().must_stay_responsive()
