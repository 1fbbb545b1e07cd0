"""The ID Token is signed with the algorithm that the client is registered for, and with nothing else."""

from __future__ import annotations

from mock_idp.vocabulary import (
    client_id,
    client_secret,
    compact,
    header,
    published_key,
    published_key_as_hmac,
    random,
    signing,
)
from suites._core import CRITICAL, HIGH, IN_CODE_FLOW, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case
from suites._core.words import hmac_with


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=7),
    level=SHOULD,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-alg-not-registered",
    needs=("alg-rs256",),
    idp={
        "es256": signing("alg").set("ES256") & signing("key").set(published_key("ES256")),
        "rs512": signing("alg").set("RS512"),
    },
)
def test_rejects_unregistered_alg(login: Login) -> None:
    """A genuine signature with another algorithm than the client's starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.1"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    cve=("CVE-2015-9235", "CVE-2016-10555"),
    covers="sig-hs256-rsa-pub-pem-pkcs1",
    needs=("alg-rsa",),
    idp={
        "pem": hmac_with(published_key_as_hmac("pkcs1")),
        "stripped": hmac_with(published_key_as_hmac("pkcs1-stripped")),
    },
)
def test_rejects_hmac_with_public_key_pkcs1(login: Login) -> None:
    """The issuer's public key, as PKCS #1 text, is not taken for an HMAC secret."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.1"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    cve=("CVE-2015-9235", "CVE-2016-10555"),
    covers="sig-hs256-rsa-pub-spki",
    needs=("alg-public",),
    idp={
        "pem": hmac_with(published_key_as_hmac("spki")),
        "stripped": hmac_with(published_key_as_hmac("spki-stripped")),
    },
)
def test_rejects_hmac_with_public_key_spki(login: Login) -> None:
    """The issuer's public key, as SubjectPublicKeyInfo text, is not taken for an HMAC secret."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=7),
    level=SHOULD,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-hs256-client-secret-unregistered",
    needs=("client-secret", "alg-public"),
    idp=hmac_with(client_secret()),
)
def test_rejects_hmac_with_client_secret(login: Login) -> None:
    """An ID Token signed with the client secret instead of the issuer's key starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=7),
    level=SHOULD,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-alg-not-registered",
    needs=("alg-other",),
    idp=signing("alg").set("RS256") & signing("key").set(published_key("active")),
)
def test_rejects_usual_alg_when_another_is_registered(login: Login) -> None:
    """A genuine RS256 signature is no substitute for the algorithm that the client is registered for."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=7),
    level=MUST,
    severity=HIGH,
    covers="sig-rs256-happy",
    needs=("alg-rs256",),
    okta=True,
    idp=signing("key").set(published_key("next")),
)
def test_accepts_rs256(login: Login) -> None:
    """An RS256 signature of any of the issuer's published keys, the one that the header names, is accepted."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 7518", "3.4"),
    level=MUST,
    severity=LOW,
    covers="sig-es256-happy",
    needs=("alg-es256",),
    idp=signing("first_octet").set(0),
)
def test_accepts_es256(login: Login) -> None:
    """An ES256 signature is accepted, also when its first number is small and written with leading zeros."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=8),
    level=MUST,
    severity=LOW,
    covers="sig-hs256-happy",
    needs=("alg-hs256",),
    idp=header("kid").set(random()),
)
def test_accepts_hs256(login: Login) -> None:
    """The key of HS256 is the client secret, even when the header has a name for it."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 8725", "3.3"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.1",
    covers="sig-invalid-es256",
    needs=("alg-es256",),
    idp=compact("signature").corrupt(),
)
def test_rejects_corrupted_es256_signature(login: Login) -> None:
    """An ID Token whose ES256 signature does not verify starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=8),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.1",
    covers="sig-invalid-hs256",
    needs=("alg-hs256",),
    idp=compact("signature").corrupt(),
)
def test_rejects_corrupted_hs256_signature(login: Login) -> None:
    """An ID Token whose HS256 code does not fit the client secret starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.4"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.1",
    cve=("CVE-2022-21449",),
    covers="sig-ecdsa-zero",
    needs=("alg-ec",),
    idp=compact("signature").zero(),
)
def test_rejects_ecdsa_signature_of_zeros(login: Login) -> None:
    """An ECDSA signature whose two numbers are zero fits nothing."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "4.1.1"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-alg-missing",
    needs=("alg-rs256",),
    idp={
        "absent": header("alg").remove(),
        "null": header("alg").set(None),
        "array": header("alg").set(["RS256"]),
    },
)
def test_rejects_missing_alg(login: Login) -> None:
    """An ID Token whose header does not say how it is signed starts no session, however good its signature is."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.5"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-hs256-jwk-member-as-key",
    needs=("alg-rsa",),
    idp={
        "exponent": hmac_with(published_key_as_hmac("jwk-e")),
        "modulus": hmac_with(published_key_as_hmac("jwk-n")),
        "key-type": hmac_with(published_key_as_hmac("jwk-kty")),
        "algorithm": hmac_with(published_key_as_hmac("jwk-alg")),
    },
)
def test_rejects_hmac_with_jwk_member(login: Login) -> None:
    """A member of the issuer's public JWK is not taken for an HMAC secret."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.1"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-hs256-jwk-json-as-key",
    needs=("alg-public",),
    idp=hmac_with(published_key_as_hmac("jwk")),
)
def test_rejects_hmac_with_jwk_text(login: Login) -> None:
    """The JSON text of the issuer's public JWK is not taken for an HMAC secret."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.5"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=326,
    asvs="9.1.3",
    covers="sig-hs256-empty-or-guessable-key",
    idp={
        "empty": hmac_with(""),
        "client-id": hmac_with(client_id()),
        "null": hmac_with("null"),
        "secret": hmac_with("secret"),
    },
)
def test_rejects_hmac_with_guessable_key(login: Login) -> None:
    """An HMAC key that anybody can guess starts no session."""
    login().must_be_rejected()
