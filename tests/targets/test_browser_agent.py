"""What only a real browser can do."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from targets.agent import Profile
from targets.browser_agent import BrowserAgent
from targets.browser_tab import QUIET
from targets.errors import TargetError
from targets.shapes import AuthorizationResponse, Carrier
from targets.target_schema import Login, Session, Target
from tests.chromium import launched
from tests.targets.conftest import browser_agent
from tests.targets.server import Received, Reply, Site, redirect

pytestmark = pytest.mark.browser

APP = """<!doctype html><title>App</title><body><script>
  if (location.hash) {
    sessionStorage.setItem("user", location.hash.slice(1));
    localStorage.setItem("theme", "dark");
  }
  const user = sessionStorage.getItem("user");
  console.log("user is", user);
  if (user) fetch("/api").then(r => r.text()).then(t => { document.body.append(`${user} ${t}`); });
  else {
    const button = document.createElement("button");
    button.textContent = "Sign in";
    button.onclick = () => { location.assign("/login"); };
    document.body.append(button);
  }
</script>"""


@pytest.fixture
def app(rp: Site, idp: Site) -> Target:
    rp.routes["/app"] = lambda _: Reply(APP)
    rp.routes["/api"] = lambda _: Reply("from the API", kind="text/plain")
    rp.routes["/login"] = lambda _: redirect(idp.url("/authorize", "localhost"))
    idp.routes["/authorize"] = lambda _: redirect(rp.url("/app#user=alice"))
    return Target(
        base_url=rp.url("/app"),
        name="spa",
        javascript=True,
        login=Login(kind="button", button="text=Sign in"),
        session=Session(kind="storage"),
    )


@pytest.fixture
def profile(app: Target, carrier: Carrier) -> Iterator[Profile]:
    agent = browser_agent(app)
    yield agent.open(carrier)
    agent.close()


def test_presses_a_button_and_waits_for_the_page_to_settle(profile: Profile, rp: Site) -> None:
    page = profile.start_login()
    assert (page.url, page.status, page.title) == (rp.url("/app#user=alice"), 200, "App")
    assert page.text == "user=alice from the API"
    assert [hop[:8] for hop in page.trail] == ["200 GET ", "302 GET ", "302 GET ", "200 GET "]


def test_the_probe_sees_the_storage_of_the_logins_tab(profile: Profile, rp: Site) -> None:
    before = profile.probe()
    assert "user=alice" not in before.body
    login = profile.start_login()
    seen = profile.probe()
    assert seen.text == "user=alice from the API"
    dump = json.loads(seen.body.rpartition("\n")[2])
    assert dump == {"localStorage": {"theme": "dark"}, "sessionStorage": {"user": "user=alice"}}
    assert login.url == rp.url("/app#user=alice")


def test_a_fragment_is_delivered_as_a_new_page(profile: Profile, rp: Site) -> None:
    profile.start_login()
    page = profile.deliver(AuthorizationResponse(rp.url("/app"), "fragment", (("user", "bob"),)))
    assert page.text == "user=bob from the API"


def test_frames_and_fetches_carry_the_header(profile: Profile, rp: Site, idp: Site) -> None:
    frame = idp.url("/frame", "localhost")
    rp.routes["/app"] = lambda _: Reply(f'<iframe src="{frame}"></iframe><button>Sign in</button>')
    idp.routes["/frame"] = lambda _: Reply("framed")
    profile.start_login()
    assert [one.headers["X-Attempt"] for one in idp.asked("/frame")] == ["a-1"]


def test_overrides_the_host_of_the_first_request(rp: Site) -> None:
    rp.routes["/"] = lambda _: redirect("/next", 302, ("Set-Cookie", "a=1"))
    agent = browser_agent(Target(base_url=rp.url("/")))
    try:
        agent.open(None).start_login(headers={"Host": "evil.example"})
    finally:
        agent.close()
    assert [one.headers["Host"] for one in rp.received] == ["evil.example", f"127.0.0.1:{rp.port}"]
    assert rp.received[1].cookies == ["a=1"]


def test_a_page_that_never_rests_is_taken_as_it_is(rp: Site) -> None:
    rp.routes["/"] = lambda _: Reply("<p>busy<script>setInterval(() => fetch('/tick'), 50)</script>")
    agent = BrowserAgent(Target(base_url=rp.url("/")), timeout=1.5)
    try:
        page = agent.open(None).start_login()
    finally:
        agent.close()
    assert (page.status, page.text) == (200, "busy")


def test_an_answer_that_does_not_come_is_a_page(rp: Site) -> None:
    def nothing(_: Received) -> Reply:
        raise RuntimeError

    rp.routes["/"] = nothing
    agent = browser_agent(Target(base_url=rp.url("/")))
    try:
        assert agent.open(None).start_login().status == 0
    finally:
        agent.close()


def test_leaves_evidence(profile: Profile, tmp_path: Path) -> None:
    profile.start_login()
    assert profile.evidence(tmp_path, "case-1") == ["case-1.png", "case-1.console.log", "case-1.trace.zip"]
    assert (tmp_path / "case-1.png").read_bytes().startswith(b"\x89PNG")
    assert "log: user is user=alice" in (tmp_path / "case-1.console.log").read_text()
    with zipfile.ZipFile(tmp_path / "case-1.trace.zip") as trace:
        assert b"/authorize" in trace.read("trace.network")


def test_a_login_in_a_popup_is_waited_for(rp: Site, idp: Site, carrier: Carrier) -> None:
    opens = "document.querySelector('button').onclick = () => window.open('/start', '', 'width=400,height=500')"
    tells = "setTimeout(() => { opener.document.body.textContent = 'Signed in'; close(); }, 300)"
    rp.routes["/"] = lambda _: Reply(f"<body><button>Sign in</button><script>{opens}</script>")
    rp.routes["/start"] = lambda _: redirect(idp.url("/authorize", "localhost"))

    def thinks(_: Received) -> Reply:
        threading.Event().wait(2 * QUIET / 1000)  # for longer than what a page's rest is known by
        return redirect(rp.url("/done"))

    idp.routes["/authorize"] = thinks
    rp.routes["/done"] = lambda _: Reply(f"<script>{tells}</script>")
    agent = browser_agent(Target(base_url=rp.url("/"), login=Login(kind="button", button="text=Sign in")))
    try:
        page = agent.open(carrier).start_login()
    finally:
        agent.close()
    assert (page.url, page.text) == (rp.url("/"), "Signed in")
    [asked] = idp.asked("/authorize")
    assert "attempt=a-1" in asked.cookies


def test_a_response_goes_to_the_popup_that_waits_for_it(rp: Site, idp: Site, carrier: Carrier) -> None:
    opens = "document.querySelector('button').onclick = () => window.open('/start', '', 'width=400,height=500')"
    tells = "opener.document.body.textContent = `Signed in ${sessionStorage.waits}`; close()"
    rp.routes["/"] = lambda _: Reply(f"<body><button>Sign in</button><script>{opens}</script>")
    onward = idp.url("/authorize", "localhost")
    rp.routes["/start"] = lambda _: Reply(f"<script>sessionStorage.waits = 'here'; location = '{onward}'</script>")
    idp.routes["/authorize"] = lambda _: Reply("held back")
    rp.routes["/done"] = lambda _: Reply(f"<script>{tells}</script>")
    agent = browser_agent(Target(base_url=rp.url("/"), login=Login(kind="button", button="text=Sign in")))
    try:
        profile = agent.open(carrier)
        assert profile.start_login().text == "Sign in"
        page = profile.deliver(AuthorizationResponse(rp.url("/done"), "query", (("code", "c"),)))
    finally:
        agent.close()
    assert (page.url, page.text) == (rp.url("/"), "Signed in here")


def test_a_popup_that_stays_is_left_open(rp: Site, carrier: Carrier) -> None:
    opens = "document.querySelector('button').onclick = () => window.open('/refused', '', 'width=400,height=500')"
    rp.routes["/"] = lambda _: Reply(f"<body><button>Sign in</button><script>{opens}</script>")
    rp.routes["/refused"] = lambda _: Reply("You may not sign in")
    agent = browser_agent(Target(base_url=rp.url("/"), login=Login(kind="button", button="text=Sign in")))
    try:
        assert agent.open(carrier).start_login().text == "Sign in"
    finally:
        agent.close()


def test_a_browser_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, app: Target) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(TargetError, match="`make browser BROWSER=chromium`") as caught:
        BrowserAgent(app)
    with pytest.raises(TargetError, match="`make browser BROWSER=webkit`"):
        BrowserAgent(app, name="webkit")
    assert caught.value.code == 27
    with pytest.raises(TargetError, match="no browser"):
        BrowserAgent(app, name="lynx")


def test_works_beside_another_browser_of_this_thread(app: Target, carrier: Carrier) -> None:
    with launched():
        agent = browser_agent(app)
        agent.open(carrier)
    with launched() as browser:
        assert browser.is_connected()
        agent.close()
        assert browser.is_connected()
