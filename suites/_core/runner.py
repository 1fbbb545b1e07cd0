"""Runs cases without pytest: for the kill matrix, benchmarks and other programs."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterable, Iterator
from typing import Any

from suites._core.case import CaseInfo
from suites._core.login import Login
from suites._core.rows import row
from suites.engine.case_run import CaseRun
from suites.engine.context import RunContext
from suites.engine.driver import Driver
from suites.engine.verdicts import Concluded, SetupError, Verdict
from targets.errors import TargetError


def run_row(driver: Driver, info: CaseInfo, member: str | None) -> tuple[dict[str, Any], int]:
    """One result row, and how many logins it took. Nothing is raised but KeyboardInterrupt and our own faults."""
    context = driver.context
    missing = info.missing(context.features, member)
    if missing:
        concluded = Concluded(Verdict.NOT_APPLICABLE, reason=f"the target has no {', '.join(missing)}")
        return row(context, info, member, None, concluded, 0.0), 0
    run = CaseRun(driver, info.misbehaviour(member), info.graded(context.kinds))
    if info.baseline is not None:
        run.baseline = info.baseline
    function = getattr(importlib.import_module(info.module), info.function)
    began = time.perf_counter()
    found: Concluded | None = None
    try:
        try:
            function(Login(run))
        except Concluded as concluded:
            found = concluded
        except (TargetError, SetupError) as error:
            found = Concluded(Verdict.INCONCLUSIVE, reason=error.message)
        took = time.perf_counter() - began
        found = run.own_fault() or found
        return row(context, info, member, run if run.witnesses else None, found, took), run.logins
    finally:
        driver.release(run.attempts)


def run_rows(context: RunContext, infos: Iterable[CaseInfo]) -> Iterator[tuple[dict[str, Any], int]]:
    """The rows of these cases, one after the other, with the logins that each took."""
    driver = Driver(context)
    try:
        for info in infos:
            for member in info.members:
                yield run_row(driver, info, member)
    finally:
        driver.close()
