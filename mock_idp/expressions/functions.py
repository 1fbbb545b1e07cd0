"""The functions of Okta Expression Language (see `mock_idp.expressions.language`).

`FUNCTIONS` by full name (`String.append`), `METHODS` by name (what stands after a value). Each gets the context and
evaluated arguments, and raises ExpressionError for arguments that it cannot use.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_SIZE = 100_000
"""Characters of a text, or entries of a list, that an expression may make."""


class ExpressionError(ValueError):
    """What is wrong with an expression, in one sentence."""


@dataclass(frozen=True)
class Context:
    """What an expression sees. `roots`: JSON objects by name; `groups`: `{"id", "name", "description", "type"}` of
    the person; `internal`: what `user.getInternalProperty` answers."""

    roots: Mapping[str, Any] = field(default_factory=dict)
    groups: Sequence[Mapping[str, str]] = ()
    internal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Function:
    """`call(context, *arguments)`, with at least and at most so many arguments; None is any number."""

    call: Callable[..., Any]
    least: int
    most: int | None

    def check(self, name: str, count: int) -> None:
        """Raises ExpressionError for a wrong number of arguments."""
        if count < self.least or (self.most is not None and count > self.most):
            wanted = str(self.least) if self.least == self.most else f"{self.least} or more"
            raise ExpressionError(f"{name} takes {wanted} argument(s), got {count}.")


def limited(value: Any) -> Any:
    if len(value) > MAX_SIZE:
        raise ExpressionError(f"The value is longer than {MAX_SIZE}.")
    return value


def text_of(value: Any) -> str:
    """A value as part of a text; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list):
        return ",".join(text_of(entry) if not isinstance(entry, list) else "[]" for entry in value)
    return "{}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ExpressionError(f"Expected text, got {text_of(value)[:40]!r}.")
    return value


def _index(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ExpressionError(f"Expected a whole number, got {text_of(value)[:40]!r}.")
    return value


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ExpressionError(f"Expected a list, got {text_of(value)[:40]!r}.")
    return value


# ---- String -----------------------------------------------------------------------------------------------------


def _replace(_: Context, value: Any, old: Any, new: Any, count: int = -1) -> str:
    text, old, new = _text(value), _text(old), _text(new)
    found = text.count(old) if old else 0
    if len(text) + found * len(new) > MAX_SIZE:
        raise ExpressionError(f"The value is longer than {MAX_SIZE}.")
    return text.replace(old, new, count) if old else text


def _substring(_: Context, value: Any, start: Any, end: Any = None) -> str:
    text = _text(value)
    first, last = _index(start), len(text) if end is None else _index(end)
    if not 0 <= first <= last <= len(text):
        raise ExpressionError(f"No characters {first} to {last} in a text of {len(text)}.")
    return text[first:last]


def _before(_: Context, value: Any, mark: Any) -> str:
    text, found, _rest = _text(value).partition(_text(mark) or "\0")
    return text if found else ""


def _after(_: Context, value: Any, mark: Any) -> str:
    return _text(value).partition(_text(mark) or "\0")[2]


def _join(_: Context, separator: Any, *values: Any) -> str:
    if len(values) * len(_text(separator)) > MAX_SIZE:
        raise ExpressionError(f"The value is longer than {MAX_SIZE}.")
    parts = [text_of(value) for value in values]
    return str(limited(_text(separator).join(parts)))


def _switch(_: Context, value: Any, default: Any, *pairs: Any) -> Any:
    text = _text(value)
    return next((pairs[i + 1] for i in range(0, len(pairs) - 1, 2) if _text(pairs[i]) in text), default)


# ---- Arrays, Convert ----------------------------------------------------------------------------------------------


def _flatten(_: Context, *values: Any) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        flat += value if isinstance(value, list) else [value]
    return list(limited(flat))


def _get(_: Context, value: Any, at: Any) -> Any:
    entries, index = _list(value), _index(at)
    return entries[index] if 0 <= index < len(entries) else None


def _to_number(kind: type[int] | type[float]) -> Callable[..., Any]:
    def convert(_: Context, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > 40:
            raise ExpressionError("Expected a number.")
        try:
            number = float(value)
            if not math.isfinite(number):  # JSON has no such numbers
                raise ValueError
            return int(number) if kind is int else number
        except (ValueError, OverflowError):
            raise ExpressionError(f"Not a number: {value!r}.") from None

    return convert


# ---- groups -------------------------------------------------------------------------------------------------------


def _groups(fits: Callable[[str, str], bool]) -> Callable[..., Any]:
    """`Groups.x(app type, pattern, limit)`: names of the person's groups, null where there are none."""

    def names(context: Context, source: Any, pattern: Any, limit: Any = 100) -> list[str] | None:
        wanted, most = _text(pattern), _index(limit)
        if _text(source).upper() != "OKTA":  # no directory or app provides groups here
            return None
        found = [group["name"] for group in context.groups if fits(group["name"], wanted)]
        return found[: max(0, most)] or None

    return names


def _filtered(context: Context, allowed: Any, member: Any, limit: Any = 100) -> list[str] | None:
    """`getFilteredGroups(ids, "group.name", limit)`."""
    ids, (root, _, name), most = _list(allowed), _text(member).partition("."), _index(limit)
    if root != "group" or name not in ("id", "name", "description"):
        raise ExpressionError(f'Expected "group.name" or "group.id", got {_text(member)[:40]!r}.')
    found = [group[name] for group in context.groups if group["id"] in ids]
    return found[: max(0, most)] or None


def _member_of(fits: Callable[[Mapping[str, str], str], bool]) -> Callable[..., bool]:
    def member(context: Context, *wanted: Any) -> bool:
        return any(fits(group, _text(one)) for group in context.groups for one in wanted)

    return member


def _matches(name: str, pattern: str) -> bool:
    try:
        return re.fullmatch(pattern, name) is not None
    except (re.error, RecursionError, OverflowError):
        raise ExpressionError(f"Not a regular expression: {pattern[:40]!r}.") from None


# ---- methods ------------------------------------------------------------------------------------------------------


def _internal(context: Context, value: Any, name: Any) -> Any:
    if value is not context.roots.get("user"):
        raise ExpressionError("Only the user has internal properties.")
    return context.internal.get(_text(name))


def _in_text(_: Context, value: Any, part: Any) -> bool:
    return part in value if isinstance(value, list) else _text(part) in _text(value)


def _size(_: Context, value: Any) -> int:
    return len(value) if isinstance(value, list | str) else 0


FUNCTIONS: Mapping[str, Function] = {
    "String.append": Function(lambda _, a, b: limited(text_of(a) + text_of(b)), 2, 2),
    "String.join": Function(_join, 1, None),
    "String.len": Function(lambda _, text: len(_text(text)), 1, 1),
    "String.removeSpaces": Function(lambda c, text: _replace(c, text, " ", ""), 1, 1),
    "String.replace": Function(_replace, 3, 3),
    "String.replaceFirst": Function(lambda c, text, old, new: _replace(c, text, old, new, 1), 3, 3),
    "String.startsWith": Function(lambda _, text, part: _text(text).startswith(_text(part)), 2, 2),
    "String.stringContains": Function(lambda _, text, part: _text(part) in _text(text), 2, 2),
    "String.stringSwitch": Function(_switch, 2, None),
    "String.substring": Function(_substring, 3, 3),
    "String.substringAfter": Function(_after, 2, 2),
    "String.substringBefore": Function(_before, 2, 2),
    "String.toLowerCase": Function(lambda _, text: _text(text).lower(), 1, 1),
    "String.toUpperCase": Function(lambda _, text: _text(text).upper(), 1, 1),
    "Arrays.add": Function(lambda _, entries, entry: limited([*_list(entries), entry]), 2, 2),
    "Arrays.contains": Function(lambda _, entries, entry: entry in _list(entries), 2, 2),
    "Arrays.flatten": Function(_flatten, 0, None),
    "Arrays.get": Function(_get, 2, 2),
    "Arrays.isEmpty": Function(lambda _, entries: not _list(entries), 1, 1),
    "Arrays.remove": Function(lambda _, entries, entry: [e for e in _list(entries) if e != entry], 2, 2),
    "Arrays.size": Function(lambda _, entries: len(_list(entries)), 1, 1),
    "Arrays.toCsvString": Function(lambda _, entries: limited(text_of(_list(entries))), 1, 1),
    "Convert.toInt": Function(_to_number(int), 1, 1),
    "Convert.toNum": Function(_to_number(float), 1, 1),
    "Groups.contains": Function(_groups(lambda name, part: part in name), 2, 3),
    "Groups.endsWith": Function(_groups(str.endswith), 2, 3),
    "Groups.startsWith": Function(_groups(str.startswith), 2, 3),
    "getFilteredGroups": Function(_filtered, 2, 3),
    "isMemberOfGroup": Function(_member_of(lambda group, wanted: group["id"] == wanted), 1, 1),
    "isMemberOfAnyGroup": Function(_member_of(lambda group, wanted: group["id"] == wanted), 1, None),
    "isMemberOfGroupName": Function(_member_of(lambda group, wanted: group["name"] == wanted), 1, 1),
    "isMemberOfGroupNameContains": Function(_member_of(lambda group, wanted: wanted in group["name"]), 1, 1),
    "isMemberOfGroupNameRegex": Function(_member_of(lambda group, wanted: _matches(group["name"], wanted)), 1, 1),
    "isMemberOfGroupNameStartsWith": Function(_member_of(lambda group, wanted: group["name"].startswith(wanted)), 1, 1),
}
METHODS: Mapping[str, Function] = {
    "getInternalProperty": Function(_internal, 1, 1),
    "contains": Function(_in_text, 1, 1),
    "startsWith": Function(lambda _, text, part: _text(text).startswith(_text(part)), 1, 1),
    "endsWith": Function(lambda _, text, part: _text(text).endswith(_text(part)), 1, 1),
    "replace": Function(_replace, 2, 2),
    "substring": Function(_substring, 1, 2),
    "length": Function(_size, 0, 0),
    "size": Function(_size, 0, 0),
    "toLowerCase": Function(lambda _, text: _text(text).lower(), 0, 0),
    "toUpperCase": Function(lambda _, text: _text(text).upper(), 0, 0),
}
