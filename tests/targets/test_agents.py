"""What both user agents do alike: recipes, redirects, callbacks, and how the IdP recognises an attempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from targets.errors import TargetError
from targets.process import free_port
from targets.shapes import AuthorizationResponse, Carrier
from targets.target_schema import Login, Session, Target
from tests.targets.conftest import Opened
from tests.targets.server import Received, Reply, Site, redirect

LOGIN_PAGE = """<title>Welcome</title>
<form action="/search"><input name="q"><button>Search</button></form>
<form id="login" method="post" action="/login">
  <input type="hidden" name="csrf" value="t&amp;ken"><input name="tenant"><input type="checkbox" name="not">
  <button name="go" value="okta">Sign in with Okta</button>
</form>"""


def target(rp: Site, **login: Any) -> Target:
    return Target(
        base_url=rp.url(), name="toy", login=Login(**{"url": "/login", **login}), session=Session(probe="/me")
    )


@pytest.fixture
def wired(rp: Site, idp: Site, carrier: Carrier) -> Carrier:
    """An RP whose /login leads to the IdP and back to /callback, which signs in whoever has a code."""

    def login(_: Received) -> Reply:
        cookie = ("Set-Cookie", "flow=f-1; SameSite=None; Secure; HttpOnly")
        return redirect(idp.url("/authorize", "localhost"), 302, cookie)

    def callback(received: Received) -> Reply:
        code = (received.query | received.form).get("code", ["none"])[0]
        if "flow=f-1" not in received.cookies:
            return Reply("no flow", 400)
        return redirect("/me", 303, ("Set-Cookie", f"session={code}; SameSite=Lax"))

    def me(received: Received) -> Reply:
        who = [pair.partition("=")[2] for pair in received.cookies if pair.startswith("session=")]
        return Reply(f"<title>Me</title><p>Signed in as <b>{who[0]}</b>" if who else "nobody", 200 if who else 401)

    rp.routes.update({"/login": login, "/callback": callback, "/me": me})
    idp.routes["/authorize"] = lambda _: redirect(rp.url("/callback?code=alice&state=s"))
    return carrier


def test_a_login_by_redirects_signs_in(open_profile: Opened, wired: Carrier, rp: Site, idp: Site) -> None:
    profile = open_profile(target(rp), wired)
    page = profile.start_login(query={"hint": "a b"})
    assert (page.url, page.status, page.title) == (rp.url("/me"), 200, "Me")
    assert page.text == "Signed in as alice"
    assert "<b>alice</b>" in page.body
    assert page.trail == (
        f"302 GET {rp.url('/login?hint=a+b')}",
        f"302 GET {idp.url('/authorize', 'localhost')}",
        f"303 GET {rp.url('/callback?code=alice&state=s')}",
        f"200 GET {rp.url('/me')}",
    )
    assert profile.probe().text == "Signed in as alice"
    assert open_profile(target(rp), wired).probe().status == 401


def test_only_the_idp_learns_the_attempt(open_profile: Opened, wired: Carrier, rp: Site, idp: Site) -> None:
    profile = open_profile(target(rp), wired)
    profile.start_login()
    profile.recarry(Carrier(wired.idp_origin, wired.cookie, wired.header, "a-2"))
    profile.start_login()
    first, second = idp.asked("/authorize")
    assert "attempt=a-1" in first.cookies
    assert "attempt=a-2" in second.cookies
    assert "attempt=a-1" not in second.cookies
    assert not any("attempt" in str(one.headers).lower() for one in rp.received)


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_delivers_an_authorization_response(open_profile: Opened, wired: Carrier, rp: Site, mode: str) -> None:
    profile = open_profile(target(rp), wired)
    profile.start_login()
    response = AuthorizationResponse(rp.url("/callback?kept=1"), mode, (("state", "x y"), ("code", "mallory")))
    page = profile.deliver(response.adding("state", '<"&>'))
    assert page.text == "Signed in as mallory"
    seen = rp.asked("/callback")[-1]
    assert (seen.method, seen.query["kept"]) == ("POST" if mode == "form_post" else "GET", ["1"])
    assert (seen.query | seen.form)["state"] == ["x y", '<"&>']
    if mode == "form_post":
        assert seen.headers["Origin"] == wired.idp_origin
        assert seen.headers["Referer"] == wired.idp_origin + "/"
        assert seen.cookies == ["flow=f-1"]


def test_delivers_a_fragment_without_sending_it(open_profile: Opened, rp: Site, carrier: Carrier) -> None:
    rp.routes["/callback"] = lambda _: Reply("<p>a page")
    profile = open_profile(target(rp), carrier)
    response = AuthorizationResponse(rp.url("/callback?a=1"), "fragment", (("code", "c"),))
    for _ in range(2):
        assert profile.deliver(response).url == rp.url("/callback?a=1#code=c")
    assert [one.query for one in rp.asked("/callback")] == [{"a": ["1"]}] * 2


def test_submits_form_post_pages(open_profile: Opened, wired: Carrier, rp: Site, idp: Site) -> None:
    page_of_the_idp = f"""<body onload="document.forms[0].submit()"><form method="post"
        action="{rp.url("/callback")}"><input type="hidden" name="code" value="bob"></form>"""
    idp.routes["/authorize"] = lambda _: Reply(page_of_the_idp)
    page = open_profile(target(rp), wired).start_login()
    assert page.text == "Signed in as bob"
    assert rp.asked("/callback")[0].headers["Origin"] == wired.idp_origin


@pytest.mark.parametrize(
    ("login", "method", "form"),
    [
        ({"kind": "post", "fields": {"tenant": "t"}}, "POST", {"tenant": ["t"]}),
        (
            {"kind": "form", "url": "/", "form": "form#login", "fields": {"tenant": "t", "extra": "e"}},
            "POST",
            {"csrf": ["t&ken"], "tenant": ["t"], "go": ["okta"], "extra": ["e"]},
        ),
        ({"kind": "json", "url": "/start.json", "json_key": "data.url"}, "GET", {}),
    ],
)
def test_start_recipes(
    open_profile: Opened,
    wired: Carrier,
    rp: Site,
    login: Mapping[str, Any],
    method: str,
    form: Mapping[str, list[str]],
) -> None:
    rp.routes["/"] = lambda _: Reply(LOGIN_PAGE)
    rp.routes["/start.json"] = lambda _: Reply(
        '{"data": {"url": "/login"}}', kind="application/json", headers=(("Set-Cookie", "seen=1"),)
    )
    page = open_profile(target(rp, **login), wired).start_login()
    assert page.text == "Signed in as alice"
    seen = rp.asked("/login")[0]
    assert (seen.method, seen.form) == (method, form)
    if method == "POST":
        assert seen.headers["Origin"] == rp.url()
    else:
        assert seen.cookies == ["seen=1"]


def test_a_recipe_that_does_not_fit_is_told(open_profile: Opened, rp: Site, carrier: Carrier) -> None:
    rp.routes["/login"] = lambda _: Reply("<p>no form here")
    for kind in ("form", "json"):
        profile = open_profile(target(rp, kind=kind), carrier)
        with pytest.raises(TargetError) as caught:
            profile.start_login()
        assert caught.value.code == 20
        rp.routes["/login"] = lambda _: Reply("too many", 429)
        if kind == "form":
            assert profile.start_login().status == 429
        rp.routes["/login"] = lambda _: Reply("<p>no json here")


def test_a_bare_url_follows_the_only_way_to_sign_in(open_profile: Opened, wired: Carrier, rp: Site) -> None:
    bare = Target(base_url=rp.url("/"), name="bare", bare=True)
    rp.routes["/"] = lambda _: Reply('<a href="/about">About</a> <a href="/login">Log in</a>')
    assert open_profile(bare, wired).start_login().text == "Signed in as alice"
    rp.routes["/"] = lambda _: Reply('<a href="/login">Log in</a> <a href="/other">Sign in with Okta</a>')
    assert open_profile(bare, wired).start_login().url == rp.url("/")


def test_a_bare_url_that_led_to_the_idp_stays_there(open_profile: Opened, wired: Carrier, rp: Site, idp: Site) -> None:
    rp.routes["/"] = lambda _: redirect(wired.idp_origin + "/held")
    idp.routes["/held"] = lambda _: Reply('<a href="/other">Sign in</a>')
    page = open_profile(Target(base_url=rp.url("/"), name="bare", bare=True), wired).start_login()
    assert page.url == wired.idp_origin + "/held"
    assert idp.asked("/other") == []


def test_extra_headers_go_with_the_first_request_only(open_profile: Opened, wired: Carrier, rp: Site) -> None:
    open_profile(target(rp), wired).start_login(headers={"X-Forwarded-Host": "evil.example"})
    first, *others = rp.received
    assert first.headers["X-Forwarded-Host"] == "evil.example"
    assert not any(one.headers["X-Forwarded-Host"] for one in others)


def test_follows_a_refresh(open_profile: Opened, rp: Site, carrier: Carrier) -> None:
    rp.routes["/login"] = lambda _: Reply('<meta http-equiv="refresh" content="0; url=/next">')
    rp.routes["/next"] = lambda _: Reply("there")
    assert open_profile(target(rp), carrier).start_login().text == "there"


@pytest.mark.parametrize(
    ("status", "seen"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST a=1"), (308, "POST a=1")]
)
def test_redirects_keep_or_drop_the_method(
    open_profile: Opened, rp: Site, carrier: Carrier, status: int, seen: str
) -> None:
    rp.routes["/login"] = lambda _: redirect("/next", status)
    rp.routes["/next"] = lambda received: Reply(f"{received.method} {received.body}")
    page = open_profile(target(rp, kind="post", fields={"a": "1"}), carrier).start_login()
    assert page.text == seen


def test_redirects_inherit_the_fragment(open_profile: Opened, rp: Site, carrier: Carrier) -> None:
    rp.routes["/login"] = lambda _: redirect("/middle#kept")
    rp.routes["/middle"] = lambda _: redirect("/next")
    rp.routes["/next"] = lambda _: Reply("there")
    assert open_profile(target(rp), carrier).start_login().url == rp.url("/next#kept")


def test_endless_redirects_end(open_profile: Opened, rp: Site, carrier: Carrier) -> None:
    rp.routes["/login"] = lambda _: redirect("/login")
    page = open_profile(target(rp), carrier).start_login()
    assert "redirects" in page.text.lower()
    assert len(rp.asked("/login")) <= 22


def test_a_crash_is_a_page(open_profile: Opened, rp: Site, carrier: Carrier) -> None:
    def crash(_: Received) -> Reply:
        raise RuntimeError

    rp.routes["/login"] = crash
    page = open_profile(target(rp), carrier).start_login()
    assert page.status == 0
    assert page.text


def test_who_is_not_there_is_told(open_profile: Opened, rp: Site, wired: Carrier) -> None:
    nobody = free_port()
    gone = Carrier(f"http://localhost:{nobody}", "attempt", "X-Attempt", "a-1")
    rp.routes["/login"] = lambda _: redirect(f"http://localhost:{nobody}/authorize")
    profile = open_profile(target(rp), gone)
    with pytest.raises(TargetError, match=f"the IdP at http://localhost:{nobody} cannot be reached") as caught:
        profile.start_login()
    assert caught.value.code == 21
    absent = Target(base_url=f"http://127.0.0.1:{nobody}", name="absent")
    with pytest.raises(TargetError, match=r"the target at .* cannot be reached"):
        open_profile(absent, wired).start_login()
    rp.routes["/login"] = lambda _: redirect("http://attacker.example/")
    page = profile.start_login()
    assert (page.url, page.status) == ("http://attacker.example/", 0)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("//{host}/there?a=\\b", "/there?a=\\b"),
        ("/\\{host}/there", "/there"),
        ("///{host}/there", "/there"),
        ("http:/\\{host}\\there", "/there"),
        ("http:/here", "/here"),
        ("/he\tre", "/here"),
        ("\\here", "/here"),
    ],
)
def test_reads_addresses_as_browsers_do(
    open_profile: Opened, rp: Site, carrier: Carrier, location: str, path: str
) -> None:
    """Slashes, backslashes and tabs: {host} is another one than the page's, and a path alone stays at the page's."""
    host = f"localhost:{rp.port}"
    rp.routes["/login"] = lambda _: redirect(location.format(host=host))
    rp.routes |= dict.fromkeys(("/there", "/here"), lambda _: Reply("arrived"))
    page = open_profile(target(rp), carrier).start_login()
    assert (page.text, page.url) == ("arrived", rp.url(path, "localhost" if "{host}" in location else "127.0.0.1"))


def test_another_scheme_needs_no_slashes(open_profile: Opened, rp: Site, carrier: Carrier) -> None:
    rp.routes["/login"] = lambda _: redirect("https:nobody.example/there")
    page = open_profile(target(rp), carrier).start_login()
    assert (page.url, page.status) == ("https://nobody.example/there", 0)


def test_a_frame_of_another_site_has_third_party_cookies_only(
    open_profile: Opened, rp: Site, idp: Site, wired: Carrier
) -> None:
    """RFC 6265bis 5.2: in it, Lax cookies are neither sent nor kept, also after redirects; some browsers block all."""

    def start(_: Received) -> Reply:
        lax = ("Set-Cookie", "in-frame=1; SameSite=Lax; Secure")
        return redirect(idp.url("/authorize", "localhost"), 302, lax)

    rp.routes["/start"] = start
    rp.routes["/me"] = lambda received: Reply(" ".join(sorted(received.cookies)) or "nobody")
    profile = open_profile(target(rp), wired)
    profile.start_login()
    assert profile.probe().text == "flow=f-1 session=alice"
    profile.frame(rp.url("/start"))
    (framed,) = rp.asked("/start")
    assert (framed.headers["Sec-Fetch-Dest"], framed.headers["Sec-Fetch-Site"]) == ("iframe", "cross-site")
    back = rp.asked("/callback")[-1]
    assert (framed.cookies, back.cookies) in (([], []), (["flow=f-1"], ["flow=f-1"]))
    assert profile.probe().text == "flow=f-1 session=alice"
