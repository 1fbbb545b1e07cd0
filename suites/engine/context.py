"""What all workers of a run share, and how it travels to them."""

from __future__ import annotations

import base64
import pickle
from dataclasses import dataclass, field
from pathlib import Path

from mock_idp.misbehaviour import Misbehaviour
from suites.engine.oracle import Oracle
from targets.agent import UserAgent
from targets.target_schema import Target

HTTP = "http"


@dataclass(frozen=True)
class SavedForgery:
    """Edits from a file, and the case that once found them; "" where the file does not say."""

    file: str
    edits: Misbehaviour
    found_by: str = ""


@dataclass(frozen=True)
class Forgery:
    """The budget of generated attacks, what they are generated from, and saved ones."""

    examples: int = 30
    seed: int = 0
    saved: tuple[SavedForgery, ...] = ()


@dataclass(frozen=True)
class RunContext:
    """One run: one mock, one target, one preflight. Made by the controller, read by workers.

    `command` repeats the run, without a choice of cases.
    `target` is resolved (no placeholders), `template` is not, so that further instances can be started from it.
    `features` and `kinds` are what preflight learned; `roots` maps a source of identity that the RP does not check to
    the id of its root finding.
    """

    target: Target
    command: str
    issuer: str
    idp_origin: str
    control_url: str
    control_token: str
    cookie: str
    header: str
    browser: str = "none"
    headed: bool = False
    ca_files: tuple[Path, ...] = ()
    second_issuer: str = ""
    report_directory: Path = Path("reports/out")
    target_log: Path | None = None
    strictness: str = "okta"
    clock_offset: float = 0.0
    oracle: Oracle | None = None
    features: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()
    roots: dict[str, str] = field(default_factory=dict)
    forgery: Forgery = Forgery()
    template: Target | None = None

    @property
    def agent_name(self) -> str:
        return HTTP if self.browser == "none" else self.browser

    def user_agent(self) -> UserAgent:
        """A new user agent; close it. Raises TargetError (27: no browser)."""
        if self.browser == "none":
            from targets.http_agent import HttpAgent

            return HttpAgent(self.target, ca_files=self.ca_files)
        # Playwright is imported only where a browser is wanted: it takes half a second.
        from targets.browser_agent import BrowserAgent

        return BrowserAgent(self.target, name=self.browser, ca_files=self.ca_files, headed=self.headed)

    def dump(self) -> str:
        """For a worker process of this run (which trusts its controller)."""
        return base64.b64encode(pickle.dumps(self)).decode()

    @staticmethod
    def load(text: str) -> RunContext:
        found = pickle.loads(base64.b64decode(text))
        assert isinstance(found, RunContext)
        return found
