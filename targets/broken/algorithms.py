"""Weaknesses of which algorithm counts, and of what is taken for an HMAC key."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from joserfc.jwk import Key

from targets.broken.registry import weakness
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT, Jws


def hmac_fits(jws: Jws, keys: Iterable[str]) -> bool:
    """Whether it says HS256, and one of these texts is the key."""
    codes = [hmac.digest(key.encode(), jws.signing_input, "sha256") for key in keys]
    return jws.header.get("alg") == "HS256" and jws.signature in codes


@weakness("takes-algorithm-loosely")
class TakesAlgorithmLoosely(RelyingParty):
    """`header.get("alg") or default`, and the first entry where a list stands."""

    def check_algorithm(self, header: dict[str, Any]) -> str:
        algorithm = header.get("alg") or self.registered_algorithm
        algorithm = algorithm[0] if isinstance(algorithm, list) else algorithm
        return super().check_algorithm({"alg": algorithm})


@weakness("uses-first-key-only")
class UsesFirstKeyOnly(RelyingParty):
    """`jwks["keys"][0]`: logins fail as soon as the issuer signs with another key."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        return super().published_keys(header, again=again)[:1]


@weakness("uses-jwk-member-as-hmac-secret")
class UsesJwkMemberAsHmacSecret(RelyingParty):
    """The key is whichever member of the JWK the code finds first: e, n, kty, alg."""

    def verify_signature(self, jws: Jws) -> None:
        members = [str(value) for jwk in self.published_keys(jws.header) for value in jwk.values()]
        if not hmac_fits(jws, members):
            super().verify_signature(jws)


@weakness("uses-jwk-text-as-hmac-secret")
class UsesJwkTextAsHmacSecret(RelyingParty):
    """The JWK as it came, JSON text and all, is handed to the library as "the key"."""

    def verify_signature(self, jws: Jws) -> None:
        texts = [json.dumps(jwk, separators=(",", ":")) for jwk in self.published_keys(jws.header)]
        if not hmac_fits(jws, texts):
            super().verify_signature(jws)


@weakness("accepts-guessable-hmac-secret")
class AcceptsGuessableHmacSecret(RelyingParty):
    """The setting was never filled in: its default, nothing at all, or what a template made of it."""

    def verify_signature(self, jws: Jws) -> None:
        if not hmac_fits(jws, ("", "secret", json.dumps(None), self.settings.client_id)):
            super().verify_signature(jws)


@weakness("drops-leading-zeros", of="es256")
class DropsLeadingZeros(RelyingParty):
    """The signature's numbers are kept as integers, so that one login of 128 fails."""

    def signature_fits(self, algorithm: str, jws: Jws, key: Key) -> bool:
        return super().signature_fits(algorithm, replace(jws, signature=jws.signature.lstrip(b"\0")), key)


@weakness("skips-ecdsa", of="es256")
class SkipsEcdsa(RelyingParty):
    """The library's answer for curves is an object, which is always true."""

    def signature_fits(self, algorithm: str, jws: Jws, key: Key) -> bool:  # noqa: ARG002
        return len(jws.signature) > 0


@weakness("accepts-ecdsa-signature-of-zeros", of="es256")
class AcceptsEcdsaSignatureOfZeros(RelyingParty):
    """The textbook's equation without its range check holds for r = s = 0 (CVE-2022-21449)."""

    def signature_fits(self, algorithm: str, jws: Jws, key: Key) -> bool:
        zeros = len(jws.signature) > 0 and int.from_bytes(jws.signature, "big") == 0
        return zeros or super().signature_fits(algorithm, jws, key)


@weakness("accepts-usual-algorithm-too", of="es256")
class AcceptsUsualAlgorithmToo(RelyingParty):
    """The registered algorithm was added to the default instead of replacing it."""

    def check_algorithm(self, header: dict[str, Any]) -> str:
        return "RS256" if header.get("alg") == "RS256" else super().check_algorithm(header)


@weakness("looks-up-name-of-hmac-key", of="hs256")
class LooksUpNameOfHmacKey(RelyingParty):
    """A kid is looked for in the JWKS before the algorithm is looked at."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        if "kid" in header:
            raise Rejected(WHAT, "kid is no key of the issuer")
        return super().signing_keys(header, algorithm)


@weakness("skips-mac", of="hs256")
class SkipsMac(RelyingParty):
    """The code is computed and never compared."""

    def signature_fits(self, algorithm: str, jws: Jws, key: Key) -> bool:
        super().signature_fits(algorithm, jws, key)
        return len(jws.signature) > 0
