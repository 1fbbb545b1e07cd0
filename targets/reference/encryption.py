"""Encrypted ID Tokens, where the relying party is registered for them. Sources: RFC 7516 5.2, OIDC Core 10.2."""

from __future__ import annotations

import hashlib
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import Key, OctKey, RSAKey

from targets.reference.foundation import Foundation
from targets.reference.idp_client import IdpClient
from targets.reference.rejection import Rejected, shown
from targets.reference.settings import Settings
from targets.reference.strict import decode_base64url

WHAT = "ID Token"
KID = "encryption"
DERIVED_OCTETS = 16


class Decryption(Foundation):
    """With RSA-OAEP-256 the key is our own, made at each start; with A128KW it comes from the client secret."""

    def __init__(self, settings: Settings, client: IdpClient) -> None:
        super().__init__(settings, client)
        self.decryption_key = self.make_decryption_key()

    @property
    def key_management(self) -> str:
        return self.settings.id_token_encrypted_response_alg

    def make_decryption_key(self) -> Key:
        if self.key_management.startswith("RSA"):
            return RSAKey.generate_key(2048, {"kid": KID, "use": "enc"})
        return OctKey.import_key(hashlib.sha256(self.settings.client_secret.encode()).digest()[:DERIVED_OCTETS])

    def own_keys(self) -> list[Key]:
        key = self.decryption_key
        return [*super().own_keys(), *([key] if isinstance(key, RSAKey) else [])]

    def decrypt(self, compact: str) -> str:
        """The signed token; it is the same where no encryption was registered."""
        if not self.key_management:
            return compact
        header = self.read_encryption_header(compact)
        self.check_key_management(header)
        self.check_compression(header)
        self.check_encryption_key(header)
        return self.open(compact, header)

    def read_encryption_header(self, compact: str) -> dict[str, Any]:
        parts = compact.split(".")
        if len(parts) != 5:
            raise Rejected(WHAT, f"it has {len(parts)} parts, an encrypted token has five")
        try:
            return self.parse_json(decode_base64url(parts[0]))
        except ValueError as error:
            raise Rejected(WHAT, f"its encryption header is malformed: {error}") from error

    def check_key_management(self, header: dict[str, Any]) -> None:
        """The registered algorithms and no others (RFC 8725 3.1)."""
        registered = (self.key_management, self.settings.id_token_encrypted_response_enc)
        if (header.get("alg"), header.get("enc")) != registered:
            raise Rejected(WHAT, f"it is encrypted with {shown([header.get('alg'), header.get('enc')])}")

    def check_compression(self, header: dict[str, Any]) -> None:
        """RFC 8725 3.6: what was compressed before encryption is not wanted; nobody registers for it."""
        if "zip" in header:
            raise Rejected(WHAT, f"it is compressed with {shown(header['zip'])}")

    def check_encryption_key(self, header: dict[str, Any]) -> None:
        """Our one key needs no name; a key that is the client secret has none (OIDC Core 10.2)."""
        if isinstance(self.decryption_key, RSAKey) and header.get("kid", KID) != KID:
            raise Rejected(WHAT, f"it is encrypted to the key {shown(header['kid'])}")

    def open(self, compact: str, header: dict[str, Any]) -> str:
        algorithms = [header[name] for name in ("alg", "enc", "zip") if name in header]
        try:
            opened = jwe.decrypt_compact(compact, self.decryption_key, algorithms=algorithms)
            return (opened.plaintext or b"").decode("ascii")
        except (JoseError, ValueError) as error:
            raise Rejected(WHAT, f"it cannot be decrypted ({type(error).__name__})") from error
