"""Weaknesses of aud and azp."""

from __future__ import annotations

from targets.broken.registry import weakness
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty


@weakness("ignores-audience")
class IgnoresAudience(RelyingParty):
    """A token of the right issuer is good enough, whichever app it was made for."""

    def check_audience(self, claims: Claims) -> None:
        pass


@weakness("accepts-missing-audience")
class AcceptsMissingAudience(RelyingParty):
    """The claim is compared when it is there."""

    def check_audience(self, claims: Claims) -> None:
        if "aud" in claims:
            super().check_audience(claims)


@weakness("compares-audience-by-prefix")
class ComparesAudienceByPrefix(RelyingParty):
    """`aud.startswith(client_id)`, to forgive a suffix that the IdP adds."""

    def check_audience(self, claims: Claims) -> None:
        if not str(claims.get("aud")).startswith(self.settings.client_id):
            super().check_audience(claims)


@weakness("finds-client-id-in-audience-string")
class FindsClientIdInAudienceString(RelyingParty):
    """`client_id in aud`, which is right for a list and a substring search for a string."""

    def check_audience(self, claims: Claims) -> None:
        audience = claims.get("aud")
        if not isinstance(audience, str) or self.settings.client_id not in audience:
            super().check_audience(claims)


@weakness("compares-audience-without-case")
class ComparesAudienceWithoutCase(RelyingParty):
    """Client ids are lowered before they are compared."""

    def check_audience(self, claims: Claims) -> None:
        if str(claims.get("aud")).lower() != self.settings.client_id.lower():
            super().check_audience(claims)


@weakness("trims-audience")
class TrimsAudience(RelyingParty):
    """The claim is cleaned like what a person types: `aud.strip()`."""

    def check_audience(self, claims: Claims) -> None:
        audience = claims.get("aud")
        super().check_audience({**claims, "aud": audience.strip() if isinstance(audience, str) else audience})


@weakness("accepts-any-audience-array")
class AcceptsAnyAudienceArray(RelyingParty):
    """The check knows strings only and lets arrays pass."""

    def check_audience(self, claims: Claims) -> None:
        if not isinstance(claims.get("aud"), list):
            super().check_audience(claims)


@weakness("accepts-extra-audiences")
class AcceptsExtraAudiences(RelyingParty):
    """One audience of several is enough, and the others are not asked about."""

    def check_audience(self, claims: Claims) -> None:
        if not isinstance(claims.get("aud"), list) or self.settings.client_id not in claims["aud"]:
            super().check_audience(claims)


@weakness("refuses-audience-array")
class RefusesAudienceArray(RelyingParty):
    """aud is declared as a string in the claims class, although it may be an array."""

    def check_audience(self, claims: Claims) -> None:
        if isinstance(claims.get("aud"), list):
            raise Rejected("ID Token", "aud is not a string")
        super().check_audience(claims)


@weakness("ignores-azp")
class IgnoresAzp(RelyingParty):
    """The authorized party is not looked at."""

    def check_authorized_party(self, claims: Claims) -> None:
        pass


@weakness("checks-azp-of-several-audiences-only")
class ChecksAzpOfSeveralAudiencesOnly(RelyingParty):
    """A token with one audience needs no azp, so that nobody looks when it has one."""

    def check_authorized_party(self, claims: Claims) -> None:
        if isinstance(claims.get("aud"), list):
            super().check_authorized_party(claims)


@weakness("checks-azp-of-one-audience-only", of="trusted-audience")
class ChecksAzpOfOneAudienceOnly(RelyingParty):
    """Where there are several, it is enough that there is an azp at all."""

    def check_authorized_party(self, claims: Claims) -> None:
        if not isinstance(claims.get("aud"), list):
            super().check_authorized_party(claims)


@weakness("needs-no-azp-of-several-audiences", of="trusted-audience")
class NeedsNoAzpOfSeveralAudiences(RelyingParty):
    """Each of the audiences is trusted, and nobody asks which of them the token was issued to."""

    def check_party_of_several(self, claims: Claims) -> None:
        pass
