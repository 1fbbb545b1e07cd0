"""ID Tokens that are encrypted for an app that asks for it (OIDC Core 10.2), and what can be wrong with that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from mock_idp.misbehaviour import Misbehaviour, MisbehaviourError
from mock_idp.vocabulary import encryption, encryption_header, payload
from tests.mock_idp.okta import ORIGIN, WEB, Okta, parts

RSA = RSAKey.generate_key(2048, {"use": "enc", "kid": "rsa"})
EC = ECKey.generate_key("P-256", {"use": "enc", "kid": "ec"})
SIGNING = RSAKey.generate_key(2048, {"use": "sig", "kid": "not-this"})
JWKS = [key.as_dict(private=False) for key in (SIGNING, RSA, EC)]
SECRET = "web-secret"


def token(okta: Okta, misbehaviour: Misbehaviour | None = None, alg: str = "RSA-OAEP-256", enc: str = "A256GCM") -> str:
    """The ID Token of an app that is registered for this encryption."""
    okta.register("web", **WEB, jwks=JWKS, id_token_encrypted_response_alg=alg, id_token_encrypted_response_enc=enc)
    return str(okta.tokens(okta.attempt(misbehaviour))["id_token"])


def opened(compact: str, key: Key, *algorithms: str) -> tuple[dict[str, Any], bytes]:
    made = jwe.decrypt_compact(compact, key, algorithms=list(algorithms))
    return dict(made.headers()), bytes(made.plaintext or b"")


def derived(size: int) -> Key:
    return OctKey.import_key(hashlib.sha256(SECRET.encode()).digest()[:size])


@pytest.mark.parametrize(
    ("alg", "enc", "key", "kid"),
    [
        ("RSA-OAEP-256", "A256GCM", RSA, "rsa"),
        ("RSA-OAEP", "", RSA, "rsa"),
        ("ECDH-ES", "A128GCM", EC, "ec"),
        ("A128KW", "A128CBC-HS256", derived(16), None),
        ("A256KW", "A256GCM", derived(32), None),
        ("dir", "A128CBC-HS256", derived(32), None),
    ],
)
def test_the_signed_token_is_inside(okta: Okta, alg: str, enc: str, key: Key, kid: str | None) -> None:
    used = enc or "A128CBC-HS256"
    head, plain = opened(token(okta, alg=alg, enc=enc), key, alg, used)

    assert (head["alg"], head["enc"], head["cty"], head.get("kid")) == (alg, used, "JWT", kid)
    assert okta.verified(plain.decode())["sub"].startswith("00u")


def test_discovery_says_so_where_an_app_asks_for_it(okta: Okta) -> None:
    def document() -> dict[str, Any]:
        return okta.rp.get(f"{ORIGIN}/oauth2/default/.well-known/openid-configuration").json or {}

    assert [name for name in document() if "encryption" in name] == []
    token(okta)
    names = list(document())
    at = names.index("id_token_signing_alg_values_supported")
    assert names[at + 1 : at + 3] == [
        "id_token_encryption_alg_values_supported",
        "id_token_encryption_enc_values_supported",
    ]
    assert document()["id_token_encryption_alg_values_supported"] == ["RSA-OAEP-256"]


def recorded(okta: Okta, misbehaviour: Misbehaviour) -> tuple[str, list[Mapping[str, Any]]]:
    okta.register(
        "web",
        **WEB,
        jwks=JWKS,
        id_token_encrypted_response_alg="RSA-OAEP-256",
        id_token_encrypted_response_enc="A256GCM",
    )
    attempt = okta.attempt(misbehaviour)
    made = str(okta.tokens(attempt)["id_token"])
    transcript = okta.transcript(attempt)
    assert transcript["failures"] == []
    return made, transcript["deliveries"]


@pytest.mark.parametrize(
    ("edit", "before", "after", "algorithms"),
    [
        (encryption("alg").set("RSA1_5"), "RSA-OAEP-256", "RSA1_5", ("RSA1_5", "A256GCM")),
        (encryption("enc").set("A128GCM"), "A256GCM", "A128GCM", ("RSA-OAEP-256", "A128GCM")),
        (encryption("zip").set("DEF"), "", "DEF", ("RSA-OAEP-256", "A256GCM", "DEF")),
        (encryption_header("kid").set("x"), "rsa", "x", ("RSA-OAEP-256", "A256GCM")),
        (encryption_header("cty").append("+"), "JWT", "JWT+", ("RSA-OAEP-256", "A256GCM")),
        (encryption_header("cty").prepend("+"), "JWT", "+JWT", ("RSA-OAEP-256", "A256GCM")),
        (encryption_header("cty").swap_case(), "JWT", "jwt", ("RSA-OAEP-256", "A256GCM")),
        (encryption_header("cty").truncate(1), "JWT", "JW", ("RSA-OAEP-256", "A256GCM")),
        (encryption_header("kid").remove(), "rsa", None, ("RSA-OAEP-256", "A256GCM")),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_one_change_and_the_same_token_inside(
    okta: Okta, edit: Misbehaviour, before: str, after: str | None, algorithms: tuple[str, ...]
) -> None:
    made, (delivery,) = recorded(okta, edit)
    head, plain = opened(made, RSA, *algorithms)

    assert (delivery["before"], delivery.get("after")) == (before, after)
    wanted = {"kid": "rsa", "alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT", "zip": ""}
    wanted[delivery["path"][0]] = after or ""
    assert head == {name: value for name, value in wanted.items() if value}
    okta.verified(plain.decode())


def test_bare_claims_inside(okta: Okta) -> None:
    made, (delivery,) = recorded(okta, encryption("content").set("claims"))
    head, plain = opened(made, RSA, "RSA-OAEP-256", "A256GCM")

    assert (delivery["before"], delivery["after"]) == ("token", "claims")
    assert "cty" not in head
    assert json.loads(plain)["aud"] == "web"


def test_not_encrypted_at_all(okta: Okta) -> None:
    made, (delivery,) = recorded(okta, encryption().off())

    assert (delivery["before"], delivery["after"]) == ("an encrypted token", "a token that is only signed")
    okta.verified(made)


def test_a_compressed_token_is_small_on_the_wire(okta: Okta) -> None:
    made, _ = recorded(okta, encryption("zip").set("DEF") & payload.pad(4 * 2**20))
    assert len(made) < 40_000


def test_an_app_without_encryption_has_nothing_to_change(okta: Okta) -> None:
    attempt = okta.attempt(encryption().off() & encryption_header("kid").remove())

    assert parts(okta.tokens(attempt)["id_token"])[0]["alg"] == "RS256"
    assert okta.transcript(attempt)["deliveries"] == []


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"id_token_encrypted_response_alg": "RSA-OAEP-512"}, "id_token_encrypted_response_alg: expected '' or"),
        ({"id_token_encrypted_response_alg": "RSA-OAEP-256"}, "RSA-OAEP-256 needs the app's jwks or jwks_uri"),
        ({"id_token_encrypted_response_enc": "A256GCM"}, "needs id_token_encrypted_response_alg, too"),
        (
            {"id_token_encrypted_response_alg": "dir", "token_endpoint_auth_method": "none", "client_secret": ""},
            "dir needs a client_secret",
        ),
    ],
)
def test_registrations_that_cannot_be(okta: Okta, settings: dict[str, Any], problem: str) -> None:
    answer = okta.control("PUT", "/clients/odd", WEB | settings)

    assert answer.status_code == 400
    assert problem in (answer.json or {})["error"]


def test_a_client_whose_keys_do_not_fit_gets_an_error(okta: Okta) -> None:
    okta.register("web", **WEB, jwks=[SIGNING.as_dict(private=False)], id_token_encrypted_response_alg="RSA-OAEP-256")
    answer = okta.redeem(okta.code(okta.attempt()))

    assert (answer.status_code, (answer.json or {})["error_description"]) == (401, "The client JWKSet is invalid.")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: encryption("alg").set("RS256"), "alg can be RSA-OAEP"),
        (lambda: encryption_header("alg").set("x"), "other than alg, enc and zip"),
    ],
)
def test_what_cannot_be_served_is_refused(make: Any, problem: str) -> None:
    with pytest.raises(MisbehaviourError, match=problem):
        make()
