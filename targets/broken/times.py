"""Weaknesses of exp, iat and nbf."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from targets.broken.registry import weakness
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT


@weakness("ignores-expiry")
class IgnoresExpiry(RelyingParty):
    """`verify_exp: False`, left over from a test."""

    def check_expiry(self, claims: Claims) -> None:
        self.number(claims, "exp")


@weakness("accepts-missing-expiry")
class AcceptsMissingExpiry(RelyingParty):
    """`if "exp" in claims and ...`, as several JWT libraries do by default."""

    def check_expiry(self, claims: Claims) -> None:
        if "exp" in claims:
            super().check_expiry(claims)


@weakness("casts-expiry-to-number")
class CastsExpiryToNumber(RelyingParty):
    """`int(claims["exp"])`: digits in a string will do."""

    def check_expiry(self, claims: Claims) -> None:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            claims = {**claims, "exp": float(claims["exp"])}
        super().check_expiry(claims)


@weakness("accepts-iso-expiry")
class AcceptsIsoExpiry(RelyingParty):
    """A lenient date parser that takes what looks like a date."""

    def check_expiry(self, claims: Claims) -> None:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            claims = {**claims, "exp": datetime.fromisoformat(claims["exp"]).timestamp()}
        super().check_expiry(claims)


@weakness("takes-negative-expiry-for-never")
class TakesNegativeExpiryForNever(RelyingParty):
    """-1 is what the session store writes for "no end"."""

    def check_expiry(self, claims: Claims) -> None:
        if claims.get("exp") != -1:
            super().check_expiry(claims)


@weakness("breaks-down-over-far-expiry")
class BreaksDownOverFarExpiry(RelyingParty):
    """The number becomes a date of the calendar, which ends with the year 9999."""

    def check_expiry(self, claims: Claims) -> None:
        if isinstance(claims.get("exp"), int | float):
            datetime.fromtimestamp(claims["exp"], UTC)
        super().check_expiry(claims)


@weakness("accepts-missing-issue-time")
class AcceptsMissingIssueTime(RelyingParty):
    """The claim is looked at when it is there."""

    def check_issue_time(self, claims: Claims) -> None:
        if "iat" in claims:
            super().check_issue_time(claims)


@weakness("accepts-future-issue-time")
class AcceptsFutureIssueTime(RelyingParty):
    """iat has to be a number, which number does not matter."""

    def check_issue_time(self, claims: Claims) -> None:
        self.number(claims, "iat")


@weakness("allows-no-clock-skew")
class AllowsNoClockSkew(RelyingParty):
    """A leeway of zero: logins fail while the IdP's clock is a few seconds ahead."""

    leeway = 0


@weakness("ignores-not-before")
class IgnoresNotBefore(RelyingParty):
    """nbf is not looked at."""

    def check_not_before(self, claims: Claims) -> None:
        pass


@weakness("allows-ten-minutes-of-clock-skew")
class AllowsTenMinutesOfClockSkew(RelyingParty):
    """The leeway was raised until the complaints ended."""

    leeway = 600


@weakness("accepts-old-issue-time")
class AcceptsOldIssueTime(RelyingParty):
    """iat is compared with the future only."""

    def check_age(self, claims: Claims) -> None:
        pass


@weakness("allows-no-skew-for-issue-time")
class AllowsNoSkewForIssueTime(RelyingParty):
    """A token of the future is refused, be that future a second: the IdP's clock is ahead now and then."""

    def check_issue_time(self, claims: Claims) -> None:
        if self.number(claims, "iat") > self.now():
            raise Rejected(WHAT, "iat is in the future")
        super().check_issue_time(claims)


@weakness("allows-no-skew-for-expiry")
class AllowsNoSkewForExpiry(RelyingParty):
    """A token that has expired is refused, were it a second ago."""

    def check_expiry(self, claims: Claims) -> None:
        if self.number(claims, "exp") <= self.now():
            raise Rejected(WHAT, "exp is in the past")
        super().check_expiry(claims)
