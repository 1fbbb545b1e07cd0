"""What goes for all tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from targets.browser_agent import BROWSERS
from tests.chromium import launched

# A shell starts what it puts into the background with SIGINT ignored, and nohup does so with SIGHUP; programs that the
# tests start would inherit it, and those that are told to end by these signals would stay.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="module", params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Each browser that is installed, one after the other; the skip says how to get the others."""
    with launched(request.param) as started:
        yield started
