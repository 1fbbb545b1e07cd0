"""Weaknesses of iss and sub."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from targets.broken.registry import weakness
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT


@weakness("ignores-issuer")
class IgnoresIssuer(RelyingParty):
    """A JWT library that was never told the issuer."""

    def check_issuer(self, claims: Claims) -> None:
        pass


@weakness("accepts-missing-issuer")
class AcceptsMissingIssuer(RelyingParty):
    """The claim is compared when it is there."""

    def check_issuer(self, claims: Claims) -> None:
        if "iss" in claims:
            super().check_issuer(claims)


@weakness("accepts-empty-issuer")
class AcceptsEmptyIssuer(RelyingParty):
    """An empty string counts as "no issuer to compare"."""

    def check_issuer(self, claims: Claims) -> None:
        if claims.get("iss") != "":
            super().check_issuer(claims)


@weakness("accepts-issuer-array")
class AcceptsIssuerArray(RelyingParty):
    """A generic "claim contains value" check that serves aud and iss alike."""

    def check_issuer(self, claims: Claims) -> None:
        if not isinstance(claims.get("iss"), list) or self.settings.issuer not in claims["iss"]:
            super().check_issuer(claims)


@weakness("compares-issuer-without-case")
class ComparesIssuerWithoutCase(RelyingParty):
    """URLs are lowered before they are compared, paths too."""

    def check_issuer(self, claims: Claims) -> None:
        if str(claims.get("iss")).lower() != self.settings.issuer.lower():
            super().check_issuer(claims)


@weakness("compares-issuer-by-prefix")
class ComparesIssuerByPrefix(RelyingParty):
    """`iss.startswith(issuer)`, to forgive a slash at the end."""

    def check_issuer(self, claims: Claims) -> None:
        if not str(claims.get("iss")).startswith(self.settings.issuer):
            super().check_issuer(claims)


@weakness("compares-issuer-by-host")
class ComparesIssuerByHost(RelyingParty):
    """The org's host is enough: every authorization server of the org is taken for the right one."""

    def check_issuer(self, claims: Claims) -> None:
        if urlsplit(str(claims.get("iss"))).netloc != urlsplit(self.settings.issuer).netloc:
            super().check_issuer(claims)


@weakness("compares-issuer-without-user-name")
class ComparesIssuerWithoutUserName(RelyingParty):
    """Two URLs are the same when host, port and path are; what else a URL can have is forgotten."""

    def check_issuer(self, claims: Claims) -> None:
        given, own = urlsplit(str(claims.get("iss"))), urlsplit(self.settings.issuer)
        if (given.hostname, given.port, given.path) != (own.hostname, own.port, own.path):
            super().check_issuer(claims)


@weakness("accepts-missing-subject")
class AcceptsMissingSubject(RelyingParty):
    """`user = claims.get("sub") or claims["email"]`, written for a legacy IdP."""

    def subject(self, claims: Claims) -> str:
        return super().subject(claims if "sub" in claims else {"sub": claims.get("email")})


@weakness("casts-subject-to-string")
class CastsSubjectToString(RelyingParty):
    """`str(claims["sub"])`: 123, True, None and lists become account keys."""

    def subject(self, claims: Claims) -> str:
        return super().subject({"sub": str(claims["sub"])} if "sub" in claims else {})


@weakness("accepts-empty-subject")
class AcceptsEmptySubject(RelyingParty):
    """Any string is a user, the empty one too."""

    def subject(self, claims: Claims) -> str:
        subject = claims.get("sub")
        return subject if isinstance(subject, str) else super().subject(claims)


@weakness("limits-subject-to-64-characters")
class LimitsSubjectTo64Characters(RelyingParty):
    """A column that was made for the first IdP's ids."""

    def check_subject_length(self, subject: str) -> None:
        if len(subject) > 64:
            raise Rejected(WHAT, "sub is too long")


@weakness("accepts-overlong-subject")
class AcceptsOverlongSubject(RelyingParty):
    """No limit: whatever a token says becomes a key."""

    def check_subject_length(self, subject: str) -> None:
        pass


@weakness("truncates-subject")
class TruncatesSubject(RelyingParty):
    """The column holds 64 characters, and the database cuts off the rest without a word."""

    def account_key(self, claims: Claims) -> Any:
        issuer, subject = super().account_key(claims)
        return issuer, subject[:64]


@weakness("lowers-subject")
class LowersSubject(RelyingParty):
    """A collation without case, the default of some databases."""

    def account_key(self, claims: Claims) -> Any:
        issuer, subject = super().account_key(claims)
        return issuer, subject.lower()


@weakness("trims-subject")
class TrimsSubject(RelyingParty):
    """Trailing spaces do not count in a CHAR column."""

    def account_key(self, claims: Claims) -> Any:
        issuer, subject = super().account_key(claims)
        return issuer, subject.rstrip()
