"""An ID Token is a compact JWS over a JSON object, and is read in no other way."""

from __future__ import annotations

from mock_idp.vocabulary import compact, header, payload, pbes2_token, signing
from suites._core import HARDENING, IN_CODE_FLOW, INFO, LOW, MEDIUM, MUST, Login, Ref, case


@case(
    spec=Ref("RFC 7519", "7.2"),
    level=MUST,
    severity=LOW,
    cwe=20,
    covers="idt-payload-not-object",
    idp={
        "array": payload.set("[]"),
        "string": payload.set('"x"'),
        "null": payload.set("null"),
        "empty": payload.set(""),
        "no-utf-8": payload.set_hex("7b22ff223a317d"),
    },
)
def test_rejects_payload_that_is_no_object(login: Login) -> None:
    """A signed payload that is no JSON object starts no session, and breaks nothing."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7519", "7.2"),
    level=MUST,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=436,
    covers="sig-json-serialization",
    idp={"flattened": compact().serialize("flattened"), "general": compact().serialize("general")},
)
def test_rejects_json_serialization(login: Login) -> None:
    """An ID Token in JWS JSON Serialization starts no session, however good its signature is."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "5.2"),
    level=MUST,
    severity=LOW,
    grade={"code": IN_CODE_FLOW},
    cwe=436,
    covers="sig-json-serialization",
    idp={
        "extra-dot": compact().append("."),
        "line-feed": compact().append("\n"),
        "space": compact().prepend(" "),
        "padding": compact("signature").append("=="),
    },
)
def test_rejects_additional_characters(login: Login) -> None:
    """An ID Token with white space, padding or dots that do not belong to it starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7797", "7"),
    level=MUST,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    covers="sig-b64-false",
    idp={
        "critical": signing("b64").set(False),
        "not-critical": signing("b64").set(False) & header("crit").remove(),
    },
)
def test_rejects_unencoded_payload(login: Login) -> None:
    """An ID Token whose payload is not encoded (b64: false) starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7519", "5.1"),
    level=HARDENING,
    severity=INFO,
    covers="sig-typ-unexpected",
    idp={
        "lower-case": header("typ").set("jwt"),
        "jose": header("typ").set("JOSE"),
        "media-type": header("typ").set("application/jwt"),
    },
)
def test_accepts_harmless_type(login: Login) -> None:
    """A typ that says no more than that this is a JWT does not matter, however it is written."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 8725", "3.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=400,
    cve=("CVE-2022-36083", "CVE-2023-52428", "CVE-2026-27932"),
    covers="enc-pbes2-p2c-dos",
    dos=True,
    idp=compact().set(pbes2_token(2**24)),
)
def test_rejects_costly_key_derivation(login: Login) -> None:
    """An encrypted ID Token that wants its key derived from a password in millions of rounds is refused at once."""
    login().must_answer_within(2)


@case(
    spec=Ref("RFC 7515", "5.2"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=405,
    cve=("CVE-2025-30204",),
    covers="sig-json-serialization",
    dos=True,
    idp=compact().append("." * 100_000),
)
def test_rejects_token_of_many_parts(login: Login) -> None:
    """An ID Token with a hundred thousand dots is refused at once, and breaks nothing."""
    login().must_answer_within(2)
