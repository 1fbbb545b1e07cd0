"""A profile of a real browser: start recipes, callback and probe, as a user's browser does them."""

from __future__ import annotations

import contextlib
import html
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Route
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from targets.agent import NOTHING
from targets.bearer import Bearer, json_member
from targets.browser_tab import COUNT_WINDOWS, Tab
from targets.errors import BAD_TARGET_FILE, TargetError
from targets.forms import SIGN_IN, Document
from targets.http_agent import callback_url, with_query
from targets.origins import host, origin
from targets.reach import Reach
from targets.shapes import TEXT_LIMIT, AuthorizationResponse, Carrier, Page
from targets.target_schema import Login, Logout, Renewal, Target

CONSOLE_LIMIT = 500  # lines kept, of at most as many characters each
SUBMITTERS = "button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]"
CLICKABLE = "a[href], button, input[type=submit], input[type=button], [role=button]"
SET_FIELDS = """(form, fields) => {
    for (const [name, value] of Object.entries(fields)) {
        let control = form.elements.namedItem(name);
        if (control === null) {
            control = document.createElement("input");
            control.type = "hidden";
            control.name = name;
            form.append(control);
        }
        control.value = value;
        if (control.dispatchEvent) control.dispatchEvent(new Event("input", {bubbles: true}));
    }
}"""
AT_ONCE = """([requests, headers]) => Promise.all(requests.map(async ([method, url, fields]) => {
    const body = method === "POST" ? new URLSearchParams(fields) : undefined;
    const response = await fetch(url, {method, body, headers, credentials: "same-origin"});
    return [response.url, response.status, await response.text()];
}))"""
ASK = """url => fetch(url, {headers: {Accept: "application/json"}}).then(
    async response => [response.ok, await response.text()])"""
STORAGE = "() => ({localStorage: {...localStorage}, sessionStorage: {...sessionStorage}})"


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
            self._add_headers(tab.page, url, headers)
        match login.kind:
            case "post":
                return self._submit_from(origin(url), url, tuple(login.fields.items()))
            case "form":
                return self._follow(tab, url, lambda page: self._submit_form(page, login, "login"))
            case "json":
                return tab.run(lambda: self._open_member(tab.page, url), self._carrier)
            case "button":
                return self._follow(tab, url, lambda page: self._press(page, login.button, "login"))
        return self._follow(tab, url, self._sign_in if self._target.bare else None)

    def deliver(self, response: AuthorizationResponse) -> Page:
        return self._bearer.landed(self._delivered(response))

    def _delivered(self, response: AuthorizationResponse) -> Page:
        if response.mode == "form_post":
            start = self._carrier.idp_origin if self._carrier else "https://idp.invalid"
            return self._submit_from(start, response.redirect_uri, response.parameters)
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
        tab, page = self._main(), f'<!doctype html><iframe src="{html.escape(url)}"></iframe>'

        def show() -> None:
            # A page without an origin is at another site than all others.
            tab.page.goto("about:blank")
            tab.page.set_content(page)

        return tab.run(show, self._carrier)

    def probe(self) -> Page:
        page = self._beside()
        try:
            tab = Tab(page, self._reach, self._timeout)
            page.set_extra_http_headers(dict(self._bearer.headers))
            seen = tab.run(lambda: page.goto(self._target.probe_url), self._carrier)
            if self._target.session.kind == "storage":
                with contextlib.suppress(Error):
                    body = f"{seen.body}\n{json.dumps(page.evaluate(STORAGE), ensure_ascii=False)}"
                    return Page(seen.url, seen.status, seen.text, body, seen.title, seen.trail)
            return seen
        finally:
            page.close()

    def renew(self) -> Page:
        return self._bearer.renewed(self._renewed())

    def _renewed(self) -> Page:
        return self._run(self._recipe(), self._target.renewal_url, "renewal")

    def reload(self) -> Page:
        tab = self._main()
        return self._bearer.landed(tab.run(tab.page.reload, self._carrier))

    def log_out(self) -> Page:
        assert self._target.logout is not None
        return self._run(self._target.logout, self._target.logout_url, "logout")

    def _run(self, recipe: Renewal | Logout, url: str, table: str) -> Page:
        tab = self._main()
        match recipe.kind:
            case "post":
                return self._submit_from(origin(url), url, tuple(recipe.fields.items()))
            case "form":
                return self._follow(tab, url, lambda page: self._submit_form(page, recipe, table))
            case "json":
                return self._fetched(recipe, url, 1)[0]
            case "button":
                return self._follow(tab, url, lambda page: self._press(page, recipe.button, table))
        return self._follow(tab, url, None)

    def renew_at_once(self, count: int) -> tuple[Page, ...]:
        recipe, url = self._recipe(), self._target.renewal_url
        scripted = self._target.javascript and recipe.kind == "redirect"
        pages = self._opened(count) if scripted else self._fetched(recipe, url, count)
        return tuple(map(self._bearer.renewed, pages))

    def readable(self) -> str:
        cookies = "; ".join(f"{c['name']}={c['value']}" for c in self._context.cookies() if not c["httpOnly"])
        return f"{cookies}\n{json.dumps(self._main().page.evaluate(STORAGE), ensure_ascii=False)}"

    def strict_cookies(self) -> list[str]:
        return [cookie["name"] for cookie in self._context.cookies() if cookie["sameSite"] == "Strict"]

    def _recipe(self) -> Renewal:
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

    def _fetched(self, recipe: Renewal | Logout, url: str, count: int) -> tuple[Page, ...]:
        """So many at once by a script of the target's origin, which follows redirects without showing them."""
        tab = self._main()
        method, fields = "POST" if recipe.kind == "post" else "GET", list(recipe.fields.items())
        if recipe.kind == "form":
            page = tab.run(lambda: tab.page.goto(url), self._carrier)
            if found := Document(page.body, page.url).form(recipe.form, recipe.fields):
                method, url, fields = found.method, found.url, list(found.fields)
        headers = {"Accept": "application/json"} if recipe.kind == "json" else {}
        self._stand_on(tab.page, origin(url), "<title>script</title>")
        answers = tab.page.evaluate(AT_ONCE, [[[method, url, fields]] * count, headers])
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

    def _add_headers(self, page: BrowserPage, url: str, headers: Mapping[str, str]) -> None:
        """For the next request to the URL. Fetched here: a browser would repeat them along the redirects."""
        added = {name.lower(): value for name, value in headers.items()}

        def answer(route: Route) -> None:
            try:
                response = route.fetch(headers={**route.request.headers, **added}, max_redirects=0)
            except Error:
                route.continue_()  # and let the browser say what is wrong
            else:
                route.fulfill(response=response)

        page.route(lambda asked: asked == url, answer, times=1)

    def _follow(self, tab: Tab, url: str, then: Callable[[BrowserPage], None] | None) -> Page:
        """Opens the URL; goes on from a page that did not fail."""
        page = tab.run(lambda: tab.page.goto(url), self._carrier)
        if then is None or not 200 <= page.status < 300:
            return page
        last = tab.run(lambda: then(tab.page), self._carrier)
        trail = page.trail + last.trail
        # Nothing was loaded: the script went on in the same document, whose status still holds.
        status = last.status if last.trail else page.status
        return Page(last.url, status, last.text, last.body, last.title, trail)

    def _submit_form(self, page: BrowserPage, recipe: Login | Renewal | Logout, table: str) -> None:
        form = page.locator(recipe.form).first
        self._wait_for(form, f"[{table}] form", recipe.form)
        form.evaluate(SET_FIELDS, dict(recipe.fields))
        button = form.locator(SUBMITTERS).first
        if button.count() and button.is_visible():
            button.click()
        else:
            form.evaluate("form => form.requestSubmit()")

    def _press(self, page: BrowserPage, selector: str, table: str) -> None:
        button = page.locator(selector).first
        self._wait_for(button, f"[{table}] button", selector)
        button.click()

    def _wait_for(self, element: Locator, key: str, selector: str) -> None:
        try:
            element.wait_for(state="attached")
        except PlaywrightTimeout:
            raise TargetError(
                f"{self._target.name}: {key}: nothing on {element.page.url} matches {selector!r}",
                BAD_TARGET_FILE,
            ) from None

    def _sign_in(self, page: BrowserPage) -> None:
        """Of a bare URL: presses the page's one way to sign in, unless it led elsewhere already."""
        if origin(page.url) not in self._reach.target_origins:
            return
        offers = page.locator(CLICKABLE).filter(has_text=SIGN_IN, visible=True)
        offers = offers.and_(page.locator(":not(form:has(input[type=password]) *)"))
        if offers.count() == 1:
            offers.first.click()

    def _open_member(self, page: BrowserPage, url: str) -> None:
        """Asks for JSON with the page's own fetch, and opens the URL in it."""
        self._stand_on(page, origin(url), "<title>start</title>")
        ok, text = page.evaluate(ASK, url)
        member = json_member(text, self._target.login.json_key)
        if member is None and not ok:
            page.goto(url)  # a start that failed is a result, so it is shown
            return
        if member is None:
            raise TargetError(
                f"{self._target.name}: [login] json_key: {url} has no string "
                f"{self._target.login.json_key!r}; it said: {text[:200]}",
                BAD_TARGET_FILE,
            )
        with page.expect_navigation(wait_until="commit"):
            page.evaluate("url => { location.assign(url); }", urljoin(url, member))

    def _submit_from(self, start: str, action: str, fields: tuple[tuple[str, str], ...]) -> Page:
        """A form POST by a page of the origin `start`, which exists in this browser only."""
        inputs = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in fields
        )
        form = f'<form method="post" action="{html.escape(action)}">{inputs}</form>'
        tab = self._main()

        def submit() -> None:
            self._stand_on(tab.page, start, form)
            with tab.page.expect_navigation(wait_until="commit"):
                tab.page.evaluate("() => HTMLFormElement.prototype.submit.call(document.forms[0])")

        page = tab.run(submit, self._carrier)
        return Page(page.url, page.status, page.text, page.body, page.title, page.trail[1:])

    def _stand_on(self, page: BrowserPage, start: str, body: str) -> None:
        url = f"{start}/__gauntlet"
        document = f"<!doctype html><meta charset=utf-8>{body}"
        page.route(
            lambda asked: asked == url,
            lambda route: route.fulfill(content_type="text/html", body=document),
            times=1,
        )
        page.goto(url)
