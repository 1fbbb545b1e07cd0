"""Tokens that are bound to a key (RFC 9449, okta.md 1.5, 3.3): proof, nonce and binding."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from mock_idp.protocol.token.dpop import ALGORITHMS
from tests.mock_idp.assertions import EC_KEYS, KEY, OTHER_KEY
from tests.mock_idp.bound_tokens import (
    DAY,
    GRANTS,
    NO_HEADER,
    USE_NONCE,
    asked,
    code_form,
    described,
    nonce_of,
    refreshed,
    tokens,
    userinfo,
    with_nonce,
)
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import CALLBACK, Okta, basic, parts
from tests.mock_idp.proofs import HEADER, proof

pytestmark = pytest.mark.usefixtures("bound_apps")


def test_the_first_answer_gives_a_nonce_and_keeps_the_code(okta: Okta) -> None:
    form, url = code_form(okta), okta.url("token")
    answer = asked(okta, {**proof(okta, url), "Origin": "https://rp.example"}, **form)
    assert (answer.status_code, answer.json) == (400, USE_NONCE)
    assert answer.headers["Access-Control-Expose-Headers"] == HEADER
    nonce = answer.headers[HEADER]
    assert len(nonce) == 32

    answer = asked(okta, proof(okta, url, nonce=nonce), **form)
    assert (answer.status_code, answer.headers[HEADER]) == (200, nonce)


@pytest.mark.parametrize("server", ["default", "org"])
def test_the_access_token_names_the_key(okta: Okta, server: str) -> None:
    made = tokens(okta, server=server)
    claims = parts(made["access_token"])[1]

    assert made["token_type"] == "DPoP"
    assert claims["cnf"] == {"jkt": KEY.thumbprint()}
    assert list(claims)[list(claims).index("exp") + 1] == "cnf"
    assert "cnf" not in parts(made["id_token"])[1]


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_algorithms(okta: Okta, alg: str) -> None:
    key: RSAKey | ECKey = EC_KEYS.get(alg, KEY)
    token = tokens(okta, key=key, alg=alg)["access_token"]

    assert parts(token)[1]["cnf"] == {"jkt": key.thumbprint()}
    assert userinfo(okta, token, key=key, alg=alg).status_code == 200


def test_the_listed_algorithms_are_those(okta: Okta) -> None:
    listed: dict[str, Any] = okta.rp.get("/oauth2/default/.well-known/openid-configuration").json or {}
    assert listed["dpop_signing_alg_values_supported"] == list(ALGORITHMS)


def test_a_nonce_works_for_three_days(okta: Okta) -> None:
    okta.clock.at -= okta.clock.at % DAY
    url, nonce = okta.url("token"), nonce_of(okta)
    okta.clock.advance(DAY - 1)
    assert nonce_of(okta) == nonce
    okta.clock.advance(1)
    assert nonce_of(okta) != nonce

    okta.clock.advance(2 * DAY - 1)
    assert asked(okta, proof(okta, url, nonce=nonce), **code_form(okta)).status_code == 200
    okta.clock.advance(1)
    answer = asked(okta, proof(okta, url, nonce=nonce), **code_form(okta))
    assert answer.json == USE_NONCE
    assert answer.headers[HEADER] == nonce_of(okta)


def test_nonces_of_another_server_or_of_nobody_are_none(okta: Okta) -> None:
    for nonce in (nonce_of(okta, "org"), "made up", 7, ["list"]):
        assert asked(okta, proof(okta, okta.url("token"), nonce=nonce), **code_form(okta)).json == USE_NONCE


def test_the_custom_url_is_another_htu(make_okta: MakeOkta) -> None:
    okta = make_okta(custom_url="https://id.example.com")
    okta.register("spa", token_endpoint_auth_method="none", redirect_uris=[CALLBACK], dpop_bound_access_tokens=True)
    there = "https://id.example.com/oauth2/default/v1/token"
    for htu, error in ((there, "use_dpop_nonce"), (okta.url("token"), "invalid_dpop_proof")):
        sent = {"client_id": "spa", **code_form(okta)}
        answer = okta.rp.post(there, data=sent, headers=proof(okta, htu))
        assert (answer.json or {})["error"] == error


@pytest.mark.parametrize(
    "htu",
    ["https://DEV-1.okta.test:443/oauth2/default/v1/token", "https://dev-1.okta.test/oauth2/default/v1/token?a=b#c"],
)
def test_the_url_is_compared_as_a_url(okta: Okta, htu: str) -> None:
    assert asked(okta, with_nonce(okta, htu=htu), **code_form(okta)).status_code == 200


def test_times_that_are_just_good(okta: Okta) -> None:
    now = int(okta.clock.now())
    good: list[dict[str, Any]] = [{"iat": now - 300}, {"iat": now + 60}, {"exp": now + 1}]
    for claims in good:
        assert asked(okta, with_nonce(okta, **claims), **code_form(okta)).status_code == 200


def test_an_app_without_the_setting_gets_a_bearer_token(okta: Okta) -> None:
    sent = {**basic("web", "web-secret"), "DPoP": "not looked at"}
    answer = okta.redeem(okta.code(), headers=sent)
    token = (answer.json or {})["access_token"]

    assert ((answer.json or {})["token_type"], HEADER in answer.headers) == ("Bearer", False)
    assert "cnf" not in parts(token)[1]
    assert okta.userinfo(token).status_code == 200


def test_a_refresh_token_of_a_public_client_is_bound(okta: Okta) -> None:
    first = tokens(okta)["refresh_token"]
    url = okta.url("token")
    assert described(asked(okta, {}, grant_type="refresh_token", refresh_token=first))[2] == NO_HEADER[1]
    without = asked(okta, proof(okta, url), grant_type="refresh_token", refresh_token=first)
    assert (without.json, HEADER in without.headers) == (USE_NONCE, True)

    assert refreshed(okta, first, key=OTHER_KEY).status_code == 400
    answer: dict[str, Any] = refreshed(okta, first).json or {}
    assert (answer["token_type"], parts(answer["access_token"])[1]["cnf"]) == ("DPoP", {"jkt": KEY.thumbprint()})
    assert userinfo(okta, answer["access_token"]).status_code == 200
    assert refreshed(okta, answer["refresh_token"], key=OTHER_KEY).status_code == 400
    assert refreshed(okta, answer["refresh_token"]).status_code == 200


def test_a_stolen_refresh_token_ends_nothing(okta: Okta) -> None:
    """Without the key it is not even reuse, which would end the tokens of whoever has it."""
    first = tokens(okta)
    newer: dict[str, Any] = refreshed(okta, first["refresh_token"]).json or {}
    okta.clock.advance(61)
    assert refreshed(okta, first["refresh_token"], key=OTHER_KEY).status_code == 400
    assert refreshed(okta, newer["refresh_token"]).status_code == 200


def test_it_stays_bound_without_the_setting(okta: Okta) -> None:
    form, nonce = {"grant_type": "refresh_token", "refresh_token": tokens(okta)["refresh_token"]}, nonce_of(okta)
    okta.register(
        "spa",
        token_endpoint_auth_method="none",
        application_type="browser",
        redirect_uris=[CALLBACK],
        grant_types=GRANTS,
    )
    assert described(asked(okta, {}, **form))[2] == NO_HEADER[1]
    answer = asked(okta, proof(okta, okta.url("token"), nonce=nonce), **form)
    assert (answer.json or {})["token_type"] == "DPoP"


def test_a_confidential_client_may_take_another_key(okta: Okta) -> None:
    secret = basic("bff", "s")
    made = okta.token(headers={**secret, **with_nonce(okta)}, **code_form(okta, client_id="bff")).json or {}
    assert made["token_type"] == "DPoP"

    form = {"grant_type": "refresh_token", "refresh_token": made["refresh_token"]}
    assert described(okta.token(headers=secret, **form))[2] == NO_HEADER[1]
    renewed = okta.token(headers={**secret, **with_nonce(okta, key=OTHER_KEY)}, **form).json or {}
    assert parts(renewed["access_token"])[1]["cnf"] == {"jkt": OTHER_KEY.thumbprint()}
    assert userinfo(okta, renewed["access_token"], key=OTHER_KEY).status_code == 200
    assert userinfo(okta, made["access_token"]).status_code == 200
