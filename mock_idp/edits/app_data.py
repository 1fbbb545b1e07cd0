"""Data of an application that travels in a parameter, as some relying parties let the state carry a return URL."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any
from urllib.parse import quote

_PLACE = re.compile(r"https?://.*|/.*", re.DOTALL)
_BEHIND_RANDOM = re.compile(r"(?<=[|:;,.&=~ ])(https?://|/|https?%3A%2F%2F|%2F).*", re.DOTALL | re.IGNORECASE)


def with_return_url(value: str, url: str) -> str:
    """`value` with `url` in place of every URL or path in it: in JSON, in JSON as base64url, or behind a separator.

    What shows no such data gets the URL appended behind a colon.
    """
    found = _in_json(value, url)
    if found is not None:
        return found
    try:
        text = base64.b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    found = _in_json(text, url)
    if found is not None:
        encoded = base64.urlsafe_b64encode(found.encode()).decode()
        return encoded if value.endswith("=") else encoded.rstrip("=")
    behind = _BEHIND_RANDOM.search(value)
    if behind is None:
        return f"{value}:{url}"
    return value[: behind.start()] + (quote(url, safe="") if "%" in behind[1] else url)


def _in_json(text: str, url: str) -> str | None:
    """The JSON object with its URLs replaced; None where `text` is none, or has none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    changed: dict[str, Any] = {
        name: url if isinstance(member, str) and _PLACE.fullmatch(member) else member
        for name, member in document.items()
    }
    return json.dumps(changed, separators=(",", ":")) if changed != document else None
