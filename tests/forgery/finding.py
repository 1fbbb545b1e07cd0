"""Runs the generated attacks against one relying party, in this process."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from suites._core import CaseInfo, load_cases
from suites._core.runner import run_row
from suites.engine.driver import Driver
from suites.engine.harness import Harness, RunOptions
from targets import zoo
from targets.broken.registry import variant_of
from tests.kill_matrix.matrix import snapshot

WITHIN = 300
"""Examples in which a weakness has to be found."""
REFUSED = (
    "forgery.rejects-refused-claims",
    "forgery.rejects-refused-signatures",
    "forgery.rejects-doubtful-tokens",
)
GENERATED = (*REFUSED, "forgery.accepts-unusual-tokens")


def seeded() -> list[str]:
    """The weaknesses of the reference that a forged ID Token can meet: some case of those fails on them."""
    recorded = snapshot()
    reference = [weakness.name for weakness in zoo.weaknesses().values() if weakness.base == "reference"]
    return [name for name in reference if not variant_of(name) and any(map(_is_forged, recorded[name]))]


def _is_forged(row: str) -> bool:
    return row.startswith("id-token.") and ".rejects-" in row


def generated(weakness: str = "", *, cases: tuple[str, ...] = GENERATED, **options: Any) -> dict[str, dict[str, Any]]:
    """The rows of these cases, on the reference or on the broken RP with this weakness."""
    os.environ["WEAKNESS"] = weakness
    with tempfile.TemporaryDirectory(prefix="forgery-") as folder:
        options = {"forgery_examples": WITHIN, "report_directory": Path(folder), **options}
        harness = Harness(RunOptions("broken" if weakness else "reference", **options))
        try:
            driver = Driver(harness.start())
            try:
                return {info.id: run_row(driver, info, None)[0] for info in _cases(cases)}
            finally:
                driver.close()
        finally:
            harness.stop()


def _cases(wanted: tuple[str, ...]) -> list[CaseInfo]:
    return [info for info in load_cases() if info.id in wanted]


def found_in(weakness: str) -> list[str]:
    """What the generated attacks observe in this RP that is wrong."""
    rows = generated(weakness, cases=REFUSED)
    return [row["observed"] for row in rows.values() if row["verdict"] in ("FAIL", "WARN")]
