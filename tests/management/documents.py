"""What the Management API answers with."""

from __future__ import annotations

from typing import Any

from tests.management.api import Api

Json = dict[str, Any]


def got(api: Api, path: str) -> Json:
    found: Json = api.get(path).json  # type: ignore[assignment]
    return found


def without(document: Json, *names: str) -> Json:
    """Without these members, and those that are of this one alone: its times and links."""
    return {name: value for name, value in document.items() if name not in (*names, "created", "lastUpdated", "_links")}
