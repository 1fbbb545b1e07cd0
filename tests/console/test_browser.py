"""The console in Chromium: by label and by keyboard, with and without scripts, in the dark and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mock_idp.launcher import Ready, RunningIdp
from tests.chromium import launched
from tests.management.apps import oidc

pytestmark = pytest.mark.browser
CALLBACK, SECOND = "https://rp.test/callback", "https://rp.test/2"
REDIRECT = "Sign-in redirect URIs"


@pytest.fixture(scope="module")
def ready() -> Iterator[Ready]:
    with RunningIdp() as idp:
        yield idp.ready


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context()
    yield found
    found.close()


def entered(context: BrowserContext, ready: Ready) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(ready.admin_url)
    return page


def client_of(ready: Ready, label: str) -> dict[str, object]:
    """`settings.oauthClient` of the app with this label, by the Management API."""
    headers = {"Authorization": f"SSWS {ready.api_token}"}
    apps = httpx.get(f"{ready.public_url}/api/v1/apps", headers=headers, trust_env=False).json()
    found: dict[str, object] = next(app for app in apps if app["label"] == label)["settings"]["oauthClient"]
    return found


def walked(page: Page, most: int = 60) -> Iterator[str]:
    """Opens every page that a link of the console leads to."""
    seen: set[str] = set()
    ahead = [urlsplit(page.url).path]
    while ahead and len(seen) < most:
        path = ahead.pop(0)
        if path in seen:
            continue
        seen.add(path)
        page.goto(f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}{path}")
        yield path
        links = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
        ahead += [link.split("#")[0] for link in links if link.startswith("/admin/")]


def test_the_link_lets_in_and_leaves_no_key_behind(context: BrowserContext, ready: Ready) -> None:
    page = entered(context, ready)
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    assert page.url == f"{ready.public_url}/admin/"


def test_the_wizard_by_label(context: BrowserContext, ready: Ready) -> None:
    page = entered(context, ready)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Applications", exact=True).click()
    page.get_by_role("link", name="Create App Integration").click()
    page.get_by_label("OIDC - OpenID Connect").check()
    page.get_by_label("Single-Page Application").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("App integration name").fill("By label")
    expect(page.get_by_label("Allow ID Token with implicit grant type")).to_be_hidden()
    page.get_by_label("Implicit (hybrid)").check()
    expect(page.get_by_label("Allow ID Token with implicit grant type")).to_be_checked()
    page.get_by_label("Allow Access Token with implicit grant type").check()
    page.get_by_label("Refresh Token", exact=True).check()
    page.get_by_label("Rotate token after every use").check()
    page.get_by_label(REDIRECT).fill(CALLBACK)
    page.get_by_role("group", name=REDIRECT).get_by_role("button", name="Add URI").click()
    page.get_by_label(REDIRECT).nth(1).fill(SECOND)
    page.get_by_label("Base URIs").fill("https://rp.test")
    page.get_by_label("Limit access to selected groups").check()
    page.get_by_label("Everyone", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("By label was created.")
    client = client_of(ready, "By label")
    assert client["redirect_uris"] == [CALLBACK, SECOND]
    assert client["response_types"] == ["code", "id_token", "token"]
    assert client["refresh_token"] == {"rotation_type": "ROTATE", "leeway": 30}


def test_the_wizard_by_keyboard_alone(context: BrowserContext, ready: Ready) -> None:
    page = entered(context, ready)

    def tab_to(label: str) -> None:
        """Until the focus is on the control (or link, or button) of this name."""
        for _ in range(80):
            page.keyboard.press("Tab")
            name = page.evaluate(
                "() => { const e = document.activeElement; const named = e.getAttribute('aria-labelledby');"
                " const by = named ? document.getElementById(named.split(' ')[0]) : (e.labels && e.labels[0]) || e;"
                " return by.textContent.trim(); }"
            )
            if name.startswith(label):
                focus = "() => getComputedStyle(document.activeElement).outlineStyle"
                assert page.evaluate(focus) != "none", label  # one sees where one is
                return
        raise AssertionError(f"the keyboard does not reach {label!r}")

    tab_to("Skip to main content")
    tab_to("Create App Integration")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/apps/new")
    tab_to("OIDC - OpenID Connect")
    tab_to("Web Application")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/apps/new/web")
    tab_to("App integration name")
    page.keyboard.type("By keyboard")
    tab_to("Implicit (hybrid)")
    page.keyboard.press("Space")
    tab_to("Allow Access Token with implicit grant type")
    page.keyboard.press("Space")
    tab_to(REDIRECT)
    page.keyboard.press("Control+a")
    page.keyboard.type(CALLBACK)
    tab_to("+ Add URI")
    page.keyboard.press("Enter")
    page.keyboard.type(SECOND)  # the new row has the focus
    page.keyboard.press("Enter")  # means Save, not one of the buttons before it
    page.wait_for_url("**/general")
    expect(page.get_by_role("status")).to_have_text("By keyboard was created.")
    client = client_of(ready, "By keyboard")
    assert client["redirect_uris"] == [CALLBACK, SECOND]
    assert client["response_types"] == ["code", "id_token", "token"]


def test_what_was_refused_has_the_focus(context: BrowserContext, ready: Ready) -> None:
    page = entered(context, ready)
    page.goto(f"{ready.public_url}/admin/apps/new/web")
    page.get_by_label("App integration name").fill("Refused")
    page.get_by_label(REDIRECT).fill("nowhere")
    page.get_by_role("button", name="Save").click()
    problems = page.get_by_role("alert")
    expect(problems).to_be_focused()
    said = "Sign-in redirect URIs: 'nowhere' must be an absolute URI and not include a fragment component."
    expect(problems.get_by_role("listitem")).to_have_text([said])
    expect(page.get_by_label(REDIRECT)).to_have_accessible_description(
        "Where Okta sends the authorization response. 'nowhere' must be an absolute URI and not include a fragment "
        "component."
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#redirect_uris")


def test_rows_with_a_script_need_no_new_page(context: BrowserContext, ready: Ready) -> None:
    page = entered(context, ready)
    page.goto(f"{ready.public_url}/admin/apps/new/web")
    page.evaluate("() => { window.same = true; }")
    group = page.get_by_role("group", name=REDIRECT)
    for text in ("https://a.test", "https://b.test"):
        group.get_by_role("button", name="Add URI").click()
        page.keyboard.type(text)
    group.get_by_role("button", name="Remove URI 2").click()
    group.get_by_role("button", name="Remove URI 1").click()
    assert [row.input_value() for row in page.get_by_label(REDIRECT).all()] == ["https://b.test"]
    group.get_by_role("button", name="Remove URI 3").click()  # the last one stays, empty
    assert [row.input_value() for row in page.get_by_label(REDIRECT).all()] == [""]
    assert page.evaluate("() => window.same") is True


def test_without_scripts(browser: Browser, ready: Ready) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = entered(context, ready)
    page.goto(f"{ready.public_url}/admin/apps/new/web")
    page.get_by_label("App integration name").fill("Plain")
    page.get_by_label("Implicit (hybrid)").check()
    page.get_by_label("Allow Access Token with implicit grant type").check()
    page.get_by_role("group", name=REDIRECT).get_by_role("button", name="Add URI").click()
    expect(page.get_by_label("App integration name")).to_have_value("Plain")
    page.get_by_label(REDIRECT).nth(1).fill(SECOND)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Plain was created.")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    assert client_of(ready, "Plain")["response_types"] == ["code", "id_token", "token"]
    context.close()


def test_a_page_for_reading_is_quiet(context: BrowserContext, ready: Ready) -> None:
    """A secret that is shown leaves room for its buttons; hints are for who edits."""
    document = oidc(label="Quiet", credentials={"client_secret": "s" * 64})
    headers = {"Authorization": f"SSWS {ready.api_token}"}
    made = httpx.post(f"{ready.public_url}/api/v1/apps", json=document, headers=headers, trust_env=False).json()
    page = entered(context, ready)
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto(f"{ready.public_url}/admin/app/{made['id']}/general?edit=settings")
    hint = page.get_by_text("Not built in the mock").first
    expect(hint).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(hint).to_be_hidden()
    page.locator("summary", has_text="Show secret 1").click()
    expect(page.get_by_role("button", name="Copy Client secret 1")).to_be_visible()
    assert page.locator(".scroll").first.evaluate("table => table.scrollWidth <= table.clientWidth")


def test_the_access_policies_fit_a_laptop(context: BrowserContext, ready: Ready) -> None:
    """The buttons of a rule are in sight, and a form begins where its panel does."""
    page = entered(context, ready)
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto(f"{ready.public_url}/admin/oauth2/as/default/policies")
    assert page.locator(".scroll").evaluate("table => table.scrollWidth <= table.clientWidth")
    page.get_by_role("link", name="Add rule").click()
    assert page.locator("form.panel > h2").evaluate("title => getComputedStyle(title).marginTop") == "0px"


def test_copying(context: BrowserContext, ready: Ready) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = entered(context, ready)
    page.get_by_role("button", name="Copy issuer 2").click()
    expect(page.get_by_role("button", name="Copied issuer 2")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == ready.issuers["default"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
def test_every_page(browser: Browser, ready: Ready, scheme: str, width: int) -> None:
    """No breach of the Content-Security-Policy, no error in the console, and nothing is wider than the screen."""
    is_dark = scheme == "dark"
    context = browser.new_context(color_scheme="dark" if is_dark else "light", viewport={"width": width, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(ready.admin_url)
    page.goto(f"{ready.public_url}/admin/apps/new/web")
    page.get_by_label("App integration name").fill(f"A name of some length, {scheme} {width}, withoutanyplacetobreakit")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{ready.public_url}/admin/")
    visited = 0
    for path in walked(page):
        visited += 1
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (path, scheme, width)
        back = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert (back == "rgb(18, 22, 27)") is is_dark, (path, back)
        assert not said, (path, said)
    assert visited > 30
    context.close()
