"""What the terminal shows while a run goes on: a line per case, failures in their fixed shape, a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gauntlet.screen import Screen
from reports.clean import one_line
from reports.text import case_line, failure_block, summary_lines
from suites.engine.preflight import Preflight
from suites.engine.results import root_rows
from suites.engine.waivers import terms, waiver_of
from targets.target_schema import Waiver

if TYPE_CHECKING:
    import pytest

WIDTH = 160
TRACEBACK_LINES = 30


class LiveReporter:
    """A plugin of the run's pytest; prints through `screen`."""

    def __init__(self, screen: Screen, count: int, workers: int, profile: str) -> None:
        self._screen, self._count, self._workers, self._profile = screen, count, workers, profile
        self._target = ""
        self._waivers: tuple[Waiver, ...] = ()
        self._seen: Counter[str] = Counter()
        self._after_block = True

    def preparing(self, target: str) -> None:
        self._screen.progress(f"starting the mock Okta, and looking at {target} …")

    def ready(self, preflight: Preflight) -> None:
        """Who is tested, where, and what preflight learned."""
        context = preflight.context
        self._target, self._waivers = context.target.name, context.target.waivers
        driven = "HTTP, without a browser" if context.browser == "none" else context.agent_name
        workers = "1 worker" if self._workers == 1 else f"{self._workers} workers"
        cases = "1 case" if self._count == 1 else f"{self._count} cases"
        waivers = f", {len(self._waivers)} waiver(s)" if self._waivers else ""
        self._screen.print(
            f"target     {context.target.name}  {context.target.base_url}",
            f"issuer     {context.issuer}  (the mock Okta, {context.strictness} rules)",
            f"driven by  {driven}, {workers}",
            f"selected   {cases}, profile {self._profile}{waivers}",
            "",
            "Preflight: can this target be judged?",
            *(f"{row['verdict']:<4}  {row['name']}: {one_line(row['observed'], WIDTH)}" for row in preflight.rows),
            *(f"{row['verdict']:<4}  {row['id']}: {one_line(row['observed'], WIDTH)}" for row in root_rows(preflight)),
            "",
            "Cases",
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        from suites._core.session import RESULT

        for name, value in report.user_properties:
            if name == RESULT and isinstance(value, dict):
                self._case(value, report.longreprtext)

    def _case(self, result: Mapping[str, Any], trace: str) -> None:
        self._seen[result["verdict"]] += 1
        if waiver := waiver_of(result, self._waivers):
            result = {**result, "waived": terms(waiver)}
        finding = not (result["caused_by"] or result["waived"])
        if result["verdict"] == "FAIL" and finding:
            self._screen.print(*([] if self._after_block else [""]), *failure_block(result, self._target), "")
        elif result["verdict"] in ("WARN", "INCONCLUSIVE") and finding:
            told = result["observed"] if result["verdict"] == "WARN" else result["reason"]
            self._screen.print(case_line({**result, "reason": ""}), f"      {one_line(told, WIDTH)}")
        elif result["verdict"] == "ERROR":
            self._screen.print(*failure_block(result, self._target), *_indented(trace))
        else:
            self._screen.print(case_line(result))
        self._after_block = result["verdict"] == "FAIL" and finding
        self._screen.progress(f"{sum(self._seen.values())} of {self._count}")

    def finished(self, results: Mapping[str, Any], paths: dict[str, Path]) -> None:
        self._screen.print(*([] if self._after_block else [""]), *summary_lines(results, paths))


def _indented(trace: str) -> list[str]:
    return [f"  | {line}" for line in trace.splitlines()[-TRACEBACK_LINES:]]
