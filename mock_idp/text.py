"""Strings that are Unicode text, and those that only JSON lets through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def has_lone_surrogate(value: Any) -> bool:
    """Whether a string or a member's name in a JSON value has half of a surrogate pair (RFC 8259 8.2).

    JSON can write one, as `\\ud800`; no HTTP message, page, JWT or file in UTF-8 can hold it.
    """
    if isinstance(value, str):
        return _SURROGATE.search(value) is not None
    if isinstance(value, Mapping):
        return any(has_lone_surrogate(name) or has_lone_surrogate(member) for name, member in value.items())
    return isinstance(value, list | tuple) and any(map(has_lone_surrogate, value))
