"""My Apps and the session's page (okta.md 5.1 and 5.4)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.mock_idp.okta import ORIGIN, WEB, Okta, page_of
from tests.mock_idp.org_parts import change_app
from tests.web.policies import directives

HOME, SETTINGS = f"{ORIGIN}/app/UserHome", f"{ORIGIN}/enduser/settings"
EMBED = f"{ORIGIN}/home/oidc_client/web/aln177a159h7Zf52X0g8"
TILE: dict[str, Any] = {
    "label": "Shop",
    "idp_initiated_login_mode": "SPEC",
    "initiate_login_uri": "https://rp.example/login",
    "hide_web": False,
}
HOSTILE = "\"'><script>alert(1)</script>{{7*7}}"


def home(okta: Okta) -> TestResponse:
    """My Apps of a browser that signs in first, if it must."""
    page = okta.browser.get(HOME)
    if page.status_code == 302:
        page = okta.sign_in(okta.browser.get(page.headers["Location"]))
    assert page.status_code == 200, page.text
    return page


def labels(page: TestResponse) -> list[str]:
    return [tile.text_content() for tile in page_of(page).cssselect(".tile .label")]


def with_tile(okta: Okta, **settings: Any) -> None:
    okta.register("web", **WEB | TILE | settings)


# ---- tiles --------------------------------------------------------------------------------------------------


def test_a_tile_leads_to_the_embed_link(okta: Okta) -> None:
    with_tile(okta)
    page = home(okta)

    [tile] = page_of(page).cssselect("a.tile")
    assert (tile.get("href"), " ".join(tile.text_content().split())) == (EMBED, "Launch Shop")
    assert okta.browser.get(tile.get("href")).headers["Location"].startswith("https://rp.example/login?iss=")


@pytest.mark.parametrize(
    "settings",
    [
        {"idp_initiated_login_mode": "DISABLED"},
        {"hide_web": True},
        {"users": ()},
        {"status": "INACTIVE"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_no_tile(okta: Okta, settings: dict[str, Any]) -> None:
    with_tile(okta)
    assert labels(home(okta)) == ["Shop"]
    if "users" in settings:
        okta.register("web", **WEB | TILE, users=[])
    else:
        change_app(okta, **settings)

    assert labels(home(okta)) == []
    assert "You have no apps here." in home(okta).text


def test_a_group_gives_its_people_the_tile(okta: Okta) -> None:
    [everyone] = okta.idp.org.groups_of(("Everyone",))
    with_tile(okta, users=[], groups=[everyone.id])

    assert labels(home(okta)) == ["Shop"]


def test_tiles_stand_by_label(okta: Okta) -> None:
    for client_id, label in (("one", "zebra"), ("two", "Bee"), ("ant", ""), ("three", "Ärzte")):
        okta.register(client_id, **WEB | TILE | {"label": label})

    assert labels(home(okta)) == ["ant", "Ärzte", "Bee", "zebra"]


@pytest.mark.parametrize(("path", "label"), [(HOME, "My Apps"), (SETTINGS, "Settings")])
def test_the_header_says_where_one_is(okta: Okta, path: str, label: str) -> None:
    home(okta)
    page = page_of(okta.browser.get(path))

    assert [link.text_content() for link in page.cssselect(".account [aria-current=page]")] == [label]


def test_an_attempts_person_has_every_tile(okta: Okta) -> None:
    with_tile(okta, users=[])
    page = okta.browser.get(HOME, headers={"X-Gauntlet-Attempt": okta.attempt()})

    assert (page.status_code, labels(page)) == (200, ["Shop"])


def test_logo_and_note(okta: Okta) -> None:
    with_tile(okta)
    change_app(okta, logo_uri="https://rp.example/logo.png", notes_enduser="Ask Bob first.")
    page = home(okta)

    [logo] = page_of(page).cssselect(".tile img")
    assert (logo.get("src"), logo.get("alt")) == ("https://rp.example/logo.png", "")
    assert directives(page)["img-src"] == "'self' data: http: https:"
    [tile] = page_of(page).cssselect(".tile")
    assert page_of(page).get_element_by_id(tile.get("aria-describedby")).text == "Ask Bob first."


def test_hostile_names_stay_text(okta: Okta) -> None:
    with_tile(okta)
    change_app(okta, label=HOSTILE, logo_uri=f"javascript:{HOSTILE}", notes_enduser=HOSTILE)
    page = home(okta)

    assert labels(page) == [HOSTILE]
    assert "<script" not in page.text
    assert "javascript:" not in page.text
    assert page_of(page).cssselect(".tile .initial")


def test_client_ids_are_written_as_paths(okta: Okta) -> None:
    okta.register("a%3Fb%23c", **WEB | TILE)
    [tile] = page_of(home(okta)).cssselect("a.tile")

    assert tile.get("href").endswith("/home/oidc_client/a%3Fb%23c/aln177a159h7Zf52X0g8")
    assert "iss=" in okta.browser.get(tile.get("href")).headers["Location"]


# ---- opening by itself --------------------------------------------------------------------------------------


def test_apps_that_open_themselves_do_so_once_a_sign_in(okta: Okta) -> None:
    with_tile(okta)
    okta.register("quiet", **WEB | TILE | {"label": "Quiet"})
    change_app(okta, auto_launch=True)

    def opening() -> tuple[list[str], bool]:
        page = home(okta)
        links = page_of(page).cssselect("[data-open] a")
        return [link.get("href") for link in links], "/assets/open.js" in page.text

    assert opening() == ([EMBED], True)
    assert opening() == ([], False)
    okta.browser.get(f"{ORIGIN}/login/signout")
    assert opening() == ([EMBED], True)


# ---- session ------------------------------------------------------------------------------------------------


def test_session_page_says_who_and_since_when(okta: Okta) -> None:
    with_tile(okta)
    home(okta)
    okta.clock.advance(60)
    okta.authorize()
    page = okta.browser.get(SETTINGS)

    facts = dict(zip(*([e.text_content() for e in page_of(page).iter(tag)] for tag in ("dt", "dd")), strict=True))
    session = okta.browser.get(f"{ORIGIN}/api/v1/sessions/me").json
    assert session is not None
    since = session["createdAt"].replace("T", " ").partition(".")[0]
    assert facts["Username"] == "ada@example.com"
    assert facts["Signed in since"] == f"{since} UTC"
    assert (facts["By"], facts["Session"]) == ("password", session["id"])
    assert [entry.text for entry in page_of(page).cssselect(".panel li")] == ["Shop"]


def test_signing_out(okta: Okta) -> None:
    page = home(okta)
    [link] = [link for link in page_of(page).iter("a") if link.text == "Sign out"]

    assert okta.browser.get(link.get("href")).headers["Location"] == f"{ORIGIN}/login/login.htm"
    for path in (HOME, SETTINGS):
        assert okta.browser.get(path).headers["Location"] == f"{ORIGIN}/login/login.htm"


def test_the_org_url_says_where_to_go(okta: Okta) -> None:
    page = okta.browser.get(f"{ORIGIN}/")

    assert [link.get("href") for link in page_of(page).iter("a")] == [HOME, f"{ORIGIN}/admin/"]
    assert [entry.text for entry in page_of(page).iter("li")][:2] == [ORIGIN, f"{ORIGIN}/oauth2/default"]


def test_a_session_that_nobody_uses_ends(okta: Okta) -> None:
    home(okta)
    okta.clock.advance(7201)

    assert okta.browser.get(HOME).status_code == okta.browser.get(SETTINGS).status_code == 302
