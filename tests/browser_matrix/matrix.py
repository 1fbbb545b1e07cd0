"""Runs rows with one target and one user agent, and compares two such runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from suites._core import CaseInfo, load_cases
from suites._core.runner import run_row
from suites.engine.driver import Driver
from suites.engine.harness import Harness, RunOptions

Row = tuple[CaseInfo, str | None]
UNSEEN = "NOT_APPLICABLE"


def verdicts(target: str, browser: str, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, str]:
    """Verdict by row id."""
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="browser-matrix-") as directory:
        harness = Harness(RunOptions(target, browser=browser, report_directory=Path(directory)))
        try:
            driver = Driver(harness.start())
            for info in load_cases():
                for member in info.members:
                    if wanted(info.result_id(member)):
                        found[info.result_id(member)] = run_row(driver, info, member)[0]["verdict"]
            driver.close()
        finally:
            harness.stop()
    return found


def differences(left: dict[str, str], right: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Rows that both could judge and that came out differently."""
    return {
        row: (left[row], right[row])
        for row in left
        if UNSEEN not in (left[row], right[row]) and left[row] != right[row]
    }
