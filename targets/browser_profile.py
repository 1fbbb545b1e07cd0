"""A profile of a real browser: start recipes, callback and probe, as a user's browser does them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urldefrag

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Route
from playwright.sync_api import Page as BrowserPage

from targets import browser_steps as steps
from targets.agent import NOTHING
from targets.bearer import Bearer
from targets.browser_tab import COUNT_WINDOWS, Tab
from targets.forms import Document
from targets.http_agent import callback_url, with_query
from targets.origins import host, origin
from targets.reach import Reach
from targets.shapes import TEXT_LIMIT, AuthorizationResponse, Carrier, Page
from targets.target_schema import Recipe, Renewal, Target

CONSOLE_LIMIT = 500  # lines kept, of at most as many characters each


class BrowserProfile:
    """See `targets.agent.Profile`. Belongs to the thread of its agent."""

    def __init__(self, target: Target, context: BrowserContext, timeout: float, carrier: Carrier | None) -> None:
        self._target = target
        self._context = context
        self._timeout = timeout
        self._reach = Reach(target)
        self._carrier: Carrier | None = None
        self._tab: Tab | None = None
        self._console: list[str] = []
        self._bearer = Bearer(target)
        context.set_default_timeout(timeout * 1000)
        context.on("console", self._on_console)
        context.add_init_script(COUNT_WINDOWS)
        context.tracing.start(snapshots=True)
        if carrier:
            self.recarry(carrier)

    def start_login(self, *, query: Mapping[str, str] = NOTHING, headers: Mapping[str, str] = NOTHING) -> Page:
        return self._bearer.landed(self._started(query, headers))

    def _started(self, query: Mapping[str, str], headers: Mapping[str, str]) -> Page:
        login = self._target.login
        url = with_query(self._target.login_url, query.items())
        tab = self._main()
        if headers:
            steps.add_headers(tab.page, url, headers)
        if login.kind == "json":
            return tab.run(lambda: steps.open_member(tab.page, self._target, url), self._carrier)
        if self._target.bare:
            return self._follow(tab, url, self._sign_in)
        return self._run(login, url)

    def _sign_in(self, page: BrowserPage) -> None:
        if origin(page.url) in self._reach.target_origins:  # else it led elsewhere already
            steps.press_sign_in(page)

    def deliver(self, response: AuthorizationResponse) -> Page:
        return self._bearer.landed(self._delivered(response))

    def _delivered(self, response: AuthorizationResponse) -> Page:
        if response.mode == "form_post":
            start = self._carrier.idp_origin if self._carrier else "https://idp.invalid"
            return self._post(start, response.redirect_uri, response.parameters)
        url = callback_url(response)
        tab = self._main()
        if urldefrag(tab.page.url).url == urldefrag(url).url:
            # Only the fragment would differ: the browser would not load the page again.
            tab.page.goto("about:blank")
        return tab.run(lambda: self._go_on(tab, url), self._carrier)

    def _go_on(self, tab: Tab, url: str) -> None:
        window = tab.window
        if window is tab.page:
            window.goto(url)
        else:
            # By the page in it, as an IdP does: an address that is typed in would cut it off from who has opened it.
            # It closes itself when it has told that page.
            with contextlib.suppress(Error), window.expect_navigation(wait_until="commit"):
                window.evaluate("url => { location.assign(url); }", url)

    def frame(self, url: str) -> Page:
        tab = self._main()
        return tab.run(lambda: steps.show_framed(tab.page, url), self._carrier)

    def probe(self) -> Page:
        page = self._beside()
        try:
            tab = Tab(page, self._reach, self._timeout)
            page.set_extra_http_headers(dict(self._bearer.headers))
            seen = tab.run(lambda: page.goto(self._target.probe_url), self._carrier)
            if self._target.session.kind == "storage":
                with contextlib.suppress(Error):
                    return replace(seen, body=f"{seen.body}\n{steps.storage(page)}")
            return seen
        finally:
            page.close()

    def renew(self) -> Page:
        return self._bearer.renewed(self._run(self._renewal(), self._target.renewal_url))

    def reload(self) -> Page:
        tab = self._main()
        return self._bearer.landed(tab.run(tab.page.reload, self._carrier))

    def log_out(self) -> Page:
        assert self._target.logout is not None
        return self._run(self._target.logout, self._target.logout_url)

    def _run(self, recipe: Recipe, url: str) -> Page:
        tab = self._main()
        match recipe.kind:
            case "post":
                return self._post(origin(url), url, tuple(recipe.fields.items()))
            case "form":
                return self._follow(tab, url, lambda page: steps.submit_form(page, self._target, recipe))
            case "json":
                return self._fetched(recipe, url, 1)[0]
            case "button":
                return self._follow(tab, url, lambda page: steps.press(page, self._target, recipe))
        return self._follow(tab, url, None)

    def renew_at_once(self, count: int) -> tuple[Page, ...]:
        recipe, url = self._renewal(), self._target.renewal_url
        scripted = self._target.javascript and recipe.kind == "redirect"
        pages = self._opened(count) if scripted else self._fetched(recipe, url, count)
        return tuple(map(self._bearer.renewed, pages))

    def readable(self) -> str:
        cookies = "; ".join(f"{c['name']}={c['value']}" for c in self._context.cookies() if not c["httpOnly"])
        return f"{cookies}\n{steps.storage(self._main().page)}"

    def strict_cookies(self) -> list[str]:
        return [cookie["name"] for cookie in self._context.cookies() if cookie["sameSite"] == "Strict"]

    def _renewal(self) -> Renewal:
        assert self._target.renewal is not None
        return self._target.renewal

    def _opened(self, count: int) -> tuple[Page, ...]:
        """So many tabs, where the page's script renews."""
        tabs = [Tab(self._context.new_page(), self._reach, self._timeout) for _ in range(count)]
        answers = [tab.page.goto(self._target.renewal_url, wait_until="commit") for tab in tabs]
        pages = [tab.run(lambda: None, self._carrier) for tab in tabs]
        for tab in tabs:
            tab.page.close()
        return tuple(
            replace(page, status=answer.status if answer else 0) for page, answer in zip(pages, answers, strict=True)
        )

    def _fetched(self, recipe: Recipe, url: str, count: int) -> tuple[Page, ...]:
        """So many at once by a script of the target's origin, which follows redirects without showing them."""
        tab = self._main()
        method, fields = "POST" if recipe.kind == "post" else "GET", tuple(recipe.fields.items())
        if recipe.kind == "form":
            page = tab.run(lambda: tab.page.goto(url), self._carrier)
            if found := Document(page.body, page.url).form(recipe.form, recipe.fields):
                method, url, fields = found.method, found.url, found.fields
        headers = {"Accept": "application/json"} if recipe.kind == "json" else {}
        answers = steps.fetch_at_once(tab.page, [(method, url, fields)] * count, headers)
        return tuple(Page(where, status, text[:TEXT_LIMIT], text, "") for where, status, text in answers)

    def recarry(self, carrier: Carrier) -> None:
        old, self._carrier = self._carrier, carrier
        if old:
            self._context.unroute_all(behavior="ignoreErrors")
            if (old.idp_origin, old.cookie) != (carrier.idp_origin, carrier.cookie):
                self._context.clear_cookies(name=old.cookie)

        def carry(route: Route) -> None:
            # Redirected documents do not come past here, and third-party cookies are blocked in frames: the
            # cookie serves the former, the header the latter.
            route.fallback(headers={**route.request.headers, carrier.header.lower(): carrier.value})

        self._context.route(lambda url: origin(url) == carrier.idp_origin, carry)
        self._context.add_cookies(
            [
                {
                    "name": carrier.cookie,
                    "value": carrier.value,
                    # Not "url": with an http one, Chromium drops a Secure cookie without a word.
                    "domain": host(carrier.idp_origin),
                    "path": "/",
                    "secure": True,
                    "sameSite": "None",
                }
            ]
        )

    def retarget(self, target: Target) -> None:
        self._target = target

    def evidence(self, directory: Path, stem: str) -> list[str]:
        directory.mkdir(parents=True, exist_ok=True)
        names: list[str] = []
        if self._tab:
            with contextlib.suppress(Error):
                self._tab.page.screenshot(path=directory / f"{stem}.png", timeout=5000)
                names.append(f"{stem}.png")
        (directory / f"{stem}.console.log").write_text("".join(f"{line}\n" for line in self._console), "utf-8")
        names.append(f"{stem}.console.log")
        with contextlib.suppress(Error):
            self._context.tracing.stop(path=directory / f"{stem}.trace.zip")
            names.append(f"{stem}.trace.zip")
        return names

    def close(self) -> None:
        with contextlib.suppress(Error):
            self._context.close()

    def _on_console(self, message: ConsoleMessage) -> None:
        if len(self._console) < CONSOLE_LIMIT:
            text = " ".join(message.text.split())[:CONSOLE_LIMIT]
            self._console.append(f"{message.type}: {text}")

    def _main(self) -> Tab:
        """The tab of the login. Its session storage is the tab's own, so the callback comes to it too."""
        if self._tab is None or self._tab.page.is_closed():
            self._tab = Tab(self._context.new_page(), self._reach, self._timeout)
        return self._tab

    def _beside(self) -> BrowserPage:
        """A new tab that leaves the login's alone, but begins with a copy of its session storage."""
        if self._tab and not self._tab.page.is_closed():
            with contextlib.suppress(Error):
                with self._context.expect_page(timeout=2000) as opened:
                    self._tab.page.evaluate("() => { window.open('about:blank'); }")
                return opened.value
        return self._context.new_page()

    def _follow(self, tab: Tab, url: str, then: Callable[[BrowserPage], None] | None) -> Page:
        """Opens the URL; goes on from a page that did not fail."""
        page = tab.run(lambda: tab.page.goto(url), self._carrier)
        if then is None or not 200 <= page.status < 300:
            return page
        last = tab.run(lambda: then(tab.page), self._carrier)
        trail = page.trail + last.trail
        # Nothing was loaded: the script went on in the same document, whose status still holds.
        status = last.status if last.trail else page.status
        return replace(last, status=status, trail=trail)

    def _post(self, start: str, action: str, fields: steps.Fields) -> Page:
        tab = self._main()
        page = tab.run(lambda: steps.post_from(tab.page, start, action, fields), self._carrier)
        return replace(page, trail=page.trail[1:])  # without the page that it was sent from
