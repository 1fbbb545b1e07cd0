"""Which algorithm an ID Token is signed with, and what can be wrong with how it is signed and written down."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from mock_idp.crypto.keys import ALGORITHMS
from mock_idp.misbehaviour import Misbehaviour, MisbehaviourError
from mock_idp.vocabulary import (
    compact,
    header,
    other_server_key,
    payload,
    published_key_as_hmac,
    rogue_jwk,
    rogue_key,
    signing,
)
from tests.mock_idp.logins import everything
from tests.mock_idp.okta import ORIGIN, WEB, Okta, parts, rsa_signed, verified

SECRET = "a-client-secret-of-some-length-and-more-than-64-octets-for-HS512-0"
ASYMMETRIC = [alg for alg in ALGORITHMS if not alg.startswith("HS")]


def registered(okta: Okta, alg: str, misbehaviour: Misbehaviour | None = None) -> tuple[str, dict[str, Any]]:
    """The ID Token of an app that is registered for this algorithm, and the JWKS."""
    okta.register("signed", **{**WEB, "client_secret": SECRET}, id_token_signed_response_alg=alg)
    credentials = base64.b64encode(f"signed:{SECRET}".encode()).decode()
    code = okta.code(okta.attempt(misbehaviour), client_id="signed", nonce="n1")
    answer = okta.redeem(code, headers={"Authorization": f"Basic {credentials}"})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json or {}
    return body["id_token"], okta.rp.get(okta.url("keys")).json or {}


@pytest.mark.parametrize("alg", ASYMMETRIC)
def test_signed_with_a_published_key_of_the_registered_algorithm(okta: Okta, alg: str) -> None:
    token, jwks = registered(okta, alg)
    head, claims = verified(token, jwks, alg)

    assert (head["alg"], claims["nonce"]) == (alg, "n1")
    (jwk,) = [jwk for jwk in jwks["keys"] if jwk["kid"] == head["kid"]]
    assert jwk["alg"] == alg
    assert jwks["keys"][0]["alg"] == "RS256"  # what Okta has comes first


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_signed_with_the_client_secret(okta: Okta, alg: str) -> None:
    token, _ = registered(okta, alg)

    assert verified(token, {}, alg, SECRET)[0] == {"alg": alg}


def test_only_what_an_app_asks_for_is_published(okta: Okta) -> None:
    def published() -> list[str]:
        document = okta.rp.get(f"{ORIGIN}/oauth2/default/.well-known/openid-configuration").json or {}
        keys = (okta.rp.get(okta.url("keys")).json or {})["keys"]
        return [*document["id_token_signing_alg_values_supported"], *(key["alg"] for key in keys)]

    assert published() == ["RS256", "RS256", "RS256", "ES256"]
    registered(okta, "EdDSA")
    assert published() == ["RS256", "EdDSA", "RS256", "RS256", "ES256", "EdDSA"]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg: expected 'RS256' or"),
        (
            {"id_token_signed_response_alg": "HS256", "token_endpoint_auth_method": "none", "client_secret": ""},
            "id_token_signed_response_alg: HMAC needs a client_secret",
        ),
    ],
)
def test_algorithms_that_cannot_be(okta: Okta, settings: dict[str, Any], problem: str) -> None:
    answer = okta.control("PUT", "/clients/odd", WEB | settings)

    assert answer.status_code == 400
    assert problem in (answer.json or {})["error"]


@pytest.mark.parametrize("alg", ["ES256", "EdDSA", "HS256"])
def test_the_rogue_key_is_of_the_registered_kind(okta: Okta, alg: str) -> None:
    token, jwks = registered(okta, alg, signing("key").set(rogue_key()) & header("jwk").set(rogue_jwk()))
    head, _ = parts(token)

    published = [jwk["kid"] for jwk in jwks["keys"] if jwk["alg"] == alg]
    # What the honest token would name: a secret has no kid.
    assert head.get("kid", "") in (published or [""])
    assert head["jwk"]["alg"] == alg
    named = {"kid": head["kid"]} if "kid" in head else {}
    verified(token, {"keys": [head["jwk"] | named]}, alg)


def test_another_servers_key_is_of_the_registered_kind(okta: Okta) -> None:
    token, _ = registered(okta, "ES256", signing("key").set(other_server_key()))
    verified(token, okta.rp.get(okta.url("keys", "org")).json or {}, "ES256")


def test_the_key_as_hmac_secret_is_the_one_that_signs(okta: Okta) -> None:
    edits = signing("alg").set("HS256") & signing("key").set(published_key_as_hmac("jwk"))
    token, jwks = registered(okta, "ES256", edits)
    own = next(jwk for jwk in jwks["keys"] if jwk["alg"] == "ES256")
    verified(token, {}, "HS256", json.dumps(own, separators=(",", ":")))


def test_id_token_hint_of_any_algorithm_signs_out(okta: Okta) -> None:
    for alg in ("ES256", "HS256"):
        token, _ = registered(okta, alg)
        query = {"id_token_hint": token, "post_logout_redirect_uri": "https://rp.example/bye"}
        answer = okta.browser.get(okta.url("logout"), query_string=query)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "https://rp.example/bye"), alg
        broken = {**query, "id_token_hint": f"{token[:-8]}AAAAAAAA"}
        assert okta.browser.get(okta.url("logout"), query_string=broken).status_code == 400, alg


@pytest.mark.parametrize("alg", ["ES256", "PS256"])
def test_a_signature_that_begins_with_a_zero_is_valid(okta: Okta, alg: str) -> None:
    token, jwks = registered(okta, alg, signing("first_octet").set(0))

    verified(token, jwks, alg)
    assert base64.urlsafe_b64decode(token.rpartition(".")[2] + "==")[0] == 0


def test_a_signature_of_zeros_has_its_length(okta: Okta) -> None:
    token, _ = registered(okta, "ES256", compact("signature").zero())
    assert base64.urlsafe_b64decode(token.rpartition(".")[2] + "==") == bytes(64)


def test_unencoded_payload(okta: Okta) -> None:
    seen = everything(okta, signing("b64").set(False))
    token = seen.body("token")["id_token"]
    head, middle, _ = token.split(".")

    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {
        "kid": seen.body("jwks")["keys"][0]["kid"],
        "alg": "RS256",
        "b64": False,
        "crit": ["b64"],
    }
    assert json.loads(middle)["sub"] == "00u1"
    rsa_signed(token, seen.body("jwks")["keys"][0])


@pytest.mark.parametrize(
    ("edit", "served"),
    [
        (payload.set("[]"), b"[]"),
        (payload.set(""), b""),
        (payload.set_hex("22ff22"), b'"\xff"'),
    ],
)
def test_payload_that_is_no_object_is_signed(okta: Okta, edit: Misbehaviour, served: bytes) -> None:
    seen = everything(okta, edit)
    token = seen.body("token")["id_token"]

    assert base64.urlsafe_b64decode(token.split(".")[1] + "==") == served
    rsa_signed(token, seen.body("jwks")["keys"][0])


def test_padding_changes_the_size_and_nothing_else(okta: Okta) -> None:
    seen = everything(okta, payload.pad(1000))
    token = seen.body("token")["id_token"]

    text = base64.urlsafe_b64decode(token.split(".")[1] + "==").decode()
    assert text.endswith("}" + " " * 1000)
    rsa_signed(token, seen.body("jwks")["keys"][0])


@pytest.mark.parametrize("form", ["flattened", "general"])
def test_json_serialization_is_of_the_same_token(okta: Okta, form: str) -> None:
    seen = everything(okta, compact().serialize(form))
    made = json.loads(seen.body("token")["id_token"])
    signed = made if form == "flattened" else made["signatures"][0]
    again = f"{signed['protected']}.{made['payload']}.{signed['signature']}"

    rsa_signed(again, seen.body("jwks")["keys"][0])
    with pytest.raises(InvalidSignature):
        rsa_signed(again.replace(".", ".A", 1), seen.body("jwks")["keys"][0])


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: signing("b64").set(True), "b64 can be set to false only"),
        (lambda: signing("first_octet").set(256), "a number from 0 to 255"),
        (lambda: payload.set(["x"]), "payload: a text"),
        (lambda: payload.set_hex("xy"), "hexadecimal digits"),
        (lambda: payload.pad(2**24 + 1), "octets from 1 to 16777216"),
        (lambda: compact().serialize("xml"), "flattened or general"),
    ],
)
def test_what_cannot_be_served_is_refused(make: Any, problem: str) -> None:
    with pytest.raises(MisbehaviourError, match=problem):
        make()
