"""The ID Token is signed, by this issuer, over exactly these contents.

In the code flow OIDC Core 3.1.3.7 item 6 lets an RP rely on TLS instead: `IN_CODE_FLOW`.
"""

from __future__ import annotations

from mock_idp.vocabulary import compact, header, other_server_key, rogue_key, signing, victim
from suites._core import CRITICAL, IN_CODE_FLOW, MUST, Login, Ref, case
from suites._core.words import ONE_KEY_WITHOUT_KID


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.1",
    cve=("CVE-2020-15240", "CVE-2021-22573"),
    covers="sig-invalid-rs256",
    idp=compact("signature").corrupt(),
)
def test_rejects_corrupted_signature(login: Login) -> None:
    """An ID Token whose signature does not verify starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.3"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.1",
    covers="sig-payload-tampered",
    idp=compact("payload", "sub").set(victim("sub")),
)
def test_rejects_changed_payload(login: Login) -> None:
    """An ID Token whose subject was changed after signing starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "5.2"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="6.8.2",
    covers="sig-empty",
    idp={"empty": compact("signature").set(""), "no-part": compact("signature").drop()},
)
def test_rejects_missing_signature(login: Login) -> None:
    """An ID Token without a signature, while its header promises one, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    cve=("CVE-2020-26244", "CVE-2021-44878", "CVE-2023-22893"),
    covers="sig-alg-none",
    idp=signing("alg").set("none"),
)
def test_rejects_alg_none(login: Login) -> None:
    """An unsigned ID Token (alg none) that the RP did not ask for starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7518", "3.6"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-alg-none-with-signature",
    idp=header("alg").set("none"),
)
def test_rejects_alg_none_with_signature(login: Login) -> None:
    """An ID Token that says alg none and still carries a signature starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "4.1.1"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-alg-none-mixed-case",
    idp={
        "capital-n": signing("alg").set("none") & header("alg").set("NoNe"),
        "capital-o": signing("alg").set("none") & header("alg").set("nOnE"),
        "trailing-space": signing("alg").set("none") & header("alg").set("none "),
    },
)
def test_rejects_alg_none_in_mixed_case(login: Login) -> None:
    """An unsigned ID Token that spells alg none in another way starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7515", "4.1.1"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.2",
    covers="sig-alg-unknown",
    idp=header("alg").set("XX256"),
)
def test_rejects_unknown_alg(login: Login) -> None:
    """An ID Token with an algorithm that does not exist starts no session; no other is tried in its place."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    covers="sig-unpublished-key",
    needs=("alg-public",),
    idp=signing("key").set(rogue_key()),
)
def test_rejects_unpublished_key(login: Login) -> None:
    """An ID Token signed with a key that the issuer has not published starts no session.

    Its header still names the key that the issuer signs with, so nothing but the signature is wrong.
    """
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    covers="sig-unpublished-key",
    needs=("alg-rs256", "tokens-without-kid"),
    idp=ONE_KEY_WITHOUT_KID & signing("key").set(rogue_key()),
    baseline=ONE_KEY_WITHOUT_KID,
)
def test_rejects_unpublished_key_without_kid(login: Login) -> None:
    """An ID Token that names no key and does not fit the only one that the issuer has published starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 8725", "3.8"),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.3",
    covers="sig-key-of-other-tenant",
    needs=("alg-public",),
    okta=True,
    idp=signing("key").set(other_server_key()),
)
def test_rejects_key_of_another_server(login: Login) -> None:
    """An ID Token signed with the key of another authorization server on the same host starts no session."""
    login().must_be_rejected()
