"""A mock IdP's control API on a port of its own, with a clock that the test moves, and drivers that talk to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import make_server

from mock_idp.attempts.control import create_control_app
from mock_idp.clock import ManualClock
from mock_idp.idp import Idp
from suites.engine.context import RunContext
from suites.engine.driver import Driver
from suites.engine.identities import Identities
from targets.shapes import Carrier, Page
from targets.target_schema import Identities as Declared
from targets.target_schema import Identity as Member
from targets.target_schema import Target

TOKEN = "token-of-the-tests"
PATIENCE = 15.0
"""Seconds that a case waits for people, so that a test of what does not work ends."""


def idle(_: str) -> None:
    """A target that does nothing when a login starts."""


class IdleProfile:
    """A browser profile whose target does nothing but what `start` says, with the attempt's id."""

    page = Page("http://rp/", 200, "", "", "")

    def __init__(self, start: Callable[[str], object], attempt: str) -> None:
        self._start, self._attempt = start, attempt

    def start_login(self, **_: Any) -> Page:
        self._start(self._attempt)
        return self.page

    def probe(self) -> Page:
        return self.page

    def evidence(self, *_: Any) -> list[str]:
        return []

    def close(self) -> None:
        pass


class IdleAgent:
    """Opens such profiles."""

    name = "idle"

    def __init__(self, start: Callable[[str], object]) -> None:
        self._start = start

    def open(self, carrier: Carrier | None, _target: Target | None = None) -> Any:
        return IdleProfile(self._start, carrier.value if carrier else "")

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class IdleContext(RunContext):
    """A run whose logins reach nobody by themselves."""

    start: Callable[[str], object] = idle

    def user_agent(self) -> Any:
        return IdleAgent(self.start)


@dataclass(frozen=True)
class Mock:
    """The mock of one run."""

    idp: Idp
    clock: ManualClock
    url: str

    def worker(
        self,
        *pool: str,
        pace: float = 0,
        wait: Callable[[float], object] | None = None,
        start: Callable[[str], object] = idle,
    ) -> Driver:
        """A worker's driver for a target that lets in the people with these e-mail addresses, or anybody."""
        members = tuple(Member(email=email) for email in pool)
        declared = Declared("pool" if pool else "fresh", members)
        target = Target(base_url="http://rp", name="rp", pace=pace, identities=declared)
        features = frozenset({"state", "nonce"})
        context = IdleContext(
            target, "rp", "http://idp", "http://idp", self.url, TOKEN, "c", "X-C", features=features, start=start
        )
        driver = Driver(context, wait)
        driver.identities = Identities(target, driver.control, PATIENCE)
        return driver


@contextmanager
def running_mock() -> Iterator[Mock]:
    clock = ManualClock()
    idp = Idp("http://idp.test", clock=clock)
    server = make_server("127.0.0.1", 0, create_control_app(idp, TOKEN), threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Mock(idp, clock, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
