"""Runs a command and ends it when the harness goes: `python -m targets.supervise COMMAND [ARGUMENT…]`.

Standard input is a pipe whose other end the harness holds. Its end, in whatever way the harness died, or
SIGTERM or SIGINT, ends the command's whole process group: SIGTERM first, SIGKILL after GRACE seconds. The
exit code is the command's, 128 + n when signal n ended it, 127 when it could not be started.

It starts once for every target, so it imports next to nothing and nothing of ours.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

GRACE = 5.0  # seconds between SIGTERM and SIGKILL


def main(argv: list[str]) -> int:
    if not argv:
        print("usage: python -m targets.supervise COMMAND [ARGUMENT ...]", file=sys.stderr)
        return 2
    awake = _wake_on(signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)
    try:
        child = os.posix_spawnp(
            argv[0],
            argv,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)],
            setpgroup=0,
            setsigdef=[signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE],
        )
    except OSError as error:
        print(f"cannot start {argv[0]!r}: {error.strerror}", file=sys.stderr)
        return 127
    code = _until_asked_to_stop(child, awake)
    if code is None:
        _signal_group(child, signal.SIGTERM)
        code = _wait(child, awake, GRACE)
    # Whoever is left in the group, be it the command itself or what it left behind, has had its chance.
    _signal_group(child, signal.SIGKILL)
    if code is None:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


def _wake_on(*signals: int) -> int:
    """A descriptor that becomes readable, with the signal's number, when one of the signals arrives."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    for number in signals:
        signal.signal(number, lambda *_: None)
    return read


def _until_asked_to_stop(child: int, awake: int) -> int | None:
    """The child's exit code, or None as soon as the harness is gone or wants it to end."""
    while True:
        ready, _, _ = select.select([0, awake], [], [])
        if awake in ready:
            arrived = os.read(awake, 64)
            if (code := _reaped(child)) is not None:
                return code
            if signal.SIGTERM in arrived or signal.SIGINT in arrived:
                return None
        if 0 in ready and not os.read(0, 64):
            return None


def _wait(child: int, awake: int, limit: float) -> int | None:
    """The child's exit code, or None when it takes longer than `limit` seconds."""
    end = time.monotonic() + limit
    while (code := _reaped(child)) is None:
        left = end - time.monotonic()
        if left <= 0 or not select.select([awake], [], [], left)[0]:
            return None
        os.read(awake, 64)
    return code


def _reaped(child: int) -> int | None:
    pid, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None


def _signal_group(child: int, number: int) -> None:
    try:  # noqa: SIM105 (contextlib would double the time that this program takes to start)
        os.killpg(child, number)
    except (ProcessLookupError, PermissionError):
        pass  # nobody left in the group (macOS says EPERM for a group of zombies)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
