"""`gauntlet check` and the pytest plugin understand the same words in the same way."""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
import sys
from typing import Any, cast

import pytest

from gauntlet import check
from suites._core import plugin
from suites.engine.run_options import RunOptions, run_options

WORDS = (
    *("--case", "a.*", "--case", "b", "--suite", "nonce", "--profile", "core", "--browser", "firefox", "--headed"),
    *("--report-dir", "out", "--issuer", "http://idp/", "--idp-port", "8090", "--idp-host", "0.0.0.0"),
    *("--public-url", "https://idp.example", "--state-dir", "state"),
    *("--forgery-examples", "7", "--forgery-seed", "3", "--forgery-file", "saved.json"),
)

HEAVY = ("flask", "granian", "httpx", "pytest", "rich", "jsonschema", "cryptography", "playwright")


class PytestParser:
    """As much of `pytest.Parser` as the plugin uses."""

    def __init__(self) -> None:
        self.parser = argparse.ArgumentParser()

    def getgroup(self, name: str, description: str) -> PytestParser:
        del name, description
        return self

    def addoption(self, *words: str, **keywords: Any) -> None:
        self.parser.add_argument(*words, **keywords)


def of_check(*words: str) -> RunOptions:
    parser = argparse.ArgumentParser()
    check.add_arguments(parser)
    return run_options(parser.parse_args(["my-app.toml", *words]))


def of_pytest(*words: str) -> RunOptions:
    parser = PytestParser()
    plugin.pytest_addoption(cast(pytest.Parser, parser))
    return run_options(parser.parser.parse_args(["--target", "my-app.toml", *words]))


def test_both_understand_the_same() -> None:
    assert of_check(*WORDS) == of_pytest(*WORDS)


def test_both_have_the_same_defaults() -> None:
    defaults = RunOptions("my-app.toml")
    absolute = dataclasses.replace(defaults, report_directory=defaults.report_directory.absolute())
    assert of_check() == of_pytest() == absolute


def test_every_option_of_a_run_has_a_word() -> None:
    given, defaults = of_check(*WORDS), of_check()
    same = [f.name for f in dataclasses.fields(RunOptions) if getattr(given, f.name) == getattr(defaults, f.name)]
    assert same == ["target"]


@pytest.mark.parametrize("program", ["gauntlet", "mock_idp"])
def test_help_waits_for_no_library(program: str) -> None:
    code = (
        f"import sys, runpy\nsys.argv[1:] = ['--help']\n"
        f"try: runpy.run_module({program!r}, run_name='__main__')\n"
        f"except SystemExit: print('imported:', *(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "usage:" in done.stdout
    assert done.stdout.splitlines()[-1].strip() == "imported:"
