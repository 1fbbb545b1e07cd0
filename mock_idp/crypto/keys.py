"""Signing keys: made when first needed, kept in the state directory, kid = RFC 7638 thumbprint.

A `KeyRing` holds key material by name and never changes what a name stands for; which of it is the active key of
a server and which the next one is the business of `mock_idp.crypto.rotation`.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from mock_idp.crypto.jose import PrivateKey, PublicKey, SigningKey, b64url, dumps, sign
from mock_idp.state import StateDirectory

ACTIVE, NEXT, EC, INTERNAL, ROGUE = "active", "next", "ES256", "internal", "rogue"
USUAL = "RS256"
"""What Okta signs with."""
_CURVES: Mapping[str, ec.EllipticCurve] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
_FAMILIES = ("RS", "PS", "ES", "HS")
ALGORITHMS = (*(f"{family}{size}" for family in _FAMILIES for size in (256, 384, 512)), "EdDSA")
"""What an app can have its ID Tokens signed with (`id_token_signed_response_alg`)."""
KEYS_FILE = "keys.json"


@dataclass(frozen=True)
class Key:
    """A signing key with its kid, its alg and its public JWK (`kty, alg, kid, use, e, n` as Okta orders them).

    An HMAC key has its octets as `private`, no kid, and a JWK that nobody publishes.
    """

    private: SigningKey
    kid: str
    alg: str
    jwk: dict[str, Any]

    @classmethod
    def of_secret(cls, secret: bytes, alg: str) -> Key:
        """The HMAC key that a client secret is (OIDC Core 10.1)."""
        return cls(secret, "", alg, {"kty": "oct", "alg": alg, "use": "sig", "k": b64url(secret)})

    @property
    def is_public(self) -> bool:
        """Whether there is a public half that can be published."""
        return not isinstance(self.private, bytes)

    @property
    def pair(self) -> PrivateKey:
        """The private key of a pair; ValueError for an HMAC key."""
        if isinstance(self.private, bytes):
            raise ValueError(f"a key for {self.alg} has no public half")
        return self.private

    def public(self) -> PublicKey:
        return self.pair.public_key()

    def signed(self, claims: Any, **header: str) -> str:
        """A compact JWS of this key."""
        kid = {"kid": self.kid} if self.kid else {}
        return sign({**kid, **header, "alg": self.alg}, dumps(claims), self.alg, self.private)

    def verifies(self, token: str) -> bool:
        """Whether this key has signed the compact JWS with its algorithm."""
        try:
            jws.deserialize_compact(token, import_key(self.jwk), algorithms=[self.alg])
        except (JoseError, ValueError, TypeError):  # another algorithm, a part that is no base64, …
            return False
        return True

    def pem(self) -> bytes:
        return self.pair.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def public_pem(self, pkcs1: bool = False) -> bytes:
        """SubjectPublicKeyInfo PEM, or PKCS#1 for RSA keys."""
        form = serialization.PublicFormat.PKCS1 if pkcs1 else serialization.PublicFormat.SubjectPublicKeyInfo
        return self.public().public_bytes(serialization.Encoding.PEM, form)

    def x5c(self) -> list[str]:
        """A self-signed certificate of this key, as the x5c header holds it (RFC 7515 4.1.6)."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "signing")])
        start = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.public())
            .serial_number(1)
            .not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=7300))
            .sign(self.pair, None if self.alg == "EdDSA" else hashes.SHA256())
        )
        return [base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()]


def _key(private: PrivateKey, alg: str) -> Key:
    if isinstance(private, rsa.RSAPrivateKey):
        rsa_jwk = RSAKey.import_key(private.public_key())
        kid, members = rsa_jwk.thumbprint(), rsa_jwk.as_dict(private=False)
        return Key(private, kid, alg, _jwk("RSA", alg, kid, members, "e", "n"))
    if isinstance(private, ed25519.Ed25519PrivateKey):
        okp_jwk = OKPKey.import_key(private.public_key())
        kid, members = okp_jwk.thumbprint(), okp_jwk.as_dict(private=False)
        return Key(private, kid, alg, _jwk("OKP", alg, kid, members, "crv", "x"))
    ec_jwk = ECKey.import_key(private.public_key())
    kid, members = ec_jwk.thumbprint(), ec_jwk.as_dict(private=False)
    return Key(private, kid, alg, _jwk("EC", alg, kid, members, "crv", "x", "y"))


def _jwk(kty: str, alg: str, kid: str, members: Mapping[str, Any], *wanted: str) -> dict[str, Any]:
    return {"kty": kty, "alg": alg, "kid": kid, "use": "sig", **{name: members[name] for name in wanted}}


def _alg(purpose: str) -> str:
    """The algorithm of a key that is kept for it (`ES256`, `rogue-ES256`); RS256 of all others."""
    alg = purpose.removeprefix(f"{ROGUE}-")
    return alg if alg in ALGORITHMS else USUAL


def purpose_of(alg: str) -> str:
    """Under which name a server has its key for this algorithm."""
    return ACTIVE if alg == USUAL else alg


def _generate(purpose: str) -> Key:
    alg = _alg(purpose)
    if alg in _CURVES:
        return _key(ec.generate_private_key(_CURVES[alg]), alg)
    if alg == "EdDSA":
        return _key(ed25519.Ed25519PrivateKey.generate(), alg)
    size = int(purpose.removeprefix("RSA-")) if purpose.startswith("RSA-") else 2048
    return _key(rsa.generate_private_key(public_exponent=65537, key_size=size), alg)


class KeyRing:
    """All keys of one mock: `ring.key("default", ACTIVE)`. Thread-safe.

    With a state directory, the keys live in `keys.json` and are the same after a restart, so that a relying
    party that caches the JWKS need not be restarted either.
    """

    def __init__(self, state: StateDirectory | None = None) -> None:
        self._state = state
        self._lock = threading.RLock()
        self._keys: dict[str, Key] = {}
        self._rogue_secret = secrets.token_bytes(64)
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

    def rogue(self, alg: str = USUAL) -> Key:
        """A key for this algorithm that no server ever publishes, and no client has as its secret."""
        if alg.startswith("HS"):
            return Key.of_secret(self._rogue_secret, alg)
        return self.key("-", ROGUE if alg == USUAL else f"{ROGUE}-{alg}")

    def _read(self, state: StateDirectory) -> None:
        for name, pem in state.read_json(KEYS_FILE, dict).items():
            if name in self._keys:
                continue
            try:
                private = serialization.load_pem_private_key(str(pem).encode(), password=None)
            except ValueError:
                raise state.damaged(KEYS_FILE) from None
            if not isinstance(private, PrivateKey):
                raise state.damaged(KEYS_FILE)
            self._keys[name] = _key(private, _alg(name.rpartition("/")[2]))

    def _save(self) -> None:
        if self._state:
            text = json.dumps({name: key.pem().decode() for name, key in self._keys.items()}, indent=1)
            self._state.write(KEYS_FILE, text)
