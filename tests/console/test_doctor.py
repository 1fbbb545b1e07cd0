"""An app's Doctor tab: findings about its settings and about a login that was seen."""

from __future__ import annotations

from mock_idp.doctor.facts import Guide, Step
from tests.console.console import Console, Page
from tests.management.api import Api
from tests.management.apps import create
from tests.mock_idp.okta import CALLBACK, WEB, basic, parameters

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
SIMPLIFIED = {
    "idp_initiated_login_mode": "OKTA",
    "initiate_login_uri": "https://rp.example/login",
    "idp_initiated_login_scopes": ["openid"],
}
WAITS = "This login still waits for the person, at the page that Okta shows. Sign in there"
SAVED = "Settings were saved after this login."


def findings(page: Page) -> list[str]:
    return [" ".join(found.text_content().split()) for found in page.document.xpath("//article/h3")]


def test_the_settings_alone(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/general").follow("Doctor")
    assert page.value("Login to look at") == "none"
    assert any("assigned" in found for found in findings(page))
    where = page.link("Applications → Shop → Assignments")
    assert where.endswith(f"/admin/app/{app}/assignments")
    api.put(f"/apps/{app}/groups/{everyone(api)}")
    page = console.open(f"/admin/app/{app}/doctor")
    assert not any("assigned" in found for found in findings(page))


def test_a_login_that_was_seen(console: Console, api: Api) -> None:
    """The redirect URI of the request is another than the app's; the settings alone are fine."""
    app, _ = create(api)
    api.put(f"/apps/{app}/groups/{everyone(api)}")
    console.okta.authorize(client_id=app, redirect_uri="https://rp.example/other")
    page = console.open(f"/admin/app/{app}/doctor")
    assert any("https://rp.example/other" in found for found in findings(page)), findings(page)
    page = page.fill("Login to look at", "none").press("Examine")
    assert not any("https://rp.example/other" in found for found in findings(page))
    console.okta.authorize(client_id=app, redirect_uri=CALLBACK)
    page = console.open(f"/admin/app/{app}/doctor")  # the newest login is looked at
    assert not any("https://rp.example/other" in found for found in findings(page))


def logins(page: Page) -> list[str]:
    """What the picker says of each, without its time."""
    options = page.document.xpath("//select[@name='login']/option")
    return [option.text_content().partition(", ")[2] for option in options[:-1]]


def test_each_login_says_what_it_has_come_to(console: Console, api: Api) -> None:
    app, _ = create(api)
    console.okta.authorize(client_id=app, redirect_uri="https://rp.example/other", headers=BROWSER)
    console.okta.authorize(client_id=app, redirect_uri=CALLBACK, headers=BROWSER)
    page = console.open(f"/admin/app/{app}/doctor")
    assert logins(page) == ["open: waits for the person", "failed: error page"]


def test_what_only_asks_whether_somebody_is_there_is_not_the_login_to_look_at(console: Console, api: Api) -> None:
    """An application's own probe, such as OpenMetadata's: one request without a browser, for an address of no app."""
    app, _ = create(api)
    probe = {"redirect_uri": "http://test.example.com", "state": "test"}
    console.okta.authorize(client_id=app, headers={"Accept": "*/*"}, browser=console.okta.rp, **probe)
    page = console.open(f"/admin/app/{app}/doctor")
    assert any("test.example.com" in found for found in findings(page))  # there is nothing better
    console.okta.authorize(client_id=app, redirect_uri=CALLBACK, headers=BROWSER)
    console.okta.authorize(client_id=app, headers={"Accept": "*/*"}, browser=console.okta.rp, **probe)
    page = console.open(f"/admin/app/{app}/doctor")
    assert logins(page) == ["failed: error page", "open: waits for the person", "failed: error page"]
    assert not any("test.example.com" in found for found in findings(page))


def test_a_silent_check_is_not_the_login_to_look_at(console: Console, api: Api) -> None:
    """A page that asks whether there is a session, whenever it is opened, hides no login before it."""
    app, _ = create(api)
    console.okta.authorize(client_id=app, redirect_uri="https://rp.example/other", headers=BROWSER)
    console.okta.authorize(client_id=app, redirect_uri=CALLBACK, prompt="none", headers=BROWSER)
    page = console.open(f"/admin/app/{app}/doctor")
    assert logins(page)[0].startswith("failed: login_required")
    assert any("https://rp.example/other" in found for found in findings(page))


def test_a_login_that_was_armed(console: Console, api: Api) -> None:
    """What the Test bench did to it is nobody's wrong click."""
    app, _ = create(api)
    console.okta.authorize(client_id=app, redirect_uri=CALLBACK, headers=BROWSER)
    console.open("/admin/bench").check("Error: access_denied", "The next login, whoever comes").press("Arm")
    console.okta.authorize(client_id=app, redirect_uri="https://rp.example/other", headers=BROWSER)
    page = console.open(f"/admin/app/{app}/doctor")
    assert not any("rp.example/other" in found for found in findings(page))
    assert logins(page)[0].endswith(", armed on the Test bench")
    assert not logins(page)[1].endswith(", armed on the Test bench")
    armed = page.document.xpath("//select[@name='login']/option/@value")[0]
    page = page.fill("Login to look at", armed).press("Examine")
    assert any("rp.example/other" in found for found in findings(page))
    assert "The Test bench had made this login go wrong" in page.said


def test_a_login_that_is_older_than_the_settings(console: Console, api: Api) -> None:
    app, _ = create(api)
    console.okta.authorize(client_id=app, redirect_uri="https://rp.example/other", headers=BROWSER)
    assert SAVED not in console.open(f"/admin/app/{app}/doctor").said
    console.okta.clock.advance(5)
    page = console.open(f"/admin/app/{app}/general?edit=settings").fill("Sign-in redirect URIs", CALLBACK)
    page = page.press("Save").follow("Doctor")
    assert SAVED in page.said
    assert SAVED not in page.fill("Login to look at", "none").press("Examine").said


def test_the_sum_says_whether_anything_is_wrong(console: Console, api: Api) -> None:
    """Notes are no fault."""
    sums = "//h2[text()='Findings']/following-sibling::p[1]"
    app, _ = create(api, post_logout_redirect_uris=["http://localhost:8080"])
    page = console.open(f"/admin/app/{app}/doctor")
    assert page.words(sums) == "1 error, 1 note"
    api.put(f"/apps/{app}/groups/{everyone(api)}")
    page = console.open(f"/admin/app/{app}/doctor")
    assert page.words(sums) == "Nothing is wrong with the settings. The notes are good to know."
    console.okta.authorize(client_id=app, redirect_uri=CALLBACK, headers=BROWSER)
    page = console.open(f"/admin/app/{app}/doctor")
    assert page.words(sums) == "Nothing is wrong as far as the login has come. The notes are good to know."


def test_a_login_of_another_app_is_not_looked_at(console: Console, api: Api) -> None:
    app, _ = create(api)
    other, _ = create(api, label="Other")
    console.okta.authorize(client_id=other, redirect_uri=CALLBACK)
    assert console.open(f"/admin/app/{app}/doctor").value("Login to look at") == "none"


def test_a_login_from_a_simplified_tile(console: Console, api: Api) -> None:
    """The application asks for nothing; the tile says whose login it is."""
    console.okta.register("shop", **WEB | SIMPLIFIED)
    other, _ = create(api, label="Other")
    console.okta.sign_in(console.okta.launch("shop"))
    assert logins(console.open("/admin/app/shop/doctor")) == ["handed out: id token"]
    assert logins(console.open(f"/admin/app/{other}/doctor")) == []


def test_the_issuer_that_was_typed(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/doctor").fill("Issuer that was typed", "dev-1.okta.test").press("Examine")
    assert any("dev-1.okta.test" in found for found in findings(page))
    assert page.value("Issuer that was typed") == "dev-1.okta.test"
    assert not page.document.xpath("//dd/code[starts-with(text(), 'rp.')]"), "no field of the API"


def test_a_guide(console: Console, api: Api) -> None:
    step = Step("name", "Applications → {label} → General", "App integration name", "app.label", ("Bookshop",))
    console.okta.idp.guides = {"books": Guide("Books", steps=(step,))}
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/doctor")
    assert not any("the guide asks" in found for found in findings(page))
    page = page.fill("Guide that was followed", "Books").press("Examine")
    assert "Error App integration name is Shop; the guide asks for Bookshop." in findings(page)
    assert page.document.xpath("//dt[text()='Step of the guide']/../dd/text()") == ["name"]
    page = (
        console.open(f"/admin/app/{app}/general?edit=settings").fill("App integration name", "Bookshop").press("Save")
    )
    page = page.follow("Doctor").fill("Guide that was followed", "Books").press("Examine")
    assert not any("the guide asks" in found for found in findings(page))


def test_a_guide_in_an_address_as_the_command_spells_it(console: Console, api: Api) -> None:
    """`gauntlet doctor --guide toky` means the guide that is called Toky here."""
    console.okta.idp.guides = {"Toky": Guide("Toky")}
    app, _ = create(api)
    assert console.open(f"/admin/app/{app}/doctor?guide=toky").value("Guide that was followed") == "Toky"


def test_a_guide_that_nobody_knows_is_not_passed_over(console: Console, api: Api) -> None:
    console.okta.idp.guides = {"books": Guide("Books"), "maps": Guide("Maps")}
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/doctor?guide=tolkien")
    assert page.problem_at("Guide that was followed") == "There is no guide tolkien. Known: books, maps."
    assert page.words("//*[@role='alert']") == "Not examined: There is no guide tolkien. Known: books, maps."
    assert findings(page) == []
    assert findings(page.fill("Guide that was followed", "Books").press("Examine"))


def test_a_mock_without_guides_says_so(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/doctor?guide=tolkien")
    assert (
        page.words("//*[@role='alert']")
        == "Not examined: There is no guide tolkien. Known: none, this mock was started without guides."
    )


def test_a_login_that_waits_for_the_person_is_not_finished(console: Console, api: Api) -> None:
    """What the application does after the sign-in may still go wrong, and what it never asks for is not known yet."""
    silent = "https://rp.example/silent-callback"
    app, secret = create(api, redirect_uris=[CALLBACK, silent])
    api.put(f"/apps/{app}/groups/{everyone(api)}")
    sign_in = console.okta.authorize(client_id=app, redirect_uri=CALLBACK, headers=BROWSER)
    page = console.open(f"/admin/app/{app}/doctor")
    assert WAITS in page.said
    assert not any("silent-callback" in found for found in findings(page))
    code = dict(parameters(console.okta.sign_in(sign_in)))["code"]
    page = console.open(f"/admin/app/{app}/doctor")
    assert WAITS not in page.said
    assert "Error The application got a code, and never called the token endpoint." in findings(page)
    console.okta.redeem(code, headers=basic(app, secret))
    page = console.open(f"/admin/app/{app}/doctor")
    assert any("silent-callback is registered and was never asked for" in found for found in findings(page))


def everyone(api: Api) -> str:
    found: str = next(entry["id"] for entry in api.listed("/groups") if entry["profile"]["name"] == "Everyone")
    return found
