"""The single-page relying party: what its server sends, and logins in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_idp.vocabulary import (
    Misbehaviour,
    authorization_response,
    claim,
    compact,
    other_client,
    signing,
    userinfo,
    victim,
)
from targets.browser_agent import BrowserAgent
from targets.errors import TargetError
from targets.process import StartedTarget
from targets.reference.settings import Settings
from targets.shapes import Carrier
from targets.spa.app import create_app
from targets.target_file import load
from tests.relying_parties.conftest import Identity, MockIdp

CLIENT_ID = "0oaSinglePage"
ISSUER = "http://127.0.0.1:8090/oauth2/default"


def test_server_sends_files_and_no_inline_script() -> None:
    client = create_app(Settings(ISSUER, CLIENT_ID, "", "http://127.0.0.1:5999", port=5999)).test_client()
    page = client.get("/callback?code=x&state=y")
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert policy.endswith("connect-src 'self' http://127.0.0.1:8090")
    modules = set(re.findall(r'(?:src=|from )"(/[\w.]+)"', page.text))
    seen: set[str] = set()
    while modules - seen:
        module = (modules - seen).pop()
        seen.add(module)
        answer = client.get(module)
        assert answer.status_code == 200, module
        modules |= set(re.findall(r'from "(/[\w.]+)"', answer.text))
    assert len(seen) > 3
    assert client.get("/config.json").json == {
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "redirect_uri": "http://127.0.0.1:5999/callback",
    }
    assert client.get("/app.py").status_code == 404


@pytest.fixture(scope="module")
def agent(idp: MockIdp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserAgent]:
    log = tmp_path_factory.mktemp("spa") / "output.log"
    placeholders = {"issuer": idp.issuer, "client_id": CLIENT_ID, "idp_origin": idp.origin}
    with StartedTarget(load(Path("spa")), placeholders, log) as started:
        client = started.target.client
        idp.control.register_client(
            CLIENT_ID,
            {
                "redirect_uris": list(client.redirect_uris),
                "application_type": client.application_type,
                "token_endpoint_auth_method": client.token_endpoint_auth_method,
            },
        )
        try:
            browser = BrowserAgent(started.target)
        except TargetError as error:
            pytest.skip(str(error))
        yield browser
        browser.close()


def sign_in(idp: MockIdp, agent: BrowserAgent, misbehaviour: Misbehaviour) -> tuple[Identity, str, str]:
    """Who logged in, what the callback's page said, and what /me says in another tab."""
    own, other = Identity.fresh(), Identity.fresh()
    attempt = idp.control.create_attempt(misbehaviour, identity=vars(own), victim=vars(other))
    profile = agent.open(Carrier(idp.origin, idp.carrier["cookie"], idp.carrier["header"], attempt))
    try:
        return own, profile.start_login().text, profile.probe().text
    finally:
        profile.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    "misbehaviour",
    [Misbehaviour(), userinfo("sub").set(victim("sub")) & userinfo("name").set(victim("name"))],
    ids=["honest", "other user in UserInfo"],
)
def test_signs_in(idp: MockIdp, agent: BrowserAgent, misbehaviour: Misbehaviour) -> None:
    own, page, me = sign_in(idp, agent, misbehaviour)
    for text in (page, me):
        assert all(value in text for value in vars(own).values())


@pytest.mark.browser
@pytest.mark.parametrize(
    ("check", "misbehaviour"),
    [
        ("aud", claim("aud").set(other_client())),
        ("occurs twice", claim("sub").duplicate(victim("sub"))),
        ("at_hash", claim("at_hash").set("x")),
        ("alg", signing("alg").set("none")),
        ("signature", compact("signature").corrupt()),
        ("state", authorization_response("state").append("x")),
    ],
)
def test_rejects(idp: MockIdp, agent: BrowserAgent, check: str, misbehaviour: Misbehaviour) -> None:
    _, page, me = sign_in(idp, agent, misbehaviour)
    assert "rejected" in page
    assert check in page
    assert "Signed out" in me
