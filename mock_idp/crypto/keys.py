"""Signing keys: made when first needed, kept in the state directory, kid = RFC 7638 thumbprint.

A `KeyRing` holds key material by name and never changes what a name stands for; which of it is the active key of
a server and which the next one is the business of `mock_idp.crypto.rotation`.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import threading
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, RSAKey

from mock_idp.crypto.jose import PrivateKey
from mock_idp.state import StateDirectory

ACTIVE, NEXT, EC, INTERNAL, ROGUE = "active", "next", "ES256", "internal", "rogue"
KEYS_FILE = "keys.json"


@dataclass(frozen=True)
class Key:
    """A private key with its kid, its alg and its public JWK (`kty, alg, kid, use, e, n` as Okta orders them)."""

    private: PrivateKey
    kid: str
    alg: str
    jwk: dict[str, Any]

    def pem(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def public_pem(self, pkcs1: bool = False) -> bytes:
        """SubjectPublicKeyInfo PEM, or PKCS#1 for RSA keys."""
        form = serialization.PublicFormat.PKCS1 if pkcs1 else serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form)

    def x5c(self) -> list[str]:
        """A self-signed certificate of this key, as the x5c header holds it (RFC 7515 4.1.6)."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "signing")])
        start = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(1)
            .not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=7300))
            .sign(self.private, hashes.SHA256())
        )
        return [base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()]


def _key(private: PrivateKey) -> Key:
    if isinstance(private, rsa.RSAPrivateKey):
        rsa_jwk = RSAKey.import_key(private.public_key())
        kid, members = rsa_jwk.thumbprint(), rsa_jwk.as_dict(private=False)
        jwk = {"kty": "RSA", "alg": "RS256", "kid": kid, "use": "sig", "e": members["e"], "n": members["n"]}
        return Key(private, kid, "RS256", jwk)
    ec_jwk = ECKey.import_key(private.public_key())
    kid, members = ec_jwk.thumbprint(), ec_jwk.as_dict(private=False)
    curve = {name: members[name] for name in ("crv", "x", "y")}
    return Key(private, kid, "ES256", {"kty": "EC", "alg": "ES256", "kid": kid, "use": "sig", **curve})


def _generate(purpose: str) -> Key:
    if purpose == EC:
        return _key(ec.generate_private_key(ec.SECP256R1()))
    size = int(purpose.removeprefix("RSA-")) if purpose.startswith("RSA-") else 2048
    return _key(rsa.generate_private_key(public_exponent=65537, key_size=size))


class KeyRing:
    """All keys of one mock: `ring.key("default", ACTIVE)`. Thread-safe.

    With a state directory, the keys live in `keys.json` and are the same after a restart, so that a relying
    party that caches the JWKS need not be restarted either.
    """

    def __init__(self, state: StateDirectory | None = None) -> None:
        self._state = state
        self._lock = threading.RLock()
        self._keys: dict[str, Key] = {}
        if state:
            self._read(state)

    def key(self, server: str, purpose: str = ACTIVE) -> Key:
        name = f"{server}/{purpose}"
        found = self._keys.get(name)
        if found:
            return found
        with self._lock, self._state.locked() if self._state else contextlib.nullcontext():
            if self._state:
                self._read(self._state)  # another mock with the same directory may have made it
            if name not in self._keys:
                self._keys[name] = _generate(purpose)
                self._save()
            return self._keys[name]

    def rogue(self) -> Key:
        """An RSA key that no server ever publishes."""
        return self.key("-", ROGUE)

    def _read(self, state: StateDirectory) -> None:
        for name, pem in state.read_json(KEYS_FILE, dict).items():
            if name in self._keys:
                continue
            try:
                private = serialization.load_pem_private_key(str(pem).encode(), password=None)
            except ValueError:
                raise state.damaged(KEYS_FILE) from None
            if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
                raise state.damaged(KEYS_FILE)
            self._keys[name] = _key(private)

    def _save(self) -> None:
        if self._state:
            text = json.dumps({name: key.pem().decode() for name, key in self._keys.items()}, indent=1)
            self._state.write(KEYS_FILE, text)
