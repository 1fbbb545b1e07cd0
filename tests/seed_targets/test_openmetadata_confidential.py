"""The OpenMetadata-like confidential client on the wire, and the filter before the API of both kinds of client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mock_idp.vocabulary import claim, compact, now
from targets.errors import TargetError
from tests.seed_targets.configured import configured
from tests.third_party.relying_party import RelyingParty, relying_party

# One relying party for the module, also with several workers.
pytestmark = pytest.mark.xdist_group("seed-openmetadata-confidential")

FAILED = "<p> [Auth Callback Servlet] Failed in Auth Login : {} </p>"
NO_SESSION = "No session found for callback, redirecting to login"
LOGIN = "/api/v1/auth/login?redirectUri=http://127.0.0.1:1/auth/callback"


@pytest.fixture(scope="module")
def rp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with relying_party("openmetadata-confidential", tmp_path_factory.mktemp("openmetadata")) as started:
        yield started


@pytest.fixture
def browser(rp: RelyingParty) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=rp.target.base_url, trust_env=False) as client:
        yield client


def asked(answer: httpx.Response) -> dict[str, str]:
    """The parameters of the authorization request to which this answer leads."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def test_asks_with_these_parameters(browser: httpx.Client) -> None:
    answer = browser.get(LOGIN)
    assert answer.headers["set-cookie"].startswith("JSESSIONID=")
    parameters = asked(answer)
    always = {"scope", "response_type", "client_id", "redirect_uri", "state", "nonce"}
    assert set(parameters) == always | {"response_mode"}
    assert (parameters["response_mode"], len(parameters["state"])) == ("query", 10)


def test_hands_the_id_token_to_the_page(rp: RelyingParty) -> None:
    login = rp.login()
    page = login.profile.start_login()
    parts = urlsplit(page.url)
    given = parse_qs(parts.query)
    assert (page.status, parts.path, list(given)) == (200, "/auth/callback", ["id_token", "email", "name"])
    assert given["email"] == [login.canary.email]
    assert given["name"] == [login.canary.email.partition("@")[0]]


def test_sends_a_session_that_has_tokens_onwards(rp: RelyingParty) -> None:
    login = rp.login()
    login.profile.start_login()
    login.profile.start_login()
    endpoints = [e["endpoint"] for e in login.transcript()["exchanges"]]
    assert endpoints.count("authorize") == 1
    assert endpoints.count("token") == 2


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/api/v1/auth/login", "Redirect URI is required"),
        ("/callback?code=a&state=b", NO_SESSION),
        ("/api/v1/auth/refresh", "No session found for refresh, redirecting to login"),
    ],
)
def test_says_what_is_missing(browser: httpx.Client, path: str, message: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.text) == (500, FAILED.format(message))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("error=access_denied&error_description=no", "Bad authentication response"),
        ("code=a", "Missing state parameter"),
        ("code=a&state=b", "State parameter is different from the one sent in authentication request."),
    ],
)
def test_compares_state(browser: httpx.Client, query: str, message: str) -> None:
    browser.get(LOGIN)
    answer = browser.get(f"/callback?{query}")
    assert (answer.status_code, answer.text) == (500, FAILED.format(message))


def test_compares_nonce(rp: RelyingParty) -> None:
    page = rp.login(claim("nonce").set("another")).profile.start_login()
    assert (page.status, page.body) == (500, FAILED.format("Unexpected JWT nonce (nonce) claim: another"))


def test_renews_with_the_refresh_token(rp: RelyingParty) -> None:
    login = rp.login()
    login.profile.start_login()
    page = login.profile.renew()
    assert page.status == 200
    assert '"accessToken"' in page.body
    assert '"expiryDuration"' in page.body
    forms = [dict(e["request"]["form"]) for e in login.transcript()["exchanges"] if e["endpoint"] == "token"]
    assert [form["grant_type"] for form in forms] == ["authorization_code", "refresh_token"]


def test_logout_ends_its_own_session_alone(browser: httpx.Client, rp: RelyingParty) -> None:
    browser.get(LOGIN)
    answer = browser.get("/api/v1/auth/logout")
    assert (answer.status_code, answer.headers["location"]) == (302, f"{rp.target.base_url}/logout")
    assert browser.get("/callback?code=a&state=b").text == FAILED.format(NO_SESSION)


def test_the_signature_is_the_business_of_the_api(rp: RelyingParty) -> None:
    """The callback hands a forged ID Token to the page; the filter before the API refuses it."""
    login = rp.login(compact("signature").corrupt())
    page = login.profile.start_login()
    assert urlsplit(page.url).path == "/auth/callback"
    probe = login.profile.probe()
    assert probe.status == 401
    assert "Invalid token. Token verification failed. Public key mismatch." in probe.body


def test_what_is_not_known_is_a_setting(tmp_path: Path) -> None:
    settings = {"SESSION_SAMESITE": "Strict", "STATUS_WITHOUT_KID": "500", "USERS": "grace"}
    with configured("openmetadata-confidential", tmp_path, "default", **settings) as rp:
        login = rp.login()
        login.profile.start_login()
        probe = login.profile.probe()
        name = login.canary.email.partition("@")[0]
        assert (probe.status, f"user instance for {name} not found" in probe.body) == (404, True)
        with httpx.Client(base_url=rp.target.base_url, trust_env=False) as browser:
            assert "SameSite=Strict" in browser.get(LOGIN).headers["set-cookie"]
            without_kid = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
            assert browser.get("/api/v1/users/loggedInUser", headers=without_kid).status_code == 500


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    said = "SESSION_SAMESITE must be one of Lax, Strict, None; got 'lax'"
    with (
        pytest.raises(TargetError, match=said),
        configured("openmetadata-confidential", tmp_path, "default", SESSION_SAMESITE="lax"),
    ):
        pass


def test_an_expired_token_is_renewed_at_the_callback(rp: RelyingParty) -> None:
    """And what a refresh gives has no nonce, which is assumed of Okta: docs/switches.md, refreshed_id_token_nonce."""
    login = rp.login(claim("exp").set(now(days=-1)))
    page = login.profile.start_login()
    assert (page.status, page.body) == (500, FAILED.format("Missing JWT nonce (nonce) claim"))
    forms = [dict(e["request"]["form"]) for e in login.transcript()["exchanges"] if e["endpoint"] == "token"]
    assert [form["grant_type"] for form in forms] == ["authorization_code", "refresh_token"]


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("", "Not Authorized! Token not present"),
        ("Basic abc", "Not Authorized! Token not present"),
        ("Bearer abc", "Invalid token."),
        ("Bearer eyJhbGciOiJub25lIn0.e30.", "Token signing key not found in configured public keys"),
    ],
)
def test_the_api_wants_a_token(browser: httpx.Client, authorization: str, message: str) -> None:
    answer = browser.get("/api/v1/users/loggedInUser", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()) == (401, {"code": 401, "message": message})
