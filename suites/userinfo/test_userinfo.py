"""UserInfo adds to the identity of the ID Token; it never replaces it."""

from __future__ import annotations

from mock_idp.vocabulary import canary_url, original, userinfo, userinfo_signing, victim
from suites._core import CRITICAL, HARDENING, HIGH, INFO, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case

VICTIMS_PROFILE = userinfo("email").set(victim("email")) & userinfo("name").set(victim("name"))
NAME = "Ada of UserInfo"
OTHER_NAME = userinfo("name").set(NAME)


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
    spec=Ref("OIDC Core", "5.3.2"),
    level=MUST,
    severity=HIGH,
    cwe=1287,
    asvs="10.5.2",
    covers="ui-sub-array",
    needs=("userinfo",),
    idp=userinfo("sub").set([victim("sub"), original()]) & VICTIMS_PROFILE,
)
def test_keeps_identity_when_subject_is_last_of_array(login: Login) -> None:
    """The same where the right subject is the last of them."""
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


@case(
    spec=Ref("OIDC Core", "5.3.3"),
    level=MUST,
    severity=LOW,
    cwe=835,
    covers="ui-error-401",
    needs=("userinfo",),
    idp=userinfo.status(401),
)
def test_never_loops_after_userinfo_error(login: Login) -> None:
    """When UserInfo refuses the access token, the browser is not sent to the IdP again and again."""
    login().must_ask_at_most(2)


@case(
    spec=Ref("RFC 6750", "2.1"),
    level=SHOULD,
    severity=LOW,
    covers="ui-bearer-header",
    needs=("userinfo",),
)
def test_sends_bearer_header(login: Login) -> None:
    """UserInfo is asked with the access token in the Authorization header."""
    login.honest().must_send_bearer_header()


@case(
    spec=Ref("RFC 6750", "2.2"),
    level=MUST,
    severity=INFO,
    covers="ui-bearer-body",
    needs=("userinfo", "bearer-body"),
)
def test_sends_access_token_in_form_alone(login: Login) -> None:
    """An RP that sends its access token in a form posts it, and sends it no second time."""
    login.honest().must_send_token_in_form()


@case(
    spec=Ref("OIDC Core", "5.3.2"),
    level=MUST,
    severity=HIGH,
    cwe=436,
    asvs="10.5.2",
    covers="ui-duplicate-sub",
    needs=("userinfo",),
    idp={
        "own-first": userinfo("sub").duplicate(victim("sub")),
        "own-last": userinfo("sub").duplicate_first(victim("sub")),
    },
)
def test_keeps_identity_when_subject_is_written_twice(login: Login) -> None:
    """UserInfo with two sub members signs nobody in whom one of them names and the ID Token does not."""
    login().must_keep_identity()


@case(
    spec=Ref("RFC 8725", "3.10"),
    level=HARDENING,
    severity=HIGH,
    cwe=915,
    covers="ui-overrides-protocol-claims",
    needs=("userinfo",),
    idp=userinfo("iss").set("https://another-issuer.example"),
)
def test_keeps_issuer_of_the_id_token(login: Login) -> None:
    """An iss in UserInfo does not take the place of the ID Token's."""
    outcome = login()
    outcome.display.must_still_show(outcome.issuer)


@case(
    spec=Ref("OIDC Core", "5.3.4"),
    # An RP that leaves signatures to TLS (SHOULD) sees no difference; plain JSON is not signed either.
    level=SHOULD,
    severity=MEDIUM,
    cwe=347,
    covers="ui-jwt-when-json-expected",
    needs=("userinfo",),
    idp=OTHER_NAME & userinfo_signing("alg").set("none"),
    baseline=OTHER_NAME,
)
def test_ignores_unsigned_jwt(login: Login) -> None:
    """UserInfo that comes as an unsigned JWT is not used."""
    login().display.must_not_show(NAME)


@case(
    spec=Ref("OIDC Core", "5.3.3"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="ui-5xx-timeout-malformed",
    needs=("userinfo",),
    idp={
        "server-error": userinfo.status(500),
        "html": userinfo.content_type("text/html") & userinfo.body("<!doctype html><title>Out of service</title>"),
        "truncated": userinfo.truncate_body(20),
        "no-content": userinfo.status(204) & userinfo.body(""),
    },
)
def test_survives_unusable_userinfo(login: Login) -> None:
    """When UserInfo breaks down, the login fails or goes on without it, but does not crash."""
    login().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "5.3.2"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="ui-null-and-missing-claims",
    needs=("userinfo",),
    idp={
        "null": userinfo("name").set(None),
        "missing": userinfo("name").remove(),
        "empty": userinfo("name").set(""),
        "number": userinfo("name").set(17),
    },
)
def test_survives_absent_claims(login: Login) -> None:
    """A claim that is missing, null, empty or of another type is treated as absent."""
    login().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "5.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=704,
    covers="ui-null-and-missing-claims",
    needs=("userinfo",),
    idp=userinfo("email_verified").set("false"),
    baseline=userinfo("email_verified").set(False),
)
def test_never_takes_the_string_false_for_true(login: Login) -> None:
    """An email_verified of "false", a string, does not make the address a verified one."""
    login().display.must_look_like_control(login.under(userinfo("email_verified").set(True)))


@case(
    spec=Ref("OIDC Core", "5.1"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=918,
    asvs="1.3.6",
    covers="ssrf-picture-fetch",
    needs=("userinfo",),
    idp=userinfo("picture").set(canary_url("picture")),
)
def test_never_fetches_picture(login: Login) -> None:
    """The RP's server does not fetch the address in the picture claim."""
    login().must_not_fetch("picture", "claim")
