"""Tiles and the Test bench in a browser, with the reference relying party."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from mock_idp.launcher import RunningIdp
from targets.reference.app import create_app
from targets.reference.settings import Settings
from tests.mock_idp.okta import WEB
from tests.targets.server import Reply, Site, serving

pytestmark = pytest.mark.browser
HOSTILE = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"


@pytest.fixture(scope="module")
def idp() -> Iterator[RunningIdp]:
    with RunningIdp([]) as running:
        yield running


@pytest.fixture(scope="module")
def reference(idp: RunningIdp) -> Iterator[str]:
    """The base URL of a reference relying party; the mock knows it as `reference`."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        base_url = f"http://127.0.0.1:{port}"
        settings = Settings(idp.ready.issuers["default"], "reference", "s" * 40, base_url, port=port)
        server = make_server("127.0.0.1", port, create_app(settings), threaded=True, fd=listener.fileno())
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield base_url
        server.shutdown()
        thread.join()


@pytest.fixture
def launchable(idp: RunningIdp, reference: str) -> None:
    """The reference relying party has a tile."""
    register(idp, "reference", f"{reference}/callback", f"{reference}/login", label="Reference", secret="s" * 40)


@pytest.fixture
def app(idp: RunningIdp) -> Iterator[Site]:
    """A relying party that takes whatever comes, with a tile of Okta Simplified."""
    with serving({path: lambda _: Reply("welcome") for path in ("/callback", "/login")}) as site:
        register(idp, "simple", site.url("/callback"), site.url("/login"), mode="OKTA", label="Simple")
        yield site
    idp.control().register_client("simple", {**WEB, "idp_initiated_login_mode": "DISABLED"})


def register(idp: RunningIdp, client_id: str, callback: str, login: str, **kind: Any) -> None:
    settings = {
        "label": kind["label"],
        "client_secret": kind.get("secret", "s"),
        "redirect_uris": [callback],
        "initiate_login_uri": login,
        "idp_initiated_login_mode": kind.get("mode", "SPEC"),
        "idp_initiated_login_scopes": ["openid", "email"],
        "hide_web": False,
        "auto_launch": kind.get("auto_launch", False),
    }
    idp.control().register_client(client_id, {**WEB, **settings})


@dataclasses.dataclass
class Person:
    """Somebody at a browser; `blocked` is what the policy has kept from running."""

    page: Page
    base_url: str
    blocked: list[str] = dataclasses.field(default_factory=list)

    def sign_in(self) -> None:
        """With the keyboard alone; the focus is where one types."""
        self.page.goto(f"{self.base_url}/app/UserHome")
        self.page.locator("#identifier:focus").wait_for()
        self.page.keyboard.type("ada@example.com")
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("correct horse")
        self.page.keyboard.press("Enter")
        self.page.get_by_role("heading", name="My Apps").wait_for()

    def tiles(self) -> list[str]:
        return self.page.locator(".tile .label").all_text_contents()

    def launch(self, label: str) -> Page:
        """Focus the tile and press Enter: the app opens in a new tab."""
        tile = self.page.get_by_role("link", name=f"Launch {label}")
        for _ in range(20):
            self.page.keyboard.press("Tab")
            if tile.evaluate("tile => tile === document.activeElement"):
                break
        with self.page.context.expect_page() as opened:
            self.page.keyboard.press("Enter")
        return opened.value


@pytest.fixture
def person(browser: Browser, idp: RunningIdp) -> Iterator[Person]:
    context = browser.new_context()
    found = Person(context.new_page(), idp.ready.public_url)
    context.on("console", lambda message: _note(found.blocked, message.text))
    context.on("weberror", lambda error: found.blocked.append(str(error.error)))
    yield found
    context.close()


def _note(blocked: list[str], text: str) -> None:
    if "Content Security Policy" in text:
        blocked.append(text)


# ---- tiles --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("launchable")
def test_a_tile_signs_in_at_the_app(person: Person, reference: str) -> None:
    person.sign_in()
    opened = person.launch("Reference")

    opened.wait_for_url(f"{reference}/me")
    assert "ada@example.com" in opened.inner_text("body")
    assert person.blocked == []


@pytest.mark.usefixtures("launchable", "app")
def test_a_phone_shows_two_tiles_beside_each_other(person: Person) -> None:
    person.page.set_viewport_size({"width": 390, "height": 800})
    person.sign_in()

    tops = person.page.eval_on_selector_all(".tile", "tiles => tiles.map(tile => tile.getBoundingClientRect().top)")
    assert (len(tops), len(set(tops))) == (2, 1)
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("switch", "path"), [("redirect_uri", "/callback"), ("initiate_login_uri", "/login")])
def test_simplified_brings_an_id_token(person: Person, idp: RunningIdp, app: Site, switch: str, path: str) -> None:
    idp.control().change_settings(simplified_target=switch)
    person.sign_in()
    opened = person.launch("Simple")

    opened.wait_for_url(app.url(path))
    [received] = app.asked(path)
    assert (received.method, list(received.form)) == ("POST", ["id_token"])
    assert person.blocked == []


@pytest.mark.usefixtures("launchable")
def test_app_only_has_no_tile_and_an_error_page(person: Person, idp: RunningIdp) -> None:
    idp.control().register_client("reference", {**WEB, "label": "Reference", "idp_initiated_login_mode": "DISABLED"})
    person.sign_in()

    assert "Reference" not in person.tiles()
    person.page.goto(f"{person.base_url}/home/oidc_client/reference/aln177a159h7Zf52X0g8")
    assert "Error Code: idp_initated_flow_disabled" in person.page.inner_text("main")


def test_an_app_that_opens_itself(person: Person, idp: RunningIdp, reference: str) -> None:
    urls = (f"{reference}/callback", f"{reference}/login")
    register(idp, "reference", *urls, label="Reference", secret="s" * 40, auto_launch=True)
    with person.page.context.expect_page() as opened:
        person.sign_in()

    opened.value.wait_for_url(f"{reference}/me")
    assert "ada@example.com" in opened.value.inner_text("body")
    assert person.blocked == []


def test_hostile_names_run_nothing(person: Person, idp: RunningIdp, reference: str) -> None:
    register(idp, "reference", f"{reference}/callback", f"{reference}/login", label=HOSTILE)
    person.sign_in()

    assert HOSTILE in person.tiles()
    assert person.page.evaluate("window.pwned") is None


def test_the_policy_blocks_what_a_page_should_not_hold(person: Person) -> None:
    """And these tests would notice."""
    person.page.goto(f"{person.base_url}/login/login.htm")
    assert person.blocked == []
    person.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=color:red onclick=x>x')")
    person.page.evaluate("document.querySelector('p[onclick]').click()")

    assert ["style" in person.blocked[0], "script" in person.blocked[1]] == [True, True]


def test_sign_out(person: Person) -> None:
    person.sign_in()
    person.page.get_by_role("link", name="Sign out").click()

    person.page.get_by_label("Username").wait_for()
    person.page.goto(f"{person.base_url}/app/UserHome")
    assert person.page.get_by_label("Password").is_visible()


def test_dark_and_light(person: Person) -> None:
    person.page.goto(f"{person.base_url}/login/login.htm")
    seen = []
    for scheme in ("light", "dark"):
        person.page.emulate_media(color_scheme=scheme)
        seen.append(person.page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert seen == ["rgb(243, 245, 248)", "rgb(18, 22, 27)"]


def test_narrow_pages_do_not_scroll_sideways(person: Person, idp: RunningIdp, reference: str) -> None:
    register(idp, "reference", f"{reference}/callback", f"{reference}/login", label="x" * 80)
    person.page.set_viewport_size({"width": 320, "height": 600})
    person.sign_in()

    for path in ("/app/UserHome", "/enduser/settings"):
        person.page.goto(f"{person.base_url}{path}")
        assert person.page.evaluate("document.documentElement.scrollWidth") <= 320


# ---- the Test bench -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("launchable")
def test_arming_and_disarming_by_keyboard(person: Person, idp: RunningIdp, reference: str) -> None:
    page = person.page
    page.goto(f"{person.base_url}/admin/sign-in")
    page.get_by_label("API token").fill(idp.ready.api_token)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Test bench").click()
    page.get_by_label("Wrong nonce").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("Armed. Every login in this browser").wait_for()

    page.goto(f"{reference}/login")
    page.get_by_label("Username").fill("ada@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.startswith(f"{reference}/callback"))
    assert page.goto(f"{reference}/me").status == 401  # type: ignore[union-attr]

    page.goto(f"{person.base_url}/admin/bench")
    page.get_by_role("link").filter(has_text=":").first.click()
    page.get_by_text("POST /oauth2/default/v1/token").click()
    assert page.get_by_text("grant_type").is_visible()
    assert 'claim("nonce").set(random())' in page.inner_text("main")
    page.goto(f"{person.base_url}/admin/bench")
    page.get_by_role("button", name="Disarm").press("Enter")
    page.get_by_text("Disarmed.").wait_for()
    page.goto(f"{reference}/login")
    page.wait_for_url(f"{reference}/me")
    assert person.blocked == []
