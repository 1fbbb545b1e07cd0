"""URLs made from an app's redirect URI: others that it might be taken for, pages of the app, and its look-alikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit


def _replacing(**changes: Callable[[Any], str]) -> Callable[[str], str]:
    def make(uri: str) -> str:
        parts = urlsplit(uri)
        return parts._replace(**{name: change(parts) for name, change in changes.items()}).geturl()

    return make


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


APP_URLS: Mapping[str, Callable[[str], str]] = {
    "registered": lambda uri: uri,
    "with-slash": _replacing(path=lambda parts: f"{parts.path}/"),
    "in-capitals": _replacing(path=lambda parts: parts.path.upper()),
    "with-query": _replacing(query=lambda _: "from=okta"),
    "other-port": _replacing(netloc=lambda parts: f"{parts.hostname}:{(parts.port or 443) - 1}"),
    "other-host": _replacing(netloc=lambda parts: f"app.{parts.netloc}"),
    "other-scheme": _replacing(scheme=lambda parts: "http" if parts.scheme == "https" else "https"),
    "parent": _replacing(path=lambda parts: parts.path.rpartition("/")[0] or "/"),
    "deep-link": lambda uri: f"{_origin(uri)}/?from=tile",
    "host-of-attacker": lambda uri: f"{_origin(uri)}.attacker.example/",
    "user-at-attacker": lambda uri: f"{_origin(uri)}@attacker.example/",
}
"""What `app_url(kind)` makes of the first redirect URI."""
