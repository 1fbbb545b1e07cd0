"""`gauntlet check TARGET`: run the suites against a relying party and judge it."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from suites.engine.run_options import TARGET_HELP, add_options, run_options
from suites.engine.verdicts import BAD_INPUT, SetupError

if TYPE_CHECKING:
    from gauntlet.live import LiveReporter
    from gauntlet.screen import Screen
    from suites._core.selection import Row


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check` to the command line."""
    check = commands.add_parser("check", help="judge a relying party", description=__doc__)
    add_arguments(check)
    check.set_defaults(run=run)


def add_arguments(check: argparse.ArgumentParser) -> None:
    """The options of a check; `run` takes what they parse to."""
    check.add_argument("target", nargs="?", help=TARGET_HELP)
    add_options(check.add_argument)
    check.add_argument("--workers", default="1", metavar="N|auto", help="parallel workers (default: 1)")
    check.add_argument("--list", action="store_true", help="list the selected cases and stop")


def run(arguments: argparse.Namespace) -> int:
    """The exit code of the run."""
    # Half a second of imports; whoever asks for help, mistypes an option or wants another command need not wait.
    from gauntlet.live import LiveReporter
    from gauntlet.screen import Screen
    from suites._core.selection import selected_rows

    screen = Screen()
    try:
        rows = selected_rows(arguments.case, arguments.suite, arguments.profile)
        if arguments.list:
            _list(screen, rows)
            return 0
        if not arguments.target:
            raise SetupError("say which relying party: gauntlet check FILE, NAME or URL (see --help)", BAD_INPUT)
        workers = _workers(arguments.workers)
        live = LiveReporter(screen, len(rows), workers, arguments.profile)
        with terminable():
            return _judge(arguments, live, workers)
    except SetupError as error:
        screen.refuse(error.message)
        return error.code


def _judge(arguments: argparse.Namespace, live: LiveReporter, workers: int) -> int:
    from suites.engine.harness import Harness

    harness = Harness(run_options(arguments))
    try:
        live.preparing(arguments.target)
        harness.start()
        assert harness.preflight is not None
        live.ready(harness.preflight)
        # pytest takes another while; a target that cannot be judged is told at once.
        from gauntlet.pytest_run import run_cases

        return run_cases(arguments, harness, live, workers)
    finally:
        with undisturbed():
            harness.stop()


def _list(screen: Screen, rows: list[Row]) -> None:
    for info, member in rows:
        screen.print(f"{info.result_id(member):75} {info.level:9} {info.severity:8} {info.spec.text}")
    screen.print(f"{len(rows)} {'case' if len(rows) == 1 else 'cases'}")


def _workers(text: str) -> int:
    if text == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not (text.isdecimal() and int(text) > 0):
        raise SetupError(f"--workers {text}: expected a number from 1, or auto", BAD_INPUT)
    return int(text)


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does: what ran is reported, and nothing is left behind."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not stop the clearing up, which has limits of its own."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
