"""JWS compact serialisation with every part under control.

Libraries rightly refuse to make what a hostile IdP makes (a public key as HMAC secret, a signature that does
not fit its header), so the IdP puts tokens together itself; the signature primitives are `cryptography`'s.
Sources: RFC 7515 7.1, RFC 7518 3.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from typing import Any, TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
SigningKey = PrivateKey | bytes

_HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {
    "256": hashes.SHA256,
    "384": hashes.SHA384,
    "512": hashes.SHA512,
}


class Twice:
    """A JSON member that is written twice, with two values."""

    def __init__(self, first: Any, second: Any) -> None:
        self.first, self.second = first, second


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64url_decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def dumps(document: Any) -> str:
    """Compact JSON; `Twice` members of the top level are written twice."""
    if not (isinstance(document, Mapping) and any(isinstance(v, Twice) for v in document.values())):
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    members = []
    for name, value in document.items():
        for single in (value.first, value.second) if isinstance(value, Twice) else (value,):
            members.append(f"{json.dumps(name)}:{dumps(single)}")
    return "{" + ",".join(members) + "}"


def signature(alg: str, key: SigningKey, data: bytes) -> bytes:
    """The signature of `data`; `none` is empty.

    Raises ValueError when the key cannot be used with `alg` (the misbehaviour does not make sense).
    """
    if alg == "none":
        return b""
    if alg == "EdDSA" and isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if alg[2:] not in _HASHES:
        raise ValueError(f"no signature algorithm {alg!r}")
    digest = _HASHES[alg[2:]]()
    if alg.startswith("HS") and isinstance(key, bytes):
        return hmac.new(key, data, getattr(hashlib, f"sha{alg[2:]}")).digest()
    if alg.startswith("RS") and isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), digest)
    if alg.startswith("PS") and isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    if alg.startswith("ES") and isinstance(key, ec.EllipticCurvePrivateKey):
        size = (key.curve.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    raise ValueError(f"a key of type {type(key).__name__} cannot sign {alg}")


def sign(header: Mapping[str, Any], payload: str | bytes, alg: str, key: SigningKey, *, encoded: bool = True) -> str:
    """Compact serialisation; `alg` decides how it is signed, whatever the header says.

    `encoded`: False for RFC 7797's unencoded payload, which is a JSON text whose dots are escaped (5.2).
    """
    data = payload if isinstance(payload, bytes) else payload.encode()
    middle = b64url(data) if encoded else data.decode().replace(".", "\\u002e")
    signing_input = f"{b64url(dumps(header).encode())}.{middle}"
    return f"{signing_input}.{b64url(signature(alg, key, signing_input.encode()))}"


def verify_rs256(token: str, key: rsa.RSAPublicKey) -> dict[str, Any] | None:
    """The claims of a compact JWS with a valid RS256 signature of this key; None otherwise."""
    parts, decoded = token.split("."), decode_unverified(token)
    if len(parts) != 3 or decoded is None or decoded[0].get("alg") != "RS256":
        return None
    signed = f"{parts[0]}.{parts[1]}".encode()
    try:
        key.verify(b64url_decode(parts[2]), signed, padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature):
        return None
    return decoded[1]


def left_half_hash(alg: str, value: str) -> str:
    """at_hash and c_hash (OIDC Core 3.1.3.6, 3.3.2.11); SHA-256 where `alg` names no hash.

    EdDSA names none either; Ed25519 hashes with SHA-512 (RFC 8032 5.1), and so do those who implement it for OpenID.
    """
    name = "sha512" if alg == "EdDSA" else f"sha{alg[2:]}" if alg[2:] in _HASHES else "sha256"
    digest = hashlib.new(name, value.encode()).digest()
    return b64url(digest[: len(digest) // 2])


def decode_unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Header and claims of a compact JWS, for transcripts; None when it is not one (NaN is not JSON: RFC 8259 6)."""
    parts = token.split(".")
    if len(parts) < 2:
        return None
    try:
        header, claims = (json.loads(b64url_decode(part), parse_constant=_no_constant) for part in parts[:2])
    except (ValueError, RecursionError):  # hostile nesting ends the parser in a RecursionError
        return None
    return (header, claims) if isinstance(header, dict) and isinstance(claims, dict) else None


def is_numeric_date(value: Any) -> TypeGuard[float]:
    """Whether it is a NumericDate (RFC 7519 2). 1e999 is JSON, and would be later than any time."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
