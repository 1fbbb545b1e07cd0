"""The ID Token is signed with the algorithm that the client is registered for, and with nothing else."""

from __future__ import annotations

from mock_idp.vocabulary import client_secret, published_key, published_key_as_hmac, signing
from suites._core import CRITICAL, IN_CODE_FLOW, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=7),
    level=SHOULD,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-alg-not-registered",
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
    idp={
        "pem": signing("alg").set("HS256") & signing("key").set(published_key_as_hmac("pkcs1")),
        "stripped": signing("alg").set("HS256") & signing("key").set(published_key_as_hmac("pkcs1-stripped")),
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
    idp={
        "pem": signing("alg").set("HS256") & signing("key").set(published_key_as_hmac("spki")),
        "stripped": signing("alg").set("HS256") & signing("key").set(published_key_as_hmac("spki-stripped")),
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
    needs=("client-secret",),
    idp=signing("alg").set("HS256") & signing("key").set(client_secret()),
)
def test_rejects_hmac_with_client_secret(login: Login) -> None:
    """An ID Token signed with the client secret instead of the issuer's key starts no session."""
    login().must_be_rejected()
