"""Weaknesses of what the ID Token says."""

from __future__ import annotations

import contextlib
import json

from targets.handmade.http import Json, Refused
from targets.handmade.id_token import Started
from targets.handmade.party import Party
from targets.handmade.weaknesses.registry import weakness


@weakness("ignores-issuer")
class IgnoresIssuer(Party):
    """There is only one IdP, so who else should have issued it?"""

    def check_issuer(self, claims: Json) -> None:
        pass


@weakness("accepts-missing-issuer")
class AcceptsMissingIssuer(Party):
    """A token that names no issuer contradicts nobody."""

    def check_issuer(self, claims: Json) -> None:
        super().check_issuer({"iss": self.config.issuer, **claims})


@weakness("compares-issuer-by-prefix")
class ComparesIssuerByPrefix(Party):
    """With or without a slash at the end, so the beginning is compared."""

    def check_issuer(self, claims: Json) -> None:
        if not str(claims.get("iss")).startswith(self.config.issuer):
            super().check_issuer(claims)


@weakness("accepts-issuer-array")
class AcceptsIssuerArray(Party):
    """One helper for all claims: the expected value is this, or is in there."""

    def check_issuer(self, claims: Json) -> None:
        if not isinstance(claims.get("iss"), list) or self.config.issuer not in claims["iss"]:
            super().check_issuer(claims)


@weakness("ignores-audience")
class IgnoresAudience(Party):
    """aud was a list once, the comparison failed, and the check was taken out."""

    def check_audience(self, claims: Json) -> None:
        pass


@weakness("accepts-missing-audience")
class AcceptsMissingAudience(Party):
    """A token for nobody in particular is for us as well."""

    def check_audience(self, claims: Json) -> None:
        super().check_audience({"aud": self.config.client_id, **claims})


@weakness("finds-client-id-in-audience-string")
class FindsClientIdInAudienceString(Party):
    """`in` does for a list and, by accident, for a text around our name."""

    def check_audience(self, claims: Json) -> None:
        if not isinstance(claims.get("aud"), str) or self.config.client_id not in claims["aud"]:
            super().check_audience(claims)


@weakness("accepts-extra-audiences")
class AcceptsExtraAudiences(Party):
    """We are among them, and that will do."""

    def check_audience(self, claims: Json) -> None:
        if not isinstance(claims.get("aud"), list) or self.config.client_id not in claims["aud"]:
            super().check_audience(claims)


@weakness("refuses-audience-array")
class RefusesAudienceArray(Party):
    """aud is compared with the client id, and a list of one is not equal to it."""

    def check_audience(self, claims: Json) -> None:
        if claims.get("aud") != self.config.client_id:
            raise Refused("ID Token: aud is not this client")


@weakness("ignores-azp")
class IgnoresAzp(Party):
    """azp is not among the claims that the wiki page lists."""

    def check_authorized_party(self, claims: Json) -> None:
        pass


@weakness("ignores-expiry")
class IgnoresExpiry(Party):
    """Sessions live longer than tokens, so why look at their end?"""

    def check_expiry(self, claims: Json) -> None:
        self.seconds(claims, "exp")


@weakness("accepts-missing-expiry")
class AcceptsMissingExpiry(Party):
    """A token without an end has not expired."""

    def check_expiry(self, claims: Json) -> None:
        if "exp" in claims:
            super().check_expiry(claims)


@weakness("casts-expiry-to-number")
class CastsExpiryToNumber(Party):
    """float() of whatever comes, because an old IdP quoted it."""

    def check_expiry(self, claims: Json) -> None:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            claims = {**claims, "exp": float(claims["exp"])}
        super().check_expiry(claims)


@weakness("accepts-missing-issue-time")
class AcceptsMissingIssueTime(Party):
    """iat is for statistics."""

    def check_issue_time(self, claims: Json) -> None:
        if "iat" in claims:
            super().check_issue_time(claims)


@weakness("accepts-future-issue-time")
class AcceptsFutureIssueTime(Party):
    """Clocks differ, and by how much is not our business."""

    def check_issue_time(self, claims: Json) -> None:
        self.seconds(claims, "iat")


@weakness("ignores-not-before")
class IgnoresNotBefore(Party):
    """nbf never comes, so nobody looks at it."""

    def check_not_before(self, claims: Json) -> None:
        pass


@weakness("ignores-nonce")
class IgnoresNonce(Party):
    """The nonce is sent because the IdP wants one."""

    def check_nonce(self, claims: Json, login: Started) -> None:
        pass


@weakness("accepts-missing-nonce")
class AcceptsMissingNonce(Party):
    """Not every IdP gives the nonce back."""

    def check_nonce(self, claims: Json, login: Started) -> None:
        super().check_nonce({"nonce": login.nonce, **claims}, login)


@weakness("ignores-at-hash")
class IgnoresAtHash(Party):
    """The access token came in the same response."""

    def check_at_hash(self, claims: Json, access_token: str) -> None:
        pass


@weakness("takes-last-duplicate-member")
class TakesLastDuplicateMember(Party):
    """json.loads() will know."""

    def parse(self, data: bytes) -> Json:
        with contextlib.suppress(ValueError, TypeError):
            return dict(json.loads(data))
        return super().parse(data)


@weakness("checks-no-claims")
class ChecksNoClaims(Party):
    """What is signed by the IdP can be believed."""

    def check_claims(self, claims: Json, login: Started) -> None:
        pass


@weakness("accepts-missing-subject")
class AcceptsMissingSubject(Party):
    """An e-mail address is as good as a sub."""

    def subject(self, claims: Json) -> str:
        return super().subject({"sub": claims.get("email"), **claims})


@weakness("accepts-empty-subject")
class AcceptsEmptySubject(Party):
    """A text is a text."""

    def subject(self, claims: Json) -> str:
        return claims["sub"] if isinstance(claims.get("sub"), str) else super().subject(claims)


@weakness("casts-subject-to-string")
class CastsSubjectToString(Party):
    """Numbers as subjects are made to fit."""

    def subject(self, claims: Json) -> str:
        return super().subject({"sub": str(claims["sub"])} if "sub" in claims else claims)
