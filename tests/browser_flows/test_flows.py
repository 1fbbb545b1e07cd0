"""Login, reload, renewal, logout, the way back, the error that a person sees, and the tile: each is a case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from targets.browser_agent import BROWSERS, BrowserAgent
from targets.errors import TargetError
from targets.target_file import load
from targets.target_schema import Target
from tests.front_door.running import Finished, Running, checking
from tests.seed_targets.matrix import WHOLE, group, tried_whole

pytestmark = [pytest.mark.browser, pytest.mark.third_party]

LIMIT = 600.0  # seconds for the flows of one target; on a busy machine a login may take ten
FLOWS = {
    "login": "authorization-request.login.accepts-honest-logins",
    "reload": "browser-flows.survives-reload",
    "renewal": "renewal.accepts-renewed-tokens",
    "logout": "browser-flows.keeps-no-session-after-logout",
    "history": "browser-flows.never-signs-in-from-history",
    "error": "browser-flows.reports-denied-login-to-person",
    "tile": "idp-initiated.initiate-login.accepts-login-from-tile",
}
LACKS = "NOT_APPLICABLE"
NOT_PASSED = {
    "toky": {"renewal": LACKS},  # nothing is said of one
    "tooljet": {"renewal": LACKS, "tile": LACKS},  # the login page waits for a click: seed_targets/test_tooljet_page.py
    "tooljet-automatic-sso": {"renewal": LACKS},
    "openmetadata": {"tile": LACKS},  # shows the sign-in page: seed_targets/test_openmetadata.py
    # Renewed at Google, and a launch ends at the handler's message: seed_targets/test_upflow_page.py.
    "upflow": {"renewal": LACKS, "tile": LACKS},
    "upflow-popup": {"renewal": LACKS, "tile": LACKS},
    # Whatever goes wrong at the callback, the product's server answers 500.
    "openmetadata-confidential-page": {"tile": LACKS, "history": "WARN", "error": "WARN"},
}

FEW = ("tooljet-automatic-sso", "openmetadata")
"""What make systems has the time for; make seeds tries all."""


@pytest.fixture(scope="module", params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> str:
    """The name of each browser that is installed; the skip says how to get the others."""
    try:
        BrowserAgent(Target(base_url="http://127.0.0.1/"), name=request.param).close()
    except TargetError as error:
        if WHOLE and request.param == "chromium":
            pytest.fail(error.message)
        pytest.skip(error.message)
    return str(request.param)


@pytest.mark.parametrize("target", [pytest.param(name, marks=group(name)) for name in (NOT_PASSED if WHOLE else FEW)])
def test_flows(target: str, browser: str, checks: Callable[[str], Finished], tmp_path: Path) -> None:
    # A run of all cases in Chromium has these among them.
    shared = browser == "chromium" and tried_whole(target) and load(target).browser_reason
    finished = checks(target) if shared else tried(target, browser, tmp_path)
    assert (finished.report / "results.json").exists(), finished.err
    assert {flow: finished.verdicts[case] for flow, case in FLOWS.items()} == {
        flow: NOT_PASSED[target].get(flow, "PASS") for flow in FLOWS
    }


def tried(target: str, browser: str, report: Path) -> Finished:
    """`gauntlet check` on the flows in this browser. Skips what is not installed."""
    wanted = [word for case in FLOWS.values() for word in ("--case", case)]
    run = Running(checking(target, "--browser", browser, *wanted, report=report), report)
    return run.finish(LIMIT).or_skipped()
