"""A person at the Admin console who finds everything by what is written on it: roles and labels only.

A click is a tuple: the name of a method of `Clicks`, then its words, in which `{name}` stands for what was noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import Locator, Page, expect

from targets.placeholders import PLACEHOLDER

Click = tuple[str, ...]
_DOMAIN = re.compile(r"[\w.-]+:\d+")


class Clicks:
    """`noted` is what the person knows: what the guide leaves to them (`base_url`, `label`), and what they copied."""

    def __init__(self, page: Page, noted: dict[str, str]) -> None:
        self.page, self.noted = page, noted
        self._main = page.get_by_role("main")

    def follow(self, clicks: Iterable[Click]) -> None:
        for name, *words in clicks:
            getattr(self, name)(*map(self._filled, words))

    # ---- ways ---------------------------------------------------------------------------------------------

    def menu(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()

    def link(self, name: str) -> None:
        self._main.get_by_role("link", name=name, exact=True).click()

    def link_in(self, region: str, name: str) -> None:
        self._main.get_by_role("region", name=region).get_by_role("link", name=name).click()

    def app(self) -> None:
        """The page of the app that is being set up."""
        self.menu("Applications")
        self.link(self.noted["label"])

    def edit(self, section: str) -> None:
        self._main.get_by_role("region", name=section, exact=True).get_by_role("link", name="Edit").click()

    def press(self, name: str) -> None:
        self._main.get_by_role("button", name=name, exact=True).click()

    def save(self, name: str = "Save") -> None:
        """Press the button; the console says what was done."""
        self.press(name)
        expect(self._main.get_by_role("status").or_(self._main.get_by_role("alert"))).to_be_visible()
        refused = self._main.get_by_role("alert")
        assert not refused.count(), refused.inner_text()

    def unfold(self, text: str) -> None:
        """Open what holds this text: its title is at the top left."""
        self._main.get_by_role("group").filter(has_text=text).click(position={"x": 8, "y": 8})

    # ---- controls -----------------------------------------------------------------------------------------

    def choose(self, label: str) -> None:
        self._main.get_by_role("radio", name=label, exact=True).check()

    def tick(self, label: str) -> None:
        self._main.get_by_role("checkbox", name=label, exact=True).check()

    def clear(self, label: str) -> None:
        self._main.get_by_role("checkbox", name=label, exact=True).uncheck()

    def type(self, label: str, value: str) -> None:
        self._main.get_by_role("textbox", name=label).fill(value)

    def uri(self, label: str, value: str) -> None:
        """Into the first line of several."""
        self._main.get_by_label(label).first.fill(value)

    def another_uri(self, label: str, value: str) -> None:
        self._main.get_by_role("group", name=label).get_by_role("button", name="Add URI").click()
        self._main.get_by_label(label).last.fill(value)

    # ---- what is taken away from the console --------------------------------------------------------------

    def copy(self, what: str, name: str) -> None:
        """The Copy button beside it; `name`: what it is called among `noted`."""
        button = self._main.get_by_role("button", name=f"Copy {what}", exact=True)
        button.click()
        expect(self._main.get_by_role("button", name=f"Copied {what}", exact=True)).to_be_visible()
        self.noted[name] = self.page.evaluate("() => navigator.clipboard.readText()")

    def domain(self, name: str) -> None:
        """The org's domain, which stands at the top right."""
        found = _DOMAIN.search(self._banner.inner_text())
        assert found
        self.noted[name] = found[0]

    def note(self, name: str, value: str) -> None:
        self.noted[name] = value

    @property
    def _banner(self) -> Locator:
        return self.page.get_by_role("banner")

    def _filled(self, text: str) -> str:
        return PLACEHOLDER.sub(lambda match: self.noted[match[1]], text)
