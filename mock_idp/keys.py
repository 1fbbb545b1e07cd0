"""Signing keys: made when first needed, kept in the state directory, kid = RFC 7638 thumbprint.

Each authorization server publishes three well-formed keys from the start, which never change while it runs:
the active RSA key, the next RSA key (Okta publishes it ahead of a rotation) and an EC key, so that "signed
with another published key" needs no change that other logins would see.
"""

from __future__ import annotations

import base64
import datetime
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, RSAKey

from mock_idp.jose import PrivateKey

ACTIVE, NEXT, EC, INTERNAL, ROGUE = "active", "next", "ES256", "internal", "rogue"
PUBLISHED = (ACTIVE, NEXT, EC)


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
    return _key(rsa.generate_private_key(public_exponent=65537, key_size=2048))


class KeyRing:
    """All keys of one mock: `ring.key("default", ACTIVE)`. Thread-safe.

    With a directory, the keys live in `keys.json` (mode 0600) and are the same after a restart, so that a
    relying party that caches the JWKS need not be restarted either.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._file = directory / "keys.json" if directory else None
        self._lock = threading.RLock()
        self._keys: dict[str, Key] = {}
        if self._file and self._file.exists():
            for name, pem in json.loads(self._file.read_text()).items():
                private = serialization.load_pem_private_key(pem.encode(), password=None)
                assert isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
                self._keys[name] = _key(private)

    def key(self, server: str, purpose: str = ACTIVE) -> Key:
        name = f"{server}/{purpose}"
        found = self._keys.get(name)
        if found:
            return found
        with self._lock:
            if name not in self._keys:
                self._keys[name] = _generate(purpose)
                self._save()
            return self._keys[name]

    def published(self, server: str) -> list[Key]:
        return [self.key(server, purpose) for purpose in PUBLISHED]

    def rogue(self) -> Key:
        """An RSA key that no server ever publishes."""
        return self.key("-", ROGUE)

    def _save(self) -> None:
        if not self._file:
            return
        text = json.dumps({name: key.pem().decode() for name, key in self._keys.items()}, indent=1)
        write_private(self._file, text)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
    os.replace(temporary, path)
