"""Weaknesses of how an ID Token is taken apart."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from targets.broken.registry import weakness
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT, Jws
from targets.reference.strict import decode_base64url


@weakness("crashes-on-odd-payload")
class CrashesOnOddPayload(RelyingParty):
    """The parser's error is caught by nobody."""

    def claims_of(self, jws: Jws) -> Claims:
        return self.parse_json(jws.payload)


@weakness("accepts-json-serialization")
class AcceptsJsonSerialization(RelyingParty):
    """One `deserialize()` for everything that looks like a JWS."""

    def split(self, compact: str) -> tuple[str, str, str]:
        if not compact.startswith("{"):
            return super().split(compact)
        made = json.loads(compact)
        signed = made.get("signatures", [made])[0]
        return signed["protected"], made["payload"], signed["signature"]


@weakness("trims-token")
class TrimsToken(RelyingParty):
    """`token.strip()`, because tokens are pasted in tests."""

    def split(self, compact: str) -> tuple[str, str, str]:
        return super().split(compact.strip())


@weakness("ignores-further-parts")
class IgnoresFurtherParts(RelyingParty):
    """`head, payload, mark = token.split(".")[:3]`."""

    def split(self, compact: str) -> tuple[str, str, str]:
        return super().split(".".join(compact.split(".")[:3]))


@weakness("tolerates-padding")
class ToleratesPadding(RelyingParty):
    """The platform's base64 decoder takes padding, too."""

    def split(self, compact: str) -> tuple[str, str, str]:
        head, payload, mark = super().split(compact)
        return head, payload, mark.rstrip("=")


@weakness("understands-unencoded-payload")
class UnderstandsUnencodedPayload(RelyingParty):
    """A JWS library with RFC 7797 verifies the token, and nobody asks whether a JWT may use that."""

    def read(self, compact: str) -> Jws:
        head, payload, mark = self.split(compact)
        if not payload.startswith("{"):
            return super().read(compact)
        header = {name: value for name, value in self.parse_json(decode_base64url(head)).items() if name != "crit"}
        return Jws(header, payload.encode(), f"{head}.{payload}".encode(), decode_base64url(mark))


@weakness("requires-exact-type")
class RequiresExactType(RelyingParty):
    """typ is compared as a string, although case and prefix do not matter."""

    def check_type(self, header: dict[str, Any]) -> None:
        if header.get("typ", "JWT") != "JWT":
            raise Rejected(WHAT, "typ is not JWT")


@weakness("derives-key-for-any-token")
class DerivesKeyForAnyToken(RelyingParty):
    """The library sees five parts and decrypts, with as many rounds as the token wants (CVE-2022-36083)."""

    def split(self, compact: str) -> tuple[str, str, str]:
        if compact.count(".") == 4:
            rounds = self.parse_json(decode_base64url(compact.partition(".")[0]))["p2c"]
            hashlib.pbkdf2_hmac("sha256", self.settings.client_secret.encode(), b"salt", rounds)
        return super().split(compact)


@weakness("takes-parts-one-by-one")
class TakesPartsOneByOne(RelyingParty):
    """Part by part, each by a call within the call before, and the sender decides how many (CVE-2025-30204)."""

    def split(self, compact: str) -> tuple[str, str, str]:
        if compact.count(".") > 2:
            self.split(compact.partition(".")[2])
        return super().split(compact)
