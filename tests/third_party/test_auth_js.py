"""Okta's library for single-page applications in a real browser: sign in, renew in two ways, sign out, revoke."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from mock_idp.client import Control
from mock_idp.launcher import RunningIdp
from targets.process import free_port
from tests.chromium import launched
from tests.third_party.spa_server import SpaServer, spa_server

pytestmark = [pytest.mark.third_party, pytest.mark.browser, pytest.mark.xdist_group("third-party-auth-js")]

CLIENT_ID, BOUND_CLIENT_ID = "okta-auth-js", "okta-auth-js-dpop"
USER, PASSWORD = "ada@example.com", "correct horse"
LIMIT = 15_000  # milliseconds for one step of the browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module", params=["http", "https"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Of the mock and the application: browsers do not send cookies into a frame of another site."""
    return str(request.param)


@pytest.fixture(scope="module")
def application(scheme: str) -> Iterator[SpaServer]:
    with spa_server(scheme) as server:
        yield server


@pytest.fixture(scope="module")
def idp(scheme: str, application: SpaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIdp]:
    """The mock under the application's own host name."""
    port = str(free_port())
    options = ["--state-dir", str(tmp_path_factory.mktemp("auth-js")), "--port", port]
    options += ["--public-url", f"{scheme}://localhost:{port}"]
    if scheme == "https":
        options.append("--tls")
    with RunningIdp(options) as running:
        control = running.control()
        settings = {
            "application_type": "browser",
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": [f"{application.url}/callback"],
            "post_logout_redirect_uris": [f"{application.url}/signed-out"],
        }
        control.register_client(CLIENT_ID, settings)
        control.register_client(BOUND_CLIENT_ID, settings | {"dpop_bound_access_tokens": True})
        control.close()
        issuers = running.ready.issuers
        bound = {f"{name} with DPoP": {"issuer": issuers[name], "clientId": BOUND_CLIENT_ID} for name in issuers}
        application.settings = {
            **{name: {"issuer": issuer, "clientId": CLIENT_ID} for name, issuer in issuers.items()},
            **{name: {**members, "dpop": True} for name, members in bound.items()},
        }
        yield running


@dataclass
class Application:
    """The application in a browser profile of its own."""

    page: Page
    control: Control
    url: str

    def __post_init__(self) -> None:
        self._before = len(self.control.unbound())

    def shows(self, text: str) -> None:
        expect(self.page.locator("#state")).to_have_text(text, timeout=LIMIT)

    def sign_in(self, *scopes: str) -> None:
        """From the application to Okta's sign-in page and back."""
        self.page.evaluate(
            "scopes => { auth.token.getWithRedirect(scopes.length ? {scopes} : {}) }",
            list(scopes),
        )
        self.page.fill("[name=identifier]", USER)
        self.page.fill("[name=credentials]", PASSWORD)
        self.page.click("[type=submit]")
        self.page.wait_for_url(f"{self.url}/**")
        self.shows("Signed in")

    def tokens(self) -> Any:
        return self.page.evaluate("() => auth.tokenManager.getTokens()")

    def requests(self, endpoint: str) -> list[dict[str, Any]]:
        """What the mock was asked there, without the browser's questions about CORS."""
        exchanges = self.control.unbound()[self._before :]
        return [e for e in exchanges if e["endpoint"] == endpoint and e["method"] != "OPTIONS"]

    def grants(self) -> list[str]:
        """The grant types for which tokens were given, in order."""
        return [dict(e["request"]["form"])["grant_type"] for e in self.requests("token") if e["status"] == 200]


@contextmanager
def opened(server: str, browser: Browser, idp: RunningIdp, application: SpaServer) -> Iterator[Application]:
    # The certificate of the mock's own CA, which Playwright cannot be told: other tests check that it is served.
    context = browser.new_context(ignore_https_errors=True, locale="en-US")
    context.set_default_timeout(LIMIT)
    page = context.new_page()
    page.goto(f"{application.url}/?{urlencode({'server': server})}")
    control = idp.control()
    made = Application(page, control, application.url)
    made.shows("Nobody is signed in")
    yield made
    control.close()
    context.close()


@pytest.fixture(params=["default", "org"])
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def spa(server: str, browser: Browser, idp: RunningIdp, application: SpaServer) -> Iterator[Application]:
    with opened(server, browser, idp, application) as made:
        yield made


@pytest.fixture
def bound(server: str, browser: Browser, idp: RunningIdp, application: SpaServer) -> Iterator[Application]:
    """The application whose tokens are bound to a key that never leaves the browser."""
    with opened(f"{server} with DPoP", browser, idp, application) as made:
        yield made


def test_signs_in(spa: Application) -> None:
    spa.sign_in()
    claims = spa.tokens()["idToken"]["claims"]
    assert claims["email"] == USER
    assert spa.page.evaluate("async () => (await auth.token.getUserInfo()).sub") == claims["sub"]
    assert "refreshToken" not in spa.tokens()


def test_renews_by_refresh_token(spa: Application) -> None:
    spa.sign_in("openid", "email", "offline_access")
    before = spa.tokens()
    renewed = spa.page.evaluate("() => auth.token.renewTokens()")
    assert spa.grants() == ["authorization_code", "refresh_token"]
    for kind, member in (("accessToken", "accessToken"), ("idToken", "idToken")):
        assert renewed[kind][member] != before[kind][member]
    assert renewed["idToken"]["claims"]["sub"] == before["idToken"]["claims"]["sub"]
    spa.page.evaluate("tokens => auth.tokenManager.setTokens(tokens)", renewed)
    assert spa.page.evaluate("async () => (await auth.token.getUserInfo()).email") == USER


def test_renews_in_a_hidden_frame(spa: Application) -> None:
    spa.sign_in()
    before = spa.tokens()
    renewed = spa.page.evaluate("() => auth.token.renewTokens({timeout: 10000})")
    assert spa.grants() == ["authorization_code"] * 2
    silent = dict(spa.requests("authorize")[-1]["request"]["query"])
    assert (silent["prompt"], silent["response_mode"]) == ("none", "okta_post_message")
    assert renewed["accessToken"]["accessToken"] != before["accessToken"]["accessToken"]
    assert renewed["idToken"]["claims"]["sub"] == before["idToken"]["claims"]["sub"]


def test_hidden_frame_without_a_session_says_login_required(spa: Application) -> None:
    spa.sign_in()
    spa.page.context.clear_cookies()
    assert caught(spa, "auth.token.getWithoutPrompt({timeout: 10000})") == (
        "login_required: The client specified not to prompt, but the user is not logged in."
    )


def test_signs_out_and_revokes(spa: Application) -> None:
    spa.sign_in("openid", "email", "offline_access")
    tokens = spa.tokens()
    spa.page.evaluate("() => { auth.signOut() }")
    spa.page.wait_for_url(f"{spa.url}/signed-out")
    spa.shows("Nobody is signed in")
    asked = [(dict(e["request"]["form"])["token_type_hint"], e["status"]) for e in spa.requests("revoke")]
    assert asked == [("refresh_token", 200), ("access_token", 200)]
    user_info = "auth.token.getUserInfo(tokens.accessToken, tokens.idToken)"
    assert caught(spa, user_info, tokens).startswith("invalid_token")
    assert caught(spa, "auth.token.renewTokens({tokens})", tokens).startswith("invalid_grant")


def test_signing_out_ends_the_session(spa: Application) -> None:
    spa.sign_in()
    spa.page.evaluate("() => { auth.signOut() }")
    spa.page.wait_for_url(f"{spa.url}/signed-out")
    spa.shows("Nobody is signed in")
    spa.page.evaluate("() => { auth.token.getWithRedirect() }")
    expect(spa.page.locator("[name=identifier]")).to_be_visible(timeout=LIMIT)


def test_revokes_the_refresh_token(spa: Application) -> None:
    spa.sign_in("openid", "email", "offline_access")
    tokens = spa.tokens()
    spa.page.evaluate("() => auth.revokeRefreshToken()")
    assert [e["status"] for e in spa.requests("revoke")] == [200]
    spa.page.evaluate("tokens => auth.tokenManager.setTokens(tokens)", tokens)
    assert caught(spa, "auth.token.renewTokens()").startswith("invalid_grant")
    assert spa.grants() == ["authorization_code"]


def test_tokens_that_are_bound_to_a_key(bound: Application) -> None:
    bound.sign_in("openid", "email", "offline_access")
    first = bound.tokens()["accessToken"]
    assert first["tokenType"] == "DPoP"
    assert [e["status"] for e in bound.requests("token")] == [400, 200]
    assert bound.page.evaluate("async () => (await auth.token.getUserInfo()).email") == USER

    renewed = bound.page.evaluate("() => auth.token.renewTokens()")
    assert bound.grants() == ["authorization_code", "refresh_token"]
    keys = [
        bound.page.evaluate("token => auth.token.decode(token).payload.cnf.jkt", token["accessToken"])
        for token in (first, renewed["accessToken"])
    ]
    assert (len(keys[0]), keys[0]) == (43, keys[1])
    bound.page.evaluate("tokens => auth.tokenManager.setTokens(tokens)", renewed)
    assert bound.page.evaluate("async () => (await auth.token.getUserInfo()).email") == USER

    stolen = "auth.token.getUserInfo({...tokens.accessToken, tokenType: 'Bearer'}, tokens.idToken)"
    bound.page.evaluate("() => { auth.options.dpop = false }")
    assert caught(bound, stolen, renewed) == "invalid_request: The resource request requires a DPoP proof."


def caught(spa: Application, call: str, tokens: Any = None) -> str:
    """The error that the library's promise ends with: `code: description`."""
    return str(
        spa.page.evaluate(
            f"""tokens => {call}.then(
                () => "no error", e => `${{e.errorCode ?? e.error}}: ${{e.errorSummary ?? e.message}}`)""",
            tokens,
        )
    )
