"""JSON Web Tokens taken apart, as a decoder does that verifies nothing."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

TIMES = ("exp", "iat", "nbf")


class MalformedToken(ValueError):
    """It is no JWT, or a registered claim in it has a type that it cannot have."""


def parsed_object(data: bytes) -> dict[str, Any]:
    """A JSON object; of two members of one name the last counts."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedToken("no JSON") from error
    if not isinstance(value, dict):
        raise MalformedToken("no JSON object")
    return value


def decoded(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, the signed octets and the signature. Raises MalformedToken."""
    parts = token.split(".")
    if len(parts) != 3:
        raise MalformedToken("a JWT has three parts")
    header, claims = (parsed_object(_octets(part)) for part in parts[:2])
    for name in TIMES:
        if name in claims and (isinstance(claims[name], bool) or not isinstance(claims[name], int | float)):
            raise MalformedToken(f"{name} is no number")
    return header, claims, ".".join(parts[:2]).encode(), _octets(parts[2])


def _octets(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedToken("no base64url") from error
