"""Symbols: what each one is when it is served."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509

from mock_idp.edits.symbols import KEYS, SYMBOLS, Symbol
from mock_idp.vocabulary import (
    authorization_response,
    canary_elsewhere,
    canary_url,
    claim,
    client_id,
    client_secret,
    compact,
    front_channel_id_token,
    header,
    issuer,
    now,
    org_issuer,
    original,
    other_client,
    other_host_url,
    other_idp,
    other_idp_key,
    random,
    replayed_id_token,
    request,
    request_hash,
    signing,
    the_access_token,
    the_logout_token,
    token_response,
    victim,
    x5c_chain,
)
from tests.mock_idp.logins import VICTIM, everything
from tests.mock_idp.okta import ORIGIN, Okta, half_hash, parts, rsa_signed

NOW = 1_800_000_000


def served(okta: Okta, symbol: Symbol, place: str = "x") -> Any:
    """The symbol's value as a claim of the ID Token from the token endpoint."""
    seen = everything(okta, claim(place).set(symbol).where(channel="token"))
    assert seen.transcript["failures"] == []
    return parts(seen.body("token")["id_token"])[1][place]


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        (now(), NOW),
        (now(days=-1, hours=2, minutes=3, seconds=4), NOW - 86_400 + 7_200 + 180 + 4),
        (issuer(), f"{ORIGIN}/oauth2/default"),
        (org_issuer(), ORIGIN),
        (client_id(), "web"),
        (victim("sub"), VICTIM["sub"]),
        (victim("email"), VICTIM["email"]),
        (victim("preferred_username"), VICTIM["email"]),
        (request("state"), "s1"),
        (client_secret(), "web-secret"),
    ],
)
def test_plain_symbols(okta: Okta, symbol: Symbol, expected: Any) -> None:
    assert served(okta, symbol) == expected


def test_original(okta: Okta) -> None:
    assert served(okta, original(), "email") == "grace@users.test"
    seen = everything(okta, claim("aud").set([original(), {"also": original()}]).where(channel="token"))
    assert parts(seen.body("token")["id_token"])[1]["aud"] == ["web", {"also": "web"}]


def test_other_client_looks_like_one(okta: Okta) -> None:
    value = served(okta, other_client())
    assert value.startswith("0oa")
    assert len(value) == 20
    assert value == served(okta, other_client()) != "web"


def test_random_is_another_each_time(okta: Okta) -> None:
    assert len({served(okta, random()) for _ in range(3)}) == 3


def test_org_issuer_is_always_another_one(okta: Okta) -> None:
    attempt = okta.attempt(claim("iss").set(org_issuer()))
    assert parts(okta.tokens(attempt, server="org")["id_token"])[1]["iss"] == f"{ORIGIN}/oauth2/default"


def test_the_access_token(okta: Okta) -> None:
    seen = everything(okta, compact().set(the_access_token()))
    body = seen.body("token")
    assert body["id_token"] == body["access_token"]


def test_replayed_id_token(okta: Okta) -> None:
    seen = everything(okta, compact().set(replayed_id_token()).where(channel="front"))
    claims = okta.verified(seen.front["id_token"])

    assert claims["sub"] == "00u1"
    assert claims["nonce"] != "n1"
    assert claims["iat"] == NOW - 60
    assert claims["exp"] > NOW


def test_front_channel_id_token(okta: Okta) -> None:
    """Also where no ID Token was asked for, and it is a good one."""
    seen = everything(okta, authorization_response("id_token").set(front_channel_id_token()), response_type="code")
    claims = okta.verified(seen.front["id_token"])

    assert (claims["sub"], claims["nonce"], claims["email"]) == ("00u1", "n1", "grace@users.test")
    assert not {"at_hash", "c_hash"} & claims.keys()


def test_request_hash(okta: Okta) -> None:
    assert served(okta, request_hash("state")) == half_hash("s1")


def test_logout_token_in_place_of_the_id_token(okta: Okta) -> None:
    seen = everything(okta, compact().set(the_logout_token()))
    token = seen.body("token")["id_token"]

    okta.verified(token)
    head, claims = parts(token)
    assert head["typ"] == "logout+jwt"
    assert (claims["sub"], claims["aud"], "nonce" in claims) == ("00u1", "web", False)
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}


@pytest.mark.parametrize(("order", "rogue_at"), [("published-first", 1), ("rogue-first", 0)])
def test_certificates_of_two_keys(okta: Okta, order: str, rogue_at: int) -> None:
    seen = everything(okta, header("x5c").set(x5c_chain(order)))
    chain = parts(seen.body("token")["id_token"])[0]["x5c"]
    owners = [x509.load_der_x509_certificate(base64.b64decode(entry)).public_key() for entry in chain]

    assert owners[rogue_at] == okta.idp.keys.rogue().public()
    assert owners[1 - rogue_at] == okta.idp.keys.key("default").public()


def test_other_host_url(okta: Okta) -> None:
    """A client that follows the redirect with its form is seen at another host name of the same mock."""
    attempt = okta.attempt(token_response.redirect(other_host_url("redirected")))

    redirected = okta.redeem(okta.code(attempt))
    assert redirected.status_code == 307
    there = redirected.headers["Location"]
    assert urlsplit(there).hostname == "localhost" != urlsplit(ORIGIN).hostname
    assert okta.rp.post(urlsplit(there).path, data={"code": "c"}).status_code == 200
    assert [hit["name"] for hit in okta.transcript(attempt)["canary_hits"]] == ["redirected"]


@pytest.mark.parametrize(
    ("here", "there", "issuer"),
    [("default", "org", ORIGIN), ("org", "default", f"{ORIGIN}/oauth2/default")],
)
def test_the_other_idp_of_a_relying_party_that_has_two(okta: Okta, here: str, there: str, issuer: str) -> None:
    edits = claim("iss").set(other_idp("issuer")) & claim("at").set(other_idp("token"))
    attempt = okta.attempt(edits & signing("key").set(other_idp_key()), beside=there)
    token = okta.tokens(attempt, server=here)["id_token"]

    assert parts(token)[1]["iss"] == issuer
    assert parts(token)[1]["at"] == okta.url("token", there)
    keys = okta.rp.get(okta.url("keys", there)).json or {}
    assert parts(token)[0]["kid"] == keys["keys"][0]["kid"]
    rsa_signed(token, keys["keys"][0])


def test_who_has_one_idp_has_no_other(okta: Okta) -> None:
    attempt = okta.attempt(claim("iss").set(other_idp("issuer")))
    assert parts(okta.tokens(attempt)["id_token"])[1]["iss"] == f"{ORIGIN}/oauth2/default"
    assert [failed["reason"] for failed in okta.transcript(attempt)["failures"]] == ["this attempt names no other IdP"]


def test_what_is_below_a_canary_url_counts_as_it(okta: Okta) -> None:
    seen = everything(okta, claim("iss").set(canary_url("iss")))
    url = parts(seen.body("token")["id_token"])[1]["iss"]
    okta.rp.get(f"{url}/.well-known/openid-configuration")
    assert [hit["name"] for hit in okta.transcript(seen.attempt)["canary_hits"]] == ["iss"]


def test_a_canary_url_elsewhere_is_at_another_name_of_the_host(okta: Okta) -> None:
    seen = everything(okta, claim("x").set(canary_elsewhere("there")))
    url = parts(seen.body("token")["id_token"])[1]["x"]
    assert url == f"https://localhost/canary/{seen.attempt}/there"


def test_canary_url(okta: Okta) -> None:
    seen = everything(okta, header("jku").set(canary_url("jku")) & header("x5u").set(canary_url("x5u")))
    head = parts(seen.body("token")["id_token"])[0]
    assert seen.transcript["canary_hits"] == []

    keys = okta.rp.get(head["jku"], headers={"User-Agent": "curious"}).json or {}
    pem = okta.rp.get(head["x5u"]).data
    hits = okta.transcript(seen.attempt)["canary_hits"]
    assert [(hit["name"], hit["headers"]["User-Agent"][:7]) for hit in hits] == [("jku", "curious"), ("x5u", "Werkzeu")]
    rogue = okta.idp.keys.rogue()
    assert keys["keys"][0]["kid"] == rogue.kid
    assert x509.load_pem_x509_certificate(pem).public_key() == rogue.public()


def test_every_symbol_resolves(okta: Okta) -> None:
    arguments: dict[str, Any] = {
        "now": 0,
        "victim": "sub",
        "request": "state",
        "request_hash": "state",
        "canary_url": "jku",
        "canary_elsewhere": "jku",
        "other_idp": "issuer",
        "app_url": "with-slash",
        "claims_jwt": "signed",
        "other_host_url": "redirected",
        "published_key": "next",
        "published_key_as_hmac": "jwk",
        "published_jwk": "next",
        "extra_key": "RSA-2048",
        "extra_jwk": "RSA-2048",
        "x5c_chain": "rogue-first",
        "pbes2_token": 1000,
    }
    for name in sorted(SYMBOLS - {"bulk", "moved", "elsewhere", "plain", "untrusted"}):  # not in every mock
        symbol = Symbol(name, (arguments[name],) if name in arguments else ())
        place = signing("key") if name in KEYS else claim("x")
        seen = everything(okta, place.set(symbol).where(channel="token"))
        assert seen.transcript["failures"] == [], name
        assert len(seen.transcript["deliveries"]) == 1, name
