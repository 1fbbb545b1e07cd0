"""The ToolJet-like page in a browser: what a person sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import authorization_response, claim
from tests.seed_targets.pages import opened
from tests.third_party.relying_party import Login, RelyingParty, relying_party

# One relying party for the module, also with several workers.
pytestmark = [pytest.mark.browser, pytest.mark.third_party, pytest.mark.xdist_group("seed-tooljet-page")]


@pytest.fixture(scope="module")
def rp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with relying_party("tooljet", tmp_path_factory.mktemp("tooljet"), server="org") as started:
        yield started


def signed_in(page: Page, login: Login) -> None:
    expect(page.locator("#email")).to_have_text(login.canary.email)
    expect(page.get_by_role("heading", name="Applications")).to_be_visible()


def test_the_button_signs_in_and_a_reload_keeps_the_session(browser: Browser, rp: RelyingParty) -> None:
    with opened(browser, rp, "/login") as (page, login):
        page.get_by_role("button", name="Sign in with OpenID Connect").click()
        signed_in(page, login)
        page.reload()
        signed_in(page, login)


def test_signing_out_is_local(browser: Browser, rp: RelyingParty) -> None:
    with opened(browser, rp, "/login") as (page, login):
        page.get_by_role("button", name="Sign in with OpenID Connect").click()
        signed_in(page, login)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert [url for url in asked if not url.startswith(rp.target.base_url)] == []
        page.goto(rp.target.base_url)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    ("misbehaviour", "shown"),
    [
        (authorization_response.error("access_denied", "User is not assigned."), "User is not assigned."),
        (claim("nonce").set("x"), "Open ID login failed - nonce mismatch, expected undefined, got: x"),
    ],
    ids=["denied", "refused"],
)
def test_an_error_is_shown_on_the_login_page(
    browser: Browser, rp: RelyingParty, misbehaviour: Misbehaviour, shown: str
) -> None:
    with opened(browser, rp, "/login", misbehaviour) as (page, _):
        page.get_by_role("button", name="Sign in with OpenID Connect").click()
        expect(page.get_by_role("alert")).to_have_text(shown)
        assert page.url == f"{rp.target.base_url}/login"


def test_a_tile_that_leads_to_the_callback_shows_an_error(browser: Browser, rp: RelyingParty) -> None:
    with opened(browser, rp, "/sso/openid?iss=http://127.0.0.1") as (page, _):
        expect(page.get_by_role("alert")).to_contain_text("Open ID login failed - no access token provided")


def test_a_tile_needs_automatic_sso(browser: Browser, rp: RelyingParty, tmp_path: Path) -> None:
    with opened(browser, rp, "/login?iss=http://127.0.0.1") as (page, _):
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    with relying_party("tooljet-automatic-sso", tmp_path, server="org") as automatic:
        with opened(browser, automatic, "/login?iss=http://127.0.0.1") as (page, login):
            signed_in(page, login)
        denied = authorization_response.error("access_denied", "User is not assigned.")
        with opened(browser, automatic, "/login", denied) as (page, _):
            expect(page.get_by_role("alert")).to_have_text("User is not assigned.")
