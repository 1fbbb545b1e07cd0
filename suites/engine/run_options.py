"""What the user asked for, and the words for it: `gauntlet check` and the pytest plugin have the same options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AUTO = "auto"
BROWSERS = (AUTO, "none", "chromium", "firefox", "webkit")
PROFILES = ("core", "security", "okta", "all", "dos")
TARGET_HELP = "the relying party: a target file, a shipped target's name, or a start page's URL"

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "--case": {"action": "append", "default": [], "metavar": "GLOB", "help": "only these cases; may be repeated"},
    "--suite": {"action": "append", "default": [], "metavar": "NAME", "help": "only these suites; may be repeated"},
    "--profile": {"choices": PROFILES, "default": "all", "help": "which cases (default: %(default)s)"},
    "--browser": {
        "choices": BROWSERS,
        "default": AUTO,
        "help": "use a real browser (default: %(default)s: chromium where the target needs one)",
    },
    "--headed": {"action": "store_true", "help": "show the browser"},
    "--report-dir": {
        "type": Path,
        "default": Path("reports/out"),
        "metavar": "DIR",
        "help": "where reports go (default: %(default)s)",
    },
    "--issuer": {"metavar": "URL", "help": "where a running target looks for its IdP; the mock listens there"},
    "--idp-port": {"type": int, "metavar": "PORT", "help": "the mock's port, if not the issuer's"},
    "--idp-host": {"metavar": "IP", "help": "the mock listens there (default: 127.0.0.1)"},
    "--public-url": {"metavar": "URL", "help": "what the issuer starts with, behind a tunnel or proxy"},
    "--forgery-examples": {
        "type": int,
        "default": 30,
        "metavar": "N",
        "help": "generated ID Tokens per property, 0 for none (default: %(default)s)",
    },
    "--forgery-seed": {"type": int, "default": 0, "metavar": "N", "help": "other tokens (default: %(default)s)"},
    "--forgery-file": {
        "action": "append",
        "type": Path,
        "default": [],
        "metavar": "FILE",
        "help": "saved edits to try again; may be repeated",
    },
    "--state-dir": {"type": Path, "metavar": "DIR", "help": "keeps the mock's keys and clients from run to run"},
}
"""Option → the keywords that argparse and pytest understand alike; the target is said in two ways and is not here."""


@dataclass(frozen=True)
class RunOptions:
    """The options of one run; see `gauntlet check --help`."""

    target: str
    browser: str = AUTO
    headed: bool = False
    report_directory: Path = Path("reports/out")
    issuer: str | None = None
    port: int | None = None
    host: str | None = None
    public_url: str | None = None
    state_directory: Path | None = None
    case: tuple[str, ...] = ()
    suite: tuple[str, ...] = ()
    profile: str = "all"
    forgery_examples: int = 30
    forgery_seed: int = 0
    forgery_files: tuple[Path, ...] = ()


def add_options(add: Callable[..., object], words: Sequence[str] = tuple(_OPTIONS)) -> None:
    """Says every option, or some, to `add`: a parser's `add_argument`, or the `addoption` of pytest."""
    for word in words:
        add(word, **_OPTIONS[word])


def run_options(parsed: Any) -> RunOptions:
    """From the namespace that a parser with `add_options` and a `target` has made."""
    return RunOptions(
        target=parsed.target,
        browser=parsed.browser,
        headed=parsed.headed,
        report_directory=parsed.report_dir.absolute(),
        issuer=parsed.issuer,
        port=parsed.idp_port,
        host=parsed.idp_host,
        public_url=parsed.public_url,
        state_directory=parsed.state_dir,
        case=tuple(parsed.case),
        suite=tuple(parsed.suite),
        profile=parsed.profile,
        forgery_examples=parsed.forgery_examples,
        forgery_seed=parsed.forgery_seed,
        forgery_files=tuple(parsed.forgery_file),
    )
