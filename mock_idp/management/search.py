"""SCIM filter expressions, as Okta's `filter` and `search` parameters have them (RFC 7644 3.4.2.2).

`selection('profile.department eq "Sales" and status eq "ACTIVE"')` gives a test of a document. Texts are compared
without regard to case, as Okta's search does; `and` binds stronger than `or`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from typing import Any

from mock_idp.org.problems import invalid_search
from mock_idp.store import Document

Test = Callable[[Document], bool]
_TOKEN = re.compile(r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark>[()])|(?P<word>[^\s()"]+))')
_LITERALS: dict[str, Any] = {"true": True, "false": False, "null": None}
_MOST = 2_000
"""Characters of an expression; Okta's limit is that of the URL."""


def _texts(compare: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: isinstance(left, str) and isinstance(right, str) and compare(left, right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def test(left: Any, right: Any) -> bool:
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        return (numbers or (isinstance(left, str) and isinstance(right, str))) and compare(left, right)

    return test


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "sw": _texts(str.startswith),
    "ew": _texts(str.endswith),
    "co": _texts(str.__contains__),
    "gt": _ordered(lambda left, right: left > right),
    "ge": _ordered(lambda left, right: left >= right),
    "lt": _ordered(lambda left, right: left < right),
    "le": _ordered(lambda left, right: left <= right),
}


def selection(expression: str, members: Collection[str] = ()) -> Test:
    """The test that an expression stands for; with `members`, of those only. Raises E0000031."""
    if len(expression) > _MOST:
        raise invalid_search()
    return _Reader(expression, members).read()


def _value_at(document: Document, path: str) -> Any:
    found: Any = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


class _Reader:
    """One expression, token by token."""

    def __init__(self, expression: str, members: Collection[str]) -> None:
        self._tokens: list[tuple[str, str]] = []
        self._members = members
        at = 0
        expression = expression.rstrip()
        while at < len(expression):
            found = _TOKEN.match(expression, at)
            if found is None or found.lastgroup is None:
                raise invalid_search()
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def read(self) -> Test:
        test = self._any(0)
        if self._tokens:
            raise invalid_search()
        return test

    def _any(self, depth: int) -> Test:
        tests = [self._all(depth)]
        while self._next_is("or"):
            tests.append(self._all(depth))
        return lambda document: any(test(document) for test in tests)

    def _all(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._next_is("and"):
            tests.append(self._one(depth))
        return lambda document: all(test(document) for test in tests)

    def _one(self, depth: int) -> Test:
        kind, value = self._take()
        if (kind, value) == ("mark", "("):
            if depth > 20:
                raise invalid_search()
            test = self._any(depth + 1)
            if self._take() != ("mark", ")"):
                raise invalid_search()
            return test
        if kind != "word" or (self._members and value not in self._members):
            raise invalid_search()
        operator = self._take()[1].lower()
        if operator == "pr":
            return lambda document: _value_at(document, value) not in (None, "", [])
        compare, wanted = _OPERATORS.get(operator), self._literal()
        if compare is None:
            raise invalid_search()
        return lambda document: _compared(compare, _value_at(document, value), wanted)

    def _literal(self) -> Any:
        kind, value = self._take()
        try:
            if kind == "string":
                return _folded(json.loads(value))
            return _LITERALS[value] if value in _LITERALS else float(value)
        except ValueError:
            raise invalid_search() from None

    def _take(self) -> tuple[str, str]:
        if not self._tokens:
            raise invalid_search()
        return self._tokens.pop(0)

    def _next_is(self, word: str) -> bool:
        if not self._tokens or self._tokens[0][0] != "word" or self._tokens[0][1].lower() != word:
            return False
        self._tokens.pop(0)
        return True


def _compared(compare: Callable[[Any, Any], bool], found: Any, wanted: Any) -> bool:
    """A list passes when one of its entries does."""
    entries = found if isinstance(found, list) else [found]
    return any(compare(_folded(entry), wanted) for entry in entries)
