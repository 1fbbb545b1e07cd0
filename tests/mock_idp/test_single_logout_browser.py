"""Single logout as a browser and relying parties on the network see it: a mock that runs, and Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from mock_idp.launcher import RunningIdp
from tests.chromium import launched
from tests.mock_idp.okta import WEB
from tests.targets.server import Received, Reply, Site, serving


@pytest.fixture(scope="module")
def idp() -> Iterator[RunningIdp]:
    with RunningIdp([]) as running:
        yield running


@pytest.fixture
def app() -> Iterator[Site]:
    """A relying party that takes whatever comes."""
    with serving({path: lambda _: Reply("bye") for path in ("/callback", "/bye", "/slo", "/backchannel")}) as site:
        yield site


@pytest.fixture
def page() -> Iterator[Page]:
    with launched() as browser:
        yield browser.new_page()


def authorize_url(idp: RunningIdp, app: Site, client_id: str) -> str:
    query = {
        "client_id": client_id,
        "redirect_uri": app.url("/callback"),
        "response_type": "id_token",
        "response_mode": "form_post",
        "scope": "openid",
        "state": "s",
        "nonce": "n",
    }
    return str(httpx.URL(f"{idp.ready.public_url}/oauth2/default/v1/authorize", params=query))


def register(idp: RunningIdp, app: Site, client_id: str, **settings: Any) -> None:
    uris = {"redirect_uris": [app.url("/callback")], "post_logout_redirect_uris": [app.url("/bye")]}
    idp.control().register_client(client_id, WEB | uris | settings)


@pytest.mark.browser
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_frames_call_the_other_app_then_the_browser_goes_back(
    idp: RunningIdp, app: Site, page: Page, method: str
) -> None:
    idp.control().change_settings(frontchannel_logout_method=method)
    slo = {"participate_slo": True, "frontchannel_logout_uri": app.url("/slo")}
    register(idp, app, "shop")
    register(idp, app, "forum", **slo, frontchannel_logout_session_required=True)
    page.goto(authorize_url(idp, app, "forum"))
    page.fill("#identifier", "ada@example.com")
    page.fill("#credentials", "correct horse")
    page.click("button")
    page.wait_for_url(app.url("/callback"))
    page.goto(authorize_url(idp, app, "shop"))
    page.wait_for_url(app.url("/callback"))
    (token,) = app.asked("/callback")[-1].form["id_token"]

    query = {"id_token_hint": token, "post_logout_redirect_uri": app.url("/bye"), "state": "x"}
    page.goto(str(httpx.URL(f"{idp.ready.public_url}/oauth2/default/v1/logout", params=query)))
    page.wait_for_url(app.url("/bye?state=x"))
    (call,) = app.asked("/slo")
    sent = call.form if method == "POST" else call.query
    assert call.method == method
    assert sent["iss"] == [f"{idp.ready.public_url}/oauth2/default"]
    assert sent["sid"][0].startswith("idx")
    paths = [one.path for one in app.received]
    assert paths.index("/slo") < paths.index("/bye")


def test_logout_tokens_over_the_network(idp: RunningIdp, app: Site) -> None:
    def refuse(_: Received) -> Reply:
        return Reply("no such session", 400)

    app.routes["/backchannel"] = refuse
    register(idp, app, "shop", backchannel_logout_uri=app.url("/backchannel"))
    control = idp.control()
    person = {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper"}
    attempt = control.create_attempt(identity=person)
    with httpx.Client(trust_env=False, headers={"X-Gauntlet-Attempt": attempt}) as client:
        assert "id_token" in client.get(authorize_url(idp, app, "shop")).text

    (message,) = control.logout("backchannel", attempt=attempt)
    (received,) = app.asked("/backchannel")
    assert received.body == message["body"]
    assert (message["status"], message["answer"], message["claims"]["sub"]) == (400, "no such session", "00u1")
    assert control.transcript(attempt)["logout_messages"] == [message]


def test_an_app_that_is_not_there(idp: RunningIdp) -> None:
    control = idp.control()
    control.register_client("gone", WEB | {"global_token_revocation_uri": "http://127.0.0.1:9/"})

    (message,) = control.logout("universal", user="ada@example.com")
    assert message["status"] is None
    assert message["error"].startswith("ConnectError: ")
