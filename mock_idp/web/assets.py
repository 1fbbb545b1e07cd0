"""The stylesheet, the icon and the scripts of all pages, at `/assets/`."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

blueprint = Blueprint("assets", __name__, url_prefix="/assets")
_FILES = Path(__file__).parent / "static"
_SECONDS = 300


@blueprint.get("/<name>")
def asset(name: str) -> Response:
    """A file; 404 where there is none."""
    response = send_from_directory(_FILES, name, max_age=_SECONDS)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
