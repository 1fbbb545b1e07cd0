"""A published key is good for what it was published for, and only if it is a good one."""

from __future__ import annotations

from mock_idp.vocabulary import extra_jwk, extra_key, header, jwks, published_key, signing
from suites._core import CRITICAL, HIGH, IN_CODE_FLOW, MEDIUM, MUST, SHOULD, Login, Ref, case

OCTETS = "mock-idp-octets-of-a-published-symmetric-key"
SYMMETRIC = {"kty": "oct", "kid": "oct", "use": "sig", "alg": "HS256"}
SIGNED_BY_NEXT = signing("key").set(published_key("next"))
SIGNED_BY_EXTRA = jwks("keys").add(extra_jwk("RSA-2048")) & signing("key").set(extra_key("RSA-2048"))
KIDS = {
    "path": "../../../../../../dev/null",
    "sql": "x' UNION SELECT '' -- ",
    "nul": "key\u0000.pem",
    "ldap": "*)(uid=*))(|(uid=*",
    "newline": "key\r\nX-Injected: 1",
    "long": "k" * 100_000,
}


@case(
    spec=Ref("RFC 7517", "4.2"),
    level=SHOULD,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    covers="jwks-use-enc-key-signing",
    needs=("alg-rs256",),
    idp=jwks("keys", 1, "use").set("enc") & SIGNED_BY_NEXT,
    baseline=SIGNED_BY_NEXT,
)
def test_rejects_a_signature_of_an_encryption_key(login: Login) -> None:
    """A key that is published for encryption signs nobody in."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7517", "4.3"),
    level=SHOULD,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    covers="jwks-use-enc-key-signing",
    needs=("alg-rs256",),
    idp=jwks("keys", 1, "use").remove() & jwks("keys", 1, "key_ops").set(["encrypt", "wrapKey"]) & SIGNED_BY_NEXT,
    baseline=SIGNED_BY_NEXT,
)
def test_rejects_a_signature_of_a_key_for_other_operations(login: Login) -> None:
    """A key whose operations do not include verifying signs nobody in."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7517", "4.4"),
    level=SHOULD,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="jwks-alg-mismatch-key",
    needs=("alg-rs256",),
    idp={"ps256": signing("alg").set("PS256"), "rs384": signing("alg").set("RS384")},
)
def test_rejects_another_algorithm_than_the_keys(login: Login) -> None:
    """A key that is published for one algorithm verifies no other, be the signature ever so genuine."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7518", "3.3"),
    level=MUST,
    severity=MEDIUM,
    grade={"code": IN_CODE_FLOW},
    cwe=326,
    covers="jwks-weak-rsa-key",
    needs=("alg-rs256",),
    idp=jwks("keys").add(extra_jwk("RSA-1024")) & signing("key").set(extra_key("RSA-1024")),
    baseline=SIGNED_BY_EXTRA,
)
def test_rejects_a_key_that_is_too_short(login: Login) -> None:
    """An RSA key of less than 2048 bits signs nobody in."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.1"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="jwks-symmetric-key-published",
    idp=(
        jwks("keys").add({**SYMMETRIC, "k": "bW9jay1pZHAtb2N0ZXRzLW9mLWEtcHVibGlzaGVkLXN5bW1ldHJpYy1rZXk"})
        & signing("alg").set("HS256")
        & signing("key").set(OCTETS)
        & header("kid").set("oct")
    ),
    baseline=jwks("keys").add({**SYMMETRIC, "k": "bW9jay1pZHAtb2N0ZXRzLW9mLWEtcHVibGlzaGVkLXN5bW1ldHJpYy1rZXk"}),
)
def test_rejects_a_secret_that_is_published(login: Login) -> None:
    """A symmetric key that everybody can read in the key set signs nobody in."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.10"),
    level=MUST,
    severity=HIGH,
    grade={"code": IN_CODE_FLOW},
    cwe=20,
    covers="jwks-kid-injection",
    needs=("signature",),
    idp={
        name: signing("alg").set("HS256") & signing("key").set("") & header("kid").set(kid)
        for name, kid in KIDS.items()
    },
)
def test_rejects_a_kid_that_is_no_name(login: Login) -> None:
    """A kid is compared and nothing else: it names no file, no query and no header line."""
    login().must_be_rejected()
