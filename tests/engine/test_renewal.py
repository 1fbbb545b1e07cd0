"""What a case says of renewals, on relying parties whose answers are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from suites._core import load_cases
from suites._core.runner import run_row
from suites.engine.driver import Driver
from suites.engine.harness import Harness, RunOptions

BROKEN = "keeps-old-access-token"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    patch = pytest.MonkeyPatch()
    patch.setenv("WEAKNESS", BROKEN)
    harness = Harness(RunOptions("broken-renewal", report_directory=tmp_path_factory.mktemp("out")))
    try:
        made = Driver(harness.start())
        yield made
        made.close()
    finally:
        harness.stop()
        patch.undo()


def row(driver: Driver, result: str) -> dict[str, object]:
    info = next(info for info in load_cases() if info.id == result)
    return run_row(driver, info, None)[0]


def test_features_say_what_the_renewal_led_to(driver: Driver) -> None:
    assert {"renewal", "userinfo-after-renewal"} <= driver.context.features


def test_a_finding_says_which_requests_it_is_about(driver: Driver) -> None:
    found = row(driver, "renewal.accepts-renewed-tokens")
    assert (found["verdict"], found["observed"]) == ("FAIL", "1 of 1 UserInfo requests with an old one")
    assert found["steps"] == ["the session renewed"]


def test_a_refusal_shows_in_the_end_of_the_session_too(driver: Driver) -> None:
    """This RP never uses a new access token, but the honest renewal of the control does not end its session."""
    found = row(driver, "renewal.id-token.rejects-another-audience")
    assert found["verdict"] == "PASS"


def test_a_target_without_a_recipe_has_no_renewal(tmp_path: Path) -> None:
    harness = Harness(RunOptions("reference", report_directory=tmp_path))
    try:
        assert "renewal" not in harness.start().features
    finally:
        harness.stop()
