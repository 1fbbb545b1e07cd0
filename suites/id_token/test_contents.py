"""Which of the ID Token's contents count, and which do not."""

from __future__ import annotations

from mock_idp.vocabulary import claim, header, random, userinfo, victim
from suites._core import HARDENING, HIGH, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("RFC 7519", "5.3"),
    level=SHOULD,
    severity=HIGH,
    cwe=345,
    asvs="10.5.2",
    covers="idt-header-claims-ignored",
    idp=header("sub").set(victim("sub")) & header("email").set(victim("email")) & header("name").set(victim("name")),
)
def test_ignores_claims_in_header(login: Login) -> None:
    """Claims about another person in the JOSE header do not change who signs in."""
    login().must_keep_identity()


@case(
    spec=Ref("RFC 7519", "4"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=436,
    covers="idt-duplicate-json-keys",
    # UserInfo agrees with the second one: else an RP that takes it would only stumble there.
    idp=claim("sub").duplicate(victim("sub")) & userinfo("sub").set(victim("sub")),
)
def test_rejects_duplicate_members(login: Login) -> None:
    """An ID Token that names two subjects, one after the other, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=LOW,
    covers="idt-unknown-claims-ignored",
    okta=True,
    idp=claim("urn:example:unknown").set({"nested": [1, None, "x"]}) & claim("groups").set(["Everyone"]),
)
def test_accepts_unknown_claims(login: Login) -> None:
    """Claims that the RP does not know are ignored."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.1.3.8"),
    level=HARDENING,
    severity=LOW,
    cwe=354,
    covers="idt-at-hash-mismatch-code-flow",
    needs=("code",),
    idp=claim("at_hash").set(random()).where(channel="token"),
)
def test_rejects_wrong_at_hash(login: Login) -> None:
    """An ID Token whose at_hash belongs to another access token starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.6"),
    level=MUST,
    severity=LOW,
    covers="idt-at-hash-absent-code-flow",
    needs=("code",),
    idp=claim("at_hash").remove().where(channel="token"),
)
def test_accepts_absent_at_hash(login: Login) -> None:
    """An ID Token from the token endpoint may come without at_hash."""
    login().must_sign_in()
