"""`gauntlet idp`: the mock Okta alone, for an application that you configure by hand."""

from __future__ import annotations

import argparse
import sys

from mock_idp.__main__ import add_arguments, run


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `idp` to the command line."""
    idp = commands.add_parser("idp", help="run the mock Okta alone", description=__doc__)
    add_arguments(idp)
    idp.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    if sys.stdout.isatty():
        print("The mock Okta; its addresses follow as JSON. Ctrl-C ends it.", file=sys.stderr, flush=True)
    return run(arguments)
