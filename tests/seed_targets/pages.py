"""A target's own page, as somebody sees it whom the mock knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page

from mock_idp.misbehaviour import Misbehaviour
from tests.third_party.relying_party import Login, RelyingParty


@contextmanager
def opened(
    browser: Browser, rp: RelyingParty, url: str, misbehaviour: Misbehaviour | None = None
) -> Iterator[tuple[Page, Login]]:
    """The page in a fresh profile, and the login that is under way. `url` may be relative to the application's."""
    login = rp.login(misbehaviour)
    context = browser.new_context(extra_http_headers={rp.about["carrier"]["header"]: login.id})
    page = context.new_page()
    page.goto(urljoin(rp.target.base_url, url))
    yield page, login
    context.close()
