"""Cases that need a second instance of the target: where it can be had, where not, and that nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.front_door.running import ROOT, Running, check, checking, gone
from tests.front_door.target_files import free_port, running, started

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


@pytest.fixture
def by_hand(tmp_path: Path) -> Iterator[str]:
    """The target file of the reference RP that runs already, with a way to restart it."""
    base_url, issuer = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}/oauth2/default"
    env = {"ISSUER": issuer, "BASE_URL": base_url, "PORT": base_url.rpartition(":")[2]}
    env |= {"CLIENT_ID": "0oaByHand", "CLIENT_SECRET": "the-secret-of-the-app"}
    pid = tmp_path / "pid"
    command = [sys.executable, "-m", "tests.front_door.restart", str(pid)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=True)
    file = Path(running(tmp_path, base_url, issuer))
    table = ", ".join(f'{name} = "{value}"' for name, value in env.items())
    words = ", ".join(f'"{word}"' for word in ("{python}", *command[1:]))
    restart = f'command = [{words}]\ndirectory = "{{root}}"\nenv = {{ {table} }}\nready = "/healthz"\n'
    file.write_text(f"{file.read_text()}[restart]\n{restart}")
    yield str(file)
    os.killpg(int(pid.read_text()), signal.SIGKILL)


SEQUENCE = "jwks.rotation.accepts-a-key-that-is-new"
IN_ONE_LOGIN = ("--case", REFUSES, "--case", "discovery.metadata.uses-the-jwks-uri-of-the-metadata")


def test_a_target_that_runs_already_has_its_issuer_for_itself(by_hand: str, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    command = (*IN_ONE_LOGIN, "--case", "state.sends-state", "--case", SEQUENCE, "--workers", "2")
    done = check(by_hand, *command, report=tmp_path, XDG_STATE_HOME=state)
    assert {done.verdicts.pop(REFUSES), done.verdicts["state.sends-state"]} == {"PASS"}, done.out
    reasons = {case["id"]: case["reason"] for case in done.results["cases"]}
    assert (
        reasons[SEQUENCE] == "a sequence of logins needs an instance of its own, and this target is not started by us"
    )


def test_a_target_that_keeps_what_it_has_read_and_cannot_be_restarted(by_hand: str, tmp_path: Path) -> None:
    file = Path(by_hand)
    file.write_text(file.read_text().partition("[restart]")[0])
    done = check(str(file), *IN_ONE_LOGIN, "--case", "state.sends-state", report=tmp_path, XDG_STATE_HOME=str(tmp_path))
    assert (done.code, set(done.verdicts.values())) == (0, {"PASS", "NOT_APPLICABLE"}), done.out
    reasons = {case["id"]: case["reason"] for case in done.results["cases"]}
    assert (
        reasons[REFUSES] == "the target goes on with the metadata and keys that it has, and its file has no [restart]"
    )
