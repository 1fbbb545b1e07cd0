"""Okta's catalogue of OAuth errors as a measure of the mock's texts; development data that is not part of the project.

It is looked for in the folder of GAUNTLET_OKTA_OPENAPI, else in `../shared/okta` beside the project.
"""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path

FOLDER = Path(os.environ.get("GAUNTLET_OKTA_OPENAPI") or Path(__file__).resolve().parents[3] / "shared" / "okta")
_FILE = FOLDER / "oauth2-error-codes.json"
MISSING = f"Okta's error catalogue is not in {FOLDER}; GAUNTLET_OKTA_OPENAPI names another folder"
_PLACEHOLDER = re.compile(r"(?<![A-Za-z])en(?![A-Za-z])|\\{\d\\}")


def present() -> bool:
    return _FILE.is_file()


@functools.cache
def _catalogue() -> dict[str, tuple[int, str, str]]:
    entries = json.loads(_FILE.read_text(encoding="utf-8"))["errors"]
    return {e["internalErrorCode"]: (e["statusCode"], e["errorCode"], e["errorDescription"]) for e in entries}


def entry(code: str) -> tuple[int, str, re.Pattern[str]]:
    """Status, error and a pattern of the description of an entry; `en` stands for whatever Okta fills in."""
    status, error, description = _catalogue()[code]
    return status, error, re.compile(_PLACEHOLDER.sub(".+", re.escape(description)))
