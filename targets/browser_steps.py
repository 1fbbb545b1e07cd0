"""What is done in one page of a browser: filling in, clicking, fetching. The scripts run in the page itself."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

from playwright.sync_api import Error, Locator, Page, Route
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from targets.bearer import json_member
from targets.errors import BAD_TARGET_FILE, TargetError
from targets.forms import SIGN_IN
from targets.origins import origin
from targets.target_schema import Recipe, Target

Fields = Sequence[tuple[str, str]]

SUBMITTERS = "button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]"
CLICKABLE = "a[href], button, input[type=submit], input[type=button], [role=button]"
SET_FIELDS = """(form, fields) => {
    for (const [name, value] of Object.entries(fields)) {
        let control = form.elements.namedItem(name);
        if (control === null) {
            control = document.createElement("input");
            control.type = "hidden";
            control.name = name;
            form.append(control);
        }
        control.value = value;
        if (control.dispatchEvent) control.dispatchEvent(new Event("input", {bubbles: true}));
    }
}"""
AT_ONCE = """([requests, headers]) => Promise.all(requests.map(async ([method, url, fields]) => {
    const body = method === "POST" ? new URLSearchParams(fields) : undefined;
    const response = await fetch(url, {method, body, headers, credentials: "same-origin"});
    return [response.url, response.status, await response.text()];
}))"""
ASK = """url => fetch(url, {headers: {Accept: "application/json"}}).then(
    async response => [response.ok, await response.text()])"""
STORAGE = "() => ({localStorage: {...localStorage}, sessionStorage: {...sessionStorage}})"


def submit_form(page: Page, target: Target, recipe: Recipe) -> None:
    """Fills the recipe's form in and sends it, by its button if somebody could see one."""
    form = _found(page, target, f"[{recipe.table}] form", recipe.form)
    form.evaluate(SET_FIELDS, dict(recipe.fields))
    button = form.locator(SUBMITTERS).first
    if button.count() and button.is_visible():
        button.click()
    else:
        form.evaluate("form => form.requestSubmit()")


def press(page: Page, target: Target, recipe: Recipe) -> None:
    """Clicks the recipe's button."""
    _found(page, target, f"[{recipe.table}] button", recipe.button).click()


def _found(page: Page, target: Target, key: str, selector: str) -> Locator:
    element = page.locator(selector).first
    try:
        element.wait_for(state="attached")
    except PlaywrightTimeout:
        raise TargetError(
            f"{target.name}: {key}: nothing on {page.url} matches {selector!r}", BAD_TARGET_FILE
        ) from None
    return element


def press_sign_in(page: Page) -> None:
    """Clicks the page's one way to sign in; nothing where it has none or several."""
    offers = page.locator(CLICKABLE).filter(has_text=SIGN_IN, visible=True)
    offers = offers.and_(page.locator(":not(form:has(input[type=password]) *)"))
    if offers.count() == 1:
        offers.first.click()


def open_member(page: Page, target: Target, url: str) -> None:
    """Asks for JSON with the page's own fetch, and opens the URL in it."""
    stand_on(page, origin(url), "<title>start</title>")
    ok, text = page.evaluate(ASK, url)
    member = json_member(text, target.login.json_key)
    if member is None and not ok:
        page.goto(url)  # a start that failed is a result, so it is shown
        return
    if member is None:
        raise TargetError(
            f"{target.name}: [login] json_key: {url} has no string {target.login.json_key!r}; it said: {text[:200]}",
            BAD_TARGET_FILE,
        )
    with page.expect_navigation(wait_until="commit"):
        page.evaluate("url => { location.assign(url); }", urljoin(url, member))


def post_from(page: Page, start: str, action: str, fields: Fields) -> None:
    """A form POST by a page of the origin `start`, which exists in this browser only."""
    inputs = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in fields
    )
    stand_on(page, start, f'<form method="post" action="{html.escape(action)}">{inputs}</form>')
    with page.expect_navigation(wait_until="commit"):
        page.evaluate("() => HTMLFormElement.prototype.submit.call(document.forms[0])")


def fetch_at_once(
    page: Page, requests: Sequence[tuple[str, str, Fields]], headers: Mapping[str, str]
) -> list[tuple[str, int, str]]:
    """(method, URL, fields), all at once by a script of the first one's origin, which follows redirects.

    Of each: where it ended, the status and the text.
    """
    stand_on(page, origin(requests[0][1]), "<title>script</title>")
    answers = page.evaluate(AT_ONCE, [requests, dict(headers)])
    return [(where, status, text) for where, status, text in answers]


def show_framed(page: Page, url: str) -> None:
    """The URL in a frame of a page without an origin, which is at another site than all others."""
    page.goto("about:blank")
    page.set_content(f'<!doctype html><iframe src="{html.escape(url)}"></iframe>')


def storage(page: Page) -> str:
    """The page's storage as JSON. Raises Error for a page that may have none."""
    return json.dumps(page.evaluate(STORAGE), ensure_ascii=False)


def add_headers(page: Page, url: str, headers: Mapping[str, str]) -> None:
    """For the next request to the URL. Fetched here: a browser would repeat them along the redirects."""
    added = {name.lower(): value for name, value in headers.items()}

    def answer(route: Route) -> None:
        try:
            response = route.fetch(headers={**route.request.headers, **added}, max_redirects=0)
        except Error:
            route.continue_()  # and let the browser say what is wrong
        else:
            route.fulfill(response=response)

    page.route(lambda asked: asked == url, answer, times=1)


def stand_on(page: Page, start: str, body: str) -> None:
    """An empty page of the origin `start`, with this body."""
    url = f"{start}/__gauntlet"
    document = f"<!doctype html><meta charset=utf-8>{body}"
    page.route(
        lambda asked: asked == url,
        lambda route: route.fulfill(content_type="text/html", body=document),
        times=1,
    )
    page.goto(url)
