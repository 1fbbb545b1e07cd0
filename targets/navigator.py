"""Takes one navigation of the HTTP user agent to its last page: redirects, forms that submit themselves."""

from __future__ import annotations

import codecs
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urldefrag, urlencode, urlsplit

import httpcore
import httpx

from targets.agent import NOTHING
from targets.cookies import Jar
from targets.forms import Document, Fields
from targets.origins import OPAQUE, origin, resolved, same_site
from targets.reach import Reach, certificate_fault
from targets.shapes import TEXT_LIMIT, Carrier, Page
from targets.transport import Transport

REDIRECT_LIMIT = 20
ONWARD_LIMIT = 5  # pages in a row that submit or refresh themselves
BODY_LIMIT = 2_000_000  # bytes that are read of one response
REDIRECTS = (301, 302, 303, 307, 308)
BROWSER = {
    "User-Agent": "Mozilla/5.0 (compatible; rp-gauntlet)",
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
}


@dataclass(frozen=True)
class Request:
    """One request of a navigation. `initiator` is the URL of the page that caused it; None: the user.

    `framed`: it is shown in a frame of a page at another site.
    """

    method: str
    url: str
    fields: Fields = ()
    multipart: bool = False
    initiator: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    seen: tuple[str, ...] = ()  # the origins of this redirect chain so far
    framed: bool = False


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: str
    location: str


class Navigator:
    """One profile's cookies, connections and carrier. `timeout` is for one whole exchange, in seconds."""

    def __init__(self, reach: Reach, context: ssl.SSLContext, timeout: float, carrier: Carrier | None) -> None:
        self.carrier = carrier
        self._reach = reach
        self._context = context
        self._timeout = timeout
        self._jar = Jar()
        self._transport = Transport(context)
        self._client = httpx.Client(
            transport=self._transport,
            trust_env=False,
            follow_redirects=False,
            event_hooks={"response": [_take_location]},
        )

    def beside(self) -> Navigator:
        """Another tab of the same profile, for another thread: the cookies are the same, the connections are not."""
        tab = Navigator(self._reach, self._context, self._timeout, self.carrier)
        tab._jar = self._jar
        return tab

    @property
    def readable_cookies(self) -> str:
        """What `document.cookie` would say, of all sites of this profile."""
        return self._jar.readable

    @property
    def strict_cookies(self) -> list[str]:
        """The names of those with SameSite=Strict, of all sites of this profile."""
        return self._jar.strict

    def close(self) -> None:
        self._client.close()

    def go(self, request: Request) -> Page:
        """The page where this request ends. Raises TargetError for 21 and 25."""
        trail: list[str] = []
        page, document = self._redirected(request, trail)
        for _ in range(ONWARD_LIMIT):
            onward = document.onward() if document else None
            if onward is None:
                break
            following = Request(
                onward.method,
                onward.url,
                onward.fields if onward.method == "POST" else (),
                onward.multipart,
                initiator=page.url,
                framed=request.framed,
            )
            page, document = self._redirected(following, trail)
        return replace(page, trail=tuple(trail))

    def _redirected(self, request: Request, trail: list[str]) -> tuple[Page, Document | None]:
        for _ in range(REDIRECT_LIMIT + 1):
            shown = urldefrag(request.url).url
            if reason := self._refused(request.url):
                return _stopped(request.url, reason), None
            try:
                answer = self._send(request)
            except _NoAnswer as nothing:
                trail.append(f"0 {request.method} {shown}")
                return _stopped(request.url, str(nothing)), None
            status = answer.status
            trail.append(f"{status} {request.method} {shown}")
            location = answer.location.strip()
            if status not in REDIRECTS or not location:
                return _page(request.url, answer)
            request = _after_redirect(request, status, location)
        reason = f"stopped after {REDIRECT_LIMIT} redirects; the next was {request.url}"
        return _stopped(request.url, reason), None

    def _refused(self, url: str) -> str:
        if urlsplit(url).scheme not in ("http", "https"):
            return f"not opened: {url} is no http or https URL"
        if not self._reach.is_ours(url, self.carrier):
            return f"not opened: {origin(url)} is neither the target nor the IdP"
        return ""

    def _send(self, request: Request) -> _Answer:
        try:
            try:
                return self._exchange(request)
            except (httpcore.NetworkError, httpcore.RemoteProtocolError):
                if self._transport.deadline.connected:
                    raise
                # A kept connection that the other side had closed: browsers try once more, too.
                return self._exchange(request)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise self._not_connected(request.url, error) from None
        except httpcore.TimeoutException:
            raise _NoAnswer(f"no complete answer within {self._timeout:g} s") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.DecodingError) as error:
            reason = str(error) or type(error).__name__
            raise _NoAnswer(f"the connection ended without a proper answer: {reason}") from None
        except (httpx.InvalidURL, httpx.HTTPError, ValueError) as error:
            raise _NoAnswer(f"not opened: {request.url!r} cannot be requested ({error})") from None

    def _exchange(self, request: Request) -> _Answer:
        self._transport.deadline.start(self._timeout)
        headers = self._headers(request)
        content = None
        if request.method == "POST" and not request.multipart:
            content = urlencode(request.fields).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        built = self._client.build_request(
            request.method,
            urldefrag(request.url).url,
            headers=headers,
            content=content,
            files=[(name, (None, value)) for name, value in request.fields] if request.multipart else None,
        )
        response = self._client.send(built, stream=True)
        try:
            self._jar.store(request.url, response.headers.get_list("set-cookie"), framed=request.framed)
            return _Answer(response.status_code, response.headers, _text(response), response.extensions["location"])
        finally:
            response.close()

    def _not_connected(self, url: str, error: Exception) -> Exception:
        cause = next(iter(error.args), None)  # httpcore's errors hold the one that they stand for
        if isinstance(cause, ssl.SSLCertVerificationError):
            return self._reach.untrusted(url, self.carrier, certificate_fault(cause))
        reason = "no connection in time" if isinstance(error, httpcore.ConnectTimeout) else str(error)
        return self._reach.unreachable(url, self.carrier, reason) or _NoAnswer(f"{origin(url)}: {reason}")

    def _headers(self, request: Request) -> dict[str, str]:
        url, initiator = request.url, request.initiator
        headers = {**BROWSER, **_fetch_metadata(request)}
        if initiator is not None:
            if request.method not in ("GET", "HEAD"):
                tainted = len({*request.seen, origin(url)}) > 1
                headers["Origin"] = OPAQUE if tainted else origin(initiator)
            if origin(initiator) == origin(url):
                headers["Referer"] = urldefrag(initiator).url
            elif not (initiator.startswith("https:") and url.startswith("http:")) and origin(initiator) != OPAQUE:
                headers["Referer"] = origin(initiator) + "/"
        cookies = [self._jar.header(url, request.method, initiator, framed=request.framed)]
        if self.carrier and origin(url) == self.carrier.idp_origin:
            cookies.append(f"{self.carrier.cookie}={self.carrier.value}")
            headers[self.carrier.header] = self.carrier.value
        if any(cookies):
            headers["Cookie"] = "; ".join(filter(None, cookies))
        given = {name.lower() for name in request.headers}
        return {
            **{name: value for name, value in headers.items() if name.lower() not in given},
            **request.headers,
        }


def _take_location(response: httpx.Response) -> None:
    """Out of httpx's sight, which refuses addresses that browsers can read (`origins.resolved`)."""
    response.extensions["location"] = response.headers.pop("location", "")


class _NoAnswer(Exception):
    """There is nothing to show from this URL; the text says why."""


def _after_redirect(request: Request, status: int, location: str) -> Request:
    try:
        url = resolved(request.url, location)
    except ValueError:
        url = f"invalid:{location}"
    if "#" not in location and "#" in request.url:
        url += "#" + urldefrag(request.url).fragment
    seen = (*request.seen, origin(request.url))
    keeps = status in (307, 308) or request.method == "HEAD" or (status != 303 and request.method == "GET")
    if keeps:
        return replace(request, url=url, seen=seen, headers=NOTHING)
    return Request("GET", url, initiator=request.initiator, seen=seen, framed=request.framed)


def _fetch_metadata(request: Request) -> dict[str, str]:
    """Sec-Fetch-*, which browsers send to https and to loopback, so wherever this agent goes in practice."""
    relation = "none"
    if request.initiator is not None:
        chain = [*request.seen, origin(request.url)]
        if all(one == origin(request.initiator) for one in chain):
            relation = "same-origin"
        elif all(same_site(request.initiator, one) for one in chain):
            relation = "same-site"
        else:
            relation = "cross-site"
    metadata = {"Sec-Fetch-Site": relation, "Sec-Fetch-Mode": "navigate"}
    if request.framed:
        return {**metadata, "Sec-Fetch-Dest": "iframe"}
    return {**metadata, "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1"}


def _text(response: httpx.Response) -> str:
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) >= BODY_LIMIT:
            break
    try:
        name = codecs.lookup(response.charset_encoding or "utf-8").name
        return body[:BODY_LIMIT].decode(name, "replace")
    except (LookupError, ValueError):
        return body[:BODY_LIMIT].decode("utf-8", "replace")


def _page(url: str, answer: _Answer) -> tuple[Page, Document | None]:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml", ""):
        document = Document(answer.body, url)
        return Page(url, answer.status, document.text, answer.body, document.title), document
    return Page(url, answer.status, answer.body[:TEXT_LIMIT], answer.body, ""), None


def _stopped(url: str, reason: str) -> Page:
    return Page(url, 0, reason[:TEXT_LIMIT], "", "")
