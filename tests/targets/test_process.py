"""Starting and ending targets: nothing is left behind, and a failure is explained."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from targets.errors import TargetError
from targets.process import SUPERVISOR, StartedTarget
from targets.target_schema import Requirement, Start, Target

SERVE = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("asked for", self.path, flush=True)
        body = os.environ.get("WORD", "").encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
# Shares its standard output with a child of its own.
FAMILY = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
os.write(1, b"up")
time.sleep(600)
"""

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + FAMILY

Made = Callable[..., StartedTarget]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    started: list[StartedTarget] = []

    def make(code: str, *arguments: str, base_url: str = "http://127.0.0.1:{port}", **rest: object) -> StartedTarget:
        options = {"timeout": 10.0, "directory": str(tmp_path), **rest}
        start = Start(command=(sys.executable, "-c", code, *arguments), **options)  # type: ignore[arg-type]
        target = Target(base_url=base_url, name="toy", start=start)
        started.append(StartedTarget(target, {"client_id": "c-1"}, tmp_path / "target.log"))
        return started[-1]

    yield make
    for one in started:
        one.stop()


def fetch(url: str) -> str:
    with urlopen(url, timeout=5) as response:
        return str(response.read().decode())


def refusal(started: StartedTarget) -> TargetError:
    with pytest.raises(TargetError) as caught:
        started.start()
    assert not started.running
    return caught.value


def answers(url: str) -> bool:
    try:
        fetch(url)
    except OSError:
        return False
    return True


def test_starts_restarts_and_stops(made: Made) -> None:
    started = made(SERVE, "{port}", env={"WORD": "{client_id} {run_dir}"})
    url = started.target.base_url
    run_dir = Path(fetch_word(started).split()[1])
    assert run_dir.is_dir()
    mark = started.mark()
    fetch(f"{url}/one")
    assert started.output_since(mark).strip() == "asked for /one"
    started.restart()
    assert fetch(f"{url}/two").startswith("c-1 ")
    assert "asked for /two" in started.output_since(mark)
    assert started.output_since(started.mark()) == ""
    started.stop()
    assert not started.running
    assert not answers(url)
    assert not run_dir.exists()


def fetch_word(started: StartedTarget) -> str:
    started.start()
    return fetch(started.target.base_url)


def test_a_command_that_ends_early_is_quoted(made: Made) -> None:
    error = refusal(made("import sys; print('no database'); sys.exit(3)"))
    assert error.code == 21
    assert "ended with code 3" in str(error)
    assert "no database" in str(error)


def test_a_command_that_never_answers_is_given_up(made: Made) -> None:
    error = refusal(made("import sys; sys.stdin.read(); import signal; signal.pause()", timeout=0.3))
    assert error.code == 21
    assert "no answer below 500 in 0.3 s" in str(error)


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    target = Target(base_url="http://127.0.0.1:{port}", name="toy", start=Start(command=("no-such-command",)))
    error = refusal(StartedTarget(target, {}, tmp_path / "log"))
    assert "cannot start 'no-such-command'" in str(error)


def test_missing_requirements_come_with_the_hint(made: Made) -> None:
    need = Requirement(command="no-such-command", hint="make third-party")
    error = refusal(made(SERVE, "{port}", requires=(need,)))
    assert "'no-such-command'" in str(error)
    assert "make third-party" in str(error)
    assert "some/folder" in str(refusal(made(SERVE, "{port}", requires=(Requirement(path="some/folder"),))))


def test_a_taken_port_is_told(made: Made) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        error = refusal(made(SERVE, "1", base_url=f"http://127.0.0.1:{taken.getsockname()[1]}"))
    assert error.code == 26


def test_a_placeholder_without_a_value_is_told(made: Made) -> None:
    error = refusal(made(SERVE, "{port}", env={"ISSUER": "{issuer}"}))
    assert (error.code, "{issuer}" in str(error)) == (20, True)


def test_nothing_outlives_a_killed_harness(tmp_path: Path) -> None:
    """The harness is killed outright: the target's port falls silent, its group is gone."""
    harness = f"""
import sys
from pathlib import Path
from targets.process import StartedTarget
from targets.target_schema import Start, Target
start = Start(command=(sys.executable, "-c", {SERVE!r}, "{{port}}"), directory={str(tmp_path)!r})
target = Target(base_url="http://127.0.0.1:{{port}}", start=start)
started = StartedTarget(target, {{}}, Path({str(tmp_path)!r}) / "log")
started.start()
print(started.target.base_url, started._process.pid, flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", harness], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    url, supervisor = process.stdout.readline().split()
    assert answers(url)
    with _watching(int(supervisor)) as ended:
        process.kill()
        process.communicate(timeout=10)
        assert ended(10)
    assert not answers(url)


class _watching:
    """Waits for the end of a process that is not ours, through its descriptor."""

    def __init__(self, pid: int) -> None:
        self._descriptor = os.pidfd_open(pid)

    def __enter__(self) -> Callable[[float], bool]:
        return lambda limit: bool(select.select([self._descriptor], [], [], limit)[0])

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def supervised(code: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(SUPERVISOR), sys.executable, "-c", code]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)


@pytest.mark.parametrize(
    ("code", "ending", "ended_by"),
    [
        (FAMILY, "end of input", signal.SIGTERM),
        (FAMILY, signal.SIGTERM, signal.SIGTERM),
        (FAMILY, signal.SIGINT, signal.SIGTERM),
        (STUBBORN, "end of input", signal.SIGKILL),
    ],
)
def test_the_supervisor_ends_the_whole_group(code: str, ending: object, ended_by: signal.Signals) -> None:
    """Even one that ignores SIGTERM. Reading the pipe that all of it shares ends when all of it is gone."""
    process = supervised(code)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.read(2) == b"up"
    if isinstance(ending, signal.Signals):
        process.send_signal(ending)
    else:
        process.stdin.close()
    assert process.wait(10) == 128 + ended_by
    assert process.stdout.read() == b""
    process.stdin.close()
    process.stdout.close()


@pytest.mark.parametrize(("code", "expected"), [("import sys; sys.exit(7)", 7), ("import os; os.abort()", 134)])
def test_the_supervisor_passes_the_exit_code_on(code: str, expected: int) -> None:
    with supervised(code) as process:
        assert process.wait(10) == expected
