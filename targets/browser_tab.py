"""One tab of a real browser, watched by its events: what it asks for, where it goes, when it is quiet."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from playwright.sync_api import Error, Request, Response
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from targets.errors import TargetError
from targets.forms import REFRESH_LIMIT, Document
from targets.reach import Reach
from targets.shapes import TEXT_LIMIT, Carrier, Page

QUIET = 200.0  # milliseconds in which nothing is asked for, answered or loaded, after which a page has settled
BREATH = "() => new Promise(done => setTimeout(() => done(true), 50))"
"""Milliseconds of the page's own time: on a busy machine its script may not have had any meanwhile."""
SETTLE_LIMIT = 10.0  # seconds; a page that polls never settles, and is taken as it is
ONWARD_LIMIT = 5
# Playwright tells of a window when its first answer has come, which may be long after the page has opened it.
COUNT_WINDOWS = """(() => {
    const open = window.open;
    window.__gauntletOpened = 0;
    window.open = function (...rest) {
        const opened = open.apply(this, rest);
        if (opened) window.__gauntletOpened += 1;
        return opened;
    };
})()"""
OPENED = "() => { const opened = window.__gauntletOpened || 0; window.__gauntletOpened = 0; return opened; }"
ENDLESS = ("eventsource", "websocket", "ping", "media")
UNREACHABLE = (
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_TIMED_OUT",
    "ERR_NAME_NOT_RESOLVED",
    "ERR_ADDRESS_UNREACHABLE",
    "NS_ERROR_CONNECTION_REFUSED",
    "NS_ERROR_UNKNOWN_HOST",
    "Could not connect",
)
CERTIFICATE = {
    "ERR_CERT_DATE_INVALID": "expired",
    "ERR_CERT_COMMON_NAME_INVALID": "wrong host",
    "ERR_CERT_": "not trusted",
    "SEC_ERROR_EXPIRED": "expired",
    "SSL_ERROR_BAD_CERT_DOMAIN": "wrong host",
    "SEC_ERROR_": "not trusted",
    "certificate": "not trusted",
}


class Tab:
    """Wraps a Playwright page from its birth, of a context with COUNT_WINDOWS. All of its waits are bounded."""

    def __init__(self, page: BrowserPage, reach: Reach, timeout: float) -> None:
        self.page = page
        self._reach = reach
        self._timeout = timeout
        self._pending: set[Request] = set()
        self._trail: list[str] = []
        self._status = 0
        self._failure: tuple[str, str] | None = None
        self._popups: list[BrowserPage] = []
        self._open_before = 0
        self._active = time.monotonic()  # when it did anything last
        page.on("popup", self._on_popup)
        page.on("load", self._on_load)
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfinished", self._on_finished)
        page.on("requestfailed", self._on_failed)

    def run(self, action: Callable[[], object], carrier: Carrier | None) -> Page:
        """Does something that navigates, and returns the page where it settles.

        Raises TargetError(21) when the target or the IdP cannot be reached, (25) for a certificate.
        """
        self._trail, self._status, self._failure = [], 0, None
        self._popups = [popup for popup in self._popups if not popup.is_closed()]
        self._open_before = len(self._popups)
        reason = ""
        try:
            action()
        except PlaywrightTimeout:
            reason = f"no complete answer within {self._timeout:g} s"
        except Error as error:
            reason = error.message.splitlines()[0]
        if not reason:
            self._settle()
        failed = self._failure
        if failed:
            self._raise_for(*failed, carrier)
            reason = f"{failed[0]}: {failed[1]}"
        elif reason:
            self._raise_for(self.page.url, reason, carrier)
        return self._capture(reason, failed[0] if failed else None)

    @property
    def window(self) -> BrowserPage:
        """Where a login goes on: the newest window that the page has opened and that is still there, else the page."""
        return next((popup for popup in reversed(self._popups) if not popup.is_closed()), self.page)

    def _on_load(self, _: BrowserPage) -> None:
        self._active = time.monotonic()

    def _on_request(self, request: Request) -> None:
        self._active = time.monotonic()
        if request.resource_type not in ENDLESS:
            self._pending.add(request)
        if self._is_main(request):
            self._failure = None

    def _on_popup(self, popup: BrowserPage) -> None:
        self._popups.append(popup)

    def _on_response(self, response: Response) -> None:
        if self._is_main(response.request):
            self._status = response.status
            self._trail.append(f"{response.status} {response.request.method} {response.url}")

    def _on_finished(self, request: Request) -> None:
        self._active = time.monotonic()
        self._pending.discard(request)

    def _on_failed(self, request: Request) -> None:
        self._active = time.monotonic()
        self._pending.discard(request)
        failure = request.failure or "failed"
        # ABORTED: another navigation took its place, or there was no content.
        if self._is_main(request) and "ABORTED" not in failure:
            self._status = 0
            self._failure = (request.url, failure)
            self._trail.append(f"0 {request.method} {request.url}")

    def _is_main(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self.page.main_frame
        except Error:  # requests of service workers, and of frames that are not there yet, have no frame
            return False

    def _settle(self) -> None:
        # A click is done when the page has been told; what its script begins comes after.
        self._active = time.monotonic()
        end = self._active + min(self._timeout, SETTLE_LIMIT)
        self._until_quiet(end)
        self._until_opened(end)
        for popup in self._popups:
            self._until_done(popup, end)
            self._until_quiet(end)
        for _ in range(ONWARD_LIMIT):
            document = self._source()
            if document is None or document.onward() is None:
                return
            try:
                self.page.wait_for_event("framenavigated", timeout=(REFRESH_LIMIT + 1) * 1000)
            except PlaywrightTimeout:
                return
            self._until_quiet(time.monotonic() + min(self._timeout, SETTLE_LIMIT))

    def _until_quiet(self, end: float) -> None:
        """Returns when, the page being loaded, nothing has happened for QUIET and no request is open."""
        while (left := end - time.monotonic()) > 0:
            try:
                self.page.wait_for_load_state("load", timeout=left * 1000)
            except PlaywrightTimeout:
                return
            rest = QUIET if self._pending else QUIET - (time.monotonic() - self._active) * 1000
            if rest <= 0:
                before = self._active
                with contextlib.suppress(PlaywrightTimeout, Error):
                    self.page.wait_for_function(BREATH, timeout=left * 1000)
                if self._active == before:
                    return
                continue
            with contextlib.suppress(PlaywrightTimeout):
                self.page.wait_for_event("request", timeout=rest)

    def _until_opened(self, end: float) -> None:
        """Returns when every window that the page has opened is known."""
        with contextlib.suppress(PlaywrightTimeout, Error):
            opened = self.page.evaluate(OPENED)
            while len(self._popups) - self._open_before < opened and (left := end - time.monotonic()) > 0:
                self.page.wait_for_event("popup", timeout=left * 1000)

    def _until_done(self, popup: BrowserPage, end: float) -> None:
        """A window that the page has opened is done when it closes, or rests: then somebody has to read it."""
        with contextlib.suppress(PlaywrightTimeout, Error):
            if not popup.is_closed():
                popup.wait_for_load_state("networkidle", timeout=max(1.0, (end - time.monotonic()) * 1000))

    def _source(self) -> Document | None:
        try:
            return Document(self.page.content(), self.page.url)
        except Error:
            return None

    def _raise_for(self, url: str, reason: str, carrier: Carrier | None) -> None:
        error: TargetError | None = None
        if any(name in reason for name in UNREACHABLE):
            error = self._reach.unreachable(url, carrier, reason)
        elif fault := next((fault for name, fault in CERTIFICATE.items() if name in reason), None):
            error = self._reach.untrusted(url, carrier, fault)
        if error:
            raise error

    def _capture(self, reason: str, failed_url: str | None) -> Page:
        trail = tuple(self._trail)
        if failed_url is not None:
            return Page(failed_url, 0, reason[:TEXT_LIMIT], "", "", trail)
        for _ in range(3):  # a page that navigates at this moment has no content; it has, in the next
            try:
                text = " ".join(self.page.inner_text("body", timeout=2000).split())
                if not text and reason:
                    text = reason
                return Page(
                    self.page.url,
                    self._status,
                    text[:TEXT_LIMIT],
                    self.page.content(),
                    self.page.title(),
                    trail,
                )
            except Error as error:
                reason = reason or error.message.splitlines()[0]
                if self.page.is_closed():
                    break
                self._until_quiet(time.monotonic() + 2.0)
        return Page(self.page.url, self._status, reason[:TEXT_LIMIT], "", "", trail)
