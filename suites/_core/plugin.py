"""The pytest plugin: options, one harness per run, cases as items, verdicts as results."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

import reports
from reports.text import failure_block, summary_lines
from suites._core.options import add_options, run_options, selected
from suites._core.rows import row
from suites.engine.case_run import CaseRun
from suites.engine.context import RunContext
from suites.engine.driver import Driver
from suites.engine.harness import Harness
from suites.engine.results import RunRecord, document
from suites.engine.verdicts import Concluded, SetupError, Verdict
from targets.errors import TargetError

RESULT, STOP = "gauntlet.result", "gauntlet.stop"
CONTEXT = pytest.StashKey[RunContext]()
DRIVER = pytest.StashKey[Driver]()
RUN = pytest.StashKey[CaseRun]()
LOG_MARK = pytest.StashKey[int]()
CONTROLS_IN_A_ROW = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    if config.option.target and not config.pluginmanager.has_plugin("gauntlet-run"):
        config.pluginmanager.register(GauntletRun(config), "gauntlet-run")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    info = getattr(metafunc.function, "__case__", None)
    if info is not None and info.members != (None,):
        metafunc.fixturenames.append("case_member")
        metafunc.parametrize("case_member", info.members)


def member_of(item: pytest.Item) -> str | None:
    """The family member that this item is, if its case is a family."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("case_member") if callspec else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    cases = [item for item in items if hasattr(getattr(item, "function", None), "__case__")]
    if not cases:
        return
    if not config.option.target and not config.option.collectonly:
        raise pytest.UsageError("cases need a relying party: say --target FILE, NAME or URL (or use gauntlet check)")
    kept = [item for item in cases if selected(config, item.function.__case__, member_of(item))]  # type: ignore[attr-defined]
    if not kept:
        raise pytest.UsageError("no case matches --case, --suite and --profile; gauntlet check --list shows all")
    others = [item for item in items if item not in set(cases)]
    config.hook.pytest_deselected(items=[item for item in cases if item not in set(kept)])
    items[:] = [*others, *kept]


@pytest.fixture(scope="session")
def gauntlet_driver(pytestconfig: pytest.Config) -> Generator[Driver, None, None]:
    driver = Driver(pytestconfig.stash[CONTEXT])
    yield driver
    driver.close()


@pytest.fixture
def login(request: pytest.FixtureRequest, gauntlet_driver: Driver) -> Generator[Any, None, None]:
    """What a case drives the relying party with (`suites._core.Login`)."""
    from suites._core.login import Login

    context, info = gauntlet_driver.context, request.function.__case__
    missing = [need for need in info.needs if need not in context.features]
    if missing:
        raise Concluded(Verdict.NOT_APPLICABLE, reason=f"the target has no {', '.join(missing)}")
    misbehaviour = info.misbehaviour(member_of(request.node))
    run = CaseRun(gauntlet_driver, misbehaviour, level=str(info.graded(context.kinds).level))
    if info.baseline is not None:
        run.baseline = info.baseline
    request.node.stash[RUN] = run
    request.node.stash[LOG_MARK] = _log_size(context)
    yield Login(run)
    gauntlet_driver.release(run.attempts)


def _log_size(context: RunContext) -> int:
    log = context.target_log
    return log.stat().st_size if log and log.exists() else 0


def _log_since(context: RunContext, mark: int) -> str:
    if not context.target_log or not context.target_log.exists():
        return ""
    with context.target_log.open("rb") as handle:
        handle.seek(mark)
        return handle.read(20_000).decode(errors="replace")


class GauntletRun:
    """Registered when there is a target. In a worker it only runs cases; the controller owns everything."""

    def __init__(self, config: pytest.Config, harness: Harness | None = None) -> None:
        self.config = config
        self.harness = harness
        self.record = RunRecord()
        self.results: dict[str, Any] | None = None
        self.paths: dict[str, Path] = {}
        self.interrupted = False
        self._failed_controls = 0

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
            options = run_options(self.config)
            self.harness = self.harness or Harness(options)
            if self.harness.preflight is None:
                self.harness.start()
        except SetupError as error:
            pytest.exit(error.message, returncode=error.code)
        assert self.harness.preflight is not None
        self.config.stash[CONTEXT] = self.harness.preflight.context

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["gauntlet"] = self.config.stash[CONTEXT].dump()

    def pytest_unconfigure(self) -> None:
        if self.harness and not self.is_worker:
            self.harness.stop()

    # ---- verdicts -----------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        info = getattr(getattr(item, "function", None), "__case__", None)
        error = call.excinfo.value if call.excinfo else None
        if info is None or call.when == "teardown" or (call.when == "setup" and error is None):
            return report
        if isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
            return report
        concluded = _concluded(error)
        run, context = item.stash.get(RUN, None), self.config.stash[CONTEXT]
        if run and not run.attempts:
            run = None
        files = self._files(item, run, concluded)
        output = _log_since(context, item.stash.get(LOG_MARK, 0))
        result = row(context, info, member_of(item), run, concluded, call.duration, output, files)
        report.user_properties.append((RESULT, result))
        self._shape(report, result, concluded)
        self._count_controls(item, report, run, concluded)
        return report

    def _files(self, item: pytest.Item, run: CaseRun | None, concluded: Concluded | None) -> list[str]:
        if run is None or concluded is None:
            return []
        context = self.config.stash[CONTEXT]
        directory = context.report_directory / "files"
        stem = (item.function.__case__.result_id(member_of(item))).replace(".", "-")  # type: ignore[attr-defined]
        return run.attempts[0].profile.evidence(directory, stem)

    def _shape(self, report: pytest.TestReport, result: dict[str, Any], concluded: Concluded | None) -> None:
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
            report.longrepr = "\n".join(failure_block(result, self.config.stash[CONTEXT].target.name))

    def _count_controls(
        self, item: pytest.Item, report: pytest.TestReport, run: CaseRun | None, concluded: Concluded | None
    ) -> None:
        """Three failed controls in a row mean a lock-out or a rate limit: going on would prove nothing."""
        if run is None:
            return
        self._failed_controls = self._failed_controls + 1 if run.control_failed else 0
        if self._failed_controls >= CONTROLS_IN_A_ROW:
            why = concluded.reason if concluded else ""
            message = f"stopped: logins without any fault failed {CONTROLS_IN_A_ROW} times in a row; {why}"
            report.user_properties.append((STOP, message))
            item.session.shouldstop = message

    # ---- results ------------------------------------------------------------------------------------------

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == RESULT and isinstance(value, dict):
                self.record.rows.append(value)
            elif name == STOP:
                self.record.stopped = str(value)

    def pytest_keyboard_interrupt(self) -> None:
        self.interrupted = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.is_worker or self.harness is None or self.harness.preflight is None:
            return
        if exitstatus in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
            return
        if self.record.stopped and not session.shouldstop:
            session.shouldstop = self.record.stopped
        preflight = self.harness.preflight
        interrupted = self.interrupted and not self.record.stopped
        results = document(preflight.context, preflight, self.record, self.config.option.profile, interrupted)
        self.results = results
        try:
            self.paths = reports.write(results, preflight.context.report_directory)
            session.exitstatus = results["exit"]["code"]
        except reports.ReportError as error:
            print(f"gauntlet: the reports could not be written: {error}", file=sys.stderr)
            session.exitstatus = 11

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        found = [value for name, value in report.user_properties if name == RESULT]
        if not found or not isinstance(found[0], dict):
            return None
        verdict = found[0]["verdict"]
        letter = {"PASS": ".", "NOT_APPLICABLE": "s"}.get(verdict, verdict[0])
        return report.outcome, letter, verdict

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.results is not None and not self.config.pluginmanager.has_plugin("gauntlet-live"):
            terminalreporter.section("RP Gauntlet")
            for line in summary_lines(self.results, self.paths):
                terminalreporter.line(line)


def _concluded(error: BaseException | None) -> Concluded | None:
    if error is None or isinstance(error, Concluded):
        return error
    if isinstance(error, TargetError):
        return Concluded(Verdict.INCONCLUSIVE, reason=error.message)
    return Concluded(Verdict.ERROR, reason=f"{type(error).__name__}: {error}")
