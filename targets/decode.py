"""From a TOML table to a tree of dataclasses, with errors that name the key and what was meant."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

NAMES = {str: "a string", bool: "true or false", float: "a number", date: "a date such as 2027-01-31"}


class Problem(Exception):
    """What is wrong in a file, for its author."""


def nearest(word: str, known: Iterable[str]) -> str:
    """' (did you mean …?)' or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {found[0]!r}?)" if found else ""


def decode(cls: type[T], table: Mapping[str, Any], where: str = "") -> T:
    """An instance of the dataclass. A field's key is its name, or its metadata "key" (None: not in a file).

    Raises Problem for unknown or missing keys, values of the wrong type and unknown choices.
    """
    assert is_dataclass(cls)
    hints = get_type_hints(cls)
    keys = {key: item for item in fields(cls) if (key := _key(item)) is not None}
    for key in table:
        if key not in keys:
            known = ", ".join(sorted(keys))
            hint = nearest(key, keys) or f" (known: {known})"
            raise Problem(f"{_at(where)}unknown key {key!r}{hint}")
    values: dict[str, Any] = {}
    for key, item in keys.items():
        if key in table:
            values[item.name] = _value(hints[item.name], table[key], where, key)
        elif item.default is MISSING and item.default_factory is MISSING:
            raise Problem(f"{_at(where)}{key} is missing")
    return cls(**values)


def _key(item: Field[Any]) -> str | None:
    key: str | None = item.metadata.get("key", item.name)
    return key


def _at(where: str) -> str:
    return f"[{where}] " if where else ""


def _value(hint: Any, value: Any, where: str, key: str) -> Any:
    def wrong(expected: str) -> Problem:
        return Problem(f"{_at(where)}{key}: expected {expected}, got {value!r}")

    origin = get_origin(hint)
    if origin in (types.UnionType, Union):
        options = [option for option in get_args(hint) if option is not type(None)]
        if len(options) == 1:
            return _value(options[0], value, where, key)
        if not isinstance(value, tuple(options)):
            raise wrong("true, false, a number or a string")
        return value
    if origin is Literal:
        choices = get_args(hint)
        if value not in choices:
            raise Problem(
                f"{_at(where)}{key}: {value!r} is not one of {', '.join(choices)}"
                + (nearest(value, choices) if isinstance(value, str) else "")
            )
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise wrong("a list")
        return tuple(_value(get_args(hint)[0], item, where, key) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise wrong("a table")
        inner = f"{where}.{key}" if where else key
        return {name: _value(get_args(hint)[1], item, inner, name) for name, item in value.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise wrong("a table")
        return decode(hint, value, f"{where}.{key}" if where else key)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    # A TOML date-time is a date for isinstance, and True is an int: compare the types themselves.
    if type(value) is not hint or isinstance(value, datetime):
        raise wrong(NAMES.get(hint, str(hint)))
    return value
