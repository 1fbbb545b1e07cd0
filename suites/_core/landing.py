"""Where a login has led the browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from targets.origins import host
from targets.shapes import Page


def foreign(page: Page, name: str) -> str:
    """The first address on the way to the page that is at this host (or below it), or no address of a site at all."""
    visited = [*(hop.split(" ", 2)[2] for hop in page.trail), page.url]
    return next((url for url in visited if _is_at(url, name)), "")


def _is_at(url: str, name: str) -> bool:
    found = host(url)
    return found == name or found.endswith(f".{name}") or urlsplit(url).scheme in ("javascript", "data")
