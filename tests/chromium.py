"""A Chromium for tests that look at pages themselves; skips where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from targets import playwright_driver
from targets.browser_agent import ARGUMENTS, installed_chromium


@contextmanager
def launched() -> Iterator[Browser]:
    """The installed Chromium, else Playwright's own."""
    playwright = playwright_driver.acquire()
    try:
        installed = installed_chromium()
        if not installed and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium on this machine. To get one: make browser")
        arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=installed, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
    finally:
        playwright_driver.release()
