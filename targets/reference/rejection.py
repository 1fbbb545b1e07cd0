"""How a failed check is told: to the user on a 400 page, to the operator on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any


class Rejected(Exception):
    """A check failed; the login ends here. `what` is the artefact that was refused, `why` the check.

    `status` is the HTTP status of the page.
    """

    def __init__(self, what: str, why: str, status: int = 400) -> None:
        super().__init__(f"{what} rejected: {why}")
        self.status = status


def shown(value: Any, limit: int = 100) -> str:
    """A value from outside in one short printable line."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= limit else f"{text[:limit]}..."


def log(message: str) -> None:
    """One line to stderr, whatever the message contains."""
    line = message.encode("ascii", "backslashreplace").decode().replace("\n", "\\n").replace("\r", "\\r")
    print(line[:500], file=sys.stderr, flush=True)
