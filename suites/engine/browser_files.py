"""What a browser leaves beside a result, without secrets: its console log, and Playwright's trace of the login."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from suites.engine.evidence import Redactor, mark

_CREDENTIALS = frozenset({"authorization", "cookie", "set-cookie"})


def redact(path: Path, redactor: Redactor) -> None:
    """Rewrite a file of `Profile.evidence` without what could be used to sign in; pictures stay as they are."""
    if path.suffix == ".log":
        path.write_text(redactor.output(path.read_text("utf-8", "replace")), "utf-8")
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = {name: _member(name, archive.read(name), redactor) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)


def _member(name: str, content: bytes, redactor: Redactor) -> bytes:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content  # a picture or a font
    if not name.endswith((".trace", ".network")):
        return redactor.output(text).encode()
    lines = [json.dumps(_clean(json.loads(line), redactor)) for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines).encode()


def _clean(value: Any, redactor: Redactor) -> Any:
    """One event of a trace, whose strings hold addresses and pages; it names cookies and headers as HAR does."""
    if isinstance(value, str):
        return redactor.output(value)
    if isinstance(value, list):
        return [_clean(member, redactor) for member in value]
    if not isinstance(value, dict):
        return value
    made = {name: _clean(member, redactor) for name, member in value.items()}
    if str(value.get("name", "")).lower() in _CREDENTIALS and "value" in value:
        made["value"] = mark("credentials", str(value["value"]))
    if value.get("cookies"):
        made["cookies"] = []
    return made
