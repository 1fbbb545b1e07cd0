"""Edits of a whole HTTP answer: status, body, content type, delay, redirect."""

from __future__ import annotations

from typing import Any

from flask import Response

from mock_idp.edits.editor import Editor
from mock_idp.edits.symbols import resolve
from mock_idp.misbehaviour import Edit
from mock_idp.protocol.scope import LoginScope

_SHOWN = 20_000
"""Characters of a body that a delivery shows."""


def finish(
    response: Response,
    editor: Editor,
    scope: LoginScope,
    endpoint: str,
    seam: str | None = None,
    channel: str | None = None,
) -> Response:
    """The response after the whole-response edits of `seam` (if any) and the `http(endpoint)` edits."""
    edits = list(editor.selected(seam, channel, lambda edit: not edit.path)) if seam else []
    edits += editor.selected("http", fits=lambda edit: edit.path == (endpoint,))
    for index, edit in edits:
        at = channel if edit.seam == seam else None
        with editor.trying(index, edit, at):
            if edit.op == "delay":
                # Said before it is over: who gives up waiting has met it, too.
                editor.deliver(index, edit, 0, edit.value, at)
                scope.idp.clock.sleep(float(edit.value))
                continue
            before, after, response = _apply(response, edit, resolve(edit.value, scope))
            editor.deliver(index, edit, before, after, at)
    return response


def _apply(response: Response, edit: Edit, value: Any) -> tuple[Any, Any, Response]:
    """What was there, what is there now, and the response."""
    if edit.op == "redirect":
        return response.status_code, str(value), Response("", 307, {"Location": str(value)})
    if edit.op == "status":
        before, response.status_code = response.status_code, int(value)
        return before, value, response
    if edit.op == "content_type":
        previous, response.content_type = response.content_type, str(value)
        return previous, value, response
    if edit.op == "max_age":
        directives, response.headers["Cache-Control"] = response.headers.get("Cache-Control"), f"max-age={int(value)}"
        del response.headers["Expires"]
        return directives, response.headers["Cache-Control"], response
    if edit.op == "retry_after":
        wait, response.headers["Retry-After"] = response.headers.get("Retry-After"), str(int(value))
        return wait, response.headers["Retry-After"], response
    text = response.get_data(as_text=True)
    response.set_data(text[: -int(value)] if edit.op == "truncate_body" else str(value))
    return text[:_SHOWN], response.get_data(as_text=True)[:_SHOWN], response
