"""Token responses that are incomplete, unusual, or no success at all."""

from __future__ import annotations

from mock_idp.vocabulary import claim, http, other_host_url, token_response, userinfo
from suites._core import CRITICAL, HARDENING, HIGH, INFO, LOW, MEDIUM, MUST, Login, Ref, case

BUSY = http("token")  # every answer, also to a code that was redeemed before


@case(
    spec=Ref("OIDC Core", "3.1.3.5", item=2),
    level=MUST,
    severity=CRITICAL,
    cwe=287,
    covers="token-missing-id-token",
    needs=("id-token",),
    idp=token_response("id_token").remove(),
)
def test_rejects_missing_id_token(login: Login) -> None:
    """A token response without an ID Token starts no session; an access token is no proof of who came."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 9110", "15"),
    level=MUST,
    severity=HIGH,
    cwe=390,
    covers="token-id-token-in-error-body",
    idp=token_response.status(400),
)
def test_rejects_tokens_in_error_response(login: Login) -> None:
    """Tokens in an answer with HTTP status 400 start no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "4.1.2"),
    level=MUST,
    severity=MEDIUM,
    cwe=362,
    covers="token-code-redeemed-once",
    needs=("code",),
)
def test_redeems_code_once(login: Login) -> None:
    """Reloading the callback page does not send the code to the token endpoint again.

    The steps of `state.browser-binding.redeems-no-replayed-callback`; here it is a MUST, and of every RP
    (docs/decisions/0006-cases-that-resemble-each-other.md).
    """
    held = login.held()
    held.deliver()
    held.deliver().must_redeem_code_at_most(1)


@case(
    spec=Ref("RFC 6749", "5.1"),
    level=MUST,
    severity=LOW,
    covers="token-type-case-insensitive",
    idp=token_response("token_type").swap_case(),
)
def test_accepts_token_type_in_any_case(login: Login) -> None:
    """The token type may be written in any mixture of capital and small letters."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 6749", "7.1"),
    level=MUST,
    severity=LOW,
    cwe=20,
    covers="token-type-unknown",
    needs=("userinfo",),
    idp=token_response("token_type").set("mac"),
)
def test_rejects_unknown_token_type(login: Login) -> None:
    """An access token of a type that the RP does not know is not used."""
    login().must_not_use_access_token()


@case(
    spec=Ref("RFC 6749", "5.1"),
    level=MUST,
    severity=LOW,
    covers="token-extra-params",
    idp=token_response("unknown_member").set({"to be": "ignored"}),
)
def test_accepts_unknown_members(login: Login) -> None:
    """A member of the token response that the RP does not know is ignored."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 6749", "5.1"),
    level=MUST,
    severity=LOW,
    covers="token-no-expires-in",
    idp=token_response("expires_in").remove(),
)
def test_accepts_missing_lifetime(login: Login) -> None:
    """A token response may leave out expires_in."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 6749", "5.1"),
    level=MUST,
    severity=LOW,
    covers="token-no-scope",
    idp=token_response("scope").remove(),
)
def test_accepts_missing_scope(login: Login) -> None:
    """A token response may leave out the scope when it is what the RP asked for."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 6749", "5.1"),
    level=HARDENING,
    severity=INFO,
    covers="token-missing-access-token",
    idp=token_response("access_token").remove(),
)
def test_rejects_missing_access_token(login: Login) -> None:
    """A token response without an access token is malformed and starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="token-error-invalid-grant",
    idp=token_response.status(400) & token_response.body('{"error": "invalid_grant"}'),
)
def test_survives_invalid_grant(login: Login) -> None:
    """A refused code ends the login without a session and without a crash."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="token-error-5xx-html",
    idp=token_response.status(500)
    & token_response.content_type("text/html")
    & token_response.body("<!doctype html><title>Internal Server Error</title>"),
)
def test_survives_html_server_error(login: Login) -> None:
    """An error page in place of the token response ends the login without a session and without a crash."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 9110", "10.2.3"),
    # A client may try again after that time; nothing says how often.
    level=HARDENING,
    severity=LOW,
    cwe=799,
    covers="token-error-5xx-html",
    needs=("code",),
    idp=BUSY.status(429) & BUSY.retry_after(1) & BUSY.body('{"errorCode": "E0000047"}'),
)
def test_survives_busy_token_endpoint(login: Login) -> None:
    """A token endpoint that is asked too often (429) gets three more requests at the most; nobody is signed in."""
    outcome = login.held().deliver()
    outcome.must_be_rejected()
    outcome.must_redeem_code_at_most(4)


@case(
    spec=Ref("RFC 6749", "5.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="token-malformed-json",
    idp=token_response.truncate_body(20),
)
def test_survives_truncated_response(login: Login) -> None:
    """A token response that breaks off ends the login without a session and without a crash."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "5.1"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="token-malformed-json",
    idp=token_response.body('["access_token", "id_token"]'),
)
def test_survives_response_that_is_no_object(login: Login) -> None:
    """A token response that is a JSON array ends the login without a session and without a crash."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "3.3"),
    level=MUST,
    severity=LOW,
    cwe=754,
    covers="token-scope-reduced",
    idp=token_response("scope").set("openid")
    & claim("email").remove()
    & claim("name").remove()
    & claim("preferred_username").remove()
    & userinfo.body('{"error": "insufficient_scope"}')
    & userinfo.status(403),
)
def test_survives_fewer_scopes(login: Login) -> None:
    """A login for which the IdP grants less than was asked for works with what is there, or ends without a crash."""
    login().must_keep_identity()


@case(
    spec=Ref("RFC 9110", "15.4"),
    # A client MAY follow by itself; what RFC 9700 4.12 forbids is another redirect, the IdP's of the browser.
    level=HARDENING,
    severity=HIGH,
    cwe=200,
    covers="token-redirect-followed",
    idp=token_response.redirect(other_host_url("redirected")),
)
def test_keeps_code_from_another_host(login: Login) -> None:
    """A token endpoint that answers with a redirect does not get the code sent to another host."""
    login().must_not_fetch("redirected", "response")


@case(
    spec=Ref("RFC 6749", "4.1.3"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=400,
    covers="token-timeout",
    idp=token_response.delay(25),
)
def test_survives_token_endpoint_that_does_not_answer(login: Login) -> None:
    """A login that waits for its tokens gives up in time, and other pages are served meanwhile."""
    login.own_issuer().must_stay_responsive()
