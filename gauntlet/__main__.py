"""The command `gauntlet`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from gauntlet import check, demo, doctor, idp
from suites.engine.verdicts import BAD_INPUT, HARNESS_FAULT, INTERRUPTED


class _Parser(argparse.ArgumentParser):
    """argparse exits with 2 for a bad command line, which is our (and pytest's) code for an interrupted run."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"gauntlet: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    """One subcommand per module."""
    root = _Parser(
        prog="gauntlet",
        description="Tells whether an OpenID Connect relying party can be trusted.",
        epilog="Start with: gauntlet demo · gauntlet check reference · gauntlet check --help",
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (check, doctor, idp, demo):
        module.add_command(commands)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand; the exit code (see docs/exit-codes.md)."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        # Nothing is left to be done but to say so: whoever presses again need not see Python's complaint.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        print("gauntlet: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception:
        # Python would end with 1, which means that the target has findings.
        traceback.print_exc()
        print("gauntlet: the harness itself failed; please report the above", file=sys.stderr)
        return HARNESS_FAULT


if __name__ == "__main__":
    sys.exit(main())
