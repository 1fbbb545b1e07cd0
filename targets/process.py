"""Starts a target, waits until it answers, keeps what it prints, and ends it for certain."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from targets.errors import BAD_TARGET_FILE, PORT_IN_USE, UNREACHABLE, TargetError
from targets.placeholders import PLACEHOLDER
from targets.supervise import GRACE
from targets.target_file import ROOT
from targets.target_schema import Start, Target

SUPERVISOR = Path(__file__).with_name("supervise.py")
STOP_LIMIT = GRACE + 3.0  # seconds; by then the supervisor itself has sent SIGKILL
POLL = 0.05  # seconds that one look at the process takes while we wait for the target's answer
OUTPUT_LIMIT = 256 * 1024  # bytes that output_since returns at most; the newest are kept
QUOTED_LINES = 15


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class StartedTarget:
    """A target with a `[start]` table, and the process that runs it.

    `target` is resolved from the beginning, so that the client can be registered at the IdP before the start:
    {port} and {run_dir} are chosen here unless they are given. Use it as a context manager: it starts on
    entry; on exit nothing is left behind. The same happens when the harness dies without an exit.
    """

    def __init__(self, target: Target, placeholders: Mapping[str, str], log_file: Path) -> None:
        if target.start is None:
            raise TargetError(f"{target.name}: the target has no [start] table", BAD_TARGET_FILE)
        # An object that removes the folder itself when it is forgotten without ever being started.
        self._own_run_dir = (
            None
            if "run_dir" in placeholders
            else tempfile.TemporaryDirectory(prefix="gauntlet-", ignore_cleanup_errors=True)
        )
        chosen = {"port": placeholders.get("port") or str(free_port())}
        if self._own_run_dir:
            chosen["run_dir"] = self._own_run_dir.name
        self.target = target.resolve(**{**placeholders, **chosen})
        self.log_file = log_file
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the command and returns when the target answers.

        TargetError(21) when something it needs is missing, when it exits, or when the limit passes;
        TargetError(26) when its port is taken; TargetError(20) for a placeholder that has no value.
        """
        if self.running:
            return
        start = self._start
        _check_filled(self.target.name, start)
        if lacking := missing(self.target):
            raise TargetError(lacking, UNREACHABLE)
        _check_port(self.target)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        began = self.mark()
        with self.log_file.open("ab") as log:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", str(SUPERVISOR), *start.command],
                    cwd=start.directory,
                    env=_environment(start),
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is the harness's: it says itself when a target ends
                )
            except OSError as error:
                raise TargetError(f"{self.target.name}: cannot start in {start.directory}: {error}", 21) from None
        try:
            self._wait_until_ready(began)
        except BaseException:
            self._end()
            raise

    def stop(self) -> None:
        """Ends the process group, and removes the run's own temporary folder. Harmless when not running."""
        self._end()
        if self._own_run_dir:
            self._own_run_dir.cleanup()

    def restart(self) -> None:
        """A new process on the same port, with the same run folder."""
        self._end()
        self.start()

    def mark(self) -> int:
        """The present end of the output, in bytes, for `output_since`."""
        return self.log_file.stat().st_size if self.log_file.exists() else 0

    def output_since(self, mark: int) -> str:
        """What the target printed after the mark (the newest OUTPUT_LIMIT bytes)."""
        end = self.mark()
        if end <= mark:
            return ""
        with self.log_file.open("rb") as log:
            log.seek(max(mark, end - OUTPUT_LIMIT))
            return log.read(OUTPUT_LIMIT).decode(errors="replace")

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _start(self) -> Start:
        assert self.target.start is not None
        return self.target.start

    def _wait_until_ready(self, began: int) -> None:
        process = self._process
        assert process is not None
        url = urljoin(self.target.base_url, self._start.ready)
        end = time.monotonic() + self._start.timeout
        seen = "no answer"
        # Only whether it answers counts here; its certificate is judged by the user agent.
        with httpx.Client(verify=False, trust_env=False, timeout=2.0) as client:
            while time.monotonic() < end:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    code = process.wait(POLL)
                    raise self._failed(f"its command ended with code {code} before it answered", began)
                try:
                    status = client.get(url).status_code
                except httpx.HTTPError as error:
                    seen = str(error) or type(error).__name__
                    continue
                if status < 500:
                    return
                seen = f"status {status}"
        raise self._failed(f"{url} gave no answer below 500 in {self._start.timeout:g} s ({seen})", began)

    def _failed(self, what: str, began: int) -> TargetError:
        lines = self.output_since(began).strip().splitlines()[-QUOTED_LINES:]
        printed = "It printed:\n" + "\n".join(f"  {line}" for line in lines) if lines else "It printed nothing."
        command = " ".join(self._start.command)
        return TargetError(f"{self.target.name} did not start: {what}.\nCommand: {command}\n{printed}", UNREACHABLE)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def run_restart(target: Target) -> None:
    """Runs the `[restart]` command of a target that runs already, and returns when it answers again.

    Nothing happens without one. TargetError(20) when the command fails, 21 when the target does not come back.
    """
    restart = target.restart
    if restart is None:
        return
    _check_filled(target.name, restart)
    command = " ".join(restart.command)
    try:
        done = subprocess.run(
            restart.command,
            cwd=restart.directory,
            env=_environment(restart),
            stdin=subprocess.DEVNULL,
            # What it leaves running may keep its output open, which nobody would ever see the end of.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=restart.timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TargetError(f"{target.name}: [restart] {command}: {error}", BAD_TARGET_FILE) from None
    if done.returncode:
        raise TargetError(f"{target.name}: [restart] {command} ended with code {done.returncode}", BAD_TARGET_FILE)
    url, end, seen = urljoin(target.base_url, restart.ready), time.monotonic() + restart.timeout, "no answer"
    pause = threading.Event()
    with httpx.Client(verify=False, trust_env=False, timeout=2.0) as client:
        while time.monotonic() < end:
            try:
                seen = f"status {client.get(url).status_code}"
                if not seen.startswith("status 5"):
                    return
            except httpx.HTTPError as error:
                seen = str(error) or type(error).__name__
            pause.wait(POLL)
    raise TargetError(f"{target.name} does not come back after [restart]: {url}: {seen}", UNREACHABLE)


def _check_filled(name: str, start: Start) -> None:
    for text in (*start.command, start.directory, start.ready, *start.env.values()):
        if match := PLACEHOLDER.search(text):
            raise TargetError(f"{name}: [start] uses {match[0]}, which has no value here", BAD_TARGET_FILE)


def missing(target: Target) -> str:
    """What the target needs and is not there, in a sentence that says how to get it; empty when all is there."""
    path = _search_path(target.start.env if target.start else {})
    folders = [ROOT, *([target.source.parent] if target.source else [])]
    for need in target.start.requires if target.start else ():
        if need.command and not shutil.which(need.command, path=path):
            what = f"the command {need.command!r}"
        elif need.path and not any((folder / need.path).exists() for folder in folders):
            what = need.path
        else:
            continue
        hint = f". To get it: {need.hint}" if need.hint else ""
        return f"{target.name} needs {what}, which is not there{hint}"
    return ""


def _check_port(target: Target) -> None:
    parts = urlsplit(target.base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with socket.socket() as probe:
        probe.settimeout(1.0)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise TargetError(
                f"{target.name}: something else listens on port {port} already; end it, or use {{port}} in base_url",
                PORT_IN_USE,
            )


def _search_path(env: Mapping[str, str]) -> str:
    # Where daemons live is often not on an ordinary user's PATH.
    return os.pathsep.join([env.get("PATH") or os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def _environment(start: Start) -> dict[str, str]:
    environment = {**os.environ, **start.env, "PATH": _search_path(start.env)}
    for name in ("NO_PROXY", "no_proxy"):
        # The IdP is on loopback; a proxy of the build machine must not get to see its traffic.
        environment[name] = ",".join(filter(None, ["localhost,127.0.0.1,::1", environment.get(name, "")]))
    if start.command[0] == sys.executable:
        # {python} -m targets.something works from a checkout that is not installed, too.
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH", "")]))
    return environment
