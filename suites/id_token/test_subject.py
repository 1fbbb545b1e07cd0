"""`sub` says who signs in: a string that is not empty."""

from __future__ import annotations

from mock_idp.vocabulary import claim, original, userinfo, victim
from suites._core import CRITICAL, HARDENING, HIGH, LOW, MEDIUM, MUST, Login, Ref, case
from suites._core.words import subject, subject_with

LONG = "0" * 233
"""Behind the 21 characters of a person's subject: one less than the longest that there may be."""


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
    baseline=subject_with("1"),
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
    baseline=subject_with("1"),
    idp={"empty": subject(""), "blank": subject(" ")},
)
def test_rejects_empty_subject(login: Login) -> None:
    """A subject without a visible character starts no session: it would be everybody's account."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=LOW,
    covers="idt-sub-max-length",
    needs=("fresh-people",),
    idp=subject_with(f"{LONG}1"),
)
def test_accepts_longest_subject(login: Login) -> None:
    """A subject may have 255 characters."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "2"),
    # The limit is the issuer's; who stores what is beyond it must at least not cut it off.
    level=HARDENING,
    severity=LOW,
    cwe=222,
    covers="idt-sub-max-length",
    baseline=subject_with("1"),
    idp=subject_with(f"{LONG}{LONG}"),
)
def test_rejects_subject_that_is_too_long(login: Login) -> None:
    """A subject of more than 255 characters starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "5.7"),
    level=MUST,
    severity=MEDIUM,
    cwe=222,
    asvs="10.5.2",
    covers="idt-sub-max-length",
    needs=("fresh-people",),
    idp=subject(victim("sub")) & subject_with(f"{LONG}1"),
)
def test_keeps_long_subjects_apart(login: Login) -> None:
    """Two subjects that differ in their last character only are two people."""
    login.after_victim(subject_with(f"{LONG}2")).must_not_sign_in_victim()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=HIGH,
    cwe=178,
    asvs="10.5.2",
    covers="idt-sub-case-collision",
    idp={
        "other-case": subject(victim("sub")) & claim("sub").swap_case() & userinfo("sub").swap_case(),
        "trailing-space": subject(victim("sub")) & subject_with(" "),
    },
)
def test_keeps_similar_subjects_apart(login: Login) -> None:
    """Two subjects that differ in case or in a space are two people."""
    login.after_victim().must_not_sign_in_victim()
