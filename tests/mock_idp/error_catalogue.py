"""Okta's catalogue of OAuth errors as a measure of our texts; it is no part of this project (see `FOLDER`)."""

from __future__ import annotations

import functools
import json
import re

from tests.management.openapi import FOLDER

_FILE = FOLDER / "oauth2-error-codes.json"
MISSING = f"Okta's error catalogue is not in {FOLDER}; GAUNTLET_OKTA_OPENAPI names another folder"
_PLACEHOLDER = re.compile(r"(?<![A-Za-z])en(?![A-Za-z])|\{\d\}")


def available() -> bool:
    return _FILE.is_file()


@functools.cache
def _entries() -> dict[str, tuple[int, str, str]]:
    errors = json.loads(_FILE.read_text(encoding="utf-8"))["errors"]
    return {e["internalErrorCode"]: (e["statusCode"], e["errorCode"], e["errorDescription"]) for e in errors}


def entry(key: str) -> tuple[int, str, re.Pattern[str]]:
    """Status, error and a pattern of the description; `en` and `{0}` stand for whatever Okta fills in."""
    status, code, text = _entries()[key]
    return status, code, re.compile(".+".join(re.escape(part) for part in _PLACEHOLDER.split(text)))


def fault(key: str, error: str, description: str) -> str:
    """What is wrong with an error as the catalogue's entry `key`; empty when nothing is.

    Live texts with a list at their end have one more full stop than the catalogue.
    """
    if key not in _entries():
        return f"the catalogue has no {key}"
    _, code, pattern = entry(key)
    if code != error:
        return f"{key} is {code}, not {error}"
    return "" if re.fullmatch(pattern.pattern + r"\.?", description) else f"{key} reads {_entries()[key][2]!r}"


def names() -> list[str]:
    """The internal codes of all entries."""
    return list(_entries())
