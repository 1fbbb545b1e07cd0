"""JWE compact serialisation of ID Tokens (RFC 7516 7.1, OIDC Core 10.2): which key, and the encryption by joserfc."""

from __future__ import annotations

import hashlib
import secrets
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import Key, OctKey, import_key

from mock_idp.crypto.jose import b64url, dumps

_ENCODINGS = {
    "A128GCM": 16,
    "A192GCM": 24,
    "A256GCM": 32,
    "A128CBC-HS256": 32,
    "A192CBC-HS384": 48,
    "A256CBC-HS512": 64,
}
_SYMMETRIC = {"A128KW": 16, "A192KW": 24, "A256KW": 32, "dir": 0}
_PUBLIC = {
    **dict.fromkeys(("RSA-OAEP", "RSA-OAEP-256", "RSA1_5"), "RSA"),
    **dict.fromkeys(("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"), "EC"),
}
ALGORITHMS = (*_PUBLIC, *_SYMMETRIC)
"""`id_token_encrypted_response_alg`. Okta's feature has RSA-OAEP-256, -384 and -512; joserfc lacks the last two."""
ENCODINGS = tuple(_ENCODINGS)
"""`id_token_encrypted_response_enc`; Okta's feature has A256GCM."""
DEFAULT_ENCODING = "A128CBC-HS256"  # OpenID Connect Registration 2


def is_symmetric(alg: str) -> bool:
    """Whether the key comes from the client secret (OIDC Core 10.2)."""
    return alg in _SYMMETRIC


def secret_key(secret: str, alg: str, enc: str) -> Key:
    """The client secret as a key: the leftmost octets of its hash (OIDC Core 10.2)."""
    size = _SYMMETRIC[alg] or _ENCODINGS[enc]
    name = "sha256" if size <= 32 else "sha384" if size == 48 else "sha512"
    return OctKey.import_key(hashlib.new(name, secret.encode()).digest()[:size])


def public_key(jwks: Iterable[Mapping[str, Any]], alg: str) -> tuple[Key, str | None]:
    """The client's first key for this algorithm, and its kid; ValueError when it has none."""
    for jwk in jwks:
        if jwk.get("kty") == _PUBLIC[alg] and jwk.get("use", "enc") == "enc":
            members = {name: value for name, value in jwk.items() if name in ("kty", "n", "e", "crv", "x", "y")}
            try:
                return import_key(members), jwk.get("kid")
            except (JoseError, TypeError):
                continue
    raise ValueError(f"the client has published no key for {alg}")


class _AnyHeader(jwe.JWERegistry):
    """Lets everything stand in the header: what is wrong there is wrong on purpose."""

    def check_header(self, header: Any, check_more: bool = False) -> None:
        pass


def encrypt(header: dict[str, Any], content: bytes, key: Key) -> str:
    """The compact JWE; `alg`, `enc` and `zip` in the header say how. ValueError where the key does not fit."""
    names = [header[name] for name in ("alg", "enc", "zip") if name in header]
    registry = _AnyHeader(algorithms=names)
    try:
        with warnings.catch_warnings(action="ignore", category=SecurityWarning):  # RSA1_5 is bad on purpose
            return jwe.encrypt_compact(header, content, key, registry=registry)
    except JoseError as error:
        raise ValueError(str(error)) from None


def unopenable(count: int) -> str:
    """A compact JWE of random octets with PBES2 (RFC 7518 4.8); nobody here derives its key in `count` rounds."""
    header = {
        "alg": "PBES2-HS256+A128KW",
        "enc": "A128CBC-HS256",
        "p2s": b64url(secrets.token_bytes(16)),
        "p2c": count,
        "cty": "JWT",
    }
    parts = [dumps(header).encode(), *(secrets.token_bytes(size) for size in (40, 16, 64, 16))]
    return ".".join(map(b64url, parts))
