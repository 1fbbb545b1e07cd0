"""The pytest plugin: options, cases as items, and the `login` fixture. A run as a whole is `suites._core.session`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from suites._core.selection import matches
from suites._core.session import CONTEXT, GauntletRun, case_of, member_of
from suites._core.verdict_reports import RUN, VerdictReports, mark_output
from suites.engine.case_run import CaseRun
from suites.engine.driver import Driver
from suites.engine.run_options import TARGET_HELP, add_options
from suites.engine.verdicts import Concluded, Verdict


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gauntlet", "RP Gauntlet")
    group.addoption("--target", help=TARGET_HELP)
    add_options(group.addoption)


def pytest_configure(config: pytest.Config) -> None:
    if config.option.target and not config.pluginmanager.has_plugin("gauntlet-run"):
        config.pluginmanager.register(GauntletRun(config), "gauntlet-run")
    if config.option.target:
        config.pluginmanager.register(VerdictReports(config), "gauntlet-verdicts")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    info = getattr(metafunc.function, "__case__", None)
    if info is not None and info.members != (None,):
        metafunc.fixturenames.append("case_member")
        metafunc.parametrize("case_member", info.members)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    cases = [(item, info) for item in items if (info := case_of(item))]
    if not cases:
        return
    option = config.option
    if not option.target and not option.collectonly:
        raise pytest.UsageError("cases need a relying party: say --target FILE, NAME or URL (or use gauntlet check)")
    dropped = {
        item for item, info in cases if not matches(info, member_of(item), option.case, option.suite, option.profile)
    }
    config.hook.pytest_deselected(items=[item for item in items if item in dropped])
    items[:] = [item for item in items if item not in dropped]


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
    missing = info.missing(context.features, member_of(request.node))
    if missing:
        raise Concluded(Verdict.NOT_APPLICABLE, reason=f"the target has no {', '.join(missing)}")
    misbehaviour = info.misbehaviour(member_of(request.node))
    run = CaseRun(gauntlet_driver, misbehaviour, info.graded(context.kinds))
    if info.baseline is not None:
        run.baseline = info.baseline
    request.node.stash[RUN] = run
    mark_output(request.node, context)
    yield Login(run)
    gauntlet_driver.release(run.attempts)
