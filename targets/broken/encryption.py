"""Weaknesses of encrypted ID Tokens."""

from __future__ import annotations

from typing import Any

from joserfc.jwe import JWERegistry

from targets.broken.registry import weakness
from targets.reference.encryption import WHAT
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import Jws


@weakness("needs-name-of-encryption-key", of="encrypted")
class NeedsNameOfEncryptionKey(RelyingParty):
    """The private key is looked up by kid, and there is no other way to it."""

    def check_encryption_key(self, header: dict[str, Any]) -> None:
        super().check_encryption_key({"kid": None, **header})


@weakness("looks-up-name-of-secret", of="encrypted-symmetric")
class LooksUpNameOfSecret(RelyingParty):
    """A kid has to be that of one of the RP's own key pairs."""

    def check_encryption_key(self, header: dict[str, Any]) -> None:
        if "kid" in header:
            raise Rejected(WHAT, "it is encrypted to an unknown key")


@weakness("accepts-any-key-management", of="encrypted")
class AcceptsAnyKeyManagement(RelyingParty):
    """The header decides how the content key is decrypted."""

    def check_key_management(self, header: dict[str, Any]) -> None:
        pass


@weakness("accepts-plain-token", of="encrypted")
class AcceptsPlainToken(RelyingParty):
    """`if it has five parts, decrypt`: encryption is an option of the issuer."""

    def decrypt(self, compact: str) -> str:
        return compact if compact.count(".") < 4 else super().decrypt(compact)


@weakness("takes-encryption-for-a-signature", of="encrypted")
class TakesEncryptionForASignature(RelyingParty):
    """What could be decrypted is believed, whether somebody has signed it or not (CVE-2023-51774)."""

    def read(self, compact: str) -> Jws:
        return Jws({}, compact.encode(), b"", b"") if compact.startswith("{") else super().read(compact)

    def verify_signature(self, jws: Jws) -> None:
        if jws.signature:
            super().verify_signature(jws)


@weakness("inflates-without-limit", of="encrypted")
class InflatesWithoutLimit(RelyingParty):
    """Compressed tokens are welcome, however much comes out (CVE-2024-28176)."""

    def check_compression(self, header: dict[str, Any]) -> None:  # noqa: ARG002
        JWERegistry.algorithms["zip"]["DEF"].MAX_SIZE = 0  # type: ignore[attr-defined]  # no limit, to zlib
