"""The token that a login leaves in a URL, for targets whose session is nothing else ([session] kind = "bearer")."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from targets.shapes import Page
from targets.target_schema import Target


class Bearer:
    """One profile's token, as the target's own page would keep it: the newest that it was given."""

    def __init__(self, target: Target) -> None:
        self._session, self._renewal = target.session, target.renewal
        self._token = ""

    @property
    def headers(self) -> Mapping[str, str]:
        """What the probe is asked with."""
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def landed(self, page: Page) -> Page:
        """The page, after a look at its URL; from a page that failed nobody takes a token."""
        if self._session.kind == "bearer" and 200 <= page.status < 300:
            parts = urlsplit(page.url)
            given = parse_qs(f"{parts.query}&{parts.fragment}").get(self._session.parameter)
            self._token = given[0] if given else self._token
        return page

    def renewed(self, page: Page) -> Page:
        """The page, which may hold another token."""
        if self._session.kind == "bearer" and self._renewal and self._renewal.token:
            self._token = json_member(page.body, self._renewal.token) or self._token
        return page


def json_member(text: str, path: str) -> str | None:
    """The string at a dotted path of a JSON text, or None."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None
