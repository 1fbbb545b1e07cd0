"""What a system accepts and refuses, as `tests/seed_targets/<name>.toml` says, and one run of the cases that try it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from targets.errors import UNREACHABLE
from targets.target_file import load
from tests.front_door.running import Finished, Running, checking

HERE = Path(__file__).resolve().parent
LIMIT = 300.0  # seconds for a run
IN_A_BROWSER = 1500.0  # the same where every login takes a browser


def rows(name: str) -> list[dict[str, Any]]:
    """The matrix of a target: `what`, `result`, `label` (of the evidence), `verdict` and `cases`."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / f"{name}.toml").read_text())["rows"]
    return found


def run_without_waivers(name: str, folder: Path) -> Finished:
    """`gauntlet check` on what the matrix and the waivers are about, with no waiver. Skips what is not installed."""
    source = load(name).source
    target = folder / "no-waivers.toml"
    target.write_text(f'extends = {json.dumps(str(source))}\nname = "{name}"\nwaiver = []\n')
    patterns = [case for row in rows(name) for case in row["cases"]] + [waiver.case for waiver in load(name).waivers]
    words = [word for pattern in dict.fromkeys(patterns) for word in ("--case", pattern)]
    browser = bool(load(name).browser_reason)
    report = folder / "report"
    finished = Running(checking(str(target), *words, report=report), report).finish(IN_A_BROWSER if browser else LIMIT)
    if finished.code == UNREACHABLE and "make third-party" in finished.err:
        pytest.skip(finished.err)
    return finished
