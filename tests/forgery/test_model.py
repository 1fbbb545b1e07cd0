"""The strict model: what it says of tokens that are right, wrong, and neither."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from suites.forgery.judgement import ACCEPT, AVOID, FREE, REFUSE, Login
from suites.forgery.model import judge, judge_all

NOW = 1_800_000_000
KEY = RSAKey.generate_key(2048, {"kid": "active"})
CURVE = ECKey.generate_key("P-256", {"kid": "curve"})
OTHER = RSAKey.generate_key(2048, {"kid": "active"})
SECRET = OctKey.import_key("secret-of-32-characters-at-least")
LOGIN = Login(
    issuer="https://idp.example",
    client_id="rp",
    nonce="n",
    keys=tuple(key.as_dict(private=False) for key in (KEY, CURVE)),
    now=NOW,
)
CLAIMS = {"iss": "https://idp.example", "sub": "u", "aud": "rp", "exp": NOW + 3600, "iat": NOW, "nonce": "n"}
GONE = object()


def token(key: Any = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not GONE}
    protected = {"alg": "RS256", "kid": "active", **(header or {})}
    registry = jws.JWSRegistry(algorithms=["RS256", "ES256", "HS256", "HS512", "PS256"], strict_check_header=False)
    return jws.serialize_compact(protected, json.dumps(claims), key, registry=registry)


def test_the_honest_token_is_accepted() -> None:
    assert judge(token(), LOGIN).answer == ACCEPT


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"iss": "https://idp.example/"}, REFUSE),
        ({"iss": ["https://idp.example"]}, REFUSE),
        ({"iss": GONE}, REFUSE),
        ({"sub": GONE}, REFUSE),
        ({"sub": " "}, AVOID),
        ({"sub": 1}, REFUSE),
        ({"sub": "u" * 255}, ACCEPT),
        ({"sub": "u" * 256}, AVOID),
        ({"sub": "u "}, FREE),
        ({"aud": ["rp"]}, ACCEPT),
        ({"aud": ["rp", "rp"]}, FREE),
        ({"aud": ["rp", "other"]}, REFUSE),
        ({"aud": "rp2"}, REFUSE),
        ({"aud": {"rp": 1}}, REFUSE),
        ({"azp": "rp"}, ACCEPT),
        ({"azp": "other"}, AVOID),
        ({"exp": GONE}, REFUSE),
        ({"exp": str(NOW + 60)}, REFUSE),
        ({"exp": True}, REFUSE),
        ({"exp": NOW - 3600}, REFUSE),
        ({"exp": NOW - 3599}, AVOID),
        ({"exp": NOW - 301}, AVOID),
        ({"exp": float("nan")}, REFUSE),
        ({"exp": NOW - 100}, FREE),
        ({"exp": NOW + 60}, ACCEPT),
        ({"iat": GONE}, REFUSE),
        ({"iat": NOW + 5}, ACCEPT),
        ({"iat": NOW + 100}, FREE),
        ({"iat": NOW + 301}, AVOID),
        ({"iat": NOW - 86_400}, FREE),
        ({"iat": NOW - 86_401}, AVOID),
        ({"nbf": NOW + 301}, AVOID),
        ({"nbf": NOW - 1}, ACCEPT),
        ({"nbf": "later"}, FREE),
        ({"nonce": "N"}, REFUSE),
        ({"nonce": GONE}, REFUSE),
        ({"at_hash": "x"}, FREE),
        ({"anything": {"at": "all"}}, ACCEPT),
        ({"amr": ["pwd", "mfa"]}, ACCEPT),
        ({"amr": "pwd"}, FREE),
        ({"s_hash": "x"}, FREE),
    ],
)
def test_claims(changes: dict[str, Any], answer: str) -> None:
    assert judge(token(**changes), LOGIN).answer == answer


@pytest.mark.parametrize(
    ("key", "header", "answer"),
    [
        (OTHER, {}, REFUSE),
        (CURVE, {"alg": "ES256", "kid": "curve"}, AVOID),
        (KEY, {"alg": "PS256"}, AVOID),
        (SECRET, {"alg": "HS256"}, REFUSE),
        (KEY, {"kid": "unknown"}, FREE),
        (KEY, {"kid": "curve"}, FREE),
        (KEY, {"typ": "JWT"}, ACCEPT),
        (KEY, {"typ": "at+jwt"}, FREE),
        (KEY, {"x-unknown": "1"}, ACCEPT),
        (KEY, {"jku": "https://attacker.example"}, FREE),
        (KEY, {"sub": "u"}, ACCEPT),
        (KEY, {"sub": "victim"}, FREE),
    ],
)
def test_signatures(key: Any, header: dict[str, Any], answer: str) -> None:
    assert judge(token(key, header), LOGIN).answer == answer


@pytest.mark.parametrize(
    ("key", "header", "answer"),
    [
        (SECRET, {"alg": "HS256"}, ACCEPT),
        (SECRET, {"alg": "HS256", "kid": "unknown"}, ACCEPT),
        (SECRET, {"alg": "HS512"}, AVOID),
        (OctKey.import_key("another-of-32-characters-at-least"), {"alg": "HS256"}, REFUSE),
        (KEY, {}, AVOID),
        (OTHER, {}, REFUSE),
    ],
)
def test_signatures_for_a_client_that_is_registered_for_hmac(key: Any, header: dict[str, Any], answer: str) -> None:
    registered = dataclasses.replace(LOGIN, algorithm="HS256", secret="secret-of-32-characters-at-least")
    assert judge(token(key, header), registered).answer == answer


@pytest.mark.parametrize(
    ("key", "answer"), [(SECRET, AVOID), (OctKey.import_key("another-of-32-characters-at-least"), REFUSE)]
)
def test_the_secret_of_a_client_that_is_not_registered_for_hmac(key: Any, answer: str) -> None:
    known = dataclasses.replace(LOGIN, secret="secret-of-32-characters-at-least")
    assert judge(token(key, {"alg": "HS256"}), known).answer == answer


def test_serialisation() -> None:
    head, payload, mark = token().split(".")
    assert judge(f"{head}.{payload}", LOGIN).answer == REFUSE
    assert judge(f"{head}.{payload}.", LOGIN).answer == REFUSE
    assert judge(f"{head}.{payload}.{mark[:-2]}", LOGIN).answer == REFUSE
    assert judge("eyJhbGciOiJub25lIn0.e30.", LOGIN).answer == REFUSE
    assert judge("W10.W10.", LOGIN).rule.startswith("not a JSON object")


def test_what_is_only_misspelt_is_told_from_what_is_forged() -> None:
    head, payload, mark = token().split(".")
    for text in (f"{head}.{payload}.{mark}=", f" {head}.{payload}.{mark}", f"{head}.{payload}.{mark}.x"):
        found = judge(text, LOGIN)
        assert (found.answer, found.spelling) == (REFUSE, True), text
    for text in (f"{head}.{payload}", f" {token(iss='https://other.example')}", f"{head}.{payload}.AAAA="):
        found = judge(text, LOGIN)
        assert (found.answer, found.spelling) == (REFUSE, False), text
    both = judge_all([(f"{token()}=", LOGIN), (token(aud="other"), LOGIN)])
    assert (both.answer, both.spelling) == (REFUSE, False)


def test_without_a_nonce_in_the_request() -> None:
    quiet = dataclasses.replace(LOGIN, nonce=None)
    assert judge(token(nonce=GONE), quiet).answer == ACCEPT
    assert judge(token(), quiet).answer == FREE


@pytest.mark.parametrize(("front", "wrong", "missing"), [(True, REFUSE, REFUSE), (False, AVOID, ACCEPT)])
def test_hash_of_the_access_token(front: bool, wrong: str, missing: str) -> None:
    known = dataclasses.replace(LOGIN, access_tokens=("at",), front_channel=front)
    assert judge(token(at_hash="x"), known).answer == wrong
    assert judge(token(), known).answer == missing


@pytest.mark.parametrize(("front", "wrong", "missing"), [(True, REFUSE, REFUSE), (False, FREE, ACCEPT)])
def test_hash_of_the_code(front: bool, wrong: str, missing: str) -> None:
    known = dataclasses.replace(LOGIN, codes=("c",), front_channel=front)
    half = hashlib.sha256(b"c").digest()[:16]
    assert judge(token(c_hash="x"), known).answer == wrong
    assert judge(token(), known).answer == missing
    assert judge(token(c_hash=base64.urlsafe_b64encode(half).rstrip(b"=").decode()), known).answer == ACCEPT


@pytest.mark.parametrize(("front", "wrong"), [(True, AVOID), (False, FREE)])
def test_hash_of_the_state(front: bool, wrong: str) -> None:
    known = dataclasses.replace(LOGIN, state="s", front_channel=front)
    assert judge(token(s_hash="x"), known).answer == wrong
    assert judge(token(), known).answer == ACCEPT


@pytest.mark.parametrize(("ago", "answer"), [(0, ACCEPT), (60, FREE), (300, FREE), (361, AVOID), (GONE, AVOID)])
def test_max_age(ago: Any, answer: str) -> None:
    asked = dataclasses.replace(LOGIN, max_age=60)
    assert judge(token(auth_time=GONE if ago is GONE else NOW - ago), asked).answer == answer
    assert judge(token(auth_time=GONE if ago is GONE else NOW - ago), LOGIN).answer == ACCEPT


def test_acr_values() -> None:
    asked = dataclasses.replace(LOGIN, acr_values=("strong", "stronger"))
    assert judge(token(acr="stronger"), asked).answer == ACCEPT
    assert judge(token(acr="weak"), asked).answer == AVOID
    assert judge(token(), asked).answer == AVOID
    assert judge(token(acr="weak"), LOGIN).answer == ACCEPT


def test_two_tokens_of_one_login() -> None:
    assert judge_all([(token(), LOGIN), (token(), LOGIN)]).answer == ACCEPT
    assert judge_all([(token(), LOGIN), (token(sub="v"), LOGIN)]).answer == REFUSE
    assert judge_all([(token(), LOGIN), (token(azp="other"), LOGIN)]).answer == AVOID
    assert judge_all([(token(), LOGIN), ("", LOGIN)]).answer == REFUSE
