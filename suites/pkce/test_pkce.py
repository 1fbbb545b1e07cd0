"""Proof Key for Code Exchange: used, well formed, fresh, and kept in the right browser."""

from __future__ import annotations

from mock_idp.vocabulary import check_off, discovery, token_response
from suites._core import HIGH, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("RFC 9700", "2.1.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=940,
    asvs="10.2.1",
    cve=("CVE-2020-7692",),
    covers="pkce-present",
    grade={
        "confidential": (
            SHOULD,
            MEDIUM,
            "RFC 9700 2.1.1 recommends PKCE to confidential clients and lets them rely on the nonce instead.",
        )
    },
    needs=("code",),
)
def test_sends_code_challenge(login: Login) -> None:
    """The authorization request carries a PKCE code challenge."""
    login.honest().request.must_send("code_challenge")


@case(
    spec=Ref("RFC 7636", "4.2"),
    level=MUST,
    severity=MEDIUM,
    cwe=757,
    covers="pkce-s256",
    needs=("pkce",),
)
def test_uses_s256(login: Login) -> None:
    """The code challenge is a hash of the verifier, not the verifier itself."""
    login.honest().request.must_have("code_challenge_method", "S256")


@case(
    spec=Ref("RFC 9700", "2.1.1"),
    level=MUST,
    severity=HIGH,
    cwe=330,
    asvs="10.1.2",
    covers="pkce-verifier-unique",
    needs=("pkce",),
)
def test_sends_fresh_verifier(login: Login) -> None:
    """Every login has its own code verifier."""
    login.starts(24).must_differ("code_challenge")


@case(
    spec=Ref("RFC 7636", "4.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=331,
    covers="pkce-verifier-charset-length",
    needs=("pkce",),
)
def test_sends_verifier_of_allowed_form(login: Login) -> None:
    """The code verifier has 43 to 128 unreserved characters."""
    login.honest().verifier.must_match("pkce")


@case(
    spec=Ref("RFC 9700", "2.1.1"),
    level=MUST,
    severity=HIGH,
    cwe=384,
    asvs="10.1.2",
    covers="pkce-verifier-bound-to-browser",
    needs=("pkce",),
)
def test_binds_verifier_to_browser(login: Login) -> None:
    """A code that is opened in another browser is not redeemed with the verifier of the login that it belongs to.

    The code comes with this browser's own state, so that a check of the state does not get in the way; and what
    counts is what the IdP says to the verifier, so that a check of the nonce afterwards does not hide it. The other
    login is the newer one: a verifier that the RP keeps for everybody is that login's.
    """
    browser, other = login.held(), login.held()
    opened = other.deliver_to(browser, browser.response.replacing("code", other.code))
    opened.must_get_no_tokens()
    opened.must_be_rejected()


@case(
    spec=Ref("RFC 7636", "4.5"),
    level=MUST,
    severity=HIGH,
    covers="pkce-verifier-correct",
    needs=("pkce",),
    idp=check_off("pkce"),
)
def test_sends_verifier_of_the_same_login(login: Login) -> None:
    """The token request has the verifier of its own login, also when somebody else has started one since."""
    held = login.held()
    login.held()
    held.deliver().token_request.must_fit_challenge()


@case(
    spec=Ref("RFC 7636", "4.6"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="pkce-invalid-grant-handling",
    needs=("pkce",),
    idp=token_response.status(400)
    & token_response.body('{"error": "invalid_grant", "error_description": "PKCE verification failed."}'),
)
def test_survives_refused_verifier(login: Login) -> None:
    """A verifier that the IdP refuses ends the login without a session, a crash, or another try with the same code."""
    outcome = login.held().deliver()
    outcome.must_be_rejected()
    outcome.must_redeem_code_at_most(1)


@case(
    spec=Ref("RFC 7636", "4.2"),
    level=MUST,
    severity=MEDIUM,
    cwe=757,
    covers="pkce-downgrade-to-plain",
    needs=("pkce",),
    idp=discovery("code_challenge_methods_supported").set(["plain"]),
)
def test_keeps_s256_where_only_plain_is_offered(login: Login) -> None:
    """An IdP that offers nothing but `plain` is sent a hash of the verifier all the same, or no login at all."""
    login().request.must_keep_or_refuse("code_challenge_method", "S256")


@case(
    spec=Ref("RFC 9700", "2.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=352,
    covers="pkce-not-advertised",
    idp=discovery("code_challenge_methods_supported").remove(),
)
def test_sends_protection_where_pkce_is_not_advertised(login: Login) -> None:
    """Where the IdP does not say that it knows PKCE, state or nonce (or PKCE all the same) bind the login."""
    login().request.must_send_one_of("state", "nonce", "code_challenge")
