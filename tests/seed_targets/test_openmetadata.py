"""The OpenMetadata-like public client in a browser: what it sends, keeps, renews, forgets and shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from mock_idp.vocabulary import claim
from tests.seed_targets.openmetadata import LIMIT, NOBODY, SIGNED_IN, USER, Person, Running, running, somebody

pytestmark = [pytest.mark.third_party, pytest.mark.browser, pytest.mark.xdist_group("seed-openmetadata")]


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("openmetadata")) as made:
        yield made


@pytest.fixture
def person(browser: Browser, application: Running) -> Iterator[Person]:
    with somebody(browser, application) as made:
        yield made


def test_signs_in(person: Person) -> None:
    person.signs_in()
    expect(person.page.locator("#email")).to_have_text(USER)
    asked = dict(person.requests("authorize")[0]["request"]["query"])
    always = {"client_id", "redirect_uri", "response_type", "scope", "state", "nonce"}
    assert set(asked) == always | {"code_challenge", "code_challenge_method"}
    assert (len(asked["state"]), len(asked["nonce"]), asked["code_challenge_method"]) == (64, 64, "S256")
    assert asked["redirect_uri"] == f"{person.url}/callback"
    of_the_page = [e for e in person.exchanges() if "X-Okta-User-Agent-Extended" in e["request"]["headers"]]
    assert [e["endpoint"] for e in of_the_page] == ["discovery", "token", "keys", "userinfo"]


def test_is_a_public_client(person: Person) -> None:
    person.signs_in()
    (request,) = person.requests("token")
    form = dict(request["request"]["form"])
    assert {"client_id", "code", "code_verifier", "grant_type", "redirect_uri"} == set(form)
    assert "Authorization" not in request["request"]["headers"]
    agent = request["request"]["headers"]["X-Okta-User-Agent-Extended"]
    assert "okta-auth-js/7" in agent
    assert "@okta/okta-react/6" in agent


def test_renews_by_refresh_token_and_takes_the_new_one(person: Person) -> None:
    person.signs_in()
    for _ in range(2):
        with person.page.expect_response("**/v1/token"):
            person.opens("/renew")
        person.sees(SIGNED_IN)
    first, second, third = person.token_requests()
    assert (first["grant_type"], second["grant_type"]) == ("authorization_code", "refresh_token")
    assert second["refresh_token"] != third["refresh_token"]


def test_logout_ends_nothing_at_okta(person: Person) -> None:
    """The next click signs in without a question."""
    person.signs_in()
    before = len(person.exchanges())
    person.page.click("text=Logout")
    person.sees(NOBODY)
    assert person.exchanges()[before:] == []
    person.clicks_sign_in()
    person.sees(SIGNED_IN)


def test_a_launch_from_the_tile_starts_nothing(person: Person) -> None:
    person.opens("/?iss=https://example.okta.com")
    person.sees(NOBODY)
    assert person.requests("authorize") == []


@pytest.mark.parametrize("path", ["/callback", "/callback?iss=https://example.okta.com", "/callback#id_token=a.b.c"])
def test_an_unsolicited_callback_signs_nobody_in(person: Person, path: str) -> None:
    person.opens(path)
    person.opens("/my-data")
    person.sees(NOBODY)
    assert person.requests("token") == []


def test_an_unsolicited_code_is_told(person: Person) -> None:
    person.opens("/callback?code=a-code&state=a-state")
    told = person.page.locator("p")
    expect(told).to_contain_text("Could not load PKCE codeVerifier from storage", timeout=LIMIT)


def test_keeps_its_tokens_in_local_storage(person: Person) -> None:
    person.signs_in()
    keys = set(person.page.evaluate("() => Object.keys(localStorage)"))
    assert {"okta-token-storage", "oidcIdToken"} <= keys
    person.page.reload()
    person.sees(SIGNED_IN)


@pytest.mark.parametrize(("storage", "after_reload"), [("memory", NOBODY), ("indexedDB", SIGNED_IN)])
def test_newer_releases_keep_them_elsewhere(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, storage: str, after_reload: str
) -> None:
    with (
        running(tmp_path_factory.mktemp(storage), TOKEN_STORAGE=storage) as application,
        somebody(browser, application) as person,
    ):
        person.signs_in()
        assert not person.page.evaluate("() => localStorage.getItem('oidcIdToken')")
        person.page.reload()
        person.sees(after_reload)


def test_whom_the_api_does_not_know_is_asked_to_sign_up(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        running(tmp_path_factory.mktemp("users"), USERS="grace, edsger") as application,
        somebody(browser, application) as person,
    ):
        person.signs_in(sees="Sign up")
        assert person.page.url == f"{person.url}/signup"


def test_an_id_token_without_address_signs_in(person: Person) -> None:
    """seeds.md 3a, measured: nobody misses it."""
    attempt = person.control.create_attempt(
        claim("email").remove(), identity={"sub": "ada-9", "email": USER, "name": "Ada"}
    )
    carrier = {person.control.about()["carrier"]["header"]: attempt}
    authorize = "**/v1/authorize?**"
    person.page.route(authorize, lambda route: route.fallback(headers={**route.request.headers, **carrier}))
    person.opens("/signin")
    person.clicks_sign_in()
    person.sees(SIGNED_IN)
    assert person.control.transcript(attempt)["deliveries"]


def test_renews_in_a_frame_without_refresh_token(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        running(tmp_path_factory.mktemp("frame"), SCOPE="openid profile email") as application,
        somebody(browser, application) as person,
    ):
        person.signs_in()
        with person.page.expect_response("**/v1/token"):
            person.opens("/renew")
        person.sees(SIGNED_IN)
        assert [form["grant_type"] for form in person.token_requests()] == ["authorization_code"] * 2
        silent = dict(person.requests("authorize")[-1]["request"]["query"])
        assert (silent["prompt"], silent["response_mode"]) == ("none", "okta_post_message")
        assert silent["redirect_uri"] == f"{person.url}/callback"


def test_a_renewal_without_a_session_ends_at_the_sign_in_page(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        running(tmp_path_factory.mktemp("frame"), SCOPE="openid profile email") as application,
        somebody(browser, application) as person,
    ):
        person.signs_in()
        person.page.context.clear_cookies()
        person.opens("/renew")
        person.sees(NOBODY)
        expect(person.page.locator("#error")).to_have_text(
            "The client specified not to prompt, but the user is not logged in."
        )
