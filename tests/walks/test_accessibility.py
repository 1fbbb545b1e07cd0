"""axe-core finds nothing serious on console, dashboard, sign-in and consent, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from mock_idp.launcher import Ready, RunningIdp
from tests.third_party.installed import AXE

pytestmark = [pytest.mark.browser, pytest.mark.third_party]
APP, PERSON, GROUP, CALLBACK = (
    "0oaShop0000000000000",
    "00uada00000000000000",
    "00gfinance0000000000",
    "https://rp.test/callback",
)
POLICY, RULE, SCOPE, CLAIM = (f"{kind}shop000000000000{'0' * (4 - len(kind))}" for kind in ("00p", "0pr", "scp", "ocl"))
ORG = f"""\
name = "Acme"
[[users]]
id = "{PERSON}"
login = "ada@example.com"
name = "Ada Lovelace"
password = "correct horse"
groups = ["Everyone", "Finance"]
[[groups]]
id = "{GROUP}"
name = "Finance"
[[apps]]
client_id = "{APP}"
client_secret = "a-secret-of-the-shop-that-is-long-enough"
label = "Shop"
redirect_uris = ["{CALLBACK}"]
grant_types = ["authorization_code", "refresh_token", "implicit"]
response_types = ["code", "id_token"]
consent_method = "REQUIRED"
initiate_login_uri = "https://rp.test/login"
idp_initiated_login_mode = "SPEC"
hide_web = false
[[apps.users]]
user = "{PERSON}"
[[apps.groups]]
group = "{GROUP}"
[[authorization_servers]]
id = "shop"
name = "Shop"
audiences = ["api://shop"]
[[authorization_servers.scopes]]
id = "{SCOPE}"
name = "orders:read"
display_name = "Read orders"
consent = "REQUIRED"
[[authorization_servers.claims]]
id = "{CLAIM}"
name = "department"
value_type = "EXPRESSION"
value = "user.email"
[[authorization_servers.policies]]
id = "{POLICY}"
name = "Shoppers"
clients = ["{APP}"]
[[authorization_servers.policies.rules]]
id = "{RULE}"
name = "Everybody"
groups = ["EVERYONE"]
grant_types = ["authorization_code"]
scopes = ["*"]
[[authorization_servers.policies]]
name = "Without rules"
clients = ["{APP}"]
rules = []
[[trusted_origins]]
name = "Shop"
origin = "https://rp.test"
scopes = ["CORS", "REDIRECT"]
"""
GONE = "/admin/nothing-here"
AS = "/admin/oauth2/as/shop"
CONSOLE = (
    *("/admin/", "/admin/apps/active", "/admin/apps/add", "/admin/apps/new", "/admin/apps/new/web"),
    *("/admin/apps/new/browser", "/admin/apps/new/native", "/admin/apps/new/service", "/admin/apps/new?sign_on=SAML"),
    *(f"/admin/app/{APP}/general", f"/admin/app/{APP}/general?edit=settings"),
    *(
        f"/admin/app/{APP}/general?edit=credentials",
        f"/admin/app/{APP}/sign-on",
        f"/admin/app/{APP}/sign-on?edit=token",
    ),
    *(f"/admin/app/{APP}/assignments", f"/admin/app/{APP}/assignments/people", f"/admin/app/{APP}/assignments/groups"),
    *(f"/admin/app/{APP}/doctor", f"/admin/app/{APP}/doctor?guide=Toky&issuer=rp.test/", f"/admin/app/{APP}/delete"),
    *("/admin/oauth2/as", "/admin/oauth2/as/new", AS, f"{AS}?edit", f"{AS}/scopes", f"{AS}/scopes/{SCOPE}"),
    *(f"{AS}/claims", f"{AS}/claims/{CLAIM}", f"{AS}/policies", f"{AS}/policies/{POLICY}", f"{AS}/policies/new"),
    *(f"{AS}/policies/{POLICY}/rules/{RULE}", f"{AS}/token-preview", "/admin/access/api/trusted_origins"),
    *("/admin/access/api/trusted_origins/new", "/admin/users", "/admin/users/new", f"/admin/user/{PERSON}"),
    *("/admin/groups", "/admin/groups/new", f"/admin/group/{GROUP}", "/admin/bench", GONE),
)
RUN = """async (options) => (await axe.run(document, options)).violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id}: ${one.help}: ${one.nodes.map(node => node.html).join(" | ")}`)"""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    file: Path = tmp_path_factory.mktemp("org") / "org.toml"
    file.write_text(ORG, encoding="utf-8")
    with RunningIdp(["--config", str(file)]) as idp:
        yield idp.ready


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    if not AXE.is_file():
        pytest.skip("axe-core is not there. To get it: make third-party")
    found = chromium.new_context(viewport={"width": 1280, "height": 900})
    found.add_init_script(path=AXE)
    yield found
    found.close()


def violations(page: Page) -> list[str]:
    """What is serious or critical here; in the dark only what depends on colours."""
    found: list[str] = []
    every: dict[str, Any] = {}
    for scheme, options in (("light", every), ("dark", {"runOnly": ["color-contrast", "link-in-text-block"]})):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        found += [f"{page.url} ({scheme}): {one}" for one in page.evaluate(RUN, options)]
    return found


def authorize(ready: Ready, **changes: str) -> str:
    request = {"client_id": APP, "response_type": "code", "redirect_uri": CALLBACK, "state": "s" * 16}
    request |= {"scope": "openid email orders:read"} | changes
    return f"{ready.public_url}/oauth2/shop/v1/authorize?{urlencode(request)}"


def sign_in(page: Page) -> None:
    page.get_by_label("Username").fill("ada@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()


def test_axe_would_notice(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content("<html lang=en><title>t</title><main><h1>t</h1><input><p style='color:#bbb'>pale</p></main>")
    found = [one.removeprefix("about:blank ").split(": ")[:2] for one in violations(page)]
    contrast = "color-contrast"
    assert found == [["(light)", contrast], ["(light)", "label"], ["(dark)", contrast]]


def test_sign_in_consent_errors_and_dashboard(context: BrowserContext, ready: Ready) -> None:
    page, found = context.new_page(), []
    page.goto(authorize(ready, redirect_uri="https://elsewhere.test/"))
    assert "400" in page.inner_text("body")
    found += violations(page)
    page.goto(authorize(ready))
    found += violations(page)
    page.get_by_label("Username").fill("ada@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    found += violations(page)
    sign_in(page)
    page.get_by_text("Read orders").wait_for()
    found += violations(page)
    for path in ("/app/UserHome", "/enduser/settings", "/activate", "/"):
        page.goto(f"{ready.public_url}{path}")
        found += violations(page)
    assert found == []


def test_the_console(context: BrowserContext, ready: Ready) -> None:
    page = context.new_page()
    page.goto(f"{ready.public_url}/admin/sign-in")
    found = violations(page)
    page.goto(authorize(ready))  # for the Test bench and the doctor
    page.goto(ready.admin_url)
    for path in CONSOLE:
        answer = page.goto(f"{ready.public_url}{path}")
        assert answer
        assert answer.status == (404 if path == GONE else 200), path
        found += violations(page)
    page.goto(f"{ready.public_url}/admin/bench")
    page.get_by_role("table").get_by_role("link").first.click()
    found += violations(page)
    page.goto(f"{ready.public_url}/admin/apps/new/web")
    page.get_by_label("App integration name").fill("Refused")
    page.get_by_label("Sign-in redirect URIs").fill("nowhere")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    found += violations(page)
    context.clear_cookies(name="gauntlet_admin")  # as after a sign-out in another tab
    page.get_by_role("button", name="Save").click()
    page.get_by_label("API token").fill(ready.api_token)
    found += violations(page)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Send it again").wait_for()
    found += violations(page)
    assert found == []
