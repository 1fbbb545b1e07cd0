"""Applying edits to artefacts, and recording what was delivered."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from mock_idp.crypto.jose import Twice
from mock_idp.edits.app_data import with_return_url
from mock_idp.edits.symbols import Scope, SymbolError, resolve
from mock_idp.misbehaviour import Edit, Misbehaviour

ABSENT = object()
"""Stands for a member that is not there; JSON null is a value."""
Recorder = Callable[[str, dict[str, Any]], None]


class Editor:
    """The edits of one attempt at the point where an artefact is made.

    `record("delivery", …)` gets an item for every edit that changed what was served:
    `{"edit": index, "seam", "op", "path", "channel", "text", "before"?, "after"?}`; what was not there at all has
    no member. Edits that find nothing to change are not delivered. An edit that has no value at this point of the
    login is left out, and `record("failure", …)` gets the same item with a `"reason"`: the harness's fault.
    """

    def __init__(self, misbehaviour: Misbehaviour, record: Recorder, occurrence: Callable[[int], int]) -> None:
        self._misbehaviour = misbehaviour
        self._record = record
        self._occurrence = occurrence

    def selected(
        self, seam: str, channel: str | None = None, fits: Callable[[Edit], bool] | None = None
    ) -> Iterator[tuple[int, Edit]]:
        """The edits for this seam that select this occurrence, with their index. Each look is one occurrence."""
        for index, edit in enumerate(self._misbehaviour.edits):
            if edit.seam != seam or (fits and not fits(edit)):
                continue
            where = edit.where
            if where.channel is not None and where.channel != channel:
                continue
            counts = where.nth is not None or where.times is not None
            if not counts or where.selects(self._occurrence(index)):
                yield index, edit

    def mentions(self, seam: str) -> bool:
        """Whether there is an edit for this seam at all; no occurrence of it."""
        return any(edit.seam == seam for edit in self._misbehaviour.edits)

    def deliver(self, index: int, edit: Edit, before: Any, after: Any, channel: str | None = None) -> None:
        """Record a change; nothing is recorded where before and after are the same."""
        shown = {"before": _shown(before), "after": _shown(after)}
        if _same(shown["before"], shown["after"]):
            return
        members = {name: copy.deepcopy(value) for name, value in shown.items() if value is not ABSENT}
        self._record("delivery", {**_about(index, edit, channel), **members})

    @contextlib.contextmanager
    def trying(self, index: int, edit: Edit, channel: str | None = None) -> Iterator[None]:
        """An edit that cannot be done here is recorded as a failure, and the artefact stays as it was."""
        try:
            yield
        except (SymbolError, ValueError) as error:
            self._record("failure", {**_about(index, edit, channel), "reason": str(error)})

    def json(self, seam: str, document: dict[str, Any], scope: Scope, channel: str | None = None) -> dict[str, Any]:
        """`document` with this seam's member edits applied in order."""
        edits = list(self.selected(seam, channel, lambda edit: bool(edit.path)))
        if edits:  # on a copy: parts of the document may be the IdP's own state, which others see
            document = copy.deepcopy(document)
        for index, edit in edits:
            self.member(index, edit, edit.path, document, scope, channel)
        return document

    def member(
        self,
        index: int,
        edit: Edit,
        path: tuple[str | int, ...],
        document: dict[str, Any],
        scope: Scope,
        channel: str | None = None,
    ) -> None:
        """One edit of the member at `path`, in place; delivered if it changed something."""
        with self.trying(index, edit, channel):
            before = _get(_holder(document, path[:-1], create=False), path[-1])
            after = changed(edit, before, scope)
            if _put(_holder(document, path[:-1], create=edit.op != "remove"), path[-1], after):
                self.deliver(index, edit, before, after, channel)

    def text(self, index: int, edit: Edit, value: str, scope: Scope, channel: str | None = None) -> str:
        """A whole string changed by one edit, delivered."""
        with self.trying(index, edit, channel):
            result = str(changed(edit, value, scope))
            self.deliver(index, edit, value, result, channel)
            return result
        return value


HONEST_EDITOR = Editor(Misbehaviour(), lambda _kind, _item: None, lambda _index: 1)


def changed(edit: Edit, before: Any, scope: Scope) -> Any:
    """What one edit makes of a value; ABSENT for nothing."""
    given = None if before is ABSENT else before.first if isinstance(before, Twice) else before
    if edit.op == "remove" or (before is ABSENT and edit.op != "set"):
        return ABSENT
    value = resolve(edit.value, scope, given)
    if edit.op in ("add", "add_first"):
        if not isinstance(given, list):
            raise ValueError(f"{edit.path[-1]!r} is no list to which something could be added")
        return [*given, value] if edit.op == "add" else [value, *given]
    if edit.op == "set":
        return value
    if edit.op == "duplicate":
        return Twice(given, value)
    if edit.op == "duplicate_first":
        return Twice(value, given)
    text = given if isinstance(given, str) else "" if given is None else json.dumps(given)
    if edit.op == "append":
        return text + str(value)
    if edit.op == "prepend":
        return str(value) + text
    if edit.op == "swap_case":
        return text.swapcase()
    if edit.op == "truncate":
        return text[: -int(value)]
    if edit.op == "set_return_url":
        return with_return_url(text, str(value))
    raise AssertionError(edit.op)


def _about(index: int, edit: Edit, channel: str | None) -> dict[str, Any]:
    return {
        "edit": index,
        "seam": edit.seam,
        "op": edit.op,
        "path": list(edit.path),
        "channel": channel,
        "text": str(edit),
    }


def _shown(value: Any) -> Any:
    return [value.first, value.second] if isinstance(value, Twice) else value


def _same(before: Any, after: Any) -> bool:
    if before is ABSENT or after is ABSENT:
        return before is after
    # JSON text, because Python takes 1, 1.0 and True for equal.
    return json.dumps(before) == json.dumps(after)


def _holder(document: Any, steps: tuple[str | int, ...], *, create: bool) -> Any:
    """What the last step of a path is looked up in; None where the path leads nowhere."""
    holder = document
    for step in steps:
        found = _get(holder, step)
        if found is ABSENT and create and isinstance(holder, MutableMapping):
            found = holder[str(step)] = {}
        if not isinstance(found, MutableMapping | list):
            return None
        holder = found
    return holder


def _get(holder: Any, name: str | int) -> Any:
    if isinstance(holder, MutableMapping):
        return holder.get(str(name), ABSENT)
    if isinstance(holder, list) and isinstance(name, int) and name < len(holder):
        return holder[name]
    return ABSENT


def _put(holder: Any, name: str | int, value: Any) -> bool:
    """Store (or, for ABSENT, delete) one member; False where there is no place for it."""
    if isinstance(holder, MutableMapping):
        name = str(name)
        if value is not ABSENT:
            holder[name] = value
        return value is not ABSENT or holder.pop(name, ABSENT) is not ABSENT
    if not isinstance(holder, list) or not isinstance(name, int) or name >= len(holder):
        return False
    if value is ABSENT:
        del holder[name]
    else:
        holder[name] = value
    return True
