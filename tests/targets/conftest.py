"""Two sites (the RP and the IdP stand-ins, on two sites of loopback) and the user agents that visit them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from targets.agent import Profile, UserAgent
from targets.browser_agent import BrowserAgent, installed_chromium
from targets.http_agent import HttpAgent
from targets.shapes import Carrier
from targets.target_schema import Target
from tests.targets.server import Site, serving

Opened = Callable[..., Profile]


@pytest.fixture
def rp() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def idp() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def carrier(idp: Site) -> Carrier:
    """The IdP is at localhost, the RP at 127.0.0.1: two sites."""
    return Carrier(idp.url(host="localhost"), "attempt", "X-Attempt", "a-1")


def browser_agent(target: Target) -> UserAgent:
    if not installed_chromium():
        pytest.skip("no chromium on this machine; run `make browser`")
    return BrowserAgent(target, timeout=5)


def http_agent(target: Target) -> UserAgent:
    return HttpAgent(target, timeout=5)


@pytest.fixture(params=[http_agent, pytest.param(browser_agent, marks=pytest.mark.browser)])
def open_profile(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Opens a profile on a target, by HTTP and then by Chromium."""
    agents: list[UserAgent] = []

    def opened(target: Target, carrier: Carrier | None = None) -> Profile:
        agents.append(request.param(target))
        return agents[-1].open(carrier)

    yield opened
    for agent in agents:
        agent.close()
