"""From what a case raised to its pytest report: verdict, result row, and whether the run should stop."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from reports.text import failure_block
from suites._core.rows import row
from suites._core.session import CONTEXT, RESULT, STOP, case_of, member_of
from suites.engine.browser_files import redact
from suites.engine.case_run import CaseRun
from suites.engine.context import RunContext
from suites.engine.evidence import Redactor
from suites.engine.oracle import SELF
from suites.engine.verdicts import NOT_JUDGEABLE, UNREACHABLE, Concluded, SetupError, Verdict
from targets.errors import TargetError

RUN = pytest.StashKey[CaseRun]()
LOG_MARK = pytest.StashKey[int]()
IN_A_ROW = 3
LOG_LIMIT = 20_000
FILES = "files"


def mark_output(item: pytest.Item, context: RunContext) -> None:
    """What the target prints from now on belongs to this case."""
    log = context.target_log
    item.stash[LOG_MARK] = log.stat().st_size if log and log.exists() else 0


class VerdictReports:
    """Runs where cases run: in every worker, or in the only process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._failures = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        info = case_of(item)
        error = call.excinfo.value if call.excinfo else None
        if info is None or (call.when != "call" and error is None):
            return report
        if call.when == "teardown" or isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
            return report
        concluded = _concluded(error)
        run, context = item.stash.get(RUN, None), self._config.stash[CONTEXT]
        if run and not run.witnesses:
            run = None
        concluded = (run.own_fault() if run else None) or concluded
        files = _files(context, run, info.result_id(member_of(item))) if run and concluded else []
        output = _output(context, item.stash.get(LOG_MARK, 0))
        if run:
            output += run.driver.instances.output()[:LOG_LIMIT]
        result = row(context, info, member_of(item), run, concluded, call.duration, output, files)
        report.user_properties.append((RESULT, result))
        _shape(report, result, concluded, context.target.name)
        self._count(item, report, run, error, result)
        return report

    def _count(
        self,
        item: pytest.Item,
        report: pytest.TestReport,
        run: CaseRun | None,
        error: BaseException | None,
        result: dict[str, Any],
    ) -> None:
        """Three failed controls in a row mean a lock-out or a rate limit: going on would prove nothing.

        Nor would it where the set-up is wrong: the first case that says so stops the run.
        """
        if isinstance(error, SetupError):
            report.user_properties.append((STOP, [f"stopped: {result['reason']}", error.code]))
            item.session.shouldstop = "the set-up is wrong"
            return
        if isinstance(error, TargetError) or (run and run.control_failed):
            self._failures += 1
        elif run and any(attempt.signed_in and attempt.signed_in.who == SELF for attempt in run.attempts):
            self._failures = 0
        if self._failures < IN_A_ROW:
            return
        if isinstance(error, TargetError):
            code, what = UNREACHABLE, f"the target could not be reached in {IN_A_ROW} cases in a row"
        else:
            code, what = NOT_JUDGEABLE, f"logins without any fault failed in {IN_A_ROW} cases in a row"
        report.user_properties.append((STOP, [f"stopped: {what}; {result['reason']}", code]))
        item.session.shouldstop = what


def _concluded(error: BaseException | None) -> Concluded | None:
    if error is None or isinstance(error, Concluded):
        return error
    if isinstance(error, TargetError | SetupError):
        return Concluded(Verdict.INCONCLUSIVE, reason=error.message)
    return Concluded(Verdict.ERROR, reason=f"{type(error).__name__}: {error}")


def _output(context: RunContext, mark: int) -> str:
    if not context.target_log or not context.target_log.exists():
        return ""
    with context.target_log.open("rb") as handle:
        handle.seek(mark)
        return handle.read(LOG_LIMIT).decode(errors="replace")


def _files(context: RunContext, run: CaseRun, result_id: str) -> list[str]:
    """What the user agent can show beside the transcript; without secrets."""
    directory = context.report_directory / FILES
    # A shared attempt has no browser any more: the case that made it has closed that.
    names = run.attempts[0].profile.evidence(directory, result_id.replace(".", "-")) if run.attempts else []
    redactor = Redactor(context, run.witnesses)
    for name in names:
        redact(directory / name, redactor)
    return [f"{FILES}/{name}" for name in names]


def _shape(report: pytest.TestReport, result: dict[str, Any], concluded: Concluded | None, target: str) -> None:
    """What pytest itself shows: the failure block instead of a traceback, except for our own faults."""
    if concluded is None:
        return
    if concluded.verdict is Verdict.WARN:
        report.outcome, report.longrepr = "passed", None
    elif concluded.verdict is Verdict.NOT_APPLICABLE:
        report.outcome = "skipped"
        report.longrepr = (str(report.location[0]), report.location[1] or 0, concluded.reason)
    elif concluded.verdict is not Verdict.ERROR:
        report.outcome = "failed"
        report.longrepr = "\n".join(failure_block(result, target))
