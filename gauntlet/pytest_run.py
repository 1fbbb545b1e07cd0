"""Runs the selected cases with pytest, whose own output nobody needs to read."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import suites
from gauntlet.live import LiveReporter
from suites._core import plugin
from suites._core.session import GauntletRun
from suites.engine.harness import Harness

_SUITES = Path(suites.__file__).resolve().parent
OF_THE_USER = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Settings for the user's own tests; ours must not change by them."""


class _Registrar:
    """Registers the run with pytest, with the harness that is already up."""

    def __init__(self, harness: Harness, live: LiveReporter) -> None:
        self._harness, self._live = harness, live
        self.run: GauntletRun | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        self.run = GauntletRun(config, self._harness)
        config.pluginmanager.register(self.run, "gauntlet-run")
        config.pluginmanager.register(self._live, "gauntlet-live")


def run_cases(arguments: argparse.Namespace, harness: Harness, live: LiveReporter, workers: int) -> int:
    """The exit code of the run."""
    registrar = _Registrar(harness, live)
    # LiveReporter holds the real standard output: what pytest writes is kept for the case that pytest itself fails.
    said = io.StringIO()
    with contextlib.redirect_stdout(said), _our_environment():
        code = int(pytest.main(_words(arguments, workers), plugins=[registrar]))
    results = registrar.run.results if registrar.run else None
    if registrar.run and results:
        live.finished(results, registrar.run.paths)
        return int(results["exit"]["code"])
    if code != pytest.ExitCode.INTERRUPTED:
        print(said.getvalue(), file=sys.stderr)
    return code


def _words(arguments: argparse.Namespace, workers: int) -> list[str]:
    words = [str(_SUITES), "--target", arguments.target, "--profile", arguments.profile]
    words += ["--browser", arguments.browser, "--report-dir", str(arguments.report_dir.absolute())]
    for name in ("case", "suite"):
        for value in getattr(arguments, name):
            words.append(f"--{name}={value}")
    # No cache folder, no rewritten assertions (cases have none), no settings of the place where we were called.
    words += ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "--assert=plain"]
    words += ["--import-mode=importlib", "-c", os.devnull, "--rootdir", str(_SUITES.parent)]
    words += ["-p", plugin.__name__, "-p", "xdist.plugin"]
    if workers > 1:
        words += ["-n", str(workers), "--dist", "worksteal"]
    return words


@contextlib.contextmanager
def _our_environment() -> Iterator[None]:
    before = dict(os.environ)
    for name in OF_THE_USER:
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
