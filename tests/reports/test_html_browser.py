"""index.html in a real browser: nothing runs, nothing is fetched, nothing is blocked, and it can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

import reports
from tests.chromium import launched

from .sample import sample

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


OPEN_ALL = "for (const details of document.querySelectorAll('details')) details.open = true"


class Watched:
    """A page, and whatever it did that it should not do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.noise: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.noise.append(message.text))
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        page.on("dialog", self._refuse)
        page.on("request", lambda request: self.requests.append(request.url))

    def _refuse(self, dialog: Dialog) -> None:
        self.noise.append(f"dialog {dialog.message}")
        dialog.dismiss()


def opened(chromium: Browser, document: dict[str, Any], directory: Path, **options: Any) -> Watched:
    paths = reports.write(document, directory)
    watched = Watched(chromium.new_page(**options))
    watched.page.goto(paths["html"].as_uri())
    return watched


def test_a_hostile_page_runs_fetches_and_reports_nothing(
    chromium: Browser, hostile: dict[str, Any], tmp_path: Path
) -> None:
    watched = opened(chromium, hostile, tmp_path)
    page = watched.page
    page.evaluate(OPEN_ALL)
    assert page.evaluate("[window.pwned, document.scripts.length, document.images.length]") == [None, 0, 0]
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0
    assert watched.requests == [page.url]
    assert watched.noise == []
    assert page.title().endswith("· RP Gauntlet")
    page.close()


def test_tiles_filter_the_cases_by_keyboard(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, sample(), tmp_path).page
    page.locator("#show-all").focus()
    seen: dict[str, int] = {}
    for _ in sample()["summary"]:
        page.keyboard.press("ArrowRight")
        verdict = page.evaluate("document.activeElement.id").removeprefix("show-")
        rows = page.locator("tbody.case:visible")
        assert rows.count() == page.locator(f"tbody.is-{verdict}").count()
        seen[verdict] = rows.count()
    assert seen == sample()["summary"]
    page.close()


def test_a_finding_opens_its_evidence(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, sample(), tmp_path).page
    assert page.locator(".evidence:visible").count() == 0
    page.locator(".findings a").first.click()
    page.locator(".evidence:visible").wait_for(timeout=5_000)
    assert "a1b2" in page.locator(".evidence:visible").inner_text()
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out(chromium: Browser, hostile: dict[str, Any], tmp_path: Path, width: int) -> None:
    page = opened(chromium, hostile, tmp_path, viewport={"width": width, "height": 800}).page
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


CONTRAST = """() => {
  const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => {
    context.clearRect(0, 0, 1, 1); context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const ground = node => { for (; node; node = node.parentElement) {
    const colour = rgb(getComputedStyle(node).backgroundColor); if (colour[3] === 255) return colour; } };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let worst = [99, ''];
  for (const node of document.querySelectorAll('body *:not(svg, svg *, input)')) {
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
    const pair = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < worst[0]) worst = [ratio, node.className + ': ' + node.textContent.trim().slice(0, 40)];
  }
  return worst;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(chromium: Browser, tmp_path: Path, scheme: str) -> None:
    page = opened(chromium, sample(), tmp_path, color_scheme=scheme).page
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 20, 26)"
    assert dark == (scheme == "dark")
    ratio, where = page.evaluate(CONTRAST)
    assert ratio >= 4.5, where
    page.close()
