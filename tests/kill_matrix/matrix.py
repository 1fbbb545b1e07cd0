"""Runs cases against one broken relying party, and keeps what should come out.

`snapshot.json` maps each weakness to its exact failing set: `{weakness: {case id: verdict}}`. The correct relying
parties stand in it under their target's name. `passes.json` maps each row to the correct relying parties that pass it.
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
from targets import zoo

SNAPSHOT = Path(__file__).with_name("snapshot.json")
PASSES = Path(__file__).with_name("passes.json")
REFERENCE = "reference"
VARIANTS = (
    *("form-post", "hybrid", "hybrid-code-token", "hybrid-token", "implicit", "implicit-token"),
    *("pushed-request", "renewal", "request-object", "signed-userinfo", "step-up", "tls"),
    *("eddsa", "encrypted", "encrypted-symmetric", "es256", "hs256", "ps256"),
    *("post", "private-key-jwt", "public", "secret-jwt", "two-providers", "two-providers-one-id"),
    *("simplified", "without-pkce"),
)
CORRECT = (REFERENCE, *(f"{REFERENCE}-{variant}" for variant in VARIANTS))
"""Relying parties that must fail nothing: the reference and its variants."""
ALL_CORRECT = (*CORRECT, *zoo.OTHER_BASES, *zoo.LENIENT, *zoo.AWKWARD)
"""And the others of the zoo; only the lenient are warned."""
_TOKEN_IN_FRONT = {"authorization-request.parameters.asks-for-no-token-in-front-channel": "WARN"}
ADVICE: dict[str, dict[str, str]] = {
    **{
        f"{REFERENCE}-{variant}": _TOKEN_IN_FRONT for variant in ("hybrid-code-token", "hybrid-token", "implicit-token")
    },
    f"{REFERENCE}-public": {"nonce.sends-nonce": "WARN"},
}
"""What correct relying parties do against mere advice: RFC 9700 2.1.2 advises against what the first are there for, and
nothing demands a nonce beside PKCE in the code flow."""
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
    """What one relying party did: verdicts that are not PASS, the rows that are, and how many rows were tried."""

    weakness: str
    failing: dict[str, str]
    tried: int
    details: dict[str, str]
    passed: frozenset[str] = frozenset()


def passes() -> dict[str, list[str]]:
    """Each row with the correct relying parties that pass it; on others it does not apply."""
    found: dict[str, list[str]] = json.loads(PASSES.read_text())
    return found


def passes_with(outcome: Outcome, known: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is known after all rows were tried on this correct relying party."""
    names = {row: set(known.get(row, ())) - {outcome.weakness} for row in {*known, *outcome.passed}}
    for row in outcome.passed:
        names[row].add(outcome.weakness)
    return {row: sorted(targets) for row, targets in sorted(names.items()) if targets}


def run_one(weakness: str, wanted: Callable[[Row], bool] = lambda _: True) -> Outcome:
    """The wanted rows against the RP with this weakness, or a correct one, in this process."""
    if weakness in ALL_CORRECT:
        return run_target(weakness, wanted, weakness)
    broken = zoo.weaknesses()[weakness]
    os.environ["WEAKNESS"] = broken.name
    return run_target(broken.target, wanted, weakness)


def run_target(target: str, wanted: Callable[[Row], bool], weakness: str) -> Outcome:
    """The wanted rows against a target (a name or a file), in this process; `weakness` is what to call it."""
    failing: dict[str, str] = {}
    details: dict[str, str] = {}
    passed: set[str] = set()
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
                if result["verdict"] == "PASS":
                    passed.add(result["id"])
                elif result["verdict"] != "NOT_APPLICABLE":
                    failing[result["id"]] = result["verdict"]
                    details[result["id"]] = f"{result['observed']} {result['reason']}".strip()
            driver.close()
        finally:
            harness.stop()
    return Outcome(weakness, failing, tried, details, frozenset(passed))
