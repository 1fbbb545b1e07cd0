"""The `nonce`: sent, unguessable, and found again in the ID Token."""

from __future__ import annotations

from mock_idp.vocabulary import check_off, claim, compact, original, random, replayed_id_token
from suites._core import CODE_BOUND_BY_PKCE, CRITICAL, HARDENING, HIGH, INFO, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.2.2.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=294,
    asvs="10.5.1",
    covers="nonce-present",
    grade={
        "code": (
            SHOULD,
            MEDIUM,
            "In the code flow OIDC Core 3.1.2.1 leaves the nonce to the RP; RFC 9700 2.1.1 wants it or PKCE.",
        )
    },
)
def test_sends_nonce(login: Login) -> None:
    """The authorization request carries a nonce."""
    login.honest().request.must_send("nonce")


@case(
    spec=Ref("OIDC Core", "3.1.2.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=330,
    asvs="10.1.2",
    cve=("CVE-2022-31034",),
    covers="nonce-entropy",
    needs=("nonce",),
)
def test_sends_unguessable_nonce(login: Login) -> None:
    """The nonce cannot be guessed: many of them show 128 bits of randomness."""
    login.starts(24).must_be_unguessable("nonce", bits=128)


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=11),
    level=MUST,
    severity=HIGH,
    cwe=294,
    asvs="10.5.1",
    cve=("CVE-2024-10318", "CVE-2026-42206"),
    covers="nonce-mismatch",
    needs=("nonce",),
    idp=claim("nonce").set(random()),
)
def test_rejects_changed_nonce(login: Login) -> None:
    """An ID Token with another nonce than the RP sent starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=11),
    level=MUST,
    severity=HIGH,
    cwe=294,
    asvs="10.5.1",
    cve=("CVE-2026-42206",),
    covers="nonce-missing",
    needs=("nonce",),
    idp=claim("nonce").remove(),
)
def test_rejects_missing_nonce(login: Login) -> None:
    """An ID Token without the nonce that the RP sent starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=MEDIUM,
    cwe=1287,
    asvs="10.5.1",
    covers="nonce-wrong-type",
    needs=("nonce",),
    idp={
        "array": claim("nonce").set([original()]),
        "number": claim("nonce").set(7),
        "null": claim("nonce").set(None),
    },
)
def test_rejects_nonce_of_wrong_type(login: Login) -> None:
    """A nonce that is not a string, even an array with the right one in it, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=11),
    level=MUST,
    severity=HIGH,
    cwe=294,
    asvs="10.5.1",
    cve=("CVE-2026-104759",),
    covers="nonce-replay-consumed",
    needs=("nonce",),
    idp=compact().set(replayed_id_token()),
)
def test_rejects_replayed_id_token(login: Login) -> None:
    """A genuine ID Token from an earlier login of the same person starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 9700", "4.5.3.2"),
    level=MUST,
    severity=CRITICAL,
    cwe=294,
    asvs="10.1.2",
    covers="code-injection-nonce",
    grade={"pkce": CODE_BOUND_BY_PKCE},
    needs=("code", "nonce"),
    idp=check_off("pkce"),
)
def test_rejects_injected_code(login: Login) -> None:
    """A stolen code in the attacker's own login starts no session, also where the IdP does not check PKCE."""
    victim, attacker = login.held(), login.held()
    injected = attacker.response.replacing("code", victim.code)
    attacker.deliver(injected).must_be_rejected()


@case(
    spec=Ref("OIDC Core", "15.5.2"),
    level=HARDENING,
    severity=INFO,
    covers="nonce-charset-length",
    needs=("nonce",),
)
def test_sends_nonce_of_usual_form(login: Login) -> None:
    """The nonce has at most 43 characters that need no encoding in a URL: every IdP can keep it and send it back."""
    login.honest().request.must_fit("nonce", r"[A-Za-z0-9._~-]{1,43}", "at most 43 unreserved characters")


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=11),
    level=MUST,
    severity=INFO,
    covers="nonce-unsolicited",
    needs=("no-nonce",),
    idp=claim("nonce").set(random()),
)
def test_survives_unsolicited_nonce(login: Login) -> None:
    """A nonce that an RP has not asked for may be ignored or refused, but the RP does not break down over it."""
    login().must_keep_identity()
