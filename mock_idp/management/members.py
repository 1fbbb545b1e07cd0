"""Reading the members of a JSON object that a client of the Management API sent.

null counts as absent. A member of another JSON type than the API knows is E0000003, as at Okta.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mock_idp.org.problems import malformed


class Members:
    """`Members(document).object("settings").text("label")`; absent objects are empty."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self._data.get(name) is not None

    def names(self, name: str) -> bool:
        """Whether the member is there, be it null."""
        return name in self._data

    def text(self, name: str, default: str = "") -> str:
        found: str = self._value(name, str, default)
        return found

    def choice(self, name: str, allowed: Iterable[str], default: str) -> str:
        """A text out of a few; another one is E0000003, as an unknown enum value is at Okta."""
        found = self.text(name, default)
        if found not in (*allowed, default):
            raise malformed()
        return found

    def flag(self, name: str, default: bool = False) -> bool:
        found: bool = self._value(name, bool, default)
        return found

    def number(self, name: str, default: int = 0) -> int:
        found: int = self._value(name, int, default)
        return found

    def texts(self, name: str, default: Iterable[str] = ()) -> tuple[str, ...]:
        found = self._value(name, list, list(default))
        if not all(isinstance(entry, str) for entry in found):
            raise malformed()
        return tuple(found)

    def mapping(self, name: str, default: Mapping[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self._value(name, dict, dict(default or {}))
        return found

    def mappings(self, name: str) -> tuple[dict[str, Any], ...]:
        found = self._value(name, list, [])
        if not all(isinstance(entry, dict) for entry in found):
            raise malformed()
        return tuple(found)

    def object(self, name: str) -> Members:
        return Members(self.mapping(name))

    def objects(self, name: str) -> tuple[Members, ...]:
        return tuple(Members(entry) for entry in self.mappings(name))

    def _value(self, name: str, kind: type[Any], default: Any) -> Any:
        value = self._data.get(name)
        if value is None:
            return default
        if type(value) is not kind:  # a bool is no number
            raise malformed()
        return value
