"""What the cases find in the relying parties that we did not write: `findings.toml`, runs to compare it with, the page.

A row is a result row of a case, by its id. `mod_auth_openidc-strict` has no list of its own: it is the other one's,
without what its directives end.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suites._core.runner import run_row
from suites._core.selection import Row, matches
from suites._core.selection import all_rows as every_row
from suites.engine.driver import Driver
from suites.engine.harness import Harness, RunOptions
from targets.process import missing
from targets.target_file import ROOT, load

FINDINGS = Path(__file__).with_name("findings.toml")
PAGE = ROOT / "docs" / "targets.md"
STRICT = "-strict"
TARGETS = ("openid_client", "mod_auth_openidc", f"mod_auth_openidc{STRICT}")
_BAD = ("FAIL", "WARN", "INCONCLUSIVE", "ERROR")


@dataclass(frozen=True)
class RootFinding:
    """One cause: `cases` are the rows that follow from it with their verdicts, `found` what generated attacks show.

    `ended_by`: the directive under which none of the rows is left.
    """

    id: str
    why: str
    cases: dict[str, str]
    found: dict[str, str] = field(default_factory=dict)
    ended_by: str = ""


def root_findings(target: str) -> list[RootFinding]:
    """Those of a target, a strict one's without what its directives end."""
    plain = target.removesuffix(STRICT)
    document = tomllib.loads(FINDINGS.read_text(encoding="utf-8"))
    known = [RootFinding(**table) for table in document[plain]]
    return [finding for finding in known if target == plain or not finding.ended_by]


def expected(target: str) -> dict[str, str]:
    """Each row that is not passed, with its verdict."""
    return {row: verdict for finding in root_findings(target) for row, verdict in finding.cases.items()}


def all_rows() -> list[Row]:
    """What a run tries unless it is told otherwise."""
    return [(info, member) for info, member in every_row() if matches(info, member, (), (), "all")]


def not_installed(target: str) -> str:
    """What the target needs and is not there, with how to get it; empty when it can start."""
    return missing(load(target))


def run(target: str, wanted: Callable[[Row], bool] = lambda _: True) -> dict[str, dict[str, Any]]:
    """The results of the wanted rows on this target, by row, in this process."""
    with tempfile.TemporaryDirectory(prefix="findings-") as folder:
        harness = Harness(RunOptions(target, report_directory=Path(folder)))
        try:
            driver = Driver(harness.start())
            try:
                results = [run_row(driver, *row)[0] for row in all_rows() if wanted(row)]
            finally:
                driver.close()
        finally:
            harness.stop()
    return {result["id"]: result for result in results}


def differences(target: str, results: dict[str, dict[str, Any]]) -> list[str]:
    """Where these results are not those that the root findings explain; one line each."""
    explained = expected(target)
    found = {row: text for finding in root_findings(target) for row, text in finding.found.items()}
    lines = []
    for row, result in results.items():
        verdict = result["verdict"] if result["verdict"] in _BAD else "PASS"
        if verdict != explained.get(row, "PASS"):
            saw = f"{result['observed']} {result['reason'] or ''}".strip()
            lines.append(f"{row}: {verdict} instead of {explained.get(row, 'PASS')}: {saw}")
        elif found.get(row, "") not in result["observed"]:
            lines.append(f"{row}: not {found[row]} but {result['observed']}")
    return lines


def table(target: str) -> str:
    """The root findings of a target, in Markdown."""
    lines = ["| root finding | cases | why |", "|---|---|---|"]
    for finding in root_findings(target):
        rows = "<br>".join(f"{verdict} `{row}`{_shown(finding, row)}" for row, verdict in sorted(finding.cases.items()))
        end = f" **`{finding.ended_by}` ends it.**" if finding.ended_by else ""
        lines.append(f"| `{finding.id}` | {rows} | {finding.why}{end} |")
    return "\n".join(lines)


def _shown(finding: RootFinding, row: str) -> str:
    return f" (`{finding.found[row]}`)" if row in finding.found else ""


def page(text: str) -> str:
    """The page with the tables as they are now, each between its two marks."""
    for target in TARGETS:
        if target.endswith(STRICT):
            continue
        begin, end = f"<!-- findings of {target}, python -m tests.third_party --write -->\n", "\n<!-- end -->"
        head, found, rest = text.partition(begin)
        assert found, f"{PAGE.name} has no {begin.strip()}"
        text = head + begin + table(target) + end + rest.partition(end)[2]
    return text
