"""Misbehaviours as data: JSON, wording, and what is refused when it is written down."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from mock_idp import vocabulary
from mock_idp.edits.symbols import Symbol
from mock_idp.misbehaviour import Edit, Misbehaviour, MisbehaviourError, Where
from mock_idp.vocabulary import claim, now, other_client, signing, victim
from tests.mock_idp.okta import Okta
from tests.mock_idp.strategies import misbehaviours, steady


@steady
@given(misbehaviours())
def test_json_round_trip(misbehaviour: Misbehaviour) -> None:
    assert Misbehaviour.from_json(json.loads(json.dumps(misbehaviour.to_json()))) == misbehaviour


@steady
@given(misbehaviours())
def test_wording_is_the_vocabulary(misbehaviour: Misbehaviour) -> None:
    """What a report prints can be pasted into a case."""
    words: dict[str, Any] = {**vars(vocabulary), "honest": vocabulary.HONEST}
    assert eval(str(misbehaviour), words | {"true": True, "false": False, "null": None}) == misbehaviour


def test_composition_keeps_the_order() -> None:
    a, b, c = claim("a").set(1), claim("b").set(2), claim("c").set(3)

    assert (a & b & c).edits == a.edits + b.edits + c.edits
    assert (a & b) & c == a & (b & c)
    assert a & Misbehaviour() == a
    assert not Misbehaviour()


def test_example() -> None:
    misbehaviour = (claim("aud").set([other_client(), "x"]) & claim("exp").set(now(days=-1))).where(channel="token")

    assert str(misbehaviour) == (
        'claim("aud").set([other_client(), "x"]).where(channel="token") & '
        'claim("exp").set(now(days=-1)).where(channel="token")'
    )


REFUSED: list[tuple[Any, str]] = [
    ("claim", "a misbehaviour is a list of edits"),
    ({"seam": "check"}, "a misbehaviour is a list of edits"),
    ([3], "not an edit: expected an object"),
    ([{}], "not an edit: expected {seam"),
    ([{"seam": "id_token.claims", "op": "set", "path": "iss"}], "not an edit: expected {seam"),
    ([{"seam": "id_token.claims", "op": "set", "path": ["iss"], "valeu": 1}], "unknown members of an edit: valeu"),
    ([{"seam": "id_token", "op": "set", "path": ["iss"]}], "unknown seam 'id_token'; known: access_token"),
    ([{"seam": "par_response", "op": "set", "path": ["x"]}], "'par_response' has a name but is not served yet"),
    ([{"seam": "id_token.claims", "op": "delete", "path": ["iss"]}], "cannot 'delete'; it can: append"),
    ([{"seam": "id_token.claims", "op": "status", "path": [], "value": 500}], "cannot 'status'"),
    ([{"seam": "id_token.claims", "op": "set", "path": []}], "'set' needs the name of a member"),
    ([{"seam": "id_token.claims", "op": "set", "path": [0]}], "'set' needs the name of a member"),
    ([{"seam": "id_token.claims", "op": "set", "path": ["aud", -1]}], "a path is made of names and of positions"),
    ([{"seam": "id_token.claims", "op": "set", "path": [["aud"]]}], "a path is made of names and of positions"),
    ([{"seam": "id_token.claims", "op": "duplicate", "path": ["a", "b"], "value": 1}], "cannot 'duplicate' at"),
    ([{"seam": "id_token.claims", "op": "truncate", "path": ["a"], "value": "x"}], "a number of characters from 1"),
    ([{"seam": "id_token.claims", "op": "append", "path": ["a"], "value": 3}], "'append' needs a string, got 3"),
    ([{"seam": "id_token.claims", "op": "remove", "path": ["a"], "value": 3}], "'remove' needs no value, got 3"),
    ([{"seam": "id_token.claims", "op": "set", "path": ["a"], "value": "\ud800"}], "half of a surrogate pair"),
    ([{"seam": "token_response", "op": "status", "path": ["a"], "value": 500}], "'status' needs an empty path"),
    ([{"seam": "token_response", "op": "status", "value": 99}], "needs a status from 200 to 599, got 99"),
    ([{"seam": "token_response", "op": "delay", "value": 61}], "needs 0 to 60 seconds, got 61"),
    ([{"seam": "token_response", "op": "delay", "value": "1"}], "needs 0 to 60 seconds, got '1'"),
    ([{"seam": "token_response", "op": "content_type", "value": "a\nb"}], "needs a header value"),
    ([{"seam": "http", "op": "status", "path": ["logout"], "value": 500}], "needs token, userinfo, authorize"),
    ([{"seam": "check", "op": "off", "path": ["nonce"]}], "needs pkce, redirect_uri, code_reuse, client"),
    ([{"seam": "authorization_response", "op": "error", "value": {"e": "x"}}], "an object with the member error"),
    (
        [{"seam": "authorization_response", "op": "mode", "value": "okta_post_message"}],
        "one of query, fragment, form_post",
    ),
    ([{"seam": "authorization_response", "op": "set", "path": ["a", "b"]}], "needs the name of one parameter"),
    ([{"seam": "id_token.signing", "op": "set", "path": ["kid"]}], "needs alg, key, b64, first_octet"),
    ([{"seam": "id_token.signing", "op": "set", "path": ["alg"], "value": "XX256"}], "no signature algorithm 'XX256'"),
    ([{"seam": "id_token.signing", "op": "set", "path": ["key"], "value": 3}], "a key is a symbol, or a string"),
    ([{"seam": "id_token.compact", "op": "corrupt", "path": []}], "cannot 'corrupt' at []"),
    ([{"seam": "id_token.compact", "op": "remove", "path": ["signature"]}], "only a claim can be removed"),
    ([{"seam": "id_token.compact", "op": "set", "path": ["header"]}], "needs nothing, signature, or payload"),
]
WHERE: list[tuple[dict[str, Any], str]] = [
    ({"channel": "back"}, "unknown channel 'back'; known: front, token, refresh"),
    ({"nth": 0}, "where: nth counts from 1, got 0"),
    ({"times": True}, "where: times counts from 1, got True"),
    ({"every": 2}, "where: expected channel, nth or times"),
]


@pytest.mark.parametrize(("misbehaviour", "complaint"), REFUSED)
def test_refused_when_the_attempt_is_created(okta: Okta, misbehaviour: Any, complaint: str) -> None:
    answer = okta.control("POST", "/attempts", {"misbehaviour": misbehaviour})

    assert answer.status_code == 400
    assert complaint in (answer.json or {})["error"]


@pytest.mark.parametrize(("where", "complaint"), WHERE)
def test_where_is_refused_too(okta: Okta, where: dict[str, Any], complaint: str) -> None:
    edit = {"seam": "id_token.claims", "op": "set", "path": ["a"], "value": 1, "where": where}
    answer = okta.control("POST", "/attempts", {"misbehaviour": [edit]})

    assert (answer.status_code, (answer.json or {})["error"][: len(complaint)]) == (400, complaint)


@pytest.mark.parametrize("value", ["\ud800", ["x", {"\udfff": 1}], {"a": "b\udc00"}])
def test_half_of_a_surrogate_pair_is_no_value(value: Any) -> None:
    with pytest.raises(MisbehaviourError, match="half of a surrogate pair cannot be sent"):
        Edit("id_token.claims", "set", ("a",), value)


def test_channels_only_where_there_are_some() -> None:
    with pytest.raises(MisbehaviourError, match="'introspection' has no channels"):
        Edit("introspection", "set", ("sub",), 1, Where(channel="token"))


SYMBOLS: list[tuple[Any, str]] = [
    (
        {"$symbol": "nonsense", "args": []},
        "unknown symbol 'nonsense'; known: active_kid, app_url, bulk, canary_elsewhere, canary_url,",
    ),
    ({"$symbol": "idp", "args": []}, "unknown symbol 'idp'"),
    ({"$symbol": "lookup", "args": ["now", []]}, "unknown symbol 'lookup'"),
    ({"$symbol": 3}, "not a symbol"),
    ({"$symbol": "now", "args": 3}, "not a symbol"),
    ({"$symbol": "now", "arguments": [3]}, "not a symbol"),
    ({"$symbol": "now"}, "now() takes 1 argument(s), got 0"),
    ({"$symbol": "now", "args": ["tomorrow"]}, "now('tomorrow'): no such argument"),
    ({"$symbol": "issuer", "args": [1]}, "issuer() takes 0 argument(s), got 1"),
    ({"$symbol": "victim", "args": ["password"]}, "victim('password'): no such argument"),
    ({"$symbol": "victim", "args": [["sub"]]}, "victim(['sub']): no such argument"),
    ({"$symbol": "published_key", "args": ["RS1"]}, "published_key('RS1'): no such argument"),
    ({"$symbol": "published_key_as_hmac", "args": ["der"]}, "published_key_as_hmac('der'): no such argument"),
    ({"$symbol": "canary_url", "args": ["a/b"]}, "canary_url('a/b'): no such argument"),
    ({"$symbol": "rogue_key"}, 'rogue_key() is a key: it goes into signing("key") only'),
]


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(("symbol", "complaint"), SYMBOLS)
def test_symbols_are_checked_at_once(okta: Okta, symbol: Any, complaint: str, nested: bool) -> None:
    value = [{"deep": symbol}] if nested else symbol
    edit = {"seam": "id_token.claims", "op": "set", "path": ["a"], "value": value}
    answer = okta.control("POST", "/attempts", {"misbehaviour": [edit]})

    assert answer.status_code == 400
    assert complaint in (answer.json or {})["error"]


def test_a_victim_must_be_there(okta: Okta) -> None:
    document = {"misbehaviour": claim("sub").set(victim("sub")).to_json()}
    answer = okta.control("POST", "/attempts", document)

    assert answer.status_code == 400
    assert (answer.json or {})["error"] == "victim(): this attempt has no victim"


def test_the_vocabulary_refuses_at_once() -> None:
    with pytest.raises(MisbehaviourError, match="no signature algorithm"):
        signing("alg").set("MD5")
    with pytest.raises(MisbehaviourError, match="unknown symbol"):
        claim("a").set(Symbol("nonsense"))
    with pytest.raises(MisbehaviourError, match="not a JSON value"):
        claim("a").set(object())
