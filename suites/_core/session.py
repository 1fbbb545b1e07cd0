"""One run in pytest: the controller owns the harness, gathers the rows and writes the reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import reports
from reports.clean import visible
from reports.text import summary_lines
from suites._core.case import CaseInfo
from suites._core.selection import all_rows, selected_rows
from suites.engine.context import RunContext
from suites.engine.harness import Harness
from suites.engine.results import RunRecord, document
from suites.engine.run_options import run_options
from suites.engine.verdicts import HARNESS_FAULT, UNREACHABLE, SetupError

RESULT, STOP = "gauntlet.result", "gauntlet.stop"
CONTEXT = pytest.StashKey[RunContext]()
LETTERS = {"PASS": ".", "NOT_APPLICABLE": "s"}


def case_of(item: pytest.Item) -> CaseInfo | None:
    """The case that this item runs."""
    found: CaseInfo | None = getattr(getattr(item, "function", None), "__case__", None)
    return found


def member_of(item: pytest.Item) -> str | None:
    """The family member that this item is, if its case is a family."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("case_member") if callspec else None


class GauntletRun:
    """Registered when there is a target. In a worker it only hands the context on."""

    def __init__(self, config: pytest.Config, harness: Harness | None = None) -> None:
        self.config = config
        self.harness = harness
        self.record = RunRecord()
        self.results: dict[str, Any] | None = None
        self.paths: dict[str, Path] = {}

    @property
    def is_worker(self) -> bool:
        return hasattr(self.config, "workerinput")

    # ---- one harness, owned by the controller -------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        if self.is_worker:
            worker: Any = self.config
            self.config.stash[CONTEXT] = RunContext.load(worker.workerinput["gauntlet"])
            return
        if self.config.option.collectonly:
            return
        try:
            options = run_options(self.config.option)
            selected_rows(options.case, options.suite, options.profile)
            self.harness = self.harness or Harness(options)
            if self.harness.preflight is None:
                self.harness.start()
        except SetupError as error:
            pytest.exit(visible(error.message), returncode=error.code)
        assert self.harness.preflight is not None
        self.config.stash[CONTEXT] = self.harness.preflight.context

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["gauntlet"] = self.config.stash[CONTEXT].dump()

    def pytest_unconfigure(self) -> None:
        if self.harness and not self.is_worker:
            self.harness.stop()

    # ---- results ------------------------------------------------------------------------------------------

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seen = dict(report.user_properties)
        if isinstance(row := seen.get(RESULT), dict):
            self.record.rows.append(row)
        elif report.failed:
            # No row: a worker that died, or a fixture that could not be torn down.
            text = report.longreprtext.strip().splitlines()
            self.record.fault = f"{report.nodeid}: {text[-1] if text else 'no reason was given'}"
        if isinstance(stop := seen.get(STOP), list) and not self.record.stopped:
            self.record.stopped, self.record.stop_code = str(stop[0]), int(str(stop[1]))
            if self.harness and self.record.stop_code == UNREACHABLE and (ended := self.harness.ended()):
                self.record.stopped += f" {ended}"

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        # pytest's own word for "cases could not be imported" is an interrupt too.
        if "during collection" in str(excinfo.value):
            self.record.fault = str(excinfo.value)
        else:
            self.record.interrupted = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.is_worker or self.harness is None or self.harness.preflight is None:
            return
        if exitstatus == pytest.ExitCode.USAGE_ERROR:
            return
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR:
            self.record.fault = self.record.fault or "pytest ended with an internal error"
        if self.record.stopped and not session.shouldstop:
            session.shouldstop = self.record.stopped
        preflight = self.harness.preflight
        known = [info.result_id(member) for info, member in all_rows()]
        results = document(preflight.context, preflight, self.record, self.config.option.profile, known)
        self.results = results
        try:
            self.paths = reports.write(results, preflight.context.report_directory)
            session.exitstatus = results["exit"]["code"]
        except reports.ReportError as error:
            results["exit"] = {"code": HARNESS_FAULT, "meaning": f"the reports could not be written: {error}"}
            print(f"gauntlet: {results['exit']['meaning']}", file=sys.stderr)
            session.exitstatus = HARNESS_FAULT

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        row = dict(report.user_properties).get(RESULT)
        if not isinstance(row, dict):
            return None
        return report.outcome, LETTERS.get(row["verdict"], row["verdict"][0]), row["verdict"]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.results is not None and not self.config.pluginmanager.has_plugin("gauntlet-live"):
            terminalreporter.section("RP Gauntlet")
            for line in summary_lines(self.results, self.paths):
                terminalreporter.line(line)
