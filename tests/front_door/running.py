"""Runs the front door as a user does: its own process, and a look at what it leaves behind."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gauntlet.__main__ import main
from targets.errors import NO_BROWSER, UNREACHABLE

ROOT = Path(__file__).resolve().parents[2]
MARK = "FRONT_DOOR_RUN"
LIMIT = 60.0
INSTALLED_BY = {UNREACHABLE: "make third-party", NO_BROWSER: "make browser"}
GONE_LIMIT = 12.0  # seconds until a killed run's children must be gone
_PAUSE = threading.Event()


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    command: str


@dataclass(frozen=True)
class Finished:
    """A run that is over. `left` are processes that it left behind."""

    code: int
    out: str
    err: str
    report: Path
    seconds: float
    left: list[Process]

    @property
    def results(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.report / "results.json").read_text())
        return found

    @property
    def verdicts(self) -> dict[str, str]:
        return {case["id"]: case["verdict"] for case in self.results["cases"]}

    def or_skipped(self) -> Finished:
        """This; the test is skipped where the target needs what is not installed."""
        if self.code in INSTALLED_BY and INSTALLED_BY[self.code] in self.err:
            pytest.skip(self.err)
        return self

    def refused(self, code: int, *words: str) -> str:
        """Asserts one clear message, this exit code, no report and nothing left behind; the message."""
        assert self.code == code, self.err or self.out
        assert self.err.startswith("gauntlet: "), self.err
        assert self.err.count("gauntlet: ") == 1, self.err
        assert "Traceback" not in self.err + self.out
        for word in words:
            assert word in self.err, self.err
        assert not (self.report / "results.json").exists()
        assert self.left == []
        return self.err


class Running:
    """A run under way, with everything that it starts marked by an environment variable."""

    def __init__(
        self,
        command: list[str],
        report: Path,
        environment: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> None:
        self.mark = secrets.token_hex(8)
        self.report = report
        self._began = time.monotonic()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        state = {"XDG_STATE_HOME": str(report / "state")}
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=cwd,
            env={**inherited, **state, **(environment or {}), MARK: self.mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> list[Process]:
        """The run's processes that live now, the first one excepted."""
        return [one for one in marked(self.mark) if one.pid != self.process.pid]

    def until(self, condition: Callable[[], bool], limit: float = LIMIT) -> None:
        """Waits for it; fails when the run ends first."""
        wait_for(lambda: condition() or self.process.poll() is not None, limit)
        if not condition():
            out, err = self.process.communicate(timeout=5)
            raise AssertionError(f"the run ended early ({self.process.returncode}): {out} {err}")

    def send(self, number: signal.Signals, group: bool = False) -> None:
        if group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    def finish(self, limit: float = LIMIT) -> Finished:
        try:
            out, err = self.process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            out, err = self.process.communicate()
            raise AssertionError(f"not over after {limit:g} s: {out} {err}") from None
        seconds = time.monotonic() - self._began
        left = marked(self.mark)
        return Finished(self.process.returncode, out, err, self.report, seconds, left)


def check(*words: str, report: Path, **environment: str) -> Finished:
    """`gauntlet check`, to its end."""
    return Running(checking(*words, report=report), report, environment).finish()


def check_here(capsys: pytest.CaptureFixture[str], *words: str, report: Path) -> Finished:
    """The same in this process, for what ends before anything is started."""
    capsys.readouterr()
    began = time.monotonic()
    try:
        code = main(["check", *words, "--report-dir", str(report)])
    except SystemExit as ended:
        code = int(str(ended.code))
    out, err = capsys.readouterr()
    return Finished(code, out, err, report, time.monotonic() - began, [])


def checking(*words: str, report: Path) -> list[str]:
    return ["-m", "gauntlet", "check", *words, "--report-dir", str(report)]


def wait_for(condition: Callable[[], bool], limit: float) -> bool:
    """Whether it came true within the limit."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            return False
        _PAUSE.wait(0.03)
    return True


def marked(mark: str) -> list[Process]:
    """The living processes whose environment has the mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() not in (folder / "environ").read_bytes():
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found.append(Process(int(folder.name), int(fields[1]), command))
    return found


def gone(run: Running) -> bool:
    """Whether everything that the run started has ended, within the limit."""
    return wait_for(lambda: not marked(run.mark), GONE_LIMIT)
