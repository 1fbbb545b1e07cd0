"""The ID Token is used within its time."""

from __future__ import annotations

from mock_idp.vocabulary import claim, now
from suites._core import HARDENING, HIGH, INFO, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=9),
    level=MUST,
    severity=HIGH,
    cwe=613,
    asvs="9.2.1",
    covers="idt-exp-expired",
    idp={"day": claim("exp").set(now(days=-1)), "year": claim("exp").set(now(days=-365))},
)
def test_rejects_expired_token(login: Login) -> None:
    """An ID Token that has expired starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=HIGH,
    cwe=613,
    asvs="9.2.1",
    covers="idt-exp-missing",
    idp=claim("exp").remove(),
)
def test_rejects_missing_expiry(login: Login) -> None:
    """An ID Token that never expires starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7519", "4.1.4"),
    level=MUST,
    severity=MEDIUM,
    cwe=1287,
    asvs="9.2.1",
    covers="idt-exp-wrong-type",
    idp={
        "numeric-string": claim("exp").set("4102444800"),
        "iso-date": claim("exp").set("2100-01-01T00:00:00Z"),
        "negative": claim("exp").set(-1),
    },
)
def test_rejects_expiry_of_wrong_type(login: Login) -> None:
    """An expiry that is not written as a number, or as one before all numbers of seconds, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 7519", "2"),
    # It is a NumericDate, of a year in which nobody reads it.
    level=HARDENING,
    severity=LOW,
    cwe=755,
    covers="idt-exp-wrong-type",
    idp={
        "milliseconds": claim("exp").set(4_102_444_800_000),
        "huge": claim("exp").set(1e20),
    },
)
def test_survives_expiry_beyond_calendars(login: Login) -> None:
    """An expiry that no calendar has is refused or taken for far away, and nothing breaks down over it."""
    login().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=MEDIUM,
    cwe=294,
    asvs="9.2.1",
    covers="idt-iat-missing",
    idp=claim("iat").remove(),
)
def test_rejects_missing_issue_time(login: Login) -> None:
    """An ID Token that does not say when it was issued starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=10),
    level=HARDENING,
    severity=MEDIUM,
    cwe=294,
    asvs="9.2.1",
    covers="idt-iat-future",
    idp={
        "day": claim("iat").set(now(days=1)) & claim("exp").set(now(days=1, hours=1)),
        "year": claim("iat").set(now(days=365)) & claim("exp").set(now(days=365, hours=1)),
    },
)
def test_rejects_issue_time_in_future(login: Login) -> None:
    """An ID Token that claims to be issued long after now starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=10),
    level=HARDENING,
    severity=LOW,
    covers="idt-iat-slight-future",
    idp=claim("iat").set(now(seconds=20)),
)
def test_accepts_slightly_future_issue_time(login: Login) -> None:
    """Clocks that are 20 seconds apart do not keep people out."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 7519", "4.1.5"),
    # Not to be accepted, says the claim; but nobody has to know it (4.1), and OIDC Core has no use for it.
    level=SHOULD,
    severity=MEDIUM,
    cwe=345,
    asvs="9.2.1",
    covers="idt-nbf-future",
    idp=claim("nbf").set(now(hours=1)),
)
def test_rejects_token_before_its_time(login: Login) -> None:
    """An ID Token that is not valid before an hour from now starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    # A leeway is allowed, not demanded.
    level=HARDENING,
    severity=INFO,
    covers="idt-exp-just-expired-skew",
    idp=claim("iat").set(now(minutes=-1)) & claim("exp").set(now(seconds=-10)),
)
def test_accepts_token_that_has_just_expired(login: Login) -> None:
    """Clocks that are ten seconds apart do not keep people out."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "2"),
    # "Some small leeway, usually no more than a few minutes".
    level=SHOULD,
    severity=LOW,
    cwe=613,
    asvs="9.2.1",
    covers="idt-exp-just-expired-skew",
    idp=claim("iat").set(now(minutes=-7)) & claim("exp").set(now(minutes=-6)),
)
def test_rejects_token_that_expired_minutes_ago(login: Login) -> None:
    """Clocks are never six minutes apart: an ID Token that expired so long ago starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=10),
    level=HARDENING,
    severity=LOW,
    cwe=294,
    asvs="9.2.1",
    covers="idt-iat-old",
    idp=claim("iat").set(now(days=-7)),
)
def test_rejects_issue_time_long_ago(login: Login) -> None:
    """An ID Token that was issued a week before the login that it answers starts no session."""
    login().must_be_rejected()
