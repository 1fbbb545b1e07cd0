"""Cases that need a second instance of the target: where it can be had, where not, and that nothing of it is left."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.front_door.running import Running, check, checking, gone
from tests.front_door.target_files import free_port, started

REFUSES = "discovery.issuer.rejects-metadata-of-another-issuer"
WAITS = "discovery.outages.survives-discovery-that-does-not-answer"


def instances(run: Running) -> int:
    """Targets that run: children of a supervisor, which for a moment look as it does."""
    found = run.processes()
    supervisors = {one.pid for one in found if "supervise.py" in one.command}
    return len({one.parent for one in found if one.parent in supervisors and one.pid not in supervisors})


def test_a_target_that_refuses_to_start_with_bad_metadata_has_refused(tmp_path: Path) -> None:
    done = check(started(tmp_path, "discover-first"), "--case", REFUSES, report=tmp_path)
    assert (done.code, done.verdicts, done.left) == (0, {REFUSES: "PASS"}, []), done.out
    (case,) = done.results["cases"]
    assert case["observed"] == "nobody: the target refused to start"


def test_a_target_that_starts_once_only_has_refused_nothing(tmp_path: Path) -> None:
    file = started(tmp_path, "only-once")
    done = check(file, "--case", REFUSES, report=tmp_path, LOGINS=str(tmp_path / "starts"))
    assert (done.code, done.verdicts, done.left) == (10, {REFUSES: "INCONCLUSIVE"}, []), done.out
    (case,) = done.results["cases"]
    assert "the control, a login without the fault, did not sign in either" in case["reason"]
    assert "there is one already" in case["reason"]


def test_a_port_that_is_fixed_leaves_no_place_for_another_instance(tmp_path: Path) -> None:
    unused_port = free_port()
    fixed = ("http://127.0.0.1:{port}", f"http://127.0.0.1:{unused_port}")
    file = started(tmp_path, "", fixed, ('PORT = "{port}"', f'PORT = "{unused_port}"'))
    done = check(file, "--case", REFUSES, report=tmp_path)
    assert done.verdicts[REFUSES] == "NOT_APPLICABLE"
    reasons = {case["id"]: case["reason"] for case in done.results["cases"]}
    assert reasons[REFUSES] == "the target's port is fixed, so no second instance of it can run: use {port} in base_url"


@pytest.mark.parametrize(("number", "group", "workers"), [(signal.SIGINT, True, 1), (signal.SIGINT, False, 2)])
def test_an_interrupt_ends_every_instance(tmp_path: Path, number: signal.Signals, group: bool, workers: int) -> None:
    file = started(tmp_path)
    run = Running(
        checking(file, "--case", WAITS, "--case", REFUSES, "--workers", str(workers), report=tmp_path), tmp_path
    )
    run.until(lambda: instances(run) > 1)
    run.send(number, group)
    done = run.finish(30)
    assert (done.code, done.left) == (2, []), done.out + done.err
    assert "Traceback" not in done.out + done.err


def test_a_killed_run_takes_every_instance_along(tmp_path: Path) -> None:
    run = Running(checking(started(tmp_path), "--case", WAITS, report=tmp_path), tmp_path)
    run.until(lambda: instances(run) > 1)
    run.send(signal.SIGKILL)
    run.process.wait(10)
    assert gone(run), run.processes()
