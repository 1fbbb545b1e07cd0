"""Misbehaviours are data: what the IdP does wrong, at which seam, in which order.

An `Edit` is one change of one artefact that the IdP hands on; a `Misbehaviour` is a sequence of edits. The
empty misbehaviour is the honest IdP. Both travel as JSON over the control API and are printed in reports in
the words of `mock_idp.vocabulary`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mock_idp.symbols import Symbol

FRONT, TOKEN, REFRESH = "front", "token", "refresh"
CHANNELS = (FRONT, TOKEN, REFRESH)

_JSON_OPS = frozenset({"set", "remove", "append", "prepend", "swap_case", "truncate", "duplicate"})
_HTTP_OPS = frozenset({"status", "body", "truncate_body", "content_type", "delay", "redirect"})

SEAM_OPS: Mapping[str, frozenset[str]] = {
    "discovery": _JSON_OPS,
    "jwks": _JSON_OPS,
    "authorization_response": frozenset(
        {"set", "remove", "append", "prepend", "swap_case", "truncate", "add", "add_first", "error"}
    ),
    "token_response": _JSON_OPS | _HTTP_OPS,
    "refresh_response": _JSON_OPS | _HTTP_OPS,
    "id_token.header": _JSON_OPS,
    "id_token.claims": _JSON_OPS,
    "id_token.signing": frozenset({"set"}),
    "id_token.compact": frozenset({"set", "corrupt", "drop", "append", "prepend", "truncate"}),
    "access_token": _JSON_OPS,
    "userinfo": _JSON_OPS | _HTTP_OPS,
    "logout_response": frozenset({"set", "remove", "append", "add"}),
    "http": _HTTP_OPS,
    "check": frozenset({"off"}),
}
"""What may be done where. `check` is ours: the IdP leaves out one of its own checks (`check_off("pkce")`)."""

LATER_SEAMS = frozenset({"par_response", "introspection", "initiate_login", "logout_token", "frontchannel_logout"})
ISSUER_WIDE = frozenset({"discovery", "jwks"})
"""Seams that everybody sees: their edits need an exclusive lease."""


class MisbehaviourError(ValueError):
    """An edit that cannot be served, with the reason and what is allowed."""


@dataclass(frozen=True)
class Where:
    """Which occurrences an edit selects; the default selects all of them.

    `channel`: front, token or refresh (ID Tokens). `endpoint`: for the `http` seam. `nth`: only the n-th
    occurrence of this attempt, from 1. `times`: the first so many.
    """

    channel: str | None = None
    endpoint: str | None = None
    nth: int | None = None
    times: int | None = None

    def selects(self, channel: str | None, occurrence: int) -> bool:
        if self.channel is not None and channel is not None and self.channel != channel:
            return False
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
        if self.seam in LATER_SEAMS:
            raise MisbehaviourError(f"the seam {self.seam!r} has a name but is not served yet")
        if self.seam not in SEAM_OPS:
            raise MisbehaviourError(f"unknown seam {self.seam!r}; known: {', '.join(sorted(SEAM_OPS))}")
        if self.op not in SEAM_OPS[self.seam]:
            allowed = ", ".join(sorted(SEAM_OPS[self.seam]))
            raise MisbehaviourError(f"the seam {self.seam!r} cannot {self.op!r}; it can: {allowed}")

    def to_json(self) -> dict[str, Any]:
        return {
            "seam": self.seam,
            "op": self.op,
            "path": list(self.path),
            "value": encode(self.value),
            "where": self.where.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Edit:
        unknown = set(data) - {"seam", "op", "path", "value", "where"}
        if unknown:
            raise MisbehaviourError(f"unknown members of an edit: {', '.join(sorted(unknown))}")
        try:
            where = Where(**data.get("where", {}))
            return cls(data["seam"], data["op"], tuple(data.get("path", ())), decode(data.get("value")), where)
        except (KeyError, TypeError) as error:
            raise MisbehaviourError(f"not an edit: {error}") from None

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
    def seams(self) -> frozenset[str]:
        return frozenset(edit.seam for edit in self.edits)

    @property
    def issuer_wide(self) -> bool:
        return bool(self.seams & ISSUER_WIDE)

    def to_json(self) -> list[dict[str, Any]]:
        return [edit.to_json() for edit in self.edits]

    @classmethod
    def from_json(cls, data: Sequence[Mapping[str, Any]]) -> Misbehaviour:
        return cls(tuple(Edit.from_json(edit) for edit in data))

    def __str__(self) -> str:
        return " & ".join(str(edit) for edit in self.edits) or "honest"


def encode(value: Any) -> Any:
    """Python with symbols → plain JSON."""
    if isinstance(value, Symbol):
        return {"$symbol": value.name, "args": [encode(a) for a in value.args]}
    if isinstance(value, Mapping):
        return {key: encode(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [encode(member) for member in value]
    return value


def decode(value: Any) -> Any:
    """Plain JSON → Python with symbols."""
    if isinstance(value, Mapping):
        if "$symbol" in value:
            return Symbol(value["$symbol"], tuple(decode(a) for a in value.get("args", ())))
        return {key: decode(member) for key, member in value.items()}
    if isinstance(value, list):
        return [decode(member) for member in value]
    return value


_NAMES = {
    "id_token.claims": "claim",
    "id_token.header": "header",
    "id_token.signing": "signing",
    "id_token.compact": "compact",
    "check": "check",
}


def describe(edit: Edit) -> str:
    """The edit in the words of the vocabulary: `claim("iss").set("https://…")`."""

    def text(value: Any) -> str:
        if isinstance(value, Symbol):
            return f"{value.name}({', '.join(text(a) for a in value.args)})"
        if isinstance(value, list | tuple):
            return "[" + ", ".join(text(member) for member in value) + "]"
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{json.dumps(k)}: {text(v)}" for k, v in value.items()) + "}"
        return json.dumps(value, ensure_ascii=False)

    if edit.seam == "check":
        return f'check_off("{edit.path[0]}")'
    name = _NAMES.get(edit.seam, edit.seam)
    place = f"{name}({', '.join(json.dumps(step) for step in edit.path)})"
    if edit.op in _HTTP_OPS | {"error"} and not edit.path:
        place = name
    argument = "" if edit.value is None and edit.op != "set" else text(edit.value)
    selection = edit.where.to_json()
    suffix = f".where({', '.join(f'{k}={v!r}' for k, v in selection.items())})" if selection else ""
    return f"{place}.{edit.op}({argument}){suffix}"
