"""What the controls of a page hold, and what is wrong with it.

A control has the name of the API's member where there is one, so that a refusal of the API (`errorCauses`:
`redirect_uris: …`) finds its control. Rows (several values of one name) can be added and removed without a script: the
buttons send `row=redirect_uris/add` or `row=redirect_uris/2` (the one that goes), and nothing is saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from flask import request

from mock_idp.org.problems import ApiError, invalid

ROW = "row"
_MEMBER = re.compile(r"([\w.]+): (.*)", re.DOTALL)
_FAILED = "Api validation failed: "


class Form:
    """Values by control name; `errors` by control name, too, and all of them with the control's name in `causes`."""

    def __init__(self, values: Mapping[str, Sequence[str]], controls: Mapping[str, str] | None = None) -> None:
        """`controls`: which control shows a member of the API that has another name."""
        self._values = values
        self._controls = controls or {}
        self.summary = ""
        self.causes: list[tuple[str, str]] = []

    @classmethod
    def of(cls, controls: Mapping[str, str] | None = None, /, **values: str | bool | int | Iterable[str]) -> Form:
        """What is known, to be shown: a text, a ticked box (True), or several values."""
        return cls({name: _texts(value) for name, value in values.items()}, controls)

    @classmethod
    def sent(cls, controls: Mapping[str, str] | None = None) -> Form:
        """What the browser sent; rows are added and removed as it asked."""
        values = {name: list(given) for name, given in request.form.lists()}
        name, _, place = request.form.get(ROW, "").partition("/")
        rows = values.setdefault(name, []) if name else []
        if place == "add":
            rows.append("")
        elif place.isdigit() and int(place) < len(rows):
            del rows[int(place)]
        return cls(values, controls)

    @property
    def edits_rows(self) -> bool:
        """Whether this was only about rows: nothing is to be saved yet."""
        return ROW in request.form

    def text(self, name: str) -> str:
        return next(iter(self._values.get(name, ())), "").strip()

    def raw(self, name: str) -> str:
        """As it was typed (passwords)."""
        return next(iter(self._values.get(name, ())), "")

    def on(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    def all(self, name: str) -> list[str]:
        """The values that are not empty, each once."""
        given = (value.strip() for value in self._values.get(name, ()))
        return list(dict.fromkeys(value for value in given if value))

    def rows(self, name: str) -> list[str]:
        """The values as they were typed; at least one row."""
        return list(self._values.get(name, ())) or [""]

    def number(self, name: str) -> int:
        """Raises E0000001 for what is no whole number."""
        text = self.text(name)
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise invalid(name, f"{name}: The field must be a whole number")
        return int(text)

    def refused(self, error: ApiError) -> Form:
        """This form with what the operation refused; raises the error again where something is gone (404)."""
        if error.status == 404:
            raise error
        self.summary = error.summary.removeprefix(_FAILED) if not error.causes else ""
        member = error.summary.removeprefix(_FAILED) if error.summary.startswith(_FAILED) else ""
        for cause in error.causes or (error.summary,):
            found = _MEMBER.fullmatch(cause)
            name, text = (found[1], found[2]) if found else (member, cause)
            self.causes.append((self._controls.get(name, name), text))
        return self

    def error(self, name: str) -> str:
        """What is wrong with a control; empty when nothing is."""
        return " ".join(text for control, text in self.causes if control == name)


def _texts(value: str | bool | int | Iterable[str]) -> list[str]:
    if isinstance(value, bool):
        return ["true"] if value else []
    return [str(value)] if isinstance(value, str | int) else list(value)
