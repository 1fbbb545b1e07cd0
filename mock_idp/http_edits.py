"""Edits of a whole HTTP answer: status, body, content type, delay, redirect."""

from __future__ import annotations

import time

from flask import Response

from mock_idp.edits import Editor
from mock_idp.misbehaviour import Edit
from mock_idp.scope import LoginScope
from mock_idp.symbols import resolve

MAX_DELAY = 60.0
"""Seconds; a longer delay would hold a worker thread for no gain, relying parties give up earlier."""


def finish(response: Response, editor: Editor, scope: LoginScope, endpoint: str, seam: str | None = None) -> Response:
    """The response after the `http(endpoint)` edits and the whole-response edits of `seam`."""
    for index, edit in editor.selected("http", endpoint=endpoint):
        response = _apply(response, editor, index, edit, scope)
    if seam:
        for index, edit in editor.selected(seam):
            if not edit.path:
                response = _apply(response, editor, index, edit, scope)
    return response


def _apply(response: Response, editor: Editor, index: int, edit: Edit, scope: LoginScope) -> Response:
    value = resolve(edit.value, scope)
    before: object = None
    if edit.op == "status":
        before, response.status_code = response.status_code, int(value)
    elif edit.op == "body":
        before = response.get_data(as_text=True)
        response.set_data(str(value))
    elif edit.op == "truncate_body":
        before = response.get_data(as_text=True)
        response.set_data(str(before)[: -int(value)])
        value = response.get_data(as_text=True)
    elif edit.op == "content_type":
        before, response.content_type = response.content_type, str(value)
    elif edit.op == "redirect":
        before = response.status_code
        response = Response("", 307, {"Location": str(value)})
    elif edit.op == "delay":
        # The delay is the misbehaviour itself, not a wait for something.
        time.sleep(min(float(value), MAX_DELAY))
    else:
        return response
    editor.deliver(index, edit, before, value)
    return response
