"""Playwright's driver, one for each thread: a second one beside it is refused, so that users share it."""

from __future__ import annotations

import threading

from playwright.sync_api import Playwright, sync_playwright

_drivers: dict[int, tuple[Playwright, int]] = {}  # by thread, with how many use it


def acquire() -> Playwright:
    """This thread's driver, started if it must be. Every call is followed by one of `release`."""
    playwright, users = _drivers.get(threading.get_ident()) or (sync_playwright().start(), 0)
    _drivers[threading.get_ident()] = (playwright, users + 1)
    return playwright


def release() -> None:
    """The last one that used this thread's driver stops it."""
    playwright, users = _drivers.pop(threading.get_ident())
    if users > 1:
        _drivers[threading.get_ident()] = (playwright, users - 1)
    else:
        playwright.stop()
