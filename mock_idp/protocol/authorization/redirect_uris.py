"""Which redirect URIs an app has: exact comparison, and wildcard subdomains (okta.md 2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PATTERN = re.compile(r"https://([A-Za-z0-9-]*)\*([A-Za-z0-9-]*)((?:\.[A-Za-z0-9-]+){2,}(?:[:/?].*)?)")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")


def registered(requested: str, uris: Iterable[str], *, wildcard: bool) -> bool:
    """Whether `requested` is one of `uris`: the same string, to the letter.

    With `wildcard` one `*` in the lowest label of an https host, with a domain and a TLD after it, stands for one or
    more characters of that label.
    """
    return any(uri == requested or (wildcard and _fits(uri, requested)) for uri in uris)


def _fits(pattern: str, requested: str) -> bool:
    parts = _PATTERN.fullmatch(pattern)
    if parts is None:
        return False
    before, after, rest = parts.groups()
    head, tail = f"https://{before}", f"{after}{rest}"
    found = requested[len(head) : len(requested) - len(tail)]
    same = len(requested) > len(head) + len(tail) and requested == f"{head}{found}{tail}"
    return same and _LABEL.fullmatch(f"{before}{found}{after}") is not None
