"""A cookie jar that keeps and sends cookies as Chromium does (RFC 6265bis 5.7 and 5.8).

Not modelled: the public suffix list (see `origins.registrable`), partitions (nothing is embedded here) and
the limit on the number of cookies. Ports do not separate cookies.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from targets.origins import host, is_address, may_carry_secure, registrable, same_site
from targets.set_cookie import SetCookie, parse

LAX_POST_WINDOW = 120.0  # seconds in which a cookie without SameSite goes along with a cross-site POST
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True)
class Cookie:
    """A stored cookie; `created` in seconds, `order` counts up."""

    set: SetCookie
    domain: str
    host_only: bool
    path: str
    created: float
    order: int


class Jar:
    """The cookies of one profile."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._count = itertools.count()
        self._cookies: dict[tuple[str, str, bool, str], Cookie] = {}

    def store(self, url: str, fields: Iterable[str], *, framed: bool = False) -> None:
        """Takes the Set-Cookie fields of a response from `url`: top-level, or `framed` by a page at another site."""
        for field in fields:
            new = parse(field, self._clock())
            if new and (not framed or new.same_site == "none") and (cookie := self._accepted(new, url)):
                key = (new.name, cookie.domain, cookie.host_only, cookie.path)
                if new.expires is not None and new.expires <= self._clock():
                    self._cookies.pop(key, None)
                else:
                    old = self._cookies.get(key)
                    if old and old.set.value == new.value:
                        # Chromium: the same cookie with the same value keeps its age and place.
                        cookie = replace(cookie, created=old.created, order=old.order)
                    self._cookies[key] = cookie

    def header(self, url: str, method: str = "GET", initiator: str | None = None, *, framed: bool = False) -> str:
        """The Cookie field of a navigation, empty when there is nothing to send.

        `initiator` is the URL or origin of the page that asked for it; None: the user did (typed, opened). `framed`:
        in a frame of a page at another site, where whoever asked makes no difference (RFC 6265bis 5.2).
        """
        now = self._clock()
        same = not framed and (initiator is None or same_site(initiator, url))
        chosen = [
            cookie
            for cookie in self._all()
            if (cookie.set.expires is None or cookie.set.expires > now)
            and _domain_matches(cookie, host(url))
            and _path_matches(cookie.path, urlsplit(url).path or "/")
            and (not cookie.set.secure or may_carry_secure(url))
            and (same or _goes_cross_site(cookie, method.upper(), now, framed=framed))
        ]
        chosen.sort(key=lambda cookie: (-len(cookie.path), cookie.order))
        return "; ".join(_pair(cookie.set) for cookie in chosen)

    @property
    def readable(self) -> str:
        """The cookies without HttpOnly, of all sites."""
        return "; ".join(_pair(cookie.set) for cookie in self._all() if not cookie.set.http_only)

    @property
    def strict(self) -> list[str]:
        """The names of the cookies with SameSite=Strict, of all sites."""
        return [cookie.set.name for cookie in self._all() if cookie.set.same_site == "strict"]

    def _all(self) -> list[Cookie]:
        """A copy, because tabs in other threads may store meanwhile."""
        return list(self._cookies.values())

    def _accepted(self, new: SetCookie, url: str) -> Cookie | None:
        name = host(url)
        if new.secure and not may_carry_secure(url):
            return None
        if (new.same_site == "none" or new.partitioned) and not new.secure:
            return None
        if not _prefix_holds(new, name):
            return None
        domain = _domain(new.domain, name)
        if domain is None:
            return None
        host_only = not new.domain or domain == ""
        cookie = Cookie(
            set=new,
            domain=domain or name,
            host_only=host_only,
            path=new.path or _default_path(url),
            created=self._clock(),
            order=next(self._count),
        )
        return None if self._shadows_secure(cookie, url) else cookie

    def _shadows_secure(self, new: Cookie, url: str) -> bool:
        """Leave secure cookies alone: plain http must not put its own beside or over a Secure one."""
        return not may_carry_secure(url) and any(
            old.set.secure
            and old.set.name == new.set.name
            and (_within(old.domain, new.domain) or _within(new.domain, old.domain))
            and _path_matches(old.path, new.path)
            for old in self._all()
        )


def _pair(cookie: SetCookie) -> str:
    return f"{cookie.name}={cookie.value}" if cookie.name else cookie.value


def _prefix_holds(cookie: SetCookie, name: str) -> bool:
    lower = cookie.name.lower()
    if not cookie.name and cookie.value.lower().startswith(("__host-", "__secure-", "__http-")):
        return False
    if lower.startswith(("__http-", "__host-http-")) and not (cookie.secure and cookie.http_only):
        return False
    if lower.startswith("__host-"):
        at_host = not cookie.domain or (is_address(name) and cookie.domain == name)
        return cookie.secure and at_host and cookie.path == "/"
    return cookie.secure if lower.startswith("__secure-") else True


def _domain(wanted: str, name: str) -> str | None:
    """The domain to store; "" when it is host-only all the same; None when the cookie is refused."""
    if not wanted:
        return ""
    if is_address(name) or "." not in name:
        return "" if wanted == name else None
    if "." not in wanted or not _within(name, wanted):
        return None
    return wanted if _within(wanted, registrable(name)) else None


def _within(name: str, domain: str) -> bool:
    return name == domain or (name.endswith("." + domain) and not is_address(name))


def _domain_matches(cookie: Cookie, name: str) -> bool:
    return name == cookie.domain if cookie.host_only else _within(name, cookie.domain)


def _default_path(url: str) -> str:
    path = urlsplit(url).path
    return (path[: path.rfind("/")] or "/") if path.startswith("/") else "/"


def _path_matches(stored: str, path: str) -> bool:
    return path == stored or (path.startswith(stored) and (stored.endswith("/") or path[len(stored)] == "/"))


def _goes_cross_site(cookie: Cookie, method: str, now: float, *, framed: bool) -> bool:
    if framed:
        return cookie.set.same_site == "none"
    match cookie.set.same_site:
        case "none":
            return True
        case "strict":
            return False
        case "default" if method not in SAFE_METHODS:
            return now - cookie.created <= LAX_POST_WINDOW
    return method in SAFE_METHODS
