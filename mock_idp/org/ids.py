"""Ids of Okta's shape: a prefix that names the kind, 20 characters in all."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 20


def okta_id(prefix: str, seed: str) -> str:
    """An id that is always the same for the same seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    return prefix + "".join(_ALPHABET[byte % 62] for byte in digest[: _LENGTH - len(prefix)])


def new_id(prefix: str) -> str:
    """An id that nothing else has."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH - len(prefix)))
