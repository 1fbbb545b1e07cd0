"""Misbehaviours are data: what the IdP does wrong, at which seam, in which order.

An `Edit` is one change of one artefact that the IdP hands on; a `Misbehaviour` is a sequence of edits. The
empty misbehaviour is the honest IdP. Both travel as JSON over the control API and are printed in reports in
the words of `mock_idp.vocabulary`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mock_idp.edits.rules import CHANNELS, FRONT, REFRESH, TOKEN, MisbehaviourError, check_edit
from mock_idp.edits.symbols import OTHER_PATHS, Symbol, symbols_in
from mock_idp.edits.wording import describe

__all__ = ["CHANNELS", "FRONT", "REFRESH", "TOKEN", "Edit", "Misbehaviour", "MisbehaviourError", "Where"]

_ISSUER_WIDE = frozenset({"discovery", "jwks"})
_ISSUER_WIDE_ENDPOINTS = frozenset({"discovery", "keys"})


@dataclass(frozen=True)
class Where:
    """Which occurrences an edit selects; the default selects all of them.

    `channel`: front, token or refresh (ID Tokens, access tokens; UserInfo: where its access token came from). `nth`:
    only the n-th occurrence of this attempt, from 1, among those of the channel. `times`: the first so many.
    """

    channel: str | None = None
    nth: int | None = None
    times: int | None = None

    def __post_init__(self) -> None:
        if self.channel not in (None, *CHANNELS):
            raise MisbehaviourError(f"unknown channel {self.channel!r}; known: {', '.join(CHANNELS)}")
        for name in ("nth", "times"):
            count = getattr(self, name)
            if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
                raise MisbehaviourError(f"where: {name} counts from 1, got {count!r}")

    def selects(self, occurrence: int) -> bool:
        """Whether the occurrence with this number (from 1) is meant."""
        if self.nth is not None and occurrence != self.nth:
            return False
        return self.times is None or occurrence <= self.times

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Edit:
    """One change at one seam.

    `path` is a tuple because claim names contain dots and slashes. `value` is JSON that may hold symbols.
    """

    seam: str
    op: str
    path: tuple[str | int, ...] = ()
    value: Any = None
    where: Where = field(default_factory=Where)

    def __post_init__(self) -> None:
        check_edit(self.seam, self.op, self.path, self.value, self.where.channel)

    def to_json(self) -> dict[str, Any]:
        return {
            "seam": self.seam,
            "op": self.op,
            "path": list(self.path),
            "value": encode(self.value),
            "where": self.where.to_json(),
        }

    @classmethod
    def from_json(cls, data: Any) -> Edit:
        """Raises MisbehaviourError for anything that is not an edit that can be served."""
        if not isinstance(data, Mapping):
            raise MisbehaviourError(f"not an edit: expected an object, got {data!r}")
        unknown = set(data) - {"seam", "op", "path", "value", "where"}
        if unknown:
            raise MisbehaviourError(f"unknown members of an edit: {', '.join(sorted(unknown))}")
        seam, op, path, where = data.get("seam"), data.get("op"), data.get("path", []), data.get("where", {})
        if not (isinstance(seam, str) and isinstance(op, str) and isinstance(path, list) and isinstance(where, dict)):
            raise MisbehaviourError(
                "not an edit: expected {seam: string, op: string, path: list, value, where: object}"
            )
        if set(where) - {"channel", "nth", "times"}:
            raise MisbehaviourError(f"where: expected channel, nth or times, got {', '.join(sorted(where))}")
        return cls(seam, op, tuple(path), decode(data.get("value")), Where(**where))

    def __str__(self) -> str:
        return describe(self)


@dataclass(frozen=True)
class Misbehaviour:
    """Edits in order; `a & b` does a first. The empty one is honest."""

    edits: tuple[Edit, ...] = ()

    def __and__(self, other: Misbehaviour) -> Misbehaviour:
        return Misbehaviour(self.edits + other.edits)

    def __bool__(self) -> bool:
        return bool(self.edits)

    def __iter__(self) -> Iterator[Edit]:
        return iter(self.edits)

    def where(self, **selection: Any) -> Misbehaviour:
        """The same edits for fewer occurrences: `where(channel="refresh")`, `where(nth=2)`, `where(times=1)`."""
        return Misbehaviour(tuple(replace(edit, where=replace(edit.where, **selection)) for edit in self.edits))

    @property
    def issuer_wide(self) -> bool:
        """Whether everybody sees it: then it needs the exclusive lease."""
        return any(
            edit.seam in _ISSUER_WIDE or (edit.seam == "http" and edit.path[0] in _ISSUER_WIDE_ENDPOINTS)
            for edit in self.edits
        )

    @property
    def needs_own_issuer(self) -> bool:
        """Whether it speaks of paths that only an issuer of an attempt's own has."""
        return any(symbol.name in OTHER_PATHS for edit in self.edits for symbol in symbols_in(edit.value))

    def to_json(self) -> list[dict[str, Any]]:
        return [edit.to_json() for edit in self.edits]

    @classmethod
    def from_json(cls, data: Any) -> Misbehaviour:
        """Raises MisbehaviourError."""
        if isinstance(data, str | bytes) or not isinstance(data, Sequence):
            raise MisbehaviourError(f"a misbehaviour is a list of edits, got {data!r}")
        return cls(tuple(Edit.from_json(edit) for edit in data))

    def __str__(self) -> str:
        return " & ".join(str(edit) for edit in self.edits) or "honest"


def encode(value: Any) -> Any:
    """Python with symbols → plain JSON."""
    if isinstance(value, Symbol):
        return {"$symbol": value.name, "args": list(value.args)}
    if isinstance(value, Mapping):
        return {key: encode(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [encode(member) for member in value]
    return value


def decode(value: Any) -> Any:
    """Plain JSON → Python with symbols."""
    if isinstance(value, Mapping):
        if "$symbol" in value:
            name, args = value["$symbol"], value.get("args", [])
            if set(value) - {"$symbol", "args"} or not isinstance(name, str) or not isinstance(args, list):
                raise MisbehaviourError(f"not a symbol: {value!r}")
            return Symbol(name, tuple(args))
        return {key: decode(member) for key, member in value.items()}
    if isinstance(value, list):
        return [decode(member) for member in value]
    return value
