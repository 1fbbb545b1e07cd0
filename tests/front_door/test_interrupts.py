"""Ctrl-C, SIGTERM and SIGKILL at any moment: exit 2, what ran is reported, nobody is left behind."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.front_door.running import Finished, Running, checking, gone, wait_for
from tests.front_door.target_files import started

PREFLIGHT_LOGINS = 9
CASES = ("--suite", "state", "--suite", "userinfo")
KEYBOARD = [(signal.SIGINT, True, 1), (signal.SIGINT, False, 1), (signal.SIGINT, True, 2), (signal.SIGTERM, False, 2)]


def hanging(folder: Path, logins: int, workers: int = 1, plain: bool = False) -> Running:
    """A run whose target does not answer any more once so many logins have been started."""
    file = started(folder, f"hang:{logins}")
    command = checking(file, *CASES, "--workers", str(workers), report=folder)
    if plain:
        command = ["-m", "pytest", "suites", "-p", "no:cacheprovider", "-n", str(workers), "--target", file]
        command += [*CASES, "--report-dir", str(folder)]
    run = Running(command, folder, {"LOGINS": str(folder / "logins")})
    run.until(lambda: _logins(folder) > logins)
    return run


def _logins(folder: Path) -> int:
    path = folder / "logins"
    return len(path.read_text().splitlines()) if path.exists() else 0


def assert_interrupted(run: Running) -> Finished:
    done = run.finish(20)
    assert done.code == 2, done.out + done.err
    assert "Traceback" not in done.out + done.err
    assert done.left == []
    return done


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_during_preflight(tmp_path: Path, number: signal.Signals) -> None:
    run = hanging(tmp_path, 2)
    assert run.processes()
    run.send(number)
    wait_for(lambda: not run.processes(), 0.2)
    run.send(number)  # impatient people press twice
    done = assert_interrupted(run)
    assert done.err == "gauntlet: interrupted\n"
    assert not (tmp_path / "results.json").exists()


@pytest.mark.parametrize(
    ("number", "group", "workers"), KEYBOARD, ids=[f"{n.name}-{'group' if g else 'alone'}-{w}" for n, g, w in KEYBOARD]
)
def test_during_cases(tmp_path: Path, number: signal.Signals, group: bool, workers: int) -> None:
    run = hanging(tmp_path, PREFLIGHT_LOGINS + 8, workers)
    run.send(number, group)
    done = assert_interrupted(run)
    assert done.results["exit"]["code"] == 2
    assert done.results["cases"]
    assert "PASS" in done.verdicts.values()
    assert set(done.verdicts.values()) <= {"PASS", "NOT_APPLICABLE"}
    assert "exit 2: interrupted; only what ran before is reported" in done.out


def test_plain_pytest_with_workers(tmp_path: Path) -> None:
    run = hanging(tmp_path, PREFLIGHT_LOGINS + 8, 2, plain=True)
    run.send(signal.SIGINT, group=True)
    done = run.finish(20)
    assert (done.code, done.left) == (2, [])
    assert done.results["exit"]["code"] == 2


def test_a_killed_run_takes_everybody_along(tmp_path: Path) -> None:
    run = hanging(tmp_path, PREFLIGHT_LOGINS + 4, workers=2)
    assert any("mock_idp" in one.command for one in run.processes())
    assert any("relying_party" in one.command for one in run.processes())
    run.send(signal.SIGKILL)
    run.process.wait(10)
    assert gone(run), run.processes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_the_mock_alone(tmp_path: Path, number: signal.Signals) -> None:
    run = Running(["-m", "gauntlet", "idp", "--state-dir", str(tmp_path)], tmp_path)
    assert run.process.stdout
    ready = json.loads(run.process.stdout.readline())
    assert ready["issuers"]["default"].endswith("/oauth2/default")
    run.send(number, group=True)
    done = run.finish(20)
    assert (done.code, done.left) == (0, []), done.err
