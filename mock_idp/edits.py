"""Applying edits to artefacts, and recording what was delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from mock_idp.jose import Twice
from mock_idp.misbehaviour import Edit, Misbehaviour
from mock_idp.symbols import Scope, resolve

_ABSENT = object()
Recorder = Callable[[dict[str, Any]], None]


class Editor:
    """The edits of one attempt at the point where an artefact is made.

    `record` receives a delivery for every edit that changed what was served:
    `{"edit": index, "seam", "path", "op", "before"?, "after"?, "channel", "text"}`. Edits that find nothing to
    change (an absent claim to remove) are not delivered.
    """

    def __init__(
        self,
        misbehaviour: Misbehaviour,
        record: Recorder,
        occurrence: Callable[[int, str | None], int],
    ) -> None:
        self._misbehaviour = misbehaviour
        self._record = record
        self._occurrence = occurrence

    def selected(
        self, seam: str, channel: str | None = None, endpoint: str | None = None
    ) -> Iterator[tuple[int, Edit]]:
        """The edits for this seam that select this occurrence, with their index."""
        for index, edit in enumerate(self._misbehaviour.edits):
            if edit.seam != seam or (seam == "http" and edit.path != (endpoint,)):
                continue
            if edit.where.channel is not None and channel is not None and edit.where.channel != channel:
                continue
            if edit.where.selects(channel, self._occurrence(index, channel)):
                yield index, edit

    def touches(self, seam: str, path: tuple[str | int, ...]) -> bool:
        """Whether some edit is about exactly this place: then nobody else may recompute it."""
        return any(edit.seam == seam and edit.path == path for edit in self._misbehaviour.edits)

    def deliver(self, index: int, edit: Edit, before: Any, after: Any, channel: str | None = None) -> None:
        delivery = {
            "edit": index,
            "seam": edit.seam,
            "op": edit.op,
            "path": list(edit.path),
            "channel": channel,
            "text": str(edit),
        }
        # JSON null is a value; what was not there at all has no member.
        delivery |= {} if before is _ABSENT else {"before": before}
        delivery |= {} if after is _ABSENT else {"after": after}
        self._record(delivery)

    def json(self, seam: str, document: dict[str, Any], scope: Scope, channel: str | None = None) -> dict[str, Any]:
        """`document` (changed in place and returned) with this seam's member edits applied in order."""
        for index, edit in self.selected(seam, channel):
            if edit.path:
                self.member(index, edit, document, scope, channel)
        return document

    def member(self, index: int, edit: Edit, document: dict[str, Any], scope: Scope, channel: str | None) -> None:
        holder: Any = document
        for step in edit.path[:-1]:
            if isinstance(holder, MutableMapping):
                holder = holder.setdefault(step, {})
            elif isinstance(holder, list) and isinstance(step, int) and step < len(holder):
                holder = holder[step]
            else:
                return
        name = edit.path[-1]
        before = _get(holder, name)
        after = _changed(edit, before, scope)
        if after is _ABSENT:
            if before is _ABSENT:
                return
            del holder[name]
        else:
            holder[name] = after
        shown = [after.first, after.second] if isinstance(after, Twice) else after
        self.deliver(index, edit, before, shown, channel)

    def text(self, index: int, edit: Edit, value: str, scope: Scope, channel: str | None = None) -> str:
        """A whole string changed by one edit, delivered."""
        after = _changed(edit, value, scope)
        result = "" if after is _ABSENT else str(after)
        self.deliver(index, edit, value, result, channel)
        return result


def _get(holder: Any, name: str | int) -> Any:
    if isinstance(holder, MutableMapping):
        return holder.get(str(name), _ABSENT)
    if isinstance(holder, list) and isinstance(name, int) and name < len(holder):
        return holder[name]
    return _ABSENT


def _changed(edit: Edit, before: Any, scope: Scope) -> Any:
    given = None if before is _ABSENT else before
    if edit.op == "remove":
        return _ABSENT
    value = resolve(edit.value, scope, given)
    if edit.op == "set":
        return value
    if edit.op == "duplicate":
        return Twice(given, value)
    text = "" if given is None else str(given)
    if edit.op == "append":
        return text + str(value)
    if edit.op == "prepend":
        return str(value) + text
    if edit.op == "swap_case":
        return text.swapcase()
    if edit.op == "truncate":
        return text[: -int(value)] if value else text
    raise AssertionError(edit.op)
