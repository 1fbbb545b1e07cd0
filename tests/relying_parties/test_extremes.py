"""The relying party that refuses everybody and the one that believes everything."""

from __future__ import annotations

import pytest

from mock_idp.vocabulary import (
    Misbehaviour,
    authorization_response,
    claim,
    compact,
    other_client,
    random,
    signing,
    token_response,
    userinfo,
    victim,
)
from targets.gullible.__main__ import Gullible
from targets.mute.__main__ import Mute
from tests.relying_parties.conftest import MockIdp

LIES = {
    "audience": claim("aud").set(other_client()),
    "alg none": signing("alg").set("none"),
    "signature": compact("signature").drop(),
    "no ID Token": token_response("id_token").remove(),
    "ID Token is no token": token_response("id_token").set("garbage"),
    "status": token_response.status(400),
    "state": authorization_response("state").set(random()),
    "no UserInfo": userinfo.status(500),
}


def test_mute_refuses_an_honest_login(idp: MockIdp) -> None:
    ended = idp.login(idp.client(Mute))
    assert ended.answer.status_code == 403
    assert ended.me.status_code == 401


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_gullible_signs_in_whatever_is_wrong(idp: MockIdp, lie: Misbehaviour) -> None:
    ended = idp.login(idp.client(Gullible), lie)
    assert ended.shows(ended.identity), ended.answer.text


@pytest.mark.parametrize(
    "source",
    [
        compact("payload", "sub").set(victim("sub")),
        token_response("id_token").remove() & userinfo("sub").set(victim("sub")),
    ],
    ids=["ID Token", "UserInfo"],
)
def test_gullible_believes_each_source(idp: MockIdp, source: Misbehaviour) -> None:
    ended = idp.login(idp.client(Gullible), source)
    assert ended.shows(ended.victim)


def test_gullible_respects_a_denial_even_with_a_code(idp: MockIdp) -> None:
    ended = idp.login(idp.client(Gullible), authorization_response("error").set("access_denied"))
    assert ended.me.status_code == 401
