"""okta_post_message: the response goes to the page that opened or embeds the mock's, by script (okta.md 2.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route
from werkzeug.test import TestResponse

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import authorization_response
from tests.chromium import launched
from tests.mock_idp.okta import CALLBACK, ORIGIN, Okta, page_of


def posted(answer: TestResponse) -> tuple[dict[str, str], str]:
    """What the page posts, and to which origin."""
    assert (answer.status_code, answer.content_type) == (200, "text/html;charset=utf-8"), answer.text
    body = page_of(answer).find(".//body")
    return json.loads(body.get("data-message")), body.get("data-origin")


def ask(okta: Okta, attempt: str | None = None, **params: Any) -> TestResponse:
    return okta.authorize(attempt, response_mode="okta_post_message", **params)


@pytest.mark.parametrize(
    ("response_type", "names"),
    [
        ("code", ["code", "state"]),
        ("id_token", ["id_token", "state"]),
        ("token id_token", ["id_token", "access_token", "token_type", "expires_in", "scope", "state"]),
    ],
)
def test_response_is_posted_to_the_origin_of_the_redirect_uri(okta: Okta, response_type: str, names: list[str]) -> None:
    data, origin = posted(ask(okta, okta.attempt(), response_type=response_type, nonce="n", state="a b"))

    assert (list(data), origin) == (names, "https://rp.example")
    assert data["state"] == "a b"
    if "code" in data:
        assert okta.redeem(data["code"]).status_code == 200


def test_errors_are_posted_state_first(okta: Okta) -> None:
    data, _ = posted(ask(okta, prompt="none"))

    assert list(data) == ["state", "error", "error_description"]
    assert data["error"] == "login_required"


def test_hostile_state_stays_a_string(okta: Okta) -> None:
    hostile = "</script><script>alert(1)</script>\u2028'\"\\"
    answer = ask(okta, okta.attempt(), state=hostile)

    assert answer.text.count("<script>") == 1
    assert posted(answer)[0]["state"] == hostile


def test_edits_and_transcript(okta: Okta) -> None:
    wrong: Misbehaviour = authorization_response("state").set("another") & authorization_response("code").remove()
    attempt = okta.attempt(wrong)

    assert posted(ask(okta, attempt))[0] == {"state": "another"}
    [response] = okta.transcript(attempt)["authorization_responses"]
    assert (response["mode"], response["redirect_uri"]) == ("okta_post_message", CALLBACK)
    assert response["parameters"] == [["state", "another"]]
    assert len(okta.transcript(attempt)["deliveries"]) == 2


def test_held_response(okta: Okta) -> None:
    attempt = okta.attempt(hold=True)

    answer = ask(okta, attempt)
    assert "postMessage" not in answer.text
    [response] = okta.transcript(attempt)["authorization_responses"]
    assert [name for name, _ in response["parameters"]] == ["code", "state"]


# ---- in a browser -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


RP = """<!DOCTYPE html><title>rp</title><body><script>
addEventListener("message", (event) => { window.got = {data: event.data, origin: event.origin}; });
const url = "%s";
if (location.hash === "#frame") {
  const frame = document.createElement("iframe"); frame.src = url; document.body.append(frame);
} else open(url);
</script></body>"""


@pytest.mark.browser
@pytest.mark.parametrize("how", ["frame", "popup"])
@pytest.mark.parametrize(("host", "arrives"), [("rp.example", True), ("evil.example", False)])
def test_only_a_page_of_the_redirect_uris_origin_gets_it(
    okta: Okta, chromium: Browser, how: str, host: str, arrives: bool
) -> None:
    sent = {
        "client_id": "web",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid",
        "state": "s1",
        "response_mode": "okta_post_message",
    }
    url = f"{okta.url('authorize')}?{urlencode(sent)}"
    attempt = okta.attempt()

    def serve(route: Route) -> None:
        if route.request.url.startswith(ORIGIN):
            answer = okta.rp.get(route.request.url, headers={"X-Gauntlet-Attempt": attempt})
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.text)
        else:
            route.fulfill(status=200, content_type="text/html", body=RP % url)

    context = chromium.new_context()
    context.route("**/*", serve)
    page: Page = context.new_page()
    opened: list[Page] = []
    context.on("page", lambda popup: opened.append(popup))
    page.goto(f"https://{host}/page#{how}")
    if arrives:
        page.wait_for_function("window.got")
        got = page.evaluate("window.got")
        assert got["origin"] == ORIGIN
        assert (got["data"]["state"], list(got["data"])) == ("s1", ["code", "state"])
    else:
        for reader in (page, *opened):
            reader.wait_for_load_state("networkidle")
        assert page.evaluate("window.got") is None
        assert okta.transcript(attempt)["authorization_responses"]
    context.close()
