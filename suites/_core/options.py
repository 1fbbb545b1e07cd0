"""The plugin's options; `gauntlet check` has the same words."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

from suites._core.case import CaseInfo
from suites.engine.harness import RunOptions

BROWSERS = ("none", "chromium", "firefox", "webkit")
PROFILES = ("core", "security", "okta", "all")


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
        public_url=option.public_url,
        state_directory=option.state_dir,
        case=tuple(option.case),
        suite=tuple(option.suite),
        profile=option.profile,
    )


def matches(info: CaseInfo, member: str | None, cases: list[str], suites: list[str], profile: str) -> bool:
    """Whether this row is selected. A pattern for the case selects all members of its family."""
    names = {info.id, info.result_id(member)}
    by_case = not cases or any(fnmatch.fnmatchcase(name, glob) for glob in cases for name in names)
    folder = info.id.partition(".")[0]
    by_suite = not suites or any(folder == name.replace("_", "-") for name in suites)
    return by_case and by_suite and profile in info.profiles


def selected(config: pytest.Config, info: CaseInfo, member: str | None) -> bool:
    option = config.option
    return matches(info, member, option.case, option.suite, option.profile)
