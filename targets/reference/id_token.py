"""The ID Token's claims, one check per method. Source: OIDC Core 2, 3.1.3.7, 3.1.3.8, 3.3.2.11."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from targets.reference.callback import PendingLogin
from targets.reference.encryption import Decryption
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected, shown
from targets.reference.signature import WHAT, Jws, Signatures

YEAR_10000 = 253_402_300_800
OLDEST = 600
"""Seconds."""
LONGEST_SUBJECT = 255


class IdTokens(Signatures, Decryption):
    def validate_id_token(
        self, compact: str, pending: PendingLogin, access_token: str | None, code: str | None = None
    ) -> Claims:
        """The claims of a token that passed every check. `code`: a front-channel token has to name it."""
        jws = self.read(self.decrypt(compact))
        self.check_critical(jws.header)
        self.verify_signature(jws)
        claims = self.claims_of(jws)
        self.check_claims(jws.header, claims, pending)
        algorithm = str(jws.header.get("alg"))
        self.check_at_hash(claims, access_token, algorithm)
        if code is not None:
            self.check_c_hash(claims, code, algorithm)
        return {**claims, "sub": self.subject(claims)}

    def claims_of(self, jws: Jws) -> Claims:
        try:
            return self.parse_json(jws.payload)
        except ValueError as error:
            raise Rejected(WHAT, f"its payload is malformed: {error}") from error

    def check_claims(self, header: dict[str, Any], claims: Claims, pending: PendingLogin) -> None:
        self.check_type(header)
        self.check_issuer(claims)
        self.check_audience(claims)
        self.check_authorized_party(claims)
        self.check_expiry(claims)
        self.check_issue_time(claims)
        self.check_not_before(claims)
        self.check_nonce(claims, pending)
        self.check_authentication_time(claims)
        self.check_authentication_class(claims)

    def check_type(self, header: dict[str, Any]) -> None:
        """RFC 8725 3.11: a token that says that it is of another kind (at+jwt, logout+jwt) is."""
        kind = header.get("typ", "JWT")
        if not isinstance(kind, str) or kind.lower().endswith("+jwt"):
            raise Rejected(WHAT, f"typ is {shown(kind)}")

    def check_issuer(self, claims: Claims) -> None:
        if not self.same_issuer(claims.get("iss"), self.settings.issuer):
            raise Rejected(WHAT, f"iss is {shown(claims.get('iss'))}, not {self.settings.issuer}")

    def subject(self, claims: Claims) -> str:
        subject = claims.get("sub")
        if not isinstance(subject, str):
            raise Rejected(WHAT, f"sub is {shown(subject)}, not a string")
        if not subject.strip():
            raise Rejected(WHAT, "sub is empty")
        self.check_subject_length(subject)
        return subject

    def check_subject_length(self, subject: str) -> None:
        """OIDC Core 2: it never has more than 255 characters."""
        if len(subject) > LONGEST_SUBJECT:
            raise Rejected(WHAT, f"sub has {len(subject)} characters")

    def check_audience(self, claims: Claims) -> None:
        """This client, and beside it at most whom we trust (item 3)."""
        audience = claims.get("aud")
        own, trusted = self.settings.client_id, self.settings.trusted_audience
        if trusted and audience in ([own, trusted], [trusted, own]):
            self.check_party_of_several(claims)
        elif audience not in (own, [own]):
            raise Rejected(WHAT, f"aud is {shown(audience)}, not {own}")

    def check_party_of_several(self, claims: Claims) -> None:
        """Which of its audiences it was issued to: what item 4 demanded before errata set 2."""
        if "azp" not in claims:
            raise Rejected(WHAT, "there are several audiences, and no azp")

    def check_authorized_party(self, claims: Claims) -> None:
        if claims.get("azp", self.settings.client_id) != self.settings.client_id:
            raise Rejected(WHAT, f"azp is {shown(claims['azp'])}, not {self.settings.client_id}")

    def number(self, claims: Claims, name: str) -> float:
        """A NumericDate (RFC 7519 2): seconds since the epoch, of a year that a calendar has."""
        value = claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < YEAR_10000:
            raise Rejected(WHAT, f"{name} is {shown(value)}, not a number of seconds")
        return value

    def check_expiry(self, claims: Claims) -> None:
        if self.number(claims, "exp") + self.leeway <= self.now():
            raise Rejected(WHAT, f"exp {shown(claims['exp'])} is in the past")

    def check_issue_time(self, claims: Claims) -> None:
        if self.number(claims, "iat") - self.leeway > self.now():
            raise Rejected(WHAT, f"iat {shown(claims['iat'])} is in the future")
        self.check_age(claims)

    def check_age(self, claims: Claims) -> None:
        """A token for this login was issued during it (item 10)."""
        if self.number(claims, "iat") + OLDEST < self.now():
            raise Rejected(WHAT, f"iat {shown(claims['iat'])} is too long ago")

    def check_not_before(self, claims: Claims) -> None:
        if "nbf" in claims and self.number(claims, "nbf") - self.leeway > self.now():
            raise Rejected(WHAT, f"nbf {shown(claims['nbf'])} is in the future")

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        if pending.nonce is not None and claims.get("nonce") != pending.nonce:
            raise Rejected(WHAT, f"nonce is {shown(claims.get('nonce'))}, not the one of this login")

    def check_authentication_time(self, claims: Claims) -> None:
        """What we asked for with max_age (item 13)."""
        longest = self.settings.max_age
        if longest is not None and self.number(claims, "auth_time") + longest + self.leeway < self.now():
            raise Rejected(WHAT, f"auth_time {shown(claims['auth_time'])} is too long ago")

    def check_authentication_class(self, claims: Claims) -> None:
        """What we asked for with acr_values (item 12)."""
        wanted = self.settings.acr_values.split()
        if wanted and claims.get("acr") not in wanted:
            raise Rejected(WHAT, f"acr is {shown(claims.get('acr'))}, not {' or '.join(wanted)}")

    def check_at_hash(self, claims: Claims, access_token: str | None, algorithm: str) -> None:
        """In the code flow at_hash may be absent, but not wrong (3.1.3.8)."""
        if access_token is None or "at_hash" not in claims:
            return
        if claims["at_hash"] != left_half(access_token, algorithm):
            raise Rejected(WHAT, "at_hash does not fit the access token")

    def check_c_hash(self, claims: Claims, code: str, algorithm: str) -> None:
        if claims.get("c_hash") != left_half(code, algorithm):
            raise Rejected(WHAT, "c_hash does not fit the code")

    def check_s_hash(self, claims: Claims, pending: PendingLogin) -> None:
        """An IdP that signs its authorization response says of which state (FAPI 1.0 Advanced 5.2.3.1)."""
        if "s_hash" in claims and claims["s_hash"] != left_half(pending.state, self.registered_algorithm):
            raise Rejected(WHAT, "s_hash does not fit the state")


def left_half(value: str, algorithm: str) -> str:
    """base64url of the left half of the hash that goes with the signature algorithm (3.1.3.6)."""
    sizes = {"384": hashlib.sha384, "512": hashlib.sha512, "DSA": hashlib.sha512}  # Ed25519 hashes with SHA-512
    function = sizes.get(algorithm[-3:], hashlib.sha256)
    digest = function(value.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
