"""An app's page, as tests use it."""

from __future__ import annotations

from typing import Any

from tests.console.console import Console, Page
from tests.management.api import Api

Json = dict[str, Any]


def of(api: Api, app: str) -> Json:
    found: Json = api.get(f"/apps/{app}").json  # type: ignore[assignment]
    return found


def edited(console: Console, app: str, section: str = "settings") -> Page:
    place = {"credentials": 0, "settings": 1}[section]
    page = console.open("/admin/apps/active").follow("Shop")
    assert page.path == f"/admin/app/{app}/general"
    return page.follow("Edit", place)


def changes(before: Any, after: Any, path: str = "") -> Json:
    """What is another value, by path."""
    if isinstance(before, dict) and isinstance(after, dict):
        found: Json = {}
        for name in before | after:
            found |= changes(before.get(name), after.get(name), f"{path}.{name}".lstrip("."))
        return found
    return {} if before == after or path == "lastUpdated" else {path: after}
