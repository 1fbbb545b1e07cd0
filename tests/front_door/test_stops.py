"""A target that stops to work during the run: no PASS comes of it, and the run stops by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.front_door.running import check
from tests.front_door.target_files import started

PREFLIGHT_LOGINS = 9


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_target_that_refuses_everybody_at_some_point(tmp_path: Path, workers: str) -> None:
    file = started(tmp_path, f"refuse:{PREFLIGHT_LOGINS + 4}")
    run = check(file, "--suite", "id-token", "--workers", workers, report=tmp_path)
    assert run.code == 29, run.out + run.err
    assert "stopped: logins without any fault failed in 3 cases in a row" in run.results["exit"]["meaning"]
    assert "come back tomorrow" in run.out
    assert 3 <= list(run.verdicts.values()).count("INCONCLUSIVE") <= 8
    assert list(run.verdicts.values()).count("PASS") <= 4
    assert len(run.verdicts) < 20
    assert run.left == []


def test_a_target_that_dies(tmp_path: Path) -> None:
    run = check(started(tmp_path, f"die:{PREFLIGHT_LOGINS + 4}"), "--suite", "id-token", report=tmp_path)
    assert run.code == 21, run.out + run.err
    told = run.results["exit"]["meaning"]
    assert "could not be reached in 3 cases in a row" in told
    assert "habitual has ended by itself" in told
    assert "out of memory" in told
    assert list(run.verdicts.values()).count("PASS") <= 4
    assert "FAIL" not in run.verdicts.values()
    assert run.left == []


def test_a_target_that_dies_in_preflight(tmp_path: Path) -> None:
    run = check(started(tmp_path, "die:3"), "--suite", "state", report=tmp_path)
    run.refused(21, "cannot be reached", "has ended by itself", "out of memory")
