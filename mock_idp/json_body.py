"""The JSON object of a request's body, read in one place, so that hostile bodies end alike everywhere."""

from __future__ import annotations

from typing import Any

from flask import request


def json_object(*, any_type: bool = False) -> dict[str, Any] | None:
    """None for what is no JSON object, is not labelled as JSON (unless `any_type`), or is nested beyond reading."""
    try:
        sent = request.get_json(force=any_type, silent=True)
    except RecursionError:
        return None
    return sent if isinstance(sent, dict) else None
