"""Okta Simplified: the tile posts an ID Token that the RP has not asked for to its redirect URI (okta.md 5.4)."""

from __future__ import annotations

from mock_idp.vocabulary import claim, now, other_client, rogue_key, signing
from suites._core import CRITICAL, HIGH, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=11),
    level=MUST,
    severity=HIGH,
    cwe=352,
    covers="idp-init-unsolicited-id-token-post",
    needs=("no-okta-simplified",),
    okta=True,
)
def test_rejects_unsolicited_id_token(login: Login) -> None:
    """A valid ID Token that answers no login of this browser starts no session."""
    login.unasked().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7"),
    level=MUST,
    severity=MEDIUM,
    covers="idp-init-unsolicited-id-token-post",
    needs=("okta-simplified",),
    okta=True,
)
def test_accepts_id_token_of_tile(login: Login) -> None:
    """An RP that says that it takes the tile's ID Tokens signs in with one."""
    login.unasked().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.1.3.7"),
    level=MUST,
    severity=CRITICAL,
    cwe=347,
    covers="idp-init-unsolicited-id-token-post",
    needs=("okta-simplified",),
    idp={
        "audience": claim("aud").set(other_client()),
        "issuer": claim("iss").set("https://attacker.example"),
        "expired": claim("exp").set(now(hours=-2)),
        "signature": signing("key").set(rogue_key()),
        "alg-none": signing("alg").set("none"),
    },
)
def test_rejects_forged_id_token(login: Login) -> None:
    """Nothing of the validation of an ID Token may be left out because nobody has asked for it."""
    login.unasked().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=11),
    level=SHOULD,
    severity=HIGH,
    cwe=294,
    covers="idp-init-unsolicited-id-token-post",
    needs=("okta-simplified",),
)
def test_rejects_id_token_of_tile_twice(login: Login) -> None:
    """The same ID Token signs nobody in a second time, in another browser."""
    login.unasked_twice().must_be_rejected()
