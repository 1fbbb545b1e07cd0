"""Loading the last page anew, and signing out, with both user agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from targets.errors import TargetError
from targets.http_agent import HttpAgent
from targets.shapes import AuthorizationResponse, Carrier
from targets.target_schema import Login, Logout, Target
from tests.targets.conftest import Opened, browser_agent
from tests.targets.server import Reply, Site, redirect

PAGE = '<form id="out" method="post" action="/logout"><input type="hidden" name="csrf" value="t"></form>'
COOKIES = (("Set-Cookie", "session=s-1; HttpOnly"),)


def signed_in(rp: Site, **logout: Any) -> Target:
    rp.routes["/login"] = lambda _: redirect("/home", 302, *COOKIES)
    rp.routes["/home"] = lambda _: Reply(PAGE)
    rp.routes["/logout"] = lambda _: Reply("Goodbye")
    return Target(base_url=rp.url(), login=Login(url="/login"), logout=Logout(**{"url": "/logout"} | logout))


@pytest.mark.parametrize(
    ("logout", "method", "form"),
    [
        ({}, "GET", {}),
        ({"kind": "post", "fields": {"all": "yes"}}, "POST", {"all": ["yes"]}),
        ({"kind": "form", "url": "/home", "form": "#out"}, "POST", {"csrf": ["t"]}),
        ({"kind": "json"}, "GET", {}),
    ],
)
def test_logout(
    open_profile: Opened,
    carrier: Carrier,
    rp: Site,
    logout: Mapping[str, Any],
    method: str,
    form: Mapping[str, list[str]],
) -> None:
    profile = open_profile(signed_in(rp, **logout), carrier)
    profile.start_login()
    page = profile.log_out()
    assert (page.status, page.text) == (200, "Goodbye")
    assert [(one.method, one.form, one.cookies) for one in rp.asked("/logout")] == [(method, form, ["session=s-1"])]


def test_a_logout_button_needs_a_browser(rp: Site, carrier: Carrier) -> None:
    rp.routes["/profile"] = lambda _: Reply("<button onclick=\"location.assign('/logout')\">Sign out</button>")
    target = signed_in(rp, kind="button", url="/profile", button="text=Sign out")
    without = HttpAgent(target).open(carrier)
    with pytest.raises(TargetError, match=r"the logout is a button \(logout.kind = \"button\"\)"):
        without.log_out()
    without.close()
    agent = browser_agent(target)
    try:
        profile = agent.open(carrier)
        profile.start_login()
        assert profile.log_out().text == "Goodbye"
    finally:
        agent.close()


def test_reload(open_profile: Opened, carrier: Carrier, rp: Site) -> None:
    profile = open_profile(signed_in(rp), carrier)
    profile.start_login()
    assert profile.reload().url == rp.url("/home")
    assert [one.cookies for one in rp.asked("/home")] == [["session=s-1"]] * 2


def test_reload_of_the_callback(open_profile: Opened, carrier: Carrier, rp: Site) -> None:
    rp.routes["/callback"] = lambda _: Reply("Welcome")
    profile = open_profile(signed_in(rp), carrier)
    profile.deliver(AuthorizationResponse(rp.url("/callback"), "query", (("code", "c"),)))
    assert profile.reload().url == rp.url("/callback?code=c")
    assert len(rp.asked("/callback")) == 2
