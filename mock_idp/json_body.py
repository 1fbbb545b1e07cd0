"""The JSON object of a request's body, read in one place, so that hostile bodies end alike everywhere."""

from __future__ import annotations

from typing import Any

from flask import request

from mock_idp.text import has_lone_surrogate


def json_object(*, any_type: bool = False) -> dict[str, Any] | None:
    """None for what is no JSON object, is not labelled as JSON (unless `any_type`), or is nested beyond reading.

    None also where half of a surrogate pair is in it: whatever stored that could never be shown again.
    """
    try:
        sent = request.get_json(force=any_type, silent=True)
        return sent if isinstance(sent, dict) and not has_lone_surrogate(sent) else None
    except RecursionError:
        return None
