"""Weaknesses of signature, algorithm and key."""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from targets.handmade.http import Json, Refused
from targets.handmade.id_token import Token
from targets.handmade.party import Party
from targets.handmade.weaknesses.registry import weakness


@weakness("skips-signature")
class SkipsSignature(Party):
    """Signatures are for those who do not have TLS."""

    def check_signature(self, token: Token) -> None:
        pass


@weakness("accepts-alg-none")
class AcceptsAlgNone(Party):
    """A token that says that it needs no signature needs none."""

    def check_signature(self, token: Token) -> None:
        if token.header.get("alg") != "none":
            super().check_signature(token)


@weakness("accepts-empty-signature")
class AcceptsEmptySignature(Party):
    """What was cut off cannot be wrong: an empty signature is not verified."""

    def verify(self, token: Token, key: RSAPublicKey) -> None:
        if token.signature:
            super().verify(token, key)


@weakness("trusts-known-kid")
class TrustsKnownKid(Party):
    """A token whose kid is published is ours; the key itself is for whoever wants to be sure."""

    def verify(self, token: Token, key: RSAPublicKey) -> None:
        pass


@weakness("falls-back-to-rs256")
class FallsBackToRs256(Party):
    """Only algorithms that are known to be bad are refused, and everything else is verified as RS256."""

    def check_signature(self, token: Token) -> None:
        known_bad = ("none", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA")
        if str(token.header.get("alg")).strip().lower() in (name.lower() for name in known_bad):
            raise Refused("ID Token: alg is bad")
        self.verify(token, self.key(token.header))


@weakness("accepts-client-secret-hmac")
class AcceptsClientSecretHmac(Party):
    """The tests sign with the client secret, and production takes that as well."""

    def check_signature(self, token: Token) -> None:
        mac = hmac.digest(self.config.client_secret.encode(), token.signed, "sha256")
        if token.header.get("alg") != "HS256" or mac != token.signature:
            super().check_signature(token)


@weakness("follows-jku")
class FollowsJku(Party):
    """The token knows best where its issuer publishes keys."""

    def jwks(self, header: Json, fresh: bool) -> list[Json]:
        elsewhere = isinstance(header.get("jku"), str)
        return self.idp.document("key set", header["jku"])["keys"] if elsewhere else super().jwks(header, fresh)


@weakness("trusts-embedded-jwk")
class TrustsEmbeddedJwk(Party):
    """A key that came along saves a request (CVE-2018-0114)."""

    def key(self, header: Json) -> RSAPublicKey:
        return self.rsa(header["jwk"]) if isinstance(header.get("jwk"), dict) else super().key(header)


@weakness("ignores-crit")
class IgnoresCrit(Party):
    """Nobody has ever seen a crit header."""

    def check_critical(self, header: Json) -> None:
        pass
