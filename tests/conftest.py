"""What goes for all tests."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from targets.browser_agent import BROWSERS
from tests.chromium import launched
from tests.front_door.running import Finished
from tests.seed_targets.matrix import checked

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


@pytest.fixture(scope="session")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Finished]:
    """`gauntlet check` on a system of a guide, which takes minutes, once for all tests in one process."""
    return functools.cache(lambda name: checked(name, tmp_path_factory.mktemp(name)))
