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
ALGORITHMS = ("es256", "ps256", "eddsa", "hs256")
"""Variants of the reference that are registered for another algorithm than RS256."""
GENERATED = (*REFUSED, "forgery.accepts-unusual-tokens")


def seeded() -> list[str]:
    """The weaknesses of the reference that a forged ID Token can meet: some case of those fails on them.

    Of its variants, those that have to do with the algorithm.
    """
    recorded = snapshot()
    reference = [weakness.name for weakness in zoo.weaknesses().values() if weakness.base == "reference"]
    signed = [name for name in reference if variant_of(name) in ("", *ALGORITHMS)]
    return [name for name in signed if any(map(_is_forged, recorded[name]))]


def _is_forged(row: str) -> bool:
    return row.startswith("id-token.") and ".rejects-" in row


def generated(
    weakness: str = "", *, target: str = "reference", cases: tuple[str, ...] = GENERATED, **options: Any
) -> dict[str, dict[str, Any]]:
    """The rows of these cases, on a correct target or on the broken RP with this weakness."""
    os.environ["WEAKNESS"] = weakness
    target = zoo.weaknesses()[weakness].target if weakness else target
    with tempfile.TemporaryDirectory(prefix="forgery-") as folder:
        options = {"forgery_examples": WITHIN, "report_directory": Path(folder), **options}
        harness = Harness(RunOptions(target, **options))
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
