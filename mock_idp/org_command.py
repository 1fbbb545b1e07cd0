"""`python -m mock_idp export` and `import`: the org of a running mock as a config file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mock_idp.client import Control, ControlError
from mock_idp.state import write_whole


def main(argv: Sequence[str]) -> int:
    """The exit code: 0, or 20 with one line about what went wrong."""
    arguments = _parser().parse_args(argv)
    token = arguments.control_token or os.environ.get("GAUNTLET_CONTROL_TOKEN")
    if not token:
        return _failed("say --control-token, or set GAUNTLET_CONTROL_TOKEN: the mock's ready line has the token")
    control = Control(arguments.control_url, token)
    try:
        if arguments.command == "export":
            _export(control, arguments.file)
        else:
            control.import_org(arguments.file.read_text(encoding="utf-8"))
    except (ControlError, OSError, UnicodeError) as error:
        return _failed(str(error))
    finally:
        control.close()
    return 0


def _export(control: Control, file: Path | None) -> None:
    text = control.export_org()
    if file is None:
        sys.stdout.write(text)
        return
    # It holds secrets and passwords: nobody else need read it.
    write_whole(file, text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mock_idp")
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="write the org of a running mock as a config file")
    export.add_argument("file", type=Path, nargs="?", help="the file (default: standard output)")
    take = commands.add_parser("import", help="make the org of a running mock what a config file says")
    take.add_argument("file", type=Path, help="the config file")
    for command in (export, take):
        command.add_argument("--control-url", required=True, help="the mock's control API (its ready line has it)")
        command.add_argument("--control-token", help="its token (default: GAUNTLET_CONTROL_TOKEN)")
    return parser


def _failed(message: str) -> int:
    print(f"mock_idp: {message}", file=sys.stderr)
    return 20
