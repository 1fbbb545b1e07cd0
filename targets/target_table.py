"""From a target file to one plain table: the TOML itself, and what it `extends`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from targets.decode import Problem

DEEPEST = 5
"""Files that may stand one upon another; more is a circle, or cannot be read by people any more."""


def read_table(path: Path, depth: int = 1) -> dict[str, Any]:
    """The file's table laid over that of the file that it `extends`; OSError, or Problem for its author.

    Tables are joined key by key; everything else replaces what was there. The name is never the other file's.
    Paths are relative to the file that says them.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{_named(path, depth)}this is not TOML: {error}") from None
    folder = path.resolve().parent
    own = _absolute_paths(table, folder)
    base = own.pop("extends", None)
    if base is None:
        return _started_in(folder, own)
    if not isinstance(base, str):
        raise Problem(f"{_named(path, depth)}extends: expected the path of a target file, got {base!r}")
    if depth == DEEPEST:
        raise Problem(f"extends: more than {DEEPEST} files stand upon one another; the last is {path}")
    try:
        below = read_table(folder / base, depth + 1)
    except OSError as error:
        raise Problem(f"{_named(path, depth)}extends {base!r}: {error.strerror or error}") from None
    below.pop("name", None)
    return _started_in(folder, _laid_over(below, own))


def _named(path: Path, depth: int) -> str:
    """The file that was asked for is named by whoever reports the problem."""
    return "" if depth == 1 else f"{path}: "


def _laid_over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(base)
    for key, value in own.items():
        below = joined.get(key)
        joined[key] = _laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return joined


def _absolute_paths(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    def absolute(text: str) -> str:
        return text if not text or text.startswith("{") else str((folder / text).resolve())

    if isinstance(table.get("ca_file"), str):
        table["ca_file"] = absolute(table["ca_file"])
    for start in (table.get("start"), table.get("restart")):
        if isinstance(start, dict) and isinstance(start.get("directory"), str):
            start["directory"] = absolute(start["directory"])
    return table


def _started_in(folder: Path, table: dict[str, Any]) -> dict[str, Any]:
    """A start or restart command without a directory runs where the file is that has brought it."""
    for start in (table.get("start"), table.get("restart")):
        if isinstance(start, dict):
            start.setdefault("directory", str(folder))
    return table
