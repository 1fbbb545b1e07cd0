"""`gauntlet check TARGET`: run the suites against a relying party and judge it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest

import suites
from gauntlet.live import LiveReporter
from suites._core import plugin as plugin_module
from suites._core.case import load_cases
from suites._core.options import BROWSERS, PROFILES, matches
from suites._core.plugin import GauntletRun
from suites.engine.harness import Harness, RunOptions
from suites.engine.verdicts import BAD_INPUT, SetupError

_ROOT = Path(suites.__file__).resolve().parent


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check` to the command line."""
    check = commands.add_parser("check", help="judge a relying party", description=__doc__)
    check.add_argument("target", nargs="?", help="a target file, a shipped target's name, or a start page's URL")
    check.add_argument("--case", action="append", default=[], metavar="GLOB", help="only these cases; may be repeated")
    check.add_argument("--suite", action="append", default=[], metavar="NAME", help="only these suites")
    check.add_argument("--profile", choices=PROFILES, default="all", help="which cases (default: all)")
    check.add_argument("--workers", default="1", metavar="N|auto", help="parallel workers (default: 1)")
    check.add_argument("--browser", choices=BROWSERS, default="none", help="use a real browser (default: none)")
    check.add_argument("--headed", action="store_true", help="show the browser")
    check.add_argument("--report-dir", type=Path, default=Path("reports/out"), help="default: %(default)s")
    check.add_argument("--issuer", metavar="URL", help="where a running target looks for its IdP")
    check.add_argument("--idp-port", type=int, metavar="PORT", help="the mock's port, if not the issuer's")
    check.add_argument("--public-url", metavar="URL", help="what the issuer starts with, behind a tunnel")
    check.add_argument("--state-dir", type=Path, metavar="DIR", help="keeps keys and clients from run to run")
    check.add_argument("--list", action="store_true", help="list the selected cases and stop")
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit code of the run."""
    rows = [
        (info, member)
        for info in load_cases()
        for member in info.members
        if matches(info, member, arguments.case, arguments.suite, arguments.profile)
    ]
    if arguments.list:
        for info, member in rows:
            print(f"{info.result_id(member):75} {info.level:9} {info.severity:8} {info.spec.text}")
        print(f"{len(rows)} case(s)")
        return 0
    if not arguments.target:
        return _refuse("say which relying party: gauntlet check FILE, NAME or URL (gauntlet check --help)")
    if not rows:
        return _refuse("no case matches --case, --suite and --profile; gauntlet check --list shows all")
    workers = _workers(arguments.workers)
    if workers is None:
        return _refuse(f"--workers {arguments.workers}: expected a number from 1, or auto")
    live = LiveReporter(len(rows), workers)
    harness = Harness(_options(arguments))
    try:
        live.preparing(arguments.target)
        harness.start()
        assert harness.preflight is not None
        live.ready(harness.preflight)
        return _pytest(arguments, harness, live, workers)
    except SetupError as error:
        return _refuse(error.message, error.code)
    finally:
        harness.stop()


def _refuse(message: str, code: int = BAD_INPUT) -> int:
    print(f"gauntlet: {message}", file=sys.stderr)
    return code


def _workers(text: str) -> int | None:
    if text == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return int(text) if text.isdigit() and int(text) > 0 else None


def _options(arguments: argparse.Namespace) -> RunOptions:
    return RunOptions(
        target=arguments.target,
        browser=arguments.browser,
        headed=arguments.headed,
        report_directory=arguments.report_dir.absolute(),
        issuer=arguments.issuer,
        port=arguments.idp_port,
        public_url=arguments.public_url,
        state_directory=arguments.state_dir,
        case=tuple(arguments.case),
        suite=tuple(arguments.suite),
        profile=arguments.profile,
    )


class _Runner:
    """Registers the run with pytest, with the harness that is already up."""

    def __init__(self, harness: Harness, live: LiveReporter) -> None:
        self._harness, self._live = harness, live
        self.run: GauntletRun | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        self.run = GauntletRun(config, self._harness)
        config.pluginmanager.register(self.run, "gauntlet-run")
        config.pluginmanager.register(self._live, "gauntlet-live")


def _pytest(arguments: argparse.Namespace, harness: Harness, live: LiveReporter, workers: int) -> int:
    runner = _Runner(harness, live)
    words = [str(_ROOT), "--target", arguments.target, "--profile", arguments.profile]
    words += ["--browser", arguments.browser, "--report-dir", str(arguments.report_dir.absolute())]
    for name in ("case", "suite"):
        for value in getattr(arguments, name):
            words += [f"--{name}", value]
    # The terminal is ours (gauntlet.live); no cache folder and no settings of the place where we were called.
    words += ["-qq", "--no-header", "--no-summary", "-p", "no:cacheprovider", "--import-mode=importlib"]
    words += ["-c", os.devnull, "--rootdir", str(_ROOT.parent), "-o", "console_output_style=classic"]
    words += ["-p", plugin_module.__name__]
    if workers > 1:
        words += ["-n", str(workers), "--dist", "worksteal"]
    code = int(pytest.main(words, plugins=[runner]))
    if runner.run is not None and runner.run.results is not None:
        live.finished(runner.run.results, runner.run.paths)
    return code
