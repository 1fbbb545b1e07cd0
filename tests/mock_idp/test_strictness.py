"""`strictness = core`: only what the specifications demand, per attempt, per server and per org."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

import pytest

from mock_idp.clock import ManualClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.idp import Idp
from mock_idp.org.model import AuthorizationServer, Org, default_org
from tests.mock_idp import assertions
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import CALLBACK, ORIGIN, VERIFIER, Okta, basic, parameters

PLAIN = {"code_challenge": VERIFIER, "code_challenge_method": "plain"}


@pytest.mark.parametrize(
    "params",
    [
        {"state": None},
        {"response_type": "token"},
        PLAIN,
        {"code_challenge": VERIFIER},
        {"client_id": "spa"},
        {"client_id": "pkce"},
    ],
)
def test_only_okta_refuses(okta: Okta, params: dict[str, Any]) -> None:
    okta.register("spa", token_endpoint_auth_method="none", redirect_uris=[CALLBACK])
    okta.register("pkce", client_secret="x", pkce_required=True, redirect_uris=[CALLBACK])

    strict = dict(parameters(okta.authorize(okta.attempt(strictness="okta"), **params)))
    core = dict(parameters(okta.authorize(okta.attempt(strictness="core"), **params)))
    assert "error" in strict
    assert "error" not in core


@pytest.mark.parametrize(
    "params",
    [
        {"response_type": "id_token"},
        {"response_type": "token", "response_mode": "query"},
        {"response_type": "none"},
        {"scope": "openid nonsense"},
        {"code_challenge": VERIFIER, "code_challenge_method": "S512"},
        {"code_challenge": "short", "code_challenge_method": "plain"},
        {"prompt": "none login"},
    ],
)
def test_core_refuses_too(okta: Okta, params: dict[str, Any]) -> None:
    assert "error" in dict(parameters(okta.authorize(okta.attempt(strictness="core"), **params)))


@pytest.mark.parametrize("method", ["plain", None])
def test_plain_pkce_in_core(okta: Okta, method: str | None) -> None:
    attempt = okta.attempt(strictness="core")
    codes = [okta.code(attempt, code_challenge=VERIFIER, code_challenge_method=method) for _ in range(2)]

    assert okta.redeem(codes[0], code_verifier=VERIFIER).status_code == 200
    assert okta.redeem(codes[1], code_verifier="w" * 43).status_code == 400


def test_unknown_client_in_core(okta: Okta) -> None:
    answer = okta.redeem(okta.code(okta.attempt(strictness="core")), client_id="nobody", headers={})

    assert answer.status_code == 401
    assert (answer.json or {})["error"] == "invalid_client"


def test_browser_rules_are_oktas(okta: Okta) -> None:
    headers = {**basic("web", "web-secret"), "Origin": "https://elsewhere.example"}
    codes = [okta.code(okta.attempt(strictness=strictness)) for strictness in ("okta", "core")]

    assert [okta.redeem(code, headers=headers).status_code for code in codes] == [401, 200]


def test_token_in_the_query_in_core(okta: Okta) -> None:
    tokens = okta.tokens(okta.attempt(strictness="core"))

    answer = okta.rp.get(f"{okta.url('userinfo')}?access_token={tokens['access_token']}")
    assert answer.status_code == 200


TWICE = {"client_secret": "web-secret", "client_id": "web"}


@pytest.mark.parametrize("where", ["header and body", "body and URL"])
def test_credentials_in_two_places_in_core(okta: Okta, where: str) -> None:
    query = "" if where == "header and body" else "?client_secret=web-secret"
    if query:
        okta.register(
            "web", client_secret="web-secret", token_endpoint_auth_method="client_secret_post", redirect_uris=[CALLBACK]
        )

    def redeemed(strictness: str, **sent: str) -> int:
        code = okta.code(okta.attempt(strictness=strictness))
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **TWICE, **sent}
        headers = {} if query else basic("web", "web-secret")
        return okta.rp.post(f"{okta.url('token')}{query}", data=form, headers=headers).status_code

    assert redeemed("okta") == (400 if query else 401)
    assert redeemed("core") == 200
    assert redeemed("core", client_secret="wrong") == (401 if query else 200)


def test_audience_of_an_assertion_in_core(okta: Okta) -> None:
    assertions.register_key_app(okta)

    def redeemed(strictness: str) -> int:
        code = okta.code(okta.attempt(strictness=strictness), client_id="keyed")
        signed = assertions.assertion(okta, aud=f"{ORIGIN}/oauth2/default")
        return okta.redeem(code, headers={}, **assertions.form(signed)).status_code

    assert [redeemed("okta"), redeemed("core")] == [401, 200]


@pytest.mark.parametrize("secret", ["100% of +&=:/ ü", "a+b", "%41"])
def test_basic_with_reserved_characters_in_both_readings(okta: Okta, secret: str) -> None:
    """RFC 6749 2.3.1 form-encodes id and secret, and many clients forget it."""
    okta.register("web", client_secret=secret, redirect_uris=[CALLBACK])

    assert okta.redeem(okta.code(), headers=basic("web", quote_plus(secret))).status_code == 200
    assert okta.redeem(okta.code(), headers=basic("web", secret)).status_code == 200
    assert okta.redeem(okta.code(), headers=basic("web", f"{secret}x")).status_code == 401


def test_strictness_of_the_org(make_okta: MakeOkta) -> None:
    okta = make_okta(strictness="core")

    assert "code" in dict(parameters(okta.authorize(okta.attempt(), state=None)))
    assert "error" in dict(parameters(okta.authorize(okta.attempt(strictness="okta"), state=None)))


def test_strictness_of_a_server(keys: KeyRing) -> None:
    """Access policies are Okta's own, too."""
    servers = (AuthorizationServer("default"), AuthorizationServer("lax", strictness="core", policies=()))
    idp = Idp(ORIGIN, Org(users=default_org().users, authorization_servers=servers))
    idp.keys = keys
    okta = Okta(idp, ManualClock())

    assert "code" in dict(parameters(okta.authorize(okta.attempt(), server="lax", state=None)))
    assert "error" in dict(parameters(okta.authorize(okta.attempt(), server="default", state=None)))
