"""The Upflow-like pages with the Firebase SDK in a browser: what a person sees, and whom the SDK talks to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import authorization_response
from targets.upflow.accounts import LIFETIME
from tests.seed_targets.configured import configured
from tests.third_party.relying_party import Canary, RelyingParty

# One relying party for the module, also with several workers.
pytestmark = [pytest.mark.browser, pytest.mark.third_party, pytest.mark.xdist_group("seed-upflow-page")]
LIMIT = 30_000  # milliseconds for one step of the browser
ADA, PASSWORD = "ada@example.com", "correct horse"
NOBODY, SIGNED_IN, EMAIL_FIRST = "Nobody is signed in", "Signed in", "Single Sign-On"
STORED = """() => new Promise((resolve) => {
    const opening = indexedDB.open("firebaseLocalStorageDb");
    opening.onsuccess = () => {
        const all = opening.result.transaction("firebaseLocalStorage").objectStore("firebaseLocalStorage").getAll();
        all.onsuccess = () => resolve(all.result.map((entry) => entry.value));
    };
})"""


@pytest.fixture(scope="module")
def rp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with configured("upflow", tmp_path_factory.mktemp("upflow"), "org", INVITED=ADA) as started:
        yield started


@dataclass
class Person:
    """One browser profile, and what it has asked for."""

    page: Page
    rp: RelyingParty
    asked: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.set_default_timeout(LIMIT)
        self.page.context.on("request", lambda request: self.asked.append(request))

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.rp.target.base_url}{path}")

    def sees(self, heading: str) -> None:
        expect(self.page.locator("h2:visible")).to_have_text(heading, timeout=LIMIT)

    def is_told(self, message: str) -> None:
        expect(self.page.locator("#error")).to_contain_text(message, timeout=LIMIT)

    def types_address(self, address: str = ADA) -> None:
        self.opens("/login")
        self.page.click("text=Use Single Sign-On (SSO) instead")
        self.page.fill("[name=email]", address)
        self.page.click("text=Continue")

    def signs_in(self) -> None:
        self.types_address()
        signs_in_at_okta(self.page)
        self.sees(SIGNED_IN)

    def at_okta(self) -> list[Request]:
        return [one for one in self.asked if one.url.startswith(self.rp.about["public_url"])]

    def stored(self) -> list[dict[str, Any]]:
        """What the SDK keeps."""
        found: list[dict[str, Any]] = self.page.evaluate(STORED)
        return found


def signs_in_at_okta(page: Page) -> None:
    page.fill("[name=identifier]", ADA)
    page.fill("[name=credentials]", PASSWORD)
    page.click("[type=submit]")


@contextmanager
def somebody(
    browser: Browser, rp: RelyingParty, misbehaviour: Misbehaviour | None = None, *, known: bool = True
) -> Iterator[Person]:
    """Ada with her password; or, not `known`, somebody whom Okta knows and nobody has invited."""
    headers = {}
    if misbehaviour or not known:
        attempt = rp.control.create_attempt(misbehaviour, identity=vars(Canary.fresh()))
        headers = {rp.about["carrier"]["header"]: attempt}
    context = browser.new_context(locale="en-US", extra_http_headers=headers)
    yield Person(context.new_page(), rp)
    context.close()


@pytest.fixture
def person(browser: Browser, rp: RelyingParty) -> Iterator[Person]:
    with somebody(browser, rp) as made:
        yield made


def test_signs_in_and_a_reload_keeps_the_session(person: Person) -> None:
    person.signs_in()
    expect(person.page.locator("#email")).to_have_text(ADA)
    [user] = person.stored()
    assert (user["email"], user["providerData"][0]["providerId"]) == (ADA, "oidc.okta")
    person.page.reload()
    person.sees(SIGNED_IN)


def test_the_sdk_talks_to_nobody_else(person: Person) -> None:
    person.signs_in()
    assert {urlsplit(one.url).hostname for one in person.asked} == {"127.0.0.1"}
    of_the_sdk = [one for one in person.asked if "x-client-version" in one.headers]
    methods = [urlsplit(one.url).path.rpartition(":")[2] for one in of_the_sdk]
    assert (methods[0], set(methods[1:])) == ("signInWithIdp", {"lookup"})
    assert "/FirebaseCore-web" in of_the_sdk[0].headers["x-client-version"]
    sent = json.loads(of_the_sdk[0].post_data or "")
    assert set(sent) == {"requestUri", "sessionId", "returnSecureToken", "returnIdpCredential"}
    assert sent["requestUri"].startswith(f"{person.rp.target.base_url}/__/auth/handler?code=")


def test_an_address_of_another_domain_goes_nowhere(person: Person) -> None:
    person.types_address("ada@example.net")
    person.is_told("Single Sign-On is not set up for this e-mail address")
    assert person.at_okta() == []


def test_who_is_not_invited_does_not_get_in(browser: Browser, rp: RelyingParty) -> None:
    with somebody(browser, rp, known=False) as stranger:
        stranger.types_address()
        stranger.is_told("You have not been invited to this organization")
        stranger.sees(NOBODY)
        assert stranger.stored() == []
        stranger.opens("/me")
        stranger.sees(NOBODY)


def test_what_okta_refuses_is_told(browser: Browser, rp: RelyingParty) -> None:
    refusal = authorization_response.error("access_denied", "User is not assigned to the client application.")
    with somebody(browser, rp, refusal) as refused:
        refused.types_address()
        refused.is_told("User is not assigned to the client application.")
        refused.opens("/me")
        refused.sees(NOBODY)


def test_signing_out_asks_okta_nothing(person: Person) -> None:
    """The next login needs no password, and the sign-out URI is never used."""
    person.signs_in()
    before = len(person.at_okta())
    person.page.click("text=Sign out")
    person.sees(NOBODY)
    assert (person.stored(), len(person.at_okta())) == ([], before)
    person.types_address()
    person.sees(SIGNED_IN)
    assert {urlsplit(one.url).path.rpartition("/")[2] for one in person.at_okta()} & {"logout", "revoke"} == set()


def renewed(person: Person, open_page: Callable[[], object]) -> None:
    """What opens the page makes the SDK renew at Identity Platform, and nobody asks Okta anything."""
    person.signs_in()
    [user], at_okta = person.stored(), person.rp.control.unbound()
    kept = user["stsTokenManager"]
    with person.page.expect_response("**/securetoken.googleapis.com/v1/token?**") as renewal:
        open_page()
    sent = parse_qs(renewal.value.request.post_data or "")
    assert sent == {"grant_type": ["refresh_token"], "refresh_token": [kept["refreshToken"]]}
    person.sees(SIGNED_IN)
    of_the_page = [one for one in person.asked if one.url.endswith("/api/me")]
    assert of_the_page[-1].headers["authorization"] == f"Bearer {renewal.value.json()['id_token']}"
    assert person.rp.control.unbound() == at_okta


def test_renews_without_okta(person: Person) -> None:
    """`currentUser.getIdToken(true)`"""
    renewed(person, lambda: person.opens("/renew"))


def test_renews_by_itself_when_the_hour_is_over(person: Person) -> None:
    def open_page() -> None:
        person.page.clock.set_system_time(time.time() + LIFETIME)
        person.page.reload()

    renewed(person, open_page)


@pytest.mark.parametrize("response", ["", "?iss=https://example.okta.com", "?code=a-code&state=a-state"])
def test_a_launch_from_a_tile_signs_nobody_in(person: Person, response: str) -> None:
    person.opens(f"/__/auth/handler{response}")
    person.is_told("Unable to process request due to missing initial state.")
    assert person.at_okta() == []
    person.opens("/me")
    person.sees(NOBODY)


def test_the_handler_returns_to_no_other_site(person: Person) -> None:
    query = "apiKey=demo-key&authType=signInViaRedirect&providerId=oidc.okta&redirectUrl=https://evil.example/"
    person.opens(f"/__/auth/handler?{query}")
    person.is_told("This domain is not authorized to run this operation.")
    assert person.at_okta() == []


def test_signs_in_by_a_popup(browser: Browser, tmp_path: Path) -> None:
    with (
        configured("upflow", tmp_path, "org", INVITED=ADA, SIGN_IN="popup") as rp,
        somebody(browser, rp) as person,
    ):
        with person.page.expect_popup() as opened:
            person.types_address()
        signs_in_at_okta(opened.value)
        person.sees(SIGNED_IN)
        expect(person.page.locator("#email")).to_have_text(ADA)
