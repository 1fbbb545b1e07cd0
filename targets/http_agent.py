"""The HTTP user agent: a browser without a script engine. Fast, and enough for most relying parties."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from targets.agent import NOTHING, Profile
from targets.bearer import Bearer, json_member
from targets.errors import BAD_TARGET_FILE, NO_BROWSER, TargetError
from targets.forms import Document
from targets.navigator import Navigator, Request
from targets.origins import OPAQUE, origin
from targets.reach import Reach
from targets.shapes import AuthorizationResponse, Carrier, Page
from targets.target_schema import Recipe, Target
from targets.transport import trust

TIMEOUT = 15.0  # seconds for one request with its whole answer
OF_A_SCRIPT = {"Accept": "application/json", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}


class HttpAgent:
    """Opens profiles on a target. `ca_files` (PEM) are trusted besides the target's own and the system's."""

    name = "http"

    def __init__(self, target: Target, *, ca_files: Sequence[Path] = (), timeout: float = TIMEOUT) -> None:
        if reason := target.browser_reason:
            raise TargetError(f"{target.name}: only a browser can drive this target: {reason}", NO_BROWSER)
        self._target = target
        self._timeout = timeout
        own = [Path(target.ca_file)] if target.ca_file else []
        self._context = trust([*own, *ca_files])
        self._profiles: list[HttpProfile] = []

    def open(self, carrier: Carrier | None, target: Target | None = None) -> Profile:
        profile = HttpProfile(target or self._target, self._context, self._timeout, carrier)
        self._profiles.append(profile)
        return profile

    def close(self) -> None:
        while self._profiles:
            self._profiles.pop().close()


class HttpProfile:
    """See `targets.agent.Profile`."""

    def __init__(self, target: Target, context: ssl.SSLContext, timeout: float, carrier: Carrier | None) -> None:
        self._target = target
        self._navigator = Navigator(Reach(target), context, timeout, carrier)
        self._bearer = Bearer(target)
        self._ended_at = ""

    def start_login(self, *, query: Mapping[str, str] = NOTHING, headers: Mapping[str, str] = NOTHING) -> Page:
        return self._landed(self._called_back(self._started(query, headers)))

    def _started(self, query: Mapping[str, str], headers: Mapping[str, str]) -> Page:
        login = self._target.login
        url = with_query(self._target.login_url, query.items())
        first = Request("GET", url, headers=headers)
        if login.kind == "json":
            return self._open_member(first)
        page = self._run(self._navigator, login, first)
        return self._sign_in(page) if self._target.bare else page

    def deliver(self, response: AuthorizationResponse) -> Page:
        return self._landed(self._delivered(response))

    def _delivered(self, response: AuthorizationResponse) -> Page:
        if response.mode == "form_post":
            carrier = self._navigator.carrier
            initiator = carrier.idp_origin if carrier else OPAQUE
            return self._navigator.go(Request("POST", response.redirect_uri, response.parameters, initiator=initiator))
        return self._called_back(self._navigator.go(Request("GET", callback_url(response))))

    def frame(self, url: str) -> Page:
        return self._navigator.go(Request("GET", url, initiator=OPAQUE, framed=True))

    def probe(self) -> Page:
        return self._navigator.go(
            Request("GET", self._target.probe_url, headers={"Accept": "text/html", **self._bearer.headers})
        )

    def renew(self) -> Page:
        return self._bearer.renewed(self._renew(self._navigator))

    def reload(self) -> Page:
        return self._called_back(self._navigator.go(Request("GET", self._ended_at)))

    def log_out(self) -> Page:
        assert self._target.logout is not None
        if self._target.logout.kind == "button":
            what = 'the logout is a button (logout.kind = "button")'
            raise TargetError(f"{self._target.name}: {what}, which only a browser can click", NO_BROWSER)
        return self._run(self._navigator, self._target.logout, Request("GET", self._target.logout_url))

    def renew_at_once(self, count: int) -> tuple[Page, ...]:
        tabs = [self._navigator.beside() for _ in range(count)]
        try:
            with ThreadPoolExecutor(count) as threads:
                return tuple(map(self._bearer.renewed, threads.map(self._renew, tabs)))
        finally:
            for tab in tabs:
                tab.close()

    def readable(self) -> str:
        return self._navigator.readable_cookies

    def strict_cookies(self) -> list[str]:
        return self._navigator.strict_cookies

    def recarry(self, carrier: Carrier) -> None:
        self._navigator.carrier = carrier

    def retarget(self, target: Target) -> None:
        self._target = target

    def evidence(self, directory: Path, stem: str) -> list[str]:  # noqa: ARG002 (nothing to show)
        return []

    def close(self) -> None:
        self._navigator.close()

    def _landed(self, page: Page) -> Page:
        self._ended_at = page.url
        return self._bearer.landed(page)

    def _called_back(self, page: Page) -> Page:
        """At the redirect URI, what its script goes on with; it stays in its page, whose status still holds."""
        callback, here = self._target.callback, urlsplit(page.url)
        uris = [urlsplit(uri) for uri in self._target.client.redirect_uris]
        if callback.kind == "server" or not any(here[:3] == uri[:3] for uri in uris):
            return page
        parameters = dict(reversed(parse_qsl(here.query, keep_blank_values=True)))
        if "error" in parameters:
            return page
        body = {member: parameters[name] for member, name in callback.fields.items() if name in parameters}
        url = urljoin(self._target.base_url, callback.url)
        script = Request("POST", url, json=json.dumps(body), initiator=page.url, headers=OF_A_SCRIPT)
        answer = self._navigator.go(script)
        return replace(page, text=answer.text, body=answer.body, trail=page.trail + answer.trail)

    def _renew(self, navigator: Navigator) -> Page:
        assert self._target.renewal is not None
        return self._run(navigator, self._target.renewal, Request("GET", self._target.renewal_url))

    def _run(self, navigator: Navigator, recipe: Recipe, first: Request) -> Page:
        match recipe.kind:
            case "post":
                fields = tuple(recipe.fields.items())
                return navigator.go(replace(first, method="POST", fields=fields, initiator=self._target.base_url))
            case "form":
                return self._submit(navigator, first, recipe)
            case "json":
                return navigator.go(replace(first, headers=OF_A_SCRIPT, initiator=self._target.base_url))
        return navigator.go(first)

    def _submit(self, navigator: Navigator, first: Request, recipe: Recipe) -> Page:
        """The form of the page, filled in and sent. A page that failed is the result itself."""
        page = navigator.go(first)
        try:
            found = Document(page.body, page.url).form(recipe.form, recipe.fields)
        except ValueError as error:
            raise TargetError(f"{self._target.name}: [{recipe.table}] form: {error}", BAD_TARGET_FILE) from None
        if found is None:
            if not 200 <= page.status < 300:
                return page
            raise TargetError(
                f"{self._target.name}: [{recipe.table}] form: nothing on {page.url} matches {recipe.form!r}",
                BAD_TARGET_FILE,
            )
        fields = found.fields if found.method == "POST" else ()
        return _onward(navigator, page, Request(found.method, found.url, fields, found.multipart, initiator=page.url))

    def _open_member(self, first: Request) -> Page:
        """Asks for JSON and opens the URL in it, as the page's script would."""
        request = replace(first, headers={**OF_A_SCRIPT, **first.headers}, initiator=self._target.base_url)
        page = self._navigator.go(request)
        member = json_member(page.body, self._target.login.json_key)
        if member is None:
            if not 200 <= page.status < 300:
                return page
            raise TargetError(
                f"{self._target.name}: [login] json_key: {page.url} has no string "
                f"{self._target.login.json_key!r}; it said: {page.text[:200]}",
                BAD_TARGET_FILE,
            )
        return _onward(self._navigator, page, Request("GET", urljoin(page.url, member), initiator=page.url))

    def _sign_in(self, page: Page) -> Page:
        """Of a bare URL: the page's one way to sign in, unless it led elsewhere already."""
        left = any(origin(hop.split(" ", 2)[2]) not in Reach(self._target).target_origins for hop in page.trail)
        found = None if left else Document(page.body, page.url).sign_in()
        if found is None:
            return page
        fields = found.fields if found.method == "POST" else ()
        return _onward(
            self._navigator, page, Request(found.method, found.url, fields, found.multipart, initiator=page.url)
        )


def _onward(navigator: Navigator, page: Page, request: Request) -> Page:
    last = navigator.go(request)
    return replace(last, trail=page.trail + last.trail)


def callback_url(response: AuthorizationResponse) -> str:
    """The redirect URI with the parameters in its query or fragment. ValueError for any other mode."""
    if response.mode == "query":
        return with_query(response.redirect_uri, response.parameters)
    if response.mode == "fragment":
        return f"{urldefrag(response.redirect_uri).url}#{urlencode(response.parameters)}"
    raise ValueError(f"no URL carries the response mode {response.mode!r}")


def with_query(url: str, pairs: Any) -> str:
    """The URL with (name, value) pairs added to its query, which is kept as it is."""
    added = urlencode(list(pairs))
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, added]))))
