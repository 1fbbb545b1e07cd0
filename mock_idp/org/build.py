"""A dataclass of the org from plain data (TOML, JSON, a store document), and back.

What cannot be used is one OrgError that names the place and the remedy.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from mock_idp.org.model import OrgError


def build(cls: Any, data: Any, where: str) -> Any:
    """`cls` with the members of `data`; nested dataclasses are built too. Raises OrgError."""
    if not isinstance(data, Mapping):
        raise OrgError(f"{where}: expected a table, got {type(data).__name__}")
    kinds: dict[str, Any] = _kinds(cls)
    for key in data:
        check_key(str(key), kinds, where)
    values = {key: _value(kinds[key], value, f"{where}.{key}") for key, value in data.items()}
    missing = [name for name in _required(cls) if name not in values]
    if missing:
        raise OrgError(f"{where}: missing {', '.join(missing)}")
    return cls(**values)


def document(entity: Any) -> dict[str, Any]:
    """The entity as plain JSON data: what `build` reads again."""
    found: dict[str, Any] = _plain(dataclasses.asdict(entity))
    return found


def changed(entity: Any) -> dict[str, Any]:
    """The same without what equals its default (for files that people read)."""
    made: dict[str, Any] = {}
    for spec in dataclasses.fields(entity):
        value = getattr(entity, spec.name)
        if value == spec.default or (
            spec.default_factory is not dataclasses.MISSING and value == spec.default_factory()
        ):
            continue
        made[spec.name] = _changed_value(value)
    return made


def check_key(key: str, known: Iterable[str], where: str) -> None:
    """Raises OrgError with a suggestion for a key that is not known."""
    names = list(known)
    if key in names:
        return
    near = difflib.get_close_matches(key, names, 1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
    raise OrgError(f"{where}: unknown key {key!r}{hint}")


def _changed_value(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return changed(value)
    if isinstance(value, tuple):
        return [_changed_value(member) for member in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value


@functools.cache
def _kinds(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)


@functools.cache
def _required(cls: Any) -> tuple[str, ...]:
    return tuple(
        spec.name
        for spec in dataclasses.fields(cls)
        if spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
    )


def _value(kind: Any, value: Any, where: str) -> Any:
    if isinstance(kind, types.UnionType):
        return None if value is None else _value(next(k for k in kind.__args__ if k is not type(None)), value, where)
    if typing.get_origin(kind) is tuple:
        return _entries(typing.get_args(kind)[0], value, where)
    if typing.get_origin(kind) is not None:  # Mapping[str, Any]
        if not isinstance(value, Mapping):
            raise OrgError(f"{where}: expected a table, got {value!r}")
        return dict(value)
    if dataclasses.is_dataclass(kind):
        return build(typing.cast(type[Any], kind), value, where)
    if type(value) is not kind:  # a bool is no int here
        raise OrgError(f"{where}: expected {kind.__name__}, got {value!r}")
    return value


def _entries(kind: Any, value: Any, where: str) -> tuple[Any, ...]:
    if kind is str:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise OrgError(f"{where}: expected a list of strings, got {value!r}")
        return tuple(value)
    if not isinstance(value, list | tuple):
        raise OrgError(f"{where}: expected a list of tables, got {value!r}")
    return tuple(_value(kind, _short(kind, item), f"{where}[{index}]") for index, item in enumerate(value))


def _short(kind: Any, item: Any) -> Any:
    """Entries that have only a name may be written as that name: `scopes = ["orders:read"]`."""
    if isinstance(item, str) and dataclasses.is_dataclass(kind):
        return {dataclasses.fields(kind)[0].name: item}
    return item
