"""An encrypted ID Token hides its contents; that it is genuine only the signature inside can show."""

from __future__ import annotations

from mock_idp.vocabulary import encryption, encryption_header, payload, random, signing
from suites._core import CRITICAL, HARDENING, IN_CODE_FLOW, INFO, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "10.2"),
    level=MUST,
    severity=INFO,
    covers="enc-id-token-sig-enc",
    needs=("encrypted-to-key",),
    idp=encryption_header("kid").remove(),
)
def test_accepts_token_encrypted_to_its_key(login: Login) -> None:
    """An ID Token that is signed and then encrypted to the RP's one key is read; that key needs no name."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "10.2"),
    level=MUST,
    severity=INFO,
    covers="enc-id-token-a128kw",
    needs=("encrypted-to-secret",),
    idp=encryption_header("kid").set(random()),
)
def test_accepts_token_encrypted_with_secret(login: Login) -> None:
    """An ID Token that is encrypted with a key from the client secret is read, even when that key has a name."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 8725", "3.2"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=327,
    covers="enc-id-token-rsa1_5",
    needs=("encrypted-to-key",),
    idp=encryption("alg").set("RSA1_5"),
)
def test_rejects_rsa1_5(login: Login) -> None:
    """An ID Token encrypted with RSA1_5, which the RP did not ask for, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=1),
    level=SHOULD,
    severity=LOW,
    cwe=757,
    covers="enc-expected-but-plain",
    needs=("encrypted-id-token",),
    idp=encryption().off(),
)
def test_rejects_token_that_is_only_signed(login: Login) -> None:
    """An ID Token that is not encrypted, although the RP is registered for that, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.3"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.1",
    covers="enc-inner-unsigned",
    needs=("encrypted-id-token",),
    idp={"alg-none": signing("alg").set("none"), "bare-claims": encryption("content").set("claims")},
)
def test_rejects_encrypted_token_without_signature(login: Login) -> None:
    """An ID Token that is encrypted and not signed starts no session: everybody can encrypt to the RP."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.6"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=409,
    cve=("CVE-2024-28176", "CVE-2026-39373"),
    covers="enc-zip-bomb",
    needs=("encrypted-id-token",),
    dos=True,
    idp=encryption("zip").set("DEF") & payload.pad(4 * 2**20),
)
def test_rejects_compressed_token_that_is_huge(login: Login) -> None:
    """A few kilobytes on the wire that become megabytes start no session."""
    login().must_be_rejected()
