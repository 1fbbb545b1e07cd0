"""The OpenMetadata-like confidential client in a browser: where a tile leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from mock_idp.protocol.sign_in.launch_routes import embed_link
from tests.seed_targets.pages import opened
from tests.third_party.relying_party import CLIENT_ID, Login, RelyingParty, register, relying_party

# One relying party for the module, also with several workers.
GROUP = "seed-openmetadata-confidential-page"
pytestmark = [pytest.mark.browser, pytest.mark.third_party, pytest.mark.xdist_group(GROUP)]

NOBODY, SIGNED_IN = "Nobody is signed in", "Signed in"
FAILED = "[Auth Callback Servlet] Failed in Auth Login : {}"
NO_SESSION = "No session found for callback, redirecting to login"


@pytest.fixture(scope="module")
def rp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with relying_party("openmetadata-confidential-page", tmp_path_factory.mktemp("openmetadata")) as started:
        yield started


Tile = Callable[[str], str]


@pytest.fixture
def tile(rp: RelyingParty) -> Tile:
    """Where the application's tile at Okta leads, which opens this path of the application."""

    def made(path: str) -> str:
        uri = f"{rp.target.base_url}{path.format(rp.target.base_url)}"
        client = replace(rp.target.client, initiate_login_uri=uri, idp_initiated_login_mode="SPEC")
        register(rp.idp, replace(rp.target, client=client))
        return embed_link(CLIENT_ID, rp.about["public_url"])

    return made


def sees(page: Page, heading: str) -> None:
    expect(page.locator("h2")).to_have_text(heading)


def at_okta(login: Login) -> list[str]:
    """What Okta was asked for in a browser."""
    return [one["endpoint"] for one in login.transcript()["exchanges"]]


@pytest.mark.parametrize("path", ["/", "/signin"])
def test_a_tile_that_leads_to_a_page_starts_no_login(browser: Browser, rp: RelyingParty, tile: Tile, path: str) -> None:
    with opened(browser, rp, tile(path)) as (page, login):
        sees(page, NOBODY)
        assert (urlsplit(page.url).path, parse_qs(urlsplit(page.url).query)) == (
            path,
            {"iss": [rp.about["public_url"]]},
        )
        assert at_okta(login) == ["launch"]
        page.get_by_role("button", name="Sign in with Okta").click()
        sees(page, SIGNED_IN)


def test_a_tile_that_leads_to_the_callback_shows_an_error(browser: Browser, rp: RelyingParty, tile: Tile) -> None:
    with opened(browser, rp, tile("/callback")) as (page, login):
        expect(page.locator("body")).to_have_text(FAILED.format(NO_SESSION))
        assert at_okta(login) == ["launch"]
        page.goto(f"{rp.target.base_url}/my-data")
        sees(page, NOBODY)


def test_who_is_signed_in_stays_so_after_that_error(browser: Browser, rp: RelyingParty, tile: Tile) -> None:
    with opened(browser, rp, "/signin") as (page, _):
        page.get_by_role("button", name="Sign in with Okta").click()
        sees(page, SIGNED_IN)
        page.goto(tile("/callback"))
        expect(page.locator("body")).to_have_text(FAILED.format("Missing state parameter"))
        page.goto(f"{rp.target.base_url}/my-data")
        sees(page, SIGNED_IN)


def test_a_tile_that_leads_to_the_login_endpoint_signs_in(browser: Browser, rp: RelyingParty, tile: Tile) -> None:
    with opened(browser, rp, tile("/api/v1/auth/login?redirectUri={}/auth/callback")) as (page, login):
        sees(page, SIGNED_IN)
        expect(page.locator("#email")).to_have_text(login.canary.email)
        assert at_okta(login)[:3] == ["launch", "authorize", "token"]
