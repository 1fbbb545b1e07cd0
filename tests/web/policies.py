"""Content-Security-Policies as tests read them."""

from __future__ import annotations

import base64
import hashlib

from werkzeug.test import TestResponse


def directives(page: TestResponse) -> dict[str, str]:
    """The directives of the page's policy with their sources; empty without one."""
    found = page.headers.get("Content-Security-Policy", "").split("; ")
    return {name: sources for name, _, sources in (directive.partition(" ") for directive in found if directive)}


def hash_source(script: str) -> str:
    """How a policy names a script that stands in the page (CSP Level 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
