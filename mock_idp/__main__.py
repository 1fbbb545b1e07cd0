"""`python -m mock_idp`: the mock Okta alone."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_idp.doctor.facts import Guide
    from mock_idp.server import Announce


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the mock; `gauntlet idp` has the same."""
    parser.add_argument("--config", type=Path, help="the org as a TOML file (default: one user, server `default`)")
    parser.add_argument("--host", default="127.0.0.1", help="address of the public listener (default %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="its port; 0 chooses a free one (default)")
    parser.add_argument("--tls", action="store_true", help="serve https with a certificate of the mock's own CA")
    parser.add_argument("--public-url", help="what the issuer starts with, behind a tunnel or proxy")
    parser.add_argument("--state-dir", type=Path, help="keeps keys, clients and the CA from run to run")
    parser.add_argument("--control-port", type=int, default=0, help="port of the control API on 127.0.0.1")
    parser.add_argument(
        "--api-token", help="the Management API's token (default: GAUNTLET_API_TOKEN, else a random one that is shown)"
    )
    parser.add_argument("--strictness", choices=("okta", "core"), help="Okta's own rules, or only the specifications'")
    parser.add_argument("--adopt-clients", action="store_true", help="learn clients from their first request")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when standard input ends (for programs)"
    )


def run(
    arguments: argparse.Namespace, announce: Announce | None = None, guides: Mapping[str, Guide] | None = None
) -> int:
    """Serve until interrupted; the exit code. `announce` (default: the ready line) is printed when it is up."""
    # Flask and the server take a moment to import; whoever asks for help, or mistypes an option, need not wait.
    from mock_idp.listeners import ServeError
    from mock_idp.operations import gate
    from mock_idp.org.model import OrgError
    from mock_idp.server import ServeOptions, ready_line, serve
    from mock_idp.state import StateError

    try:
        org = gate.load(arguments.config)
        settings = org.settings
        if arguments.strictness:
            settings = dataclasses.replace(settings, strictness=arguments.strictness)
        if arguments.adopt_clients:
            settings = dataclasses.replace(settings, adopt_clients=True)
        serve(
            ServeOptions(
                org=dataclasses.replace(org, settings=settings),
                host=arguments.host,
                port=arguments.port,
                control_port=arguments.control_port,
                tls=arguments.tls,
                public_url=arguments.public_url,
                state_directory=arguments.state_dir,
                control_token=os.environ.get("GAUNTLET_CONTROL_TOKEN"),
                api_token=arguments.api_token or os.environ.get("GAUNTLET_API_TOKEN"),
                until_stdin_closes=arguments.until_stdin_closes,
                guides=guides or {},
            ),
            announce or ready_line,
        )
    except (OrgError, StateError) as error:
        print(f"mock_idp: {error}", file=sys.stderr)
        return 20
    except ServeError as error:
        print(f"mock_idp: {error}", file=sys.stderr)
        return error.code
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] in (["export"], ["import"]):
        from mock_idp.org_command import main as org_command

        return org_command(argv)
    parser = argparse.ArgumentParser(
        prog="python -m mock_idp",
        description="A mock Okta that can misbehave.",
        epilog="`export` and `import` (with --help) write and read the org of a running mock as a config file.",
    )
    add_arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main())
