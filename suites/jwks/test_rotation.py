"""Keys change: new ones are found, old ones are forgotten, and nobody is overrun with requests for them."""

from __future__ import annotations

from mock_idp.vocabulary import (
    active_kid,
    header,
    http,
    jwks,
    published_jwk,
    published_key,
    random,
    rogue_key,
    signing,
)
from suites._core import HARDENING, HIGH, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case

SIGNED_BY_NOBODY = signing("key").set(rogue_key()) & header("kid").set(random())
UNKNOWN_KIDS, LOGINS = 8, 5


@case(
    spec=Ref("OIDC Core", "10.1.1"),
    level=SHOULD,
    severity=HIGH,
    cwe=672,
    covers="jwks-rotation-unknown-kid-refetch",
    needs=("signature", "alg-rs256"),
)
def test_accepts_a_key_that_is_new(login: Login) -> None:
    """A kid that the RP has never seen has it look at the issuer's keys again."""
    issuer = login.own_issuer(honest=True)
    issuer.control()
    issuer.rotate_keys(announced=False)
    issuer.must_sign_in_soon()


@case(
    spec=Ref("OIDC Core", "10.1.1"),
    level=SHOULD,
    severity=HIGH,
    cwe=672,
    covers="jwks-rotation-between-logins",
    needs=("signature", "alg-rs256"),
)
def test_accepts_the_next_key(login: Login) -> None:
    """The key that was published ahead of its use signs the next login, without a restart."""
    issuer = login.own_issuer(honest=True)
    issuer.control()
    issuer.rotate_keys()
    issuer.must_sign_in_soon()


@case(
    spec=Ref("RFC 7517", "4.5"),
    level=HARDENING,
    severity=LOW,
    covers="jwks-rotation-same-kid",
    needs=("alg-rs256",),
    idp=(
        jwks("keys").set([published_jwk("next")])
        & jwks("keys", 0, "kid").set(active_kid())
        & signing("key").set(published_key("next"))
        & header("kid").set(active_kid())
    ),
)
def test_accepts_another_key_of_the_same_kid(login: Login) -> None:
    """A key that is replaced under the same kid is found, at the latest after a restart."""
    issuer = login.own_issuer(honest=True)
    issuer.control()
    issuer.misbehave()
    issuer.must_sign_in_after_restart()


@case(
    spec=Ref("RFC 9111", "4.2"),
    level=HARDENING,
    severity=HIGH,
    cwe=672,
    covers="jwks-revoked-key-still-cached",
    needs=("alg-rs256",),
    idp=http("keys").max_age(1) & jwks("keys").set([published_jwk("active"), published_jwk("next")]),
)
def test_rejects_a_key_that_was_withdrawn(login: Login) -> None:
    """A key that the issuer has taken back is not used for longer than its answer said that it may be kept."""
    issuer = login.own_issuer()
    issuer.control()
    issuer.rotate_keys()
    issuer.pass_time(2)
    issuer.control()
    issuer.login(signing("key").set(published_key("retired"))).must_be_rejected()


@case(
    spec=Ref("OIDC Core", "10.1.1"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=770,
    covers="jwks-unknown-kid-refetch-storm",
    needs=("signature",),
    idp=SIGNED_BY_NOBODY,
)
def test_never_fetches_keys_for_every_token(login: Login) -> None:
    """Tokens with kids that nobody knows do not each have the RP ask for the issuer's keys."""
    issuer = login.own_issuer(honest=True)
    issuer.control()
    before = issuer.fetches("keys")
    issuer.misbehave()
    issuer.logins(UNKNOWN_KIDS)
    # All but two: how many a target with patience asks for depends on how long the logins take.
    issuer.must_fetch_at_most(UNKNOWN_KIDS - 2, "keys", since=before)


@case(
    spec=Ref("RFC 9111", "4.2"),
    level=HARDENING,
    severity=LOW,
    cwe=770,
    covers="jwks-cache-used",
    needs=("signature",),
)
def test_keeps_the_keys_for_the_next_login(login: Login) -> None:
    """The issuer's keys are not asked for in every login."""
    issuer = login.own_issuer(honest=True)
    issuer.control(LOGINS)
    issuer.must_fetch_at_most(LOGINS // 2, "keys")


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=HIGH,
    cwe=636,
    covers="jwks-unreachable-during-login",
    needs=("signature",),
    idp=http("keys").status(503) & http("keys").body("") & SIGNED_BY_NOBODY,
)
def test_rejects_a_token_when_keys_cannot_be_had(login: Login) -> None:
    """A signature that cannot be verified because the keys cannot be had is not verified."""
    issuer = login.own_issuer()
    issuer.login().must_be_rejected()
    issuer.mend()
    issuer.must_sign_in_soon()
