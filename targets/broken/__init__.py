"""Broken relying parties: the reference with exactly one weakness each. They show that the cases can fail."""

from __future__ import annotations


def names() -> list[str]:
    """The names of all weaknesses, for `python -m targets.broken NAME`."""
    from targets.broken.registry import all_weaknesses

    return sorted(all_weaknesses())
