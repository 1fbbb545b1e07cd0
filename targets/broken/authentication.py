"""Weaknesses of what was asked about the authentication."""

from __future__ import annotations

from targets.broken.registry import weakness
from targets.reference.foundation import Claims
from targets.reference.relying_party import RelyingParty


@weakness("ignores-authentication-time", of="step-up")
class IgnoresAuthenticationTime(RelyingParty):
    """max_age is sent, and the issuer trusted to obey."""

    def check_authentication_time(self, claims: Claims) -> None:
        pass


@weakness("ignores-authentication-class", of="step-up")
class IgnoresAuthenticationClass(RelyingParty):
    """acr_values is sent, which the issuer need not obey, and the answer is not looked at."""

    def check_authentication_class(self, claims: Claims) -> None:
        pass
