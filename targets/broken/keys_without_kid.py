"""Weaknesses of where the key comes from that show with tokens without a kid only, and one that shows with one only."""

from __future__ import annotations

from typing import Any

from joserfc.jwk import Key

from targets.broken.keys import FollowsJku, FollowsX5u, TrustsEmbeddedHmacKey, TrustsX5cHeader, rsa_key
from targets.broken.registry import weakness
from targets.broken.signature import AcceptsClientSecretHmac, UsesPublicKeyAsHmacSecret
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import Jws


@weakness("trusts-embedded-jwk-of-known-kid")
class TrustsEmbeddedJwkOfKnownKid(RelyingParty):
    """The kid has to be one of the issuer's; then the key beside it in the header saves a look into the key set."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        known = super().signing_keys(header, algorithm)
        return rsa_key(header["jwk"]) if "kid" in header and "n" in header.get("jwk", {}) else known


@weakness("trusts-embedded-jwk-without-kid")
class TrustsEmbeddedJwkWithoutKid(RelyingParty):
    """`key_of(kid) if kid else header["jwk"]`: what the token does not name, it has to bring."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        if "kid" not in header and "n" in header.get("jwk", {}):
            return rsa_key(header["jwk"])
        return super().signing_keys(header, algorithm)


@weakness("trusts-x5c-header-without-kid")
class TrustsX5cHeaderWithoutKid(TrustsX5cHeader):
    """The certificate in the header is for tokens that name no key."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        if "kid" in header:
            return RelyingParty.signing_keys(self, header, algorithm)
        return super().signing_keys(header, algorithm)


@weakness("trusts-embedded-hmac-key-without-kid")
class TrustsEmbeddedHmacKeyWithoutKid(TrustsEmbeddedHmacKey):
    """A key of any type in the header is good for tokens that name none."""

    def verify_signature(self, jws: Jws) -> None:
        if "kid" in jws.header:
            RelyingParty.verify_signature(self, jws)
        else:
            super().verify_signature(jws)


@weakness("uses-public-key-as-hmac-secret-without-kid")
class UsesPublicKeyAsHmacSecretWithoutKid(UsesPublicKeyAsHmacSecret):
    """A kid leads to a key with its algorithm; without one all keys are tried with the algorithm of the token."""

    def verify_signature(self, jws: Jws) -> None:
        if "kid" in jws.header:
            RelyingParty.verify_signature(self, jws)
        else:
            super().verify_signature(jws)


@weakness("accepts-client-secret-hmac-without-kid")
class AcceptsClientSecretHmacWithoutKid(AcceptsClientSecretHmac):
    """Without a kid all keys are tried, and the client secret is kept among them."""

    def verify_signature(self, jws: Jws) -> None:
        if "kid" in jws.header:
            RelyingParty.verify_signature(self, jws)
        else:
            super().verify_signature(jws)


@weakness("follows-jku-without-kid")
class FollowsJkuWithoutKid(FollowsJku):
    """A token that does not name its key has to say where the key is."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        if "kid" in header:
            return RelyingParty.published_keys(self, header, again=again)
        return super().published_keys(header, again=again)


@weakness("follows-x5u-without-kid")
class FollowsX5uWithoutKid(FollowsX5u):
    """A token that does not name its key has to say where its certificate is."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        if "kid" in header:
            return RelyingParty.signing_keys(self, header, algorithm)
        return super().signing_keys(header, algorithm)


@weakness("skips-signature-without-kid")
class SkipsSignatureWithoutKid(RelyingParty):
    """`if kid: verify(...)`: what the token does not name need not be checked."""

    def verify_signature(self, jws: Jws) -> None:
        if "kid" in jws.header:
            super().verify_signature(jws)
        else:
            self.check_algorithm(jws.header)
