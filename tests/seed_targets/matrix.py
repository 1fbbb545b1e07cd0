"""What a system accepts and refuses, in `tests/seed_targets/<name>.toml`, and one run of `gauntlet check` on it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from targets.target_file import load
from tests.front_door.running import Finished, Running, checking

HERE = Path(__file__).resolve().parent
WHOLE = os.environ.get("SEEDS") == "all"
LIMIT = 300.0  # seconds for a run of some cases
LIMIT_OF_ALL = 3600.0  # seconds for all; every login of a target that needs a browser takes a second or two
OF_A_PART = ("openmetadata-implicit", "upflow-rest")
"""Targets that are no product as it comes: only what their matrix and waivers say is tried."""


def names() -> list[str]:
    """The targets that have a matrix; without SEEDS=all only those that need no browser, which takes minutes."""
    found = sorted(path.stem for path in HERE.glob("*.toml"))
    return [name for name in found if WHOLE or not load(name).browser_reason]


def rows(name: str) -> list[dict[str, Any]]:
    """The matrix of a target: `what`, `result`, `label` (of the evidence), `verdict` and `cases`."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / f"{name}.toml").read_text())["rows"]
    return found


def tried_whole(name: str) -> bool:
    """Whether `checked` tries all cases."""
    return WHOLE and name in names() and name not in OF_A_PART


def group(name: str) -> pytest.MarkDecorator:
    """What uses one run of `checked` is done by one worker."""
    return pytest.mark.xdist_group(f"matrix-{name}")


def checked(name: str, folder: Path) -> Finished:
    """`gauntlet check` as a user runs it; without SEEDS=all on no more than what the matrix and the waivers are about.

    Skips what is not installed.
    """
    patterns = [case for row in rows(name) for case in row["cases"]] + [waiver.case for waiver in load(name).waivers]
    whole = tried_whole(name)
    words = [] if whole else [word for pattern in dict.fromkeys(patterns) for word in ("--case", pattern)]
    if whole and load(name).browser_reason:
        words += ["--workers", "4"]  # a browser mostly waits
    report = folder / "report"
    finished = Running(checking(name, *words, report=report), report).finish(LIMIT_OF_ALL if whole else LIMIT)
    return finished.or_skipped()
