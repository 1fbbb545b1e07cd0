"""Runs cases against one broken relying party, and keeps what should come out.

`snapshot.json` maps each weakness to its exact failing set: `{weakness: {case id: verdict}}`. The correct relying
parties stand in it under their target's name.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from suites._core import CaseInfo, load_cases
from suites._core.runner import run_row
from suites.engine.driver import Driver
from suites.engine.harness import Harness, RunOptions
from suites.engine.verdicts import SetupError
from targets.broken.registry import variant_of

SNAPSHOT = Path(__file__).with_name("snapshot.json")
REFERENCE = "reference"
CORRECT = (REFERENCE,)
"""Relying parties that must fail nothing: the reference and its variants."""
FORGERY = "suites.forgery.test_forgery"
Row = tuple[CaseInfo, str | None]


def rows() -> list[Row]:
    """Every result row: a case and, for families, its member. What generated attacks find is in tests/forgery."""
    return [(info, member) for info in load_cases() for member in info.members if info.module != FORGERY]


def snapshot() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(SNAPSHOT.read_text())
    return found


@dataclass(frozen=True)
class Outcome:
    """What one relying party did: verdicts that are not PASS, and how many rows were tried."""

    weakness: str
    failing: dict[str, str]
    tried: int
    details: dict[str, str]


def run_one(weakness: str, wanted: Callable[[Row], bool] = lambda _: True) -> Outcome:
    """The wanted rows against the RP with this weakness, or a correct one, in this process."""
    if weakness in CORRECT:
        return run_target(weakness, wanted, weakness)
    os.environ["WEAKNESS"] = weakness
    return run_target("-".join(filter(None, ("broken", variant_of(weakness)))), wanted, weakness)


def run_target(target: str, wanted: Callable[[Row], bool], weakness: str) -> Outcome:
    """The wanted rows against a target (a name or a file), in this process; `weakness` is what to call it."""
    failing: dict[str, str] = {}
    details: dict[str, str] = {}
    tried = 0
    with tempfile.TemporaryDirectory(prefix="kill-matrix-") as directory:
        harness = Harness(RunOptions(target, report_directory=Path(directory)))
        try:
            try:
                driver = Driver(harness.start())
            except SetupError as error:
                stopped = {"preflight": f"exit {error.code}"}
                return Outcome(weakness, stopped, 0, {"preflight": error.message})
            for info, member in rows():
                if not wanted((info, member)):
                    continue
                tried += 1
                result, _ = run_row(driver, info, member)
                if result["verdict"] not in ("PASS", "NOT_APPLICABLE"):
                    failing[result["id"]] = result["verdict"]
                    details[result["id"]] = f"{result['observed']} {result['reason']}".strip()
            driver.close()
        finally:
            harness.stop()
    return Outcome(weakness, failing, tried, details)
