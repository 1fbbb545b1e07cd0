"""Pictures for docs/setup.md: `python -m tests.walks.pictures` follows ToolJet's guide with a camera."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from tests.chromium import launched
from tests.front_door.running import ROOT
from tests.walks.journey import Org, empty_org, log_in, profile, sign_in, walked
from tests.walks.tooljet import TOOLJET
from tests.walks.walk import left_out

FOLDER = ROOT / "docs" / "pictures"
MOST = 120 * 1024
"""Bytes of a picture."""
SIZE: ViewportSize = {"width": 1080, "height": 700}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        launched() as chromium,
        empty_org(Path(folder), TOOLJET) as org,
    ):
        _console(org, chromium)


def _console(org: Org, chromium: Browser) -> None:
    """The wizard, then two apps: one in whose General Settings a step was left out, one without a fault."""
    host = org.ready.public_url
    with profile(chromium) as context:
        page = context.new_page()
        page.set_viewport_size(SIZE)
        page.goto(org.ready.admin_url)
        page.goto(f"{host}/admin/apps/new/web")
        page.get_by_label("App integration name").fill("ToolJet")
        page.evaluate("() => scrollTo(0, 0)")
        _take(page, "wizard")
        with walked(org, chromium, "Careless", left_out("initiate-uri")) as careless:
            page.goto(careless.start)
            sign_in(page)
            page.goto(f"{host}/admin/app/{careless.noted['client_id']}/doctor?guide=ToolJet")
            page.set_viewport_size({"width": 760, "height": 560})
            _scroll(page, "Findings")
            _take(page, "doctor")
        with walked(org, chromium, "ToolJet") as done, profile(chromium) as another:
            opened = another.new_page()
            opened.set_viewport_size({**SIZE, "height": 420})
            log_in(opened, done, "ToolJet").wait_for_url("**/me")
            _take(opened, "dashboard")
            app = f"{host}/admin/app/{done.noted['client_id']}"
            page.set_viewport_size({**SIZE, "height": 840})
            page.goto(f"{app}/general")
            _take(page, "client-credentials")
            page.set_viewport_size({"width": 760, "height": 1000})
            page.goto(f"{app}/general?edit=settings")
            _scroll(page, "LOGIN")
            _take(page, "login")
            page.set_viewport_size(SIZE)
            page.goto(f"{host}/admin/bench")
            page.get_by_role("table").get_by_role("link").first.click()
            _take(page, "test-bench")


def _scroll(page: Page, heading: str) -> None:
    found = page.get_by_role("heading", name=heading, exact=True)
    found.evaluate("heading => { heading.scrollIntoView(); scrollBy(0, -16); }")


def _take(page: Page, name: str) -> None:
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    size = file.stat().st_size
    assert size <= MOST, f"{file.name} has {size} bytes, more than {MOST}"
    print(f"{file.relative_to(ROOT)}: {size // 1024} KiB")


if __name__ == "__main__":
    main()
