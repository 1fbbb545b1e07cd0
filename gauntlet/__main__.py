"""The command `gauntlet`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gauntlet import check, demo, idp


def parser() -> argparse.ArgumentParser:
    """One subcommand per module."""
    root = argparse.ArgumentParser(
        prog="gauntlet",
        description="Tells whether an OpenID Connect relying party can be trusted.",
        epilog="Start with: gauntlet demo · gauntlet check reference · gauntlet check --help",
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (check, idp, demo):
        module.add_command(commands)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand; the exit code (see docs/exit-codes.md)."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("gauntlet: interrupted", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
