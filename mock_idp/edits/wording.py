"""Edits in the words of `mock_idp.vocabulary`, for reports and transcripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mock_idp.edits.symbols import Symbol

if TYPE_CHECKING:
    from mock_idp.misbehaviour import Edit

_NAMES = {
    "id_token.claims": "claim",
    "id_token.header": "header",
    "id_token.encryption": "encryption",
    "id_token.encryption_header": "encryption_header",
    "id_token.payload": "payload",
    "id_token.signing": "signing",
    "id_token.compact": "compact",
    "userinfo.signing": "userinfo_signing",
    "userinfo.compact": "userinfo_compact",
}
_OF_ANY_VALUE = frozenset({"set", "add", "add_first", "duplicate", "duplicate_first"})
_CALLED_WITHOUT_PATH = frozenset({"id_token.compact", "id_token.encryption", "userinfo.compact"})


def describe(edit: Edit) -> str:
    """The edit as one would write it: `claim("iss").set("https://…")`."""
    selection = edit.where.to_json()
    suffix = f".where({', '.join(f'{k}={_text(v)}' for k, v in selection.items())})" if selection else ""
    if edit.seam == "check":
        return f"check_off({_text(edit.path[0])}){suffix}"
    place = _NAMES.get(edit.seam, edit.seam)
    if edit.path or edit.seam in _CALLED_WITHOUT_PATH:
        place = f"{place}({', '.join(_text(step) for step in edit.path)})"
    return f"{place}.{edit.op}({_argument(edit)}){suffix}"


def _argument(edit: Edit) -> str:
    if edit.op == "error":
        return ", ".join(_text(edit.value[name]) for name in ("error", "error_description") if name in edit.value)
    if edit.op in _OF_ANY_VALUE or edit.value is not None:
        return _text(edit.value)
    return ""


def _text(value: Any) -> str:
    if isinstance(value, Symbol):
        if value.name == "now":
            return _now(value.args[0])
        return f"{value.name}({', '.join(_text(a) for a in value.args)})"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(member) for member in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(k)}: {_text(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _now(seconds: int) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds and seconds % size == 0:
            return f"now({unit}={seconds // size})"
    return f"now(seconds={seconds})" if seconds else "now()"
