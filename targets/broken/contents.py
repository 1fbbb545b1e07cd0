"""Weaknesses of how the ID Token's contents are read."""

from __future__ import annotations

import json
from typing import Any

from targets.broken.registry import weakness
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT, Jws

STANDARD = {"iss", "sub", "aud", "exp", "iat", "nbf", "auth_time", "nonce", "acr", "amr", "azp", "at_hash"}
OKTA = {"ver", "jti", "idp", "name", "email", "email_verified", "preferred_username", "given_name"}
MORE = {"c_hash", "sid", "family_name", "locale", "zoneinfo", "updated_at"}


@weakness("reads-claims-from-header")
class ReadsClaimsFromHeader(RelyingParty):
    """Header and payload in one map: replicated claims (RFC 7519 5.3) win over the real ones."""

    def claims_of(self, jws: Jws) -> Claims:
        return {**super().claims_of(jws), **jws.header}


@weakness("takes-last-duplicate-member")
class TakesLastDuplicateMember(RelyingParty):
    """The JSON parser's default: of two members of one name the last one counts."""

    def parse_json(self, data: bytes) -> dict[str, Any]:
        return dict(json.loads(data))


@weakness("refuses-unknown-claims")
class RefusesUnknownClaims(RelyingParty):
    """A claims class without additional properties: the login breaks when an administrator adds a claim."""

    def claims_of(self, jws: Jws) -> Claims:
        claims = super().claims_of(jws)
        if unknown := claims.keys() - STANDARD - OKTA - MORE:
            raise Rejected(WHAT, f"{len(unknown)} claims are not known")
        return claims


@weakness("ignores-at-hash")
class IgnoresAtHash(RelyingParty):
    """The access token is not bound to the ID Token that came with it."""

    def check_at_hash(self, claims: Claims, access_token: str | None, algorithm: str) -> None:
        pass


@weakness("requires-at-hash")
class RequiresAtHash(RelyingParty):
    """at_hash is demanded in the code flow too, where it is optional."""

    def check_at_hash(self, claims: Claims, access_token: str | None, algorithm: str) -> None:
        if "at_hash" not in claims:
            raise Rejected(WHAT, "at_hash is missing")
        super().check_at_hash(claims, access_token, algorithm)


@weakness("checks-no-claims")
class ChecksNoClaims(RelyingParty):
    """The signature is checked and nothing else, so every JWT of the issuer is an ID Token."""

    def check_claims(self, header: dict[str, Any], claims: Claims, pending: PendingLogin) -> None:
        pass


@weakness("takes-access-token-for-id-token")
class TakesAccessTokenForIdToken(RelyingParty):
    """One verifier for the app and its API: a token with a cid is an access token, whose audience is the API."""

    def check_claims(self, header: dict[str, Any], claims: Claims, pending: PendingLogin) -> None:
        if claims.get("cid") == self.settings.client_id:
            self.check_issuer(claims)
            self.check_expiry(claims)
        else:
            super().check_claims(header, claims, pending)


@weakness("takes-logout-token-for-id-token")
class TakesLogoutTokenForIdToken(RelyingParty):
    """One verifier for everything that the IdP sends: a token with events has no nonce, and need not have one."""

    def check_type(self, header: dict[str, Any]) -> None:
        if header.get("typ") != "logout+jwt":
            super().check_type(header)

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        if "events" not in claims:
            super().check_nonce(claims, pending)
