"""UserInfo adds to the identity of the ID Token; it never replaces it."""

from __future__ import annotations

from mock_idp.vocabulary import original, userinfo, victim
from suites._core import CRITICAL, HIGH, LOW, MEDIUM, MUST, Login, Ref, case

VICTIMS_PROFILE = userinfo("email").set(victim("email")) & userinfo("name").set(victim("name"))


@case(
    spec=Ref("OIDC Core", "5.3.2"),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="10.5.2",
    covers="ui-sub-mismatch",
    needs=("userinfo",),
    idp=userinfo("sub").set(victim("sub")) & VICTIMS_PROFILE,
)
def test_keeps_identity_when_subject_differs(login: Login) -> None:
    """UserInfo about another subject than the ID Token's is not used."""
    login().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "5.3.2"),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="10.5.2",
    covers="ui-sub-missing",
    needs=("userinfo",),
    idp=userinfo("sub").remove() & VICTIMS_PROFILE,
)
def test_keeps_identity_when_subject_is_missing(login: Login) -> None:
    """UserInfo that names no subject is not used."""
    login().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "5.3.2"),
    level=MUST,
    severity=HIGH,
    cwe=1287,
    asvs="10.5.2",
    covers="ui-sub-array",
    needs=("userinfo",),
    idp=userinfo("sub").set([original(), victim("sub")]) & VICTIMS_PROFILE,
)
def test_keeps_identity_when_subject_is_array(login: Login) -> None:
    """UserInfo that names several subjects, the right one among them, is not used."""
    login().must_keep_identity()


@case(
    spec=Ref("RFC 9700", "4.3.2"),
    level=MUST,
    severity=MEDIUM,
    cwe=598,
    covers="ui-token-not-in-query",
    needs=("userinfo",),
)
def test_sends_access_token_in_header(login: Login) -> None:
    """The access token does not travel in the URL of the UserInfo request."""
    login.honest().must_send_no_query_token()


@case(
    spec=Ref("OIDC Core", "5.3.3"),
    level=MUST,
    severity=LOW,
    cwe=835,
    covers="ui-error-401",
    needs=("userinfo",),
    idp=userinfo.status(401),
)
def test_survives_userinfo_error(login: Login) -> None:
    """When UserInfo refuses the access token, the login fails or goes on without it, but does not crash."""
    login().must_keep_identity()
