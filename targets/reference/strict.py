"""JSON and base64url without leniency: what two parsers could read differently is refused.

Sources: RFC 7519 4 (unique claim names), RFC 7515 2 (base64url without padding), RFC 8259 2 and 6.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any, NoReturn

_BASE64URL = re.compile(rb"[A-Za-z0-9_-]*")


def parse_object(data: bytes) -> dict[str, Any]:
    """A JSON object. ValueError for anything else, also for duplicate members, NaN and broken UTF-8."""
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
        # A lone surrogate parses, but could never be written out again.
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(document, dict):
        raise ValueError("it is not a JSON object")
    return document


def decode_base64url(text: str) -> bytes:
    """The bytes of a base64url text. ValueError for padding, foreign characters and spare bits."""
    raw = text.encode("ascii")
    if not _BASE64URL.fullmatch(raw) or len(raw) % 4 == 1:
        raise ValueError("it is not base64url")
    data = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != raw:
        raise ValueError("its base64url has spare bits")
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"member {name!r} occurs twice")
        members[name] = value
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
