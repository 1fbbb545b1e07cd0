"""Chromium is the judge of cookies: the same responses, once by HTTP and once by Chromium, leave the same."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from targets.agent import Profile, UserAgent
from targets.cookies import Jar
from targets.set_cookie import cookie_date
from targets.shapes import AuthorizationResponse, Carrier
from targets.target_schema import Target
from tests.targets.conftest import browser_agent, http_agent
from tests.targets.server import Received, Reply, Site, redirect

FIELDS = (
    "plain=1",
    "spaced = 2 ; Path = / ",
    'quoted="3"',
    "equals=a=b",
    "novalue=",
    "nameless-value",
    "=no-name",
    "=__Host-fake",
    "session=4; HttpOnly",
    "secure=5; Secure",
    "none=6; SameSite=None",
    "none-secure=7; SameSite=None; Secure",
    "lax=8; SameSite=Lax",
    "strict=9; SameSite=Strict",
    "odd-same-site=10; SameSite=Odd",
    "sub=11; Path=/deep",
    "other-path=12; Path=/elsewhere",
    "no-slash=13; Path=deep",
    "aged=14; Max-Age=600",
    "dead=15; Max-Age=0",
    "dead-too=16; Max-Age=-1",
    "odd-age=17; Max-Age=soon",
    "future=18; Expires=Wed, 01 Jan 2098 10:00:00 GMT",
    "past=19; Expires=Wed, 01-Jan-20 10:00:00 GMT",
    "age-wins=20; Max-Age=600; Expires=Wed, 01 Jan 2020 10:00:00 GMT",
    "odd-date=21; Expires=whenever",
    "own-domain=22; Domain=127.0.0.1",
    "dotted-domain=23; Domain=.localhost",
    "foreign=24; Domain=example.com",
    "no-domain=25; Domain=",
    "__Secure-a=26; Secure",
    "__Secure-b=27",
    "__Host-a=28; Secure; Path=/",
    "__Host-b=29; Secure",
    "__Host-c=30; Path=/",
    "__Host-d=31; Secure; Path=/; Domain=127.0.0.1",
    "__host-e=32",
    "__Http-a=33; Secure; HttpOnly",
    "__Http-b=34; Secure",
    "__Host-Http-a=35; Secure; HttpOnly; Path=/",
    "__Host-Http-b=36; Secure; Path=/",
    "parted=37; Partitioned",
    "parted-secure=38; Partitioned; Secure; Path=/; SameSite=None",
    "twice=39",
    "later=40",
    "twice=41",
    "twice=42; Path=/deep",
    "same=50",
    "between=51",
    "same=50",
    "last=43; Path=/nowhere; Path=/",
    "tab=a\tb",
    "big=" + "x" * 4100,
    "long-path=44; Path=/" + "x" * 1030,
)


@dataclass
class Sites:
    rp: Site
    idp: Site

    def target(self, host: str) -> Target:
        return Target(base_url=self.rp.url("/deep/probe", host), name="echo")


@pytest.fixture
def sites(rp: Site, idp: Site) -> Sites:
    def echo(_: Received) -> Reply:
        return Reply("echo")

    def store(_: Received) -> Reply:
        return Reply("stored", headers=tuple(("Set-Cookie", field) for field in FIELDS))

    def onward(received: Received) -> Reply:
        return redirect(received.query["to"][0], int(received.query.get("status", ["302"])[0]))

    for path in ("/deep/probe", "/", "/callback"):
        rp.routes[path] = echo
    rp.routes["/deep/set"] = store
    rp.routes["/onward"] = onward
    idp.routes["/onward"] = onward
    idp.routes["/"] = echo
    return Sites(rp, idp)


def visit(profile: Profile, url: str) -> None:
    profile.deliver(AuthorizationResponse(url, "query", ()))


def tour(agent: UserAgent, sites: Sites, host: str) -> list[tuple[str, list[str]]]:
    """A script of visits; what the RP was sent, in order."""
    sites.rp.received.clear()
    other = "127.0.0.1" if host == "localhost" else "localhost"
    # The IdP is on the other host: on the RP's own, browsers would show the RP the attempt's cookie.
    profile = agent.open(Carrier(sites.idp.url(host=other), "attempt", "X-Attempt", "a-1"))
    visit(profile, sites.rp.url("/deep/set", host))
    profile.probe()
    visit(profile, sites.rp.url("/", host))
    # Opened by the user, by way of another site; then a form posted from another site, plain and redirected.
    away = sites.idp.url("/onward", other)
    visit(profile, f"{away}?to={sites.rp.url('/deep/probe', host)}")
    posted = (("state", "s"), ("code", "c"))
    profile.deliver(AuthorizationResponse(sites.rp.url("/callback", host), "form_post", posted))
    for status in ("303", "307"):
        turned = sites.rp.url("/onward", host) + f"?status={status}&to=/deep/probe"
        profile.deliver(AuthorizationResponse(turned, "form_post", posted))
    strict = sorted(profile.strict_cookies())
    profile.close()
    return [*((f"{one.method} {one.path}", one.cookies) for one in sites.rp.received), ("SameSite=Strict", strict)]


@pytest.mark.browser
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_keeps_and_sends_cookies_as_chromium_does(sites: Sites, host: str) -> None:
    target = sites.target(host)
    seen = []
    for make in (browser_agent, http_agent):
        agent = make(target)
        try:
            seen.append(tour(agent, sites, host))
        finally:
            agent.close()
    by_chromium, by_http = seen
    assert len(by_chromium) == 10
    assert by_chromium[-1] == ("SameSite=Strict", ["strict"])
    assert by_http == by_chromium
    assert "lax=8" in by_http[3][1]


def sent(url: str, fields: list[str], to: str, method: str = "GET", initiator: str | None = None) -> str:
    jar = Jar()
    jar.store(url, fields)
    return jar.header(to, method, initiator)


@pytest.mark.parametrize(
    ("field", "to", "cookie"),
    [
        ("a=1; Domain=example.test", "https://app.example.test/", "a=1"),
        ("a=1; Domain=.example.test", "https://example.test/", "a=1"),
        ("a=1", "https://app.example.test/", ""),
        ("a=1; Domain=test", "https://example.test/", ""),
        ("a=1; Domain=app.example.test", "https://app.example.test/", ""),
        ("a=1; Secure", "http://example.test/", ""),
        ("a=1", "http://example.test:8080/", "a=1"),
    ],
)
def test_scopes_cookies_to_domain_and_scheme(field: str, to: str, cookie: str) -> None:
    assert sent("https://example.test/", [field], to) == cookie


def test_plain_http_cannot_touch_secure_cookies() -> None:
    jar = Jar()
    jar.store("https://example.test/", ["a=1; Secure"])
    jar.store("http://example.test/", ["a=2", "b=3; Secure"])
    assert jar.header("https://example.test/") == "a=1"


def test_a_cookie_without_same_site_goes_with_a_cross_site_post_for_two_minutes() -> None:
    now = 1000.0
    jar = Jar(lambda: now)
    jar.store("https://rp.test/", ["default=1", "lax=2; SameSite=Lax", "none=3; SameSite=None; Secure"])
    now += 119
    assert jar.header("https://rp.test/", "POST", "https://idp.test") == "default=1; none=3"
    now += 2
    assert jar.header("https://rp.test/", "POST", "https://idp.test") == "none=3"
    assert jar.header("https://rp.test/", "POST", "https://app.rp.test") == "default=1; lax=2; none=3"
    assert jar.header("https://rp.test/", "POST", "http://rp.test") == "none=3"


def test_cookies_end() -> None:
    now = 1000.0
    jar = Jar(lambda: now)
    jar.store("http://127.0.0.1/", ["a=1; Max-Age=60", "b=2", "c=3"])
    jar.store("http://127.0.0.1/", ["c=; Max-Age=0"])
    assert jar.header("http://127.0.0.1/") == "a=1; b=2"
    now += 60
    assert jar.header("http://127.0.0.1/") == "b=2"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:00:10 GMT", 10),
        ("Thu, 01-Jan-70 00:01:00 GMT", 60),
        ("Jan 2 00:00:00 1970", 86400),
        ("32 Jan 1970 00:00:00", None),
        ("01 Jan 1970", None),
        ("", None),
    ],
)
def test_reads_dates(text: str, seconds: float | None) -> None:
    assert cookie_date(text) == seconds
