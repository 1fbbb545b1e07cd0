"""A browser for tests that look at pages themselves; skips where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType

from targets import playwright_driver
from targets.browser_agent import ARGUMENTS, installed_chromium


@contextmanager
def launched(name: str = "chromium") -> Iterator[Browser]:
    """One of `targets.browser_agent.BROWSERS`: a Chromium that is installed, else Playwright's own."""
    playwright = playwright_driver.acquire()
    try:
        kind: BrowserType = getattr(playwright, name)
        installed, arguments = None, []
        if name == "chromium":
            installed = installed_chromium()
            arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        if not installed and not Path(kind.executable_path).exists():
            pytest.skip(f"no {name} on this machine. To get one: make browser BROWSER={name}")
        browser = kind.launch(executable_path=installed, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
    finally:
        playwright_driver.release()
