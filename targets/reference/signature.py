"""The ID Token as a JWS: structure, header, key and signature.

Sources: RFC 7515 5.2, RFC 8725 3 (algorithms, keys, explicit types), OIDC Core 3.1.3.7 items 6 to 8 and 10.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, OctKey, RSAKey, import_key
from joserfc.jws import JWSRegistry

from targets.reference.foundation import Foundation
from targets.reference.rejection import Rejected, shown
from targets.reference.strict import decode_base64url

WHAT = "ID Token"
MINIMUM_RSA_BITS = 2048


@dataclass(frozen=True)
class Jws:
    """A compact JWS, taken apart; `payload` is not yet trusted."""

    header: dict[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes


class Signatures(Foundation):
    def split(self, compact: str) -> tuple[str, str, str]:
        parts = compact.split(".")
        if len(parts) != 3:
            raise Rejected(WHAT, f"it has {len(parts)} parts, a signed token has three")
        return parts[0], parts[1], parts[2]

    def read(self, compact: str) -> Jws:
        head, payload, signature = self.split(compact)
        try:
            return Jws(
                self.parse_json(decode_base64url(head)),
                decode_base64url(payload),
                f"{head}.{payload}".encode("ascii"),
                decode_base64url(signature),
            )
        except ValueError as error:
            raise Rejected(WHAT, f"it is malformed: {error}") from error

    def check_critical(self, header: dict[str, Any]) -> None:
        """RFC 7515 4.1.11: no extension is understood here, so none may be critical."""
        if "crit" in header:
            raise Rejected(WHAT, f"header crit asks for {shown(header['crit'])}, which is not supported")

    def verify_signature(self, jws: Jws) -> None:
        algorithm = self.check_algorithm(jws.header)
        keys = self.signing_keys(jws.header, algorithm)
        if not any(self.signature_fits(algorithm, jws, key) for key in keys):
            raise Rejected(WHAT, "signature does not fit")

    def check_algorithm(self, header: dict[str, Any]) -> str:
        """The algorithm to verify with: the registered one and no other (OIDC Core 3.1.3.7 item 7)."""
        if header.get("alg") != self.registered_algorithm:
            raise Rejected(WHAT, f"alg is {shown(header.get('alg'))}, not {self.registered_algorithm}")
        return self.registered_algorithm

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        """The issuer's keys that this header can mean; a kid that is unknown has the JWKS fetched again.

        The key of an HMAC is the client secret, whatever the header says (OIDC Core 3.1.3.7 item 8).
        """
        if algorithm.startswith("HS"):
            return [OctKey.import_key(self.settings.client_secret)]
        for again in (False, True):
            published = self.published_keys(header, again=again)
            keys = [key for jwk in published if (key := self.usable_key(jwk, header, algorithm))]
            if "kid" not in header and len(keys) > 1:
                raise Rejected(WHAT, "header kid is missing and the issuer has several keys")
            if keys:
                return keys
        raise Rejected(WHAT, f"kid {shown(header.get('kid'))} is no key of the issuer")

    def usable_key(self, jwk: dict[str, Any], header: dict[str, Any], algorithm: str) -> Key | None:
        """This JWK as a key, or None when it is not the one or of a kind that is not supported."""
        if "kid" in header and (not isinstance(header["kid"], str) or jwk.get("kid") != header["kid"]):
            return None
        if jwk.get("kty") != JWSRegistry.algorithms[algorithm].key_type:
            return None
        if not self.key_is_for_signatures(jwk) or not self.key_is_for(jwk, algorithm):
            return None
        try:
            key = import_key({name: jwk[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in jwk})
        except (JoseError, ValueError, TypeError):
            return None
        return key if self.key_is_strong(key) else None

    def key_is_for_signatures(self, jwk: dict[str, Any]) -> bool:
        """RFC 7517 4.2 and 4.3; both members may be missing."""
        operations = jwk.get("key_ops", ["verify"])
        return jwk.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations

    def key_is_strong(self, key: Key) -> bool:
        """RFC 7518 3.3."""
        return not isinstance(key, RSAKey) or bool(key.raw_value.key_size >= MINIMUM_RSA_BITS)

    def key_is_for(self, jwk: dict[str, Any], algorithm: str) -> bool:
        return bool(jwk.get("alg", algorithm) == algorithm)

    def signature_fits(self, algorithm: str, jws: Jws, key: Key) -> bool:
        return JWSRegistry.algorithms[algorithm].verify(jws.signing_input, jws.signature, key)
