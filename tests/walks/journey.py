"""An empty org, somebody who follows a guide in its console, and the application that is told the result."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from mock_idp.launcher import AttachedIdp, Ready
from tests.front_door.running import ROOT
from tests.walks import application
from tests.walks.clicks import Clicks
from tests.walks.walk import Walk, Wrong

LIMIT = 30_000
"""Milliseconds for a click."""
ORG = """\
name = "Acme"
[[users]]
login = "ada@example.com"
password = "correct horse"
groups = ["Everyone", "Finance"]
[[authorization_servers]]
id = "default"
policies = []
"""
"""As empty as Okta gives it: the person at the console, a group, and the server `default`, which lets nobody in."""


@dataclass(frozen=True)
class Org:
    """The mock of one guide; `folder` is where it keeps its state."""

    ready: Ready
    folder: Path
    walk: Walk

    @property
    def state(self) -> Path:
        return self.folder / "state"


@contextmanager
def empty_org(folder: Path, walk: Walk) -> Iterator[Org]:
    """`gauntlet idp`, as people start it: it says in its state directory where it is, so the doctor finds it."""
    config, state = folder / "org.toml", folder / "state"
    config.write_text(ORG, encoding="utf-8")
    words = [sys.executable, "-m", "gauntlet", "idp", "--config", str(config), "--state-dir", str(state)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline()  # it is printed when the mock is up
        try:
            yield Org(AttachedIdp(state).ready, folder, walk)
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    context.set_default_timeout(LIMIT)
    yield context
    context.close()


@dataclass(frozen=True)
class Finished:
    """A walk that is done. `start` is where the application's login begins, `noted` what the person knows."""

    org: Org
    start: str
    noted: dict[str, str]


@contextmanager
def walked(org: Org, chromium: Browser, label: str, wrong: Wrong | None = None) -> Iterator[Finished]:
    """The guide's clicks, and the application as it was then told."""
    walk = org.walk
    with application.address() as listener, profile(chromium) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(org.ready.admin_url)
        clicks = Clicks(page, {"base_url": application.base_url(listener), "label": label})
        way = {**walk.way, **(wrong.instead if wrong else {})}
        for part in way.values():
            clicks.follow(part)
        told = {**walk.environment, **(wrong.environment if wrong else {})}
        told |= {"ISSUER": "{issuer}", "CLIENT_ID": "{client_id}", "CLIENT_SECRET": "{client_secret}"}
        noted = {"client_secret": "", **clicks.noted}
        with application.running(listener, {name: text.format(**noted) for name, text in told.items()}) as start:
            yield Finished(org, start, noted)


def sign_in(page: Page) -> None:
    page.get_by_label("Username").fill("ada@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()


def log_in(page: Page, finished: Finished, label: str) -> Page:
    """From the tile or from the application; the page that the person ends at."""
    if finished.org.walk.login == "app":
        page.goto(finished.start)
        sign_in(page)
        return page
    page.goto(f"{finished.org.ready.public_url}/app/UserHome")
    sign_in(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=f"Launch {label}", exact=True).click()
    return opened.value
