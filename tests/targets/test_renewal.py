"""Renewals of a session, and what scripts of its pages could read, with both user agents."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from targets.shapes import Carrier
from targets.target_schema import Login, Renewal, Target
from tests.targets.conftest import Opened
from tests.targets.server import Received, Reply, Site

PAGE = '<form id="renew" method="post" action="/refresh"><input type="hidden" name="csrf" value="t"></form>'
COOKIES = (("Set-Cookie", "session=s-1; HttpOnly"), ("Set-Cookie", "hint=open"))


def signed_in(rp: Site, **renewal: Any) -> Target:
    rp.routes["/login"] = lambda _: Reply("Signed in", headers=COOKIES)
    rp.routes["/page"] = lambda _: Reply(PAGE)
    rp.routes["/refresh"] = lambda _: Reply("renewed")
    return Target(base_url=rp.url(), login=Login(url="/login"), renewal=Renewal(**{"url": "/refresh"} | renewal))


@pytest.mark.parametrize(
    ("renewal", "method", "form"),
    [
        ({}, "GET", {}),
        ({"kind": "post", "fields": {"tenant": "t"}}, "POST", {"tenant": ["t"]}),
        ({"kind": "form", "url": "/page", "form": "#renew"}, "POST", {"csrf": ["t"]}),
        ({"kind": "json"}, "GET", {}),
    ],
)
@pytest.mark.parametrize("at_once", [False, True])
def test_recipes(
    open_profile: Opened,
    carrier: Carrier,
    rp: Site,
    renewal: Mapping[str, Any],
    method: str,
    form: Mapping[str, list[str]],
    at_once: bool,
) -> None:
    profile = open_profile(signed_in(rp, **renewal), carrier)
    profile.start_login()
    pages = profile.renew_at_once(2) if at_once else (profile.renew(),)

    assert [(page.status, page.text) for page in pages] == [(200, "renewed")] * len(pages)
    seen = rp.asked("/refresh")
    assert [(one.method, one.form, "session=s-1" in one.cookies) for one in seen] == [(method, form, True)] * len(pages)
    if renewal.get("kind") == "json":
        assert seen[0].headers["Accept"] == "application/json"


def test_renewals_at_once_do_not_wait_for_each_other(open_profile: Opened, carrier: Carrier, rp: Site) -> None:
    profile = open_profile(signed_in(rp), carrier)
    profile.start_login()
    both = threading.Barrier(2, timeout=4)

    def refresh(_: Received) -> Reply:
        both.wait()
        return Reply("renewed", headers=(("Set-Cookie", "session=s-2; HttpOnly"),))

    rp.routes["/refresh"] = refresh
    assert [page.text for page in profile.renew_at_once(2)] == ["renewed", "renewed"]
    rp.routes["/refresh"] = lambda received: Reply(" ".join(received.cookies))
    assert "session=s-2" in profile.renew().text


def test_scripts_can_read_what_is_not_http_only(open_profile: Opened, carrier: Carrier, rp: Site) -> None:
    profile = open_profile(signed_in(rp), carrier)
    profile.start_login()
    assert "hint=open" in profile.readable()
    assert "s-1" not in profile.readable()
