"""What was typed into a form whose browser had been signed out: it goes through the sign-in, and can be sent again.

`{"path", "fields"}` as JSON in a hidden field, in the page alone: who is not signed in leaves nothing with the mock.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import request

from mock_idp.console import access
from mock_idp.web import form_token

FIELD = "kept"
_HIDDEN = "password"


@dataclass(frozen=True)
class Kept:
    """`path` with its query, and the form's fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What a person has typed or chosen, without passwords."""
        return [(name, "…" if name == _HIDDEN else value) for name, value in self.fields if value]


def sent() -> str:
    """The form of this request, if one of our pages made it and it holds anything; else empty."""
    fields = [[name, value] for name, value in request.form.items(multi=True) if name != form_token.FIELD]
    path = request.full_path.rstrip("?")
    return json.dumps({"path": path, "fields": fields}) if fields and form_token.is_right() else ""


def read(text: str) -> Kept | None:
    """From the hidden field; None where it holds nothing that a page of ours has put there."""
    try:
        found = json.loads(text)
        made = Kept(str(found["path"]), tuple((str(name), str(value)) for name, value in found["fields"]))
    except (ValueError, TypeError, KeyError):
        return None
    return made if access.is_own(made.path) else None
