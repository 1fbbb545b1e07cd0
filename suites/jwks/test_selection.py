"""Which of the issuer's keys is meant: by kid, type and algorithm, not by position (OIDC Core 10.1, RFC 7517 4)."""

from __future__ import annotations

from mock_idp.vocabulary import active_kid, extra_jwk, header, jwks, published_jwk, rogue_x5c
from suites._core import HARDENING, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case
from suites._core.words import ONE_KEY_WITHOUT_KID

CURVE = {"kty": "EC", "use": "sig", "alg": "ES512", "kid": "p521", "crv": "P-521", "x": "AA", "y": "AA"}
EDWARDS = {"kty": "OKP", "use": "sig", "alg": "EdDSA", "kid": "okp", "crv": "Ed25519", "x": "A" * 43}
ENCRYPTION = {"kty": "RSA", "use": "enc", "alg": "RSA-OAEP", "kid": "enc", "n": "x" * 342 + "w", "e": "AQAB"}


@case(
    spec=Ref("OIDC Core", "10.1"),
    level=MUST,
    severity=LOW,
    covers="jwks-kid-absent-single-key",
    needs=("alg-rs256",),
    idp=ONE_KEY_WITHOUT_KID,
)
def test_accepts_a_single_key_without_kid(login: Login) -> None:
    """Where the issuer has one key, nobody need say which."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "10.1"),
    level=MUST,
    severity=LOW,
    cwe=754,
    covers="jwks-kid-absent-multiple-keys",
    needs=("alg-rs256",),
    idp=(
        jwks("keys").set([published_jwk("next"), published_jwk("active")])
        & jwks("keys", 0, "kid").remove()
        & jwks("keys", 1, "kid").remove()
        & header("kid").remove()
    ),
)
def test_survives_several_keys_without_kid(login: Login) -> None:
    """Where the issuer has several keys and says nowhere which is meant, the RP tries them or refuses."""
    login().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "10.1"),
    level=MUST,
    severity=MEDIUM,
    covers="jwks-multiple-keys-order",
    needs=("alg-rs256",),
    idp=jwks("keys").set(
        [published_jwk("ES256"), extra_jwk("RSA-2048"), published_jwk("next"), published_jwk("active")]
    ),
)
def test_accepts_keys_in_any_order(login: Login) -> None:
    """The key that signs need not be the first of the set."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 7517", "5"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=754,
    covers="jwks-mixed-unsupported-keys",
    idp={
        "unknown-type": jwks("keys").add_first({"kty": "XYZ", "kid": "xyz", "use": "sig", "value": "AA"}),
        "other-curves": jwks("keys").add_first(CURVE) & jwks("keys").add_first(EDWARDS),
        "for-encryption": jwks("keys").add_first(ENCRYPTION),
        "without-members": jwks("keys").add_first({"kty": "RSA", "kid": "short", "use": "sig", "alg": "RS256"}),
        "kid-is-a-number": jwks("keys").add_first(extra_jwk("RSA-2048")) & jwks("keys", 0, "kid").set(7),
        "other-certificate": jwks("keys", 1, "x5c").set(rogue_x5c()),
    },
)
def test_ignores_keys_that_it_cannot_use(login: Login) -> None:
    """A key that an RP cannot use does not keep it from using the one beside it."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 7517", "4.5"),
    level=HARDENING,
    severity=LOW,
    cwe=436,
    covers="jwks-duplicate-kid",
    idp=jwks("keys").add_first(published_jwk("ES256")) & jwks("keys", 0, "kid").set(active_kid()),
)
def test_accepts_two_keys_of_one_kid(login: Login) -> None:
    """Two keys of different types may share a kid; the one that fits the algorithm is meant."""
    login().must_sign_in()
