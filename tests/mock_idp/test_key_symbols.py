"""Symbols for keys: who signs, and what the header says of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from mock_idp.vocabulary import (
    active_kid,
    client_secret,
    header,
    other_server_key,
    published_key,
    published_key_as_hmac,
    rogue_jwk,
    rogue_key,
    rogue_x5c,
    signing,
)
from tests.mock_idp.logins import everything
from tests.mock_idp.okta import Okta, parts, rsa_signed


def test_rogue_jwk_and_x5c(okta: Okta) -> None:
    seen = everything(
        okta, signing("key").set(rogue_key()) & header("jwk").set(rogue_jwk()) & header("x5c").set(rogue_x5c())
    )
    token = seen.body("token")["id_token"]
    head, _ = parts(token)

    assert head["kid"] == seen.body("jwks")["keys"][0]["kid"]  # of the key that should have signed
    rsa_signed(token, head["jwk"])
    assert seen.transcript["deliveries"][0]["after"] == "a key that is not published"
    der = x509.load_der_x509_certificate(base64.b64decode(head["x5c"][0]))
    assert der.public_key() == okta.idp.keys.rogue().public()


def test_active_kid_names_the_published_key_whoever_signs(okta: Okta) -> None:
    seen = everything(okta, signing("key").set(rogue_key()) & header("kid").set(active_kid()))
    token = seen.body("token")["id_token"]
    published = seen.body("jwks")["keys"][0]

    assert parts(token)[0] == {"alg": "RS256", "kid": published["kid"]}
    rsa_signed(token, okta.idp.keys.rogue().jwk)
    with pytest.raises(InvalidSignature):
        rsa_signed(token, published)


def hmac_signed(token: str, key: str) -> None:
    head, payload, mark = token.split(".")
    expected = hmac.new(key.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(mark + "==") == expected
    assert parts(token)[0]["alg"] == "HS256"


def pem_of(okta: Okta, form: str) -> str:
    return okta.idp.keys.key("default").public_pem(pkcs1=form == "pkcs1").decode()


HMAC_KEYS: dict[str, Callable[[Okta], str]] = {
    "pkcs1": lambda okta: pem_of(okta, "pkcs1"),
    "spki": lambda okta: pem_of(okta, "spki"),
    "pkcs1-stripped": lambda okta: "".join(pem_of(okta, "pkcs1").splitlines()[1:-1]),
    "spki-stripped": lambda okta: "".join(pem_of(okta, "spki").splitlines()[1:-1]),
    "jwk-e": lambda _okta: "AQAB",
    "jwk-kty": lambda _okta: "RSA",
    "jwk-alg": lambda _okta: "RS256",
    "jwk-n": lambda okta: str(okta.idp.keys.key("default").jwk["n"]),
    "jwk": lambda okta: json.dumps(okta.idp.keys.key("default").jwk, separators=(",", ":")),
}


@pytest.mark.parametrize("encoding", HMAC_KEYS)
def test_published_key_as_hmac(okta: Okta, encoding: str) -> None:
    misbehaviour = signing("alg").set("HS256") & signing("key").set(published_key_as_hmac(encoding))
    token = everything(okta, misbehaviour).body("token")["id_token"]

    text = HMAC_KEYS[encoding](okta)
    if encoding in ("pkcs1", "spki"):
        assert text.startswith("-----BEGIN")
    hmac_signed(token, text)


def test_client_secret_as_hmac_key(okta: Okta) -> None:
    seen = everything(okta, signing("key").set(client_secret()))
    hmac_signed(seen.body("token")["id_token"], "web-secret")


@pytest.mark.parametrize(("which", "at", "alg"), [("active", 0, "RS256"), ("next", 1, "RS256"), ("ES256", 2, "ES256")])
def test_published_keys(okta: Okta, which: str, at: int, alg: str) -> None:
    seen = everything(okta, signing("key").set(published_key(which)))
    token = seen.body("token")["id_token"]

    okta.verified(token)
    assert parts(token)[0] == {"kid": seen.body("jwks")["keys"][at]["kid"], "alg": alg}


@pytest.mark.parametrize(("server", "other"), [("default", "org"), ("org", "default")])
def test_other_server_key(okta: Okta, server: str, other: str) -> None:
    token = okta.tokens(okta.attempt(signing("key").set(other_server_key())), server=server)["id_token"]
    okta.verified(token, other)
