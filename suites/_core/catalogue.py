"""The ids of all catalogued requirements on an RP; a case says which of them it covers."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def rows() -> frozenset[str]:
    """Every row id of catalogue.txt."""
    lines = Path(__file__).with_name("catalogue.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip())
