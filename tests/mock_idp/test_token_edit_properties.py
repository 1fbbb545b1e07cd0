"""For any edit of how an ID Token is signed, serialised or encrypted: it differs from an honest one in nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import given
from joserfc import jwe
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, RSAKey

from mock_idp.crypto.jwe import ALGORITHMS, is_symmetric, secret_key
from mock_idp.crypto.keys import KeyRing
from mock_idp.misbehaviour import Misbehaviour
from tests.mock_idp.conftest import build_okta
from tests.mock_idp.logins import Everything, everything
from tests.mock_idp.okta import WEB, parts, rsa_signed
from tests.mock_idp.strategies import misbehaviours, steady
from tests.mock_idp.undoing import FRESH, all_records, duplicates, id_tokens, pruned, records, undone, without

OURS = KeyRing()
RSA = RSAKey.generate_key(2048, {"use": "enc", "kid": "rsa"})
EC = ECKey.generate_key("P-256", {"use": "enc", "kid": "ec"})
ENCRYPTED = {
    "jwks": [key.as_dict(private=False) for key in (RSA, EC)],
    "id_token_encrypted_response_alg": "RSA-OAEP-256",
    "id_token_encrypted_response_enc": "A256GCM",
}
OF_A_KEY = ("kid", "epk")
"""Members of an encrypted token's header that follow from its algorithm."""


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64url_decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims_of(payload: bytes | str) -> dict[str, Any]:
    return without(json.loads(payload), *FRESH)


@cache
def honest_login(*, encrypted: bool = False) -> Everything:
    return everything(build_okta(OURS), None, ENCRYPTED if encrypted else None)


def split(token: str) -> tuple[str, str, str]:
    """Header, payload and signature; an unencoded payload (RFC 7797) may have dots in it."""
    (head, _, rest), (_, _, mark) = token.partition("."), token.rpartition(".")
    return head, rest[: -len(mark) - 1], mark


@steady
@given(misbehaviours(("id_token.signing",)))
def test_signing_changes_signature_and_what_the_header_says_of_it(misbehaviour: Misbehaviour) -> None:
    honest, seen = honest_login(), everything(build_okta(OURS), misbehaviour)

    active = honest.body("jwks")["keys"][0]
    answers = {"front": seen.front, "token": seen.body("token"), "refresh": seen.body("refresh")}
    for channel, mine, theirs in id_tokens(honest, seen):
        told = {record["path"][0]: record.get("after") for record in records(seen, "id_token.signing", channel)}
        (honest_head, honest_claims), (head, payload, _) = parts(mine), split(theirs)
        payload = payload if told.get("b64") is False else b64url_decoded(payload).decode()
        assert claims_of(payload) == without(honest_claims, *FRESH)
        header = json.loads(b64url_decoded(head))
        follows = {"alg": ("alg", "key"), "kid": ("key",), "b64": ("b64",), "crit": ("b64",)}
        free = [member for member, edits in follows.items() if {*edits} & {*told}]
        assert without(header, *free) == without(honest_head, *free)
        assert header["alg"] == told.get("alg", header["alg"])
        assert json.loads(payload).get("at_hash") == half_hash(answers[channel]["access_token"], header["alg"])
        if not told:
            rsa_signed(theirs, active)


def half_hash(value: str, alg: str) -> str | None:
    """at_hash of a token that is signed with this algorithm (OIDC Core 3.1.3.6; Ed25519 hashes with SHA-512)."""
    if alg == "none":
        return None
    kind = {"384": hashlib.sha384, "512": hashlib.sha512, "DSA": hashlib.sha512}.get(alg[-3:], hashlib.sha256)
    digest = kind(value.encode()).digest()
    return b64url(digest[: len(digest) // 2])


@steady
@given(misbehaviours(("id_token.compact",), most=2))
def test_a_serialised_token_is_the_honest_one_with_the_changes_that_are_recorded(misbehaviour: Misbehaviour) -> None:
    honest, seen = honest_login(), everything(build_okta(OURS), misbehaviour)

    active = honest.body("jwks")["keys"][0]
    for channel, mine, theirs in id_tokens(honest, seen):
        told = all_records(seen, "id_token.compact", channel)
        token = theirs
        for record in reversed(told):
            token = before(token, record)
        (honest_head, honest_claims), (head, claims) = parts(without_signature(token)), parts(mine)
        assert head == honest_head
        assert without(pruned(claims), *FRESH) == without(pruned(honest_claims), *FRESH)
        if UNKNOWN not in token and not any(record["path"][:1] == ["payload"] for record in told):
            rsa_signed(token, active)


UNKNOWN = "?"
"""In place of a signature that was taken away or overwritten: nothing is known of it."""


def without_signature(token: str) -> str:
    return ".".join([*token.split(".", 2)[:2], ""])


def before(token: str, record: Mapping[str, Any]) -> str:
    """The token before one recorded change."""
    if not record["path"]:
        # All but the last character, of whose bits a decoder ignores some.
        assert UNKNOWN in token or token[:-1] == record["after"][:-1]
        return str(record["before"])
    if record["op"] == "drop":
        assert token.count(".") == 1
        return f"{token}.{UNKNOWN}"
    head, payload, mark = token.split(".", 2)
    if record["path"][0] == "payload":
        claims = undone(json.loads(b64url_decoded(payload)), [{**record, "path": record["path"][1:]}])
        payload = b64url(json.dumps(claims).encode())
    elif record["op"] in ("append", "prepend", "set", "truncate", "swap_case"):
        assert mark == UNKNOWN or mark[:-1] == record["after"][:-1]
        mark = record["before"]
    elif mark != UNKNOWN:
        octets = bytearray(b64url_decoded(mark))
        assert record["op"] == "corrupt" or set(octets) == {0}
        octets[len(octets) // 2] ^= 0xFF
        mark = b64url(bytes(octets)) if record["op"] == "corrupt" else UNKNOWN
    return f"{head}.{payload}.{mark}"


@steady
@given(misbehaviours(("id_token.encryption", "id_token.encryption_header")))
def test_an_encrypted_token_has_the_honest_one_inside(misbehaviour: Misbehaviour) -> None:
    honest, seen = honest_login(encrypted=True), everything(build_okta(OURS), misbehaviour, ENCRYPTED)

    if duplicates(misbehaviour):
        return
    active = honest.body("jwks")["keys"][0]
    for channel, mine, theirs in id_tokens(honest, seen):
        told = all_records(seen, "id_token.encryption", channel)
        honest_head, honest_inside = opened(mine)
        honest_claims = claims_of(b64url_decoded(honest_inside.split(".")[1]))
        if any(record["op"] == "off" for record in told):
            head, inside, named = honest_head, theirs, {}
        else:
            named = {record["path"][0]: record["after"] for record in told}
            head, inside = opened(theirs)
            head = undone(head, records(seen, "id_token.encryption_header", channel))
        expected = honest_head | {name: value for name, value in named.items() if name != "content"}
        if named.get("content") == "claims":
            assert without(head, *OF_A_KEY) == without(expected, *OF_A_KEY, "cty")
            assert claims_of(inside) == honest_claims
            continue
        free = OF_A_KEY if "alg" in named else ()
        assert without(head, *free) == without(expected, *free)
        assert claims_of(b64url_decoded(inside.split(".")[1])) == honest_claims
        rsa_signed(inside, active)


def opened(token: str) -> tuple[dict[str, Any], str]:
    """Header and content of an encrypted ID Token, opened with what the app has for its algorithm."""
    header = json.loads(b64url_decoded(token.split(".")[0]))
    alg, enc = header["alg"], header["enc"]
    key: Key = EC if alg.startswith("ECDH") else RSA
    if is_symmetric(alg):
        key = secret_key(WEB["client_secret"], alg, enc)
    with warnings.catch_warnings(action="ignore", category=SecurityWarning):
        registry = jwe.JWERegistry(algorithms=[*ALGORITHMS, enc, "DEF"], strict_check_header=False)
        made = jwe.decrypt_compact(token, key, registry=registry)
    return header, bytes(made.plaintext or b"").decode()
