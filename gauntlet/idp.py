"""`gauntlet idp`: the mock Okta alone, for an application that you configure by hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_idp.__main__ import add_arguments, run
from suites.engine.verdicts import SetupError

if TYPE_CHECKING:
    from mock_idp.server import ServeOptions

WILDCARDS = ("0.0.0.0", "::")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `idp` to the command line."""
    idp = commands.add_parser("idp", help="run the mock Okta alone", description=__doc__)
    add_arguments(idp)
    idp.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    try:
        if arguments.state_dir is None:
            arguments.state_dir = _shared_folder(arguments)
    except SetupError as error:
        print(f"gauntlet: {error.message}", file=sys.stderr)
        return error.code
    from suites.engine.guides import shipped_guides

    return run(arguments, for_people if sys.stdout.isatty() else None, shipped_guides())


def _shared_folder(arguments: argparse.Namespace) -> Path | None:
    """Where `gauntlet check` keeps the keys of the same issuer: the application has them in its cache."""
    if not 0 < arguments.port < 65536:
        return None
    from suites.engine.provider import state_folder

    host = "127.0.0.1" if arguments.host in WILDCARDS else arguments.host
    host = f"[{host}]" if ":" in host else host
    scheme = "https" if arguments.tls else "http"
    return state_folder(arguments.public_url or f"{scheme}://{host}:{arguments.port}")


def for_people(options: ServeOptions, ready: dict[str, Any]) -> str:
    """The mock's addresses and people, in words."""
    rows = [("issuer", f"{issuer}  ({name})") for name, issuer in ready["issuers"].items()]
    rows += [("user", f"{user.login}  password: {user.password or '(none)'}") for user in options.org.users]
    where = options.state_directory.absolute() if options.state_directory else None
    rows.append(("keys", f"kept in {where}" if where else "new at every start; --port or --state-dir keeps them"))
    if ready["ca_file"]:
        rows.append(("trust", f"the application must trust {Path(ready['ca_file']).absolute()}"))
    rows.append(("console", f"{ready['admin_url']}  (opens the Admin console)"))
    rows.append(("API token", ready["api_token"]))
    rows.append(("control", f"{ready['control_url']}  token: {ready['control_token']}"))
    lines = (f"{name:11}{text}" for name, text in rows)
    return "\n".join(["The mock Okta is ready.", *lines, "Ctrl-C ends it."])
