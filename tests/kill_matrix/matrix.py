"""Runs cases against one broken relying party, and keeps what should come out.

`snapshot.json` maps each weakness to its exact failing set: `{weakness: {case id: verdict}}`. The correct relying
parties stand in it under their target's name. `passes.json` maps each row to the correct relying parties that pass it.
"""

from __future__ import annotations

import fnmatch
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from suites._core import CaseInfo, load_cases
from suites._core.runner import run_row
from suites.engine.driver import Driver
from suites.engine.harness import Harness, RunOptions
from suites.engine.verdicts import SetupError
from targets import zoo
from tests.kill_matrix.prestart import prestarted

SNAPSHOT = Path(__file__).with_name("snapshot.json")
PASSES = Path(__file__).with_name("passes.json")
REFERENCE = "reference"
VARIANTS = (
    *("form-post", "hybrid", "hybrid-code-token", "hybrid-token", "implicit", "implicit-token"),
    *("pushed-request", "renewal", "request-object", "signed-userinfo", "step-up", "tls", "trusted-audience"),
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
    f"{REFERENCE}-without-pkce": {"pkce.sends-code-challenge": "WARN"},
}
"""What correct relying parties do against mere advice: RFC 9700 2.1.2 advises against what the first are there for, and
nothing demands a nonce beside PKCE in the code flow, nor PKCE beside a nonce (2.1.1)."""
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
    """What one relying party did: verdicts that are not PASS, why, which rows were tried, and which are PASS."""

    weakness: str
    failing: dict[str, str]
    tried: frozenset[str]
    details: dict[str, str]
    passed: frozenset[str] = frozenset()

    def with_recorded(self, failing: dict[str, str]) -> Outcome:
        """With what is recorded of rows that were not tried."""
        left = {info.result_id(member) for info, member in rows()} - self.tried if self.tried else set()
        kept = {row: verdict for row, verdict in failing.items() if row in left}
        return replace(self, failing=dict(sorted((kept | self.failing).items())))


@dataclass(frozen=True)
class Named:
    """The rows that one of the patterns names; all without any."""

    patterns: tuple[str, ...]

    def __call__(self, row: Row) -> bool:
        name = row[0].result_id(row[1])
        return not self.patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.patterns)


def passes() -> dict[str, list[str]]:
    """Each row with the correct relying parties that pass it; on others it does not apply."""
    found: dict[str, list[str]] = json.loads(PASSES.read_text())
    return found


def passes_with(outcome: Outcome, known: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is known after these rows were tried on this correct relying party."""
    names = {row: set(known.get(row, ())) for row in {*known, *outcome.passed}}
    for row in outcome.tried & set(names):
        names[row].discard(outcome.weakness)
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
    tried: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="kill-matrix-") as directory:
        options = RunOptions(prestarted(target, Path(directory)), report_directory=Path(directory))
        harness = Harness(options)
        try:
            try:
                driver = Driver(harness.start())
            except SetupError as error:
                stopped = {"preflight": f"exit {error.code}"}
                return Outcome(weakness, stopped, frozenset(), {"preflight": error.message})
            for info, member in rows():
                if not wanted((info, member)):
                    continue
                tried.add(info.result_id(member))
                result, _ = run_row(driver, info, member)
                if result["verdict"] == "PASS":
                    passed.add(result["id"])
                elif result["verdict"] != "NOT_APPLICABLE":
                    failing[result["id"]] = result["verdict"]
                    details[result["id"]] = f"{result['observed']} {result['reason']}".strip()
            driver.close()
        finally:
            harness.stop()
    return Outcome(weakness, failing, frozenset(tried), details, frozenset(passed))
