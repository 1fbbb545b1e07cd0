"""Write the report files of one run, each whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import html, junit
from .errors import ReportError
from .validation import checked


def write(results: Mapping[str, Any], directory: Path) -> dict[str, Path]:
    """Write results.json, junit.xml and index.html into `directory`, which is created when missing.

    Returns the paths by name: `json`, `junit`, `html`. The results are validated and all three files rendered
    before the first is written, so a failure leaves the reports of an earlier run as they were.
    Raises ReportError for invalid results and for a directory that cannot be written.
    """
    document = checked(results)
    # ASCII only: results.json stays inert when somebody prints it to a terminal.
    contents = {
        "json": ("results.json", json.dumps(document, indent=1) + "\n"),
        "junit": ("junit.xml", junit.render(document)),
        "html": ("index.html", html.render(document)),
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot("create the report directory", directory, error)
    return {name: _replace(directory / file, text) for name, (file, text) in contents.items()}


def _replace(path: Path, text: str) -> Path:
    # A neighbour in the same directory, so that the last step is a rename; the mode follows the umask.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with draft.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(draft, path)
    except OSError as error:
        raise _cannot("write the report", path, error)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()  # already gone when the rename succeeded
    return path


def _cannot(what: str, path: Path, error: OSError) -> ReportError:
    return ReportError(f"cannot {what} {path}: {error.strerror or error}; choose another directory")
