"""Starting the mock in its own process, for programs that drive it."""

from __future__ import annotations

import contextlib
import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from mock_idp.client import Control, ControlError
from mock_idp.state import RUNNING_FILE


class LaunchError(RuntimeError):
    """The mock did not start; `code` is its exit code (26: port in use)."""

    def __init__(self, message: str, code: int = 11) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Ready:
    """What the mock said when it was ready."""

    public_url: str
    issuers: dict[str, str]
    control_url: str
    control_token: str
    ca_file: Path | None
    api_token: str
    admin_url: str


def _ready(data: Mapping[str, Any]) -> Ready:
    ca_file = Path(data["ca_file"]) if data["ca_file"] else None
    names = ("public_url", "issuers", "control_url", "control_token", "api_token", "admin_url")
    return Ready(ca_file=ca_file, **{name: data[name] for name in names})


class AttachedIdp:
    """A mock that somebody else has started, and that goes on when `stop()` was called."""

    def __init__(self, state_directory: Path) -> None:
        """The one that runs with this state directory; LaunchError when there is none."""
        try:
            data = json.loads((state_directory / RUNNING_FILE).read_text(encoding="utf-8"))
            self.ready = _ready(data)
        except (OSError, ValueError, KeyError, TypeError):
            raise LaunchError(f"no mock has said that it runs with {state_directory}") from None
        try:
            with contextlib.closing(self.control()) as control:
                there = control.about()["public_url"] == self.ready.public_url
        except ControlError:
            there = False
        if not there:
            raise LaunchError(f"the mock that ran with {state_directory} has ended")

    def control(self) -> Control:
        """A new control client; use one per thread."""
        return Control(self.ready.control_url, self.ready.control_token)

    def stop(self) -> None:
        """Nothing: it is not ours."""


class RunningIdp:
    """The mock as a child process. It ends with `stop()`, or by itself when this process goes away."""

    def __init__(self, options: Sequence[str] = (), timeout: float = 20.0, log: IO[bytes] | None = None) -> None:
        # A file, because a pipe that nobody reads would stop a mock that has much to say.
        self._own_log = tempfile.NamedTemporaryFile(prefix="mock-idp-") if log is None else None  # noqa: SIM115
        self._log: IO[bytes] = log or self._own_log  # type: ignore[assignment]
        said_before = self._log.tell()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mock_idp", "--until-stdin-closes", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            # Ctrl-C in the terminal must not end the mock under a run that is still cleaning up.
            start_new_session=True,
        )
        try:
            self.ready = self._wait(timeout, said_before)
        except BaseException:
            self.stop()
            raise

    def _wait(self, timeout: float, said_before: int) -> Ready:
        stdout = self._process.stdout
        assert stdout is not None
        readable, _, _ = select.select([stdout], [], [], timeout)
        line = stdout.readline() if readable else b""
        if not line:
            self._end()
            said = Path(self._log.name).read_bytes()[said_before:].decode(errors="replace")
            reason = said.strip().removeprefix("mock_idp: ") or f"no ready line within {timeout:g} s"
            code = self._process.returncode
            raise LaunchError(reason, code if code > 0 else 11)
        return _ready(json.loads(line))

    @property
    def pid(self) -> int:
        return self._process.pid

    def control(self) -> Control:
        """A new control client; use one per thread."""
        return Control(self.ready.control_url, self.ready.control_token)

    def stop(self) -> None:
        """End the mock and wait for it. May be called twice."""
        self._end()
        if self._process.stdout:
            self._process.stdout.close()
        if self._own_log:
            self._own_log.close()

    def _end(self) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=5)

    def __enter__(self) -> RunningIdp:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
