"""`sub` says who signs in: a string that is not empty."""

from __future__ import annotations

from mock_idp.vocabulary import claim, original
from suites._core import CRITICAL, HARDENING, HIGH, MUST, Login, Ref, case
from suites._core.words import subject


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=CRITICAL,
    cwe=287,
    asvs="10.5.2",
    covers="idt-sub-missing",
    idp=claim("sub").remove(),
)
def test_rejects_missing_subject(login: Login) -> None:
    """An ID Token without a subject starts no session; its e-mail address is no substitute."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=HIGH,
    cwe=1287,
    asvs="10.5.2",
    covers="idt-sub-wrong-type",
    idp={
        "number": subject(1001),
        "boolean": subject(True),
        "null": subject(None),
        "array": subject([original()]),
        "object": subject({"id": original()}),
    },
)
def test_rejects_subject_of_wrong_type(login: Login) -> None:
    """A subject that is not a string starts no session; it is not made into one."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    # No text forbids an empty string; an application that keys its accounts by it has one account for everybody.
    level=HARDENING,
    severity=HIGH,
    cwe=287,
    asvs="10.5.2",
    covers="idt-sub-empty-or-whitespace",
    idp={"empty": subject(""), "blank": subject(" ")},
)
def test_rejects_empty_subject(login: Login) -> None:
    """A subject without a visible character starts no session: it would be everybody's account."""
    login().must_be_rejected()
