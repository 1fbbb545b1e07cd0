"""The plugin's options; `gauntlet check` has the same words."""

from __future__ import annotations

from pathlib import Path

import pytest

from suites._core.selection import PROFILES
from suites.engine.run_options import RunOptions

BROWSERS = ("none", "chromium", "firefox", "webkit")


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("gauntlet", "RP Gauntlet")
    group.addoption("--target", help="the relying party: a target file, a shipped name, or the URL of its start page")
    group.addoption("--case", action="append", default=[], metavar="GLOB", help="only these cases")
    group.addoption("--suite", action="append", default=[], metavar="NAME", help="only these suites")
    group.addoption("--profile", choices=PROFILES, default="all", help="which cases (default: all)")
    group.addoption("--browser", choices=BROWSERS, default="none", help="drive the target with a real browser")
    group.addoption("--headed", action="store_true", help="show the browser")
    group.addoption("--report-dir", type=Path, default=Path("reports/out"), help="where reports go")
    group.addoption("--issuer", help="where a running target looks for its IdP; the mock listens there")
    group.addoption("--idp-port", type=int, help="port of the mock, where it differs from the issuer's")
    group.addoption("--idp-host", help="address that the mock listens on (default: 127.0.0.1)")
    group.addoption("--public-url", help="what the issuer starts with, behind a tunnel or proxy")
    group.addoption("--state-dir", type=Path, help="keeps the mock's keys and clients from run to run")


def run_options(config: pytest.Config) -> RunOptions:
    """The options of this run."""
    option = config.option
    return RunOptions(
        target=option.target,
        browser=option.browser,
        headed=option.headed,
        report_directory=option.report_dir.absolute(),
        issuer=option.issuer,
        port=option.idp_port,
        host=option.idp_host,
        public_url=option.public_url,
        state_directory=option.state_dir,
        case=tuple(option.case),
        suite=tuple(option.suite),
        profile=option.profile,
    )
