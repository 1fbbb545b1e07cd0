"""What the terminal shows while a run goes on: a line per case, failures in their fixed shape, a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from reports.text import case_line, failure_block, styled, summary_lines
from suites._core.plugin import RESULT
from suites.engine.preflight import Preflight


class LiveReporter:
    """Prints with rich: colours on a terminal, plain text elsewhere (and with NO_COLOR)."""

    def __init__(self, count: int, workers: int) -> None:
        self._console = Console(highlight=False, markup=False, soft_wrap=True)
        self._count, self._workers = count, workers
        self._target = ""
        self._seen: Counter[str] = Counter()

    def _print(self, *lines: str) -> None:
        if lines:
            self._console.print(styled(lines))

    def preparing(self, target: str) -> None:
        self._print(f"RP Gauntlet: starting the mock Okta and looking at {target} …")

    def ready(self, preflight: Preflight) -> None:
        """Who is tested, where, and what preflight learned."""
        context = preflight.context
        self._target = context.target.name
        self._print(
            f"target    {context.target.name}  {context.target.base_url}",
            f"issuer    {context.issuer}  ({context.strictness} rules)",
            f"driven by {context.agent_name}, {self._workers} worker(s), {self._count} case(s)",
            "",
            *(f"{row['verdict']:5} preflight: {row['name']} ({row['observed']})" for row in preflight.rows),
            *(f"FAIL  {root}: {observed}" for root, observed in preflight.roots.items()),
            "",
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == RESULT and isinstance(value, dict):
                self._case(value)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        # xdist's own progress lines; its work does not depend on them.
        session.config.pluginmanager.unregister(name="terminaldistreporter")

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        # Empty words keep pytest's own reporter quiet about this item.
        if any(name == RESULT for name, _ in report.user_properties) or report.when != "call":
            return report.outcome, "", ""
        return None

    def _case(self, result: Mapping[str, Any]) -> None:
        self._seen[result["verdict"]] += 1
        number = sum(self._seen.values())
        progress = f"[{number:{len(str(self._count))}}/{self._count}] "
        if result["verdict"] == "FAIL" and not result["caused_by"]:
            self._print(*failure_block(result, self._target))
        elif result["verdict"] in ("WARN", "INCONCLUSIVE", "ERROR"):
            self._print(case_line(result), f"      {result['observed'] or result['reason']}")
        else:
            self._print(case_line(result))
        if self._console.is_terminal:
            self._console.print(f"{progress}", end="\r", style="dim")

    def finished(self, results: Mapping[str, Any], paths: dict[str, Path]) -> None:
        self._print("", *summary_lines(results, paths))
