"""What a case did to the target, told on the few "we changed" lines of a failure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

from .clean import ELLIPSIS, as_json, one_line
from .words import Case, changed_place

VALUE = 60
"""Characters of a value before or after an edit."""

_LINE = 160  # characters of a place or a step
_CONTEXT = 8  # characters beside a difference: enough to find it in the whole value
_ALIKE = 0.75  # of two shortened texts that nobody tells apart at a glance, this much is the same


def changed_lines(case: Case, room: int) -> list[str]:
    """The edits or, where nothing was edited, the steps of a case: in at most `room` (1 or more) lines."""
    told = [_edit(edit) for edit in case["changed"]]
    told = told or [one_line(step, _LINE) for step in case.get("steps") or ()]
    told = told or ["nothing: an honest login"]
    shown = told if len(told) <= room else told[: max(room - 1, 1)]
    lines = [f"  {'' if number else 'we changed':<11} {one}" for number, one in enumerate(shown)]
    rest = len(told) - len(shown)
    if rest and room > 1:
        lines.append(f"  {'':<11} and {rest} more")
    elif rest:
        lines[-1] += f"   (and {rest} more)"
    return lines


def difference(edit: Mapping[str, Any]) -> tuple[str, str] | None:
    """What differs between two long values that look alike: the part before, the part after, with its surroundings.

    None for an edit whose values are short, tell themselves apart by their ends, or are the same in this document
    (where the difference was in what is never written, such as a signature).
    """
    if "before" not in edit or "after" not in edit:
        return None
    before, after = as_json(edit["before"]), as_json(edit["after"])
    if before == after or not _look_alike(before, after):
        return None
    start, end = _common(before, after)
    return _part(before, start, end), _part(after, start, end)


def _look_alike(before: str, after: str) -> bool:
    if max(len(before), len(after)) <= VALUE:
        return False
    one, other = one_line(before, VALUE), one_line(after, VALUE)
    return sum(_common(one, other)) >= _ALIKE * max(len(one), len(other))


def _common(one: str, other: str) -> tuple[int, int]:
    """How many characters both begin with, and with how many of the others both end."""
    start = _same(zip(one, other, strict=False))
    room = min(len(one), len(other)) - start
    return start, min(_same(zip(reversed(one), reversed(other), strict=False)), room)


def _same(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _part(text: str, start: int, end: int) -> str:
    first, last = max(start - _CONTEXT, 0), min(len(text) - end + _CONTEXT, len(text))
    part = one_line(text[first:last], VALUE)
    return f"{ELLIPSIS if first else ''}{part}{ELLIPSIS if last < len(text) else ''}"


def _edit(edit: Mapping[str, Any]) -> str:
    place = one_line(changed_place(edit), _LINE)
    before, after = difference(edit) or (_value(edit, "before"), _value(edit, "after"))
    # The same on both sides says nothing, so the edit speaks for itself.
    if before == after and edit["edit"]:
        return f"{place}   {one_line(edit['edit'], 2 * VALUE)}"
    return f"{place}   {before} -> {after}"


def _value(edit: Mapping[str, Any], side: str) -> str:
    return one_line(as_json(edit[side]), VALUE) if side in edit else "(absent)"
