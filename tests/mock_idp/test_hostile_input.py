"""Hostile requests end in an answer of the protocol, never in a 500."""

from __future__ import annotations

import base64
import logging
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from mock_idp.app import create_app
from mock_idp.attempts.control import create_control_app
from mock_idp.crypto.keys import KeyRing
from mock_idp.idp import Idp
from mock_idp.operations import clients
from mock_idp.org.model import Org, Settings, default_org
from tests.mock_idp.okta import CALLBACK, CONTROL_TOKEN, NO_OBJECT, ORIGIN, WEB, Okta
from tests.mock_idp.strategies import steady

many = settings(steady, max_examples=250)
AUTHORIZE, TOKEN = "/oauth2/default/v1/authorize", "/oauth2/default/v1/token"
NAMES = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "code_challenge",
    "code_challenge_method",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "client_secret",
    "id_token_hint",
    "post_logout_redirect_uri",
    "access_token",
    "okta_key",
    "identifier",
    "credentials",
]
DEEP = "eyJhbGciOiJSUzI1NiJ9." + base64.urlsafe_b64encode(b"[" * 30_000).decode().rstrip("=") + ".x"
RAW = st.binary(max_size=20).map(lambda raw: quote(raw, safe=""))
TELLING = st.sampled_from(
    [
        "web",
        quote(CALLBACK, safe=""),
        "code",
        "id_token+token",
        "openid+offline_access",
        "%00",
        "%FF%FE",
        "%0d%0aSet-Cookie:+x=y",
        "%ED%A0%80",
        "http://[x",
        "authorization_code",
        "refresh_token",
        "none+login",
        "9" * 5000,
        DEEP,
        "a" * 100_000,
    ]
)
BASE = {
    "client_id": "web",
    "redirect_uri": quote(CALLBACK, safe=""),
    "response_type": "code",
    "scope": "openid",
    "state": "s",
    "grant_type": "authorization_code",
}
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES) | RAW, TELLING | RAW), max_size=8)
SENT = PAIRS | PAIRS.map(lambda pairs: list((BASE | dict(pairs)).items()))
SESSIONS = st.sampled_from(["", "idx=%00; gauntlet_attempt=\xff", "idx", "=;;=" * 20])
HEADERS = st.sampled_from(
    ["", "Basic", "Basic \xff", "Basic AAAA", "Basic Og==", "Basic d2ViOg==", "Bearer \x00", "Basic =" * 50]
)
KEYS = KeyRing()


@pytest.fixture(scope="module")
def browser() -> FlaskClient:
    """An org that adopts clients: the most that a request can reach."""
    settings = Settings(adopt_clients=True)
    idp = Idp(
        ORIGIN,
        Org(users=default_org().users, authorization_servers=default_org().authorization_servers, settings=settings),
    )
    idp.keys = KEYS
    clients.register(
        idp,
        {
            "client_id": "web",
            "client_secret": "s",
            "redirect_uris": [CALLBACK],
            "response_types": ["code", "id_token", "token"],
            "grant_types": ["authorization_code", "refresh_token"],
        },
    )
    return create_app(idp).test_client(use_cookies=False)


def answered(answer: TestResponse) -> None:
    assert answer.status_code < 500
    if answer.status_code == 302:
        assert "\n" not in answer.headers["Location"]
        assert "x=y" not in answer.headers.get("Set-Cookie", "")
    elif answer.content_type == "application/json":
        assert answer.json is not None
        assert {"error", "errorCode"} & set(answer.json) or answer.status_code == 200


@many
@given(
    SENT,
    SESSIONS,
    st.sampled_from([AUTHORIZE, "/oauth2/v1/logout", "/oauth2/v1/userinfo", "/oauth2/v1/authorize/redirect"]),
)
@example([("id_token_hint", DEEP)], "", "/oauth2/v1/logout")
def test_browser_requests(browser: FlaskClient, pairs: list[tuple[str, str]], cookie: str, path: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    answered(browser.get(f"{ORIGIN}{path}?{query}", headers={"Cookie": cookie} if cookie.isascii() else {}))


@many
@given(SENT, HEADERS, st.sampled_from([TOKEN, AUTHORIZE, "/oauth2/v1/logout", "/login/sign-in", "/oauth2/v1/userinfo"]))
def test_form_posts(browser: FlaskClient, pairs: list[tuple[str, str]], credentials: str, path: str) -> None:
    body = "&".join(f"{name}={value}" for name, value in pairs)
    headers = {"Authorization": credentials} if credentials and "\x00" not in credentials else {}
    answered(
        browser.post(f"{ORIGIN}{path}", data=body, headers=headers, content_type="application/x-www-form-urlencoded")
    )


@many
@given(
    st.binary(max_size=60),
    st.sampled_from(["application/json", "text/plain", "multipart/form-data; boundary=x", "x/y"]),
)
@example(b'{"grant_type":"authorization_code","code":"x"}', "application/json")
@example(
    b"--x\r\nContent-Disposition: form-data; name=grant_type\r\n\r\n\xff\r\n--x--", "multipart/form-data; boundary=x"
)
def test_other_bodies(browser: FlaskClient, body: bytes, content_type: str) -> None:
    answer = browser.post(f"{ORIGIN}{TOKEN}", data=body, content_type=content_type)
    assert answer.status_code in (400, 401)
    assert answer.json is not None
    assert "error" in answer.json or "errorCode" in answer.json


@pytest.mark.parametrize("path", [TOKEN, AUTHORIZE, "/login/sign-in"])
def test_huge_form(browser: FlaskClient, path: str) -> None:
    answer = browser.post(f"{ORIGIN}{path}", data={"code": "x" * 2_000_000})

    assert 400 <= answer.status_code < 500
    if path == TOKEN:
        assert answer.json == {
            "error": "invalid_request",
            "error_description": "The request body was not well-formed.",
        }


@pytest.mark.parametrize(
    ("path", "token"),
    [("/api/v1/authn", ""), ("/api/v1/groups", "SSWS"), ("/oauth2/v1/global-token-revocation", "SSWS")],
)
def test_deeply_nested_json(okta: Okta, path: str, token: str) -> None:
    headers = {"Authorization": f"{token} {okta.idp.api_token}"} if token else {}
    answer = okta.rp.post(f"{ORIGIN}{path}", data="[" * 100_000, content_type="application/json", headers=headers)

    assert (answer.status_code, (answer.json or {})["errorCode"]) == (400, "E0000003")
    assert (answer.json or {})["errorSummary"] == "The request body was not well-formed."


def test_deeply_nested_json_at_the_control_api(okta: Okta) -> None:
    client = create_control_app(okta.idp, CONTROL_TOKEN).test_client()
    headers = {"Authorization": f"Bearer {CONTROL_TOKEN}"}
    answer = client.post("/leases", data="[" * 100_000, content_type="application/json", headers=headers)

    assert (answer.status_code, answer.json) == (400, {"error": NO_OBJECT})


HALF_OF_A_PAIR = [rb'"\ud800"', rb'"x\udfff"', b'"\xed\xa0\x80"']
"""As JSON has it; the last is what Python's parser alone takes for UTF-8."""


@pytest.mark.parametrize("half", HALF_OF_A_PAIR)
@pytest.mark.parametrize("place", [b'{"profile": {"name": %s}}', b"{%s: 1}", b'{"a": [{"b": [[], %s]}]}'])
@pytest.mark.parametrize(("path", "token"), [("/api/v1/authn", ""), ("/api/v1/groups", "SSWS")])
def test_half_of_a_surrogate_pair(okta: Okta, path: str, token: str, place: bytes, half: bytes) -> None:
    """What cannot be shown or exported again is not taken."""
    headers = {"Authorization": f"{token} {okta.idp.api_token}"} if token else {}
    sent = place.replace(b"%s", half)
    answer = okta.rp.post(f"{ORIGIN}{path}", data=sent, content_type="application/json", headers=headers)

    body = answer.json or {}
    assert (answer.status_code, body["errorCode"]) == (400, "E0000003")
    assert body["errorSummary"] == "The request body was not well-formed."


def test_half_of_a_surrogate_pair_at_the_control_api(okta: Okta) -> None:
    answer = okta.control("PUT", "/clients/web", {**WEB, "label": "\ud800"})

    assert (answer.status_code, answer.json) == (400, {"error": NO_OBJECT})


def test_both_halves_are_a_character(okta: Okta) -> None:
    headers = {"Authorization": f"SSWS {okta.idp.api_token}"}
    answer = okta.rp.post(f"{ORIGIN}/api/v1/groups", data=rb'{"profile": {"name": "\ud83d\ude00"}}', headers=headers)

    assert (answer.json or {})["profile"]["name"] == "\U0001f600"


def test_our_own_bugs_are_no_riddle(
    okta: Okta, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception that nobody expected is the harness's fault: the transcript says so."""
    attempt = okta.attempt()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(type(okta.idp), "app", broken)
    with caplog.at_level(logging.CRITICAL):
        answer = okta.authorize(attempt)
    assert (answer.status_code, (answer.json or {})["error"]) == (500, "server_error")
    (failure,) = okta.transcript(attempt)["failures"]
    assert failure == {"reason": "RuntimeError: broken on purpose"}


def test_our_own_bugs_in_the_shape_of_the_management_api(
    okta: Okta, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(type(okta.idp), "user_by_login", broken)
    with caplog.at_level(logging.CRITICAL):
        answer = okta.rp.post(f"{ORIGIN}/api/v1/authn", json={"username": "ada", "password": "x"})
    body = answer.json or {}
    assert (answer.status_code, body["errorCode"], body["errorSummary"]) == (500, "E0000009", "Internal Server Error")
    assert body["errorCauses"] == []
