"""Authorization responses that a form posts to the redirect URI (OAuth 2.0 Form Post Response Mode)."""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response, random
from suites._core import HARDENING, LOW, MEDIUM, MUST, WITH_NONCE, WITH_PKCE, Login, Ref, case

NOT_SIGNED_IN = "The client specified not to prompt, but nobody is signed in."


@case(
    spec=Ref("OAuth 2.0 Form Post", "2"),
    level=MUST,
    severity=LOW,
    covers="formpost-happy",
    needs=("form-post",),
    okta=True,
    idp=authorization_response("unknown_parameter").set("to be ignored"),
)
def test_accepts_form_post(login: Login) -> None:
    """A form that comes from the IdP's site signs in, whatever unknown field it has."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.1.2.6"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="formpost-error",
    needs=("form-post",),
    okta=True,
    idp=authorization_response.error("login_required", NOT_SIGNED_IN),
)
def test_reports_posted_error(login: Login) -> None:
    """A form that says that the login has failed ends without a session and without a crash."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.2.6"),
    level=HARDENING,
    severity=LOW,
    cwe=835,
    covers="formpost-error",
    needs=("form-post",),
    okta=True,
    idp=authorization_response.error("login_required", NOT_SIGNED_IN),
)
def test_never_loops_after_posted_error(login: Login) -> None:
    """A form that says that the login has failed does not send the browser to the IdP again and again."""
    login().must_ask_at_most(2)


@case(
    spec=Ref("OIDC Core", "3.1.2.7"),
    level=MUST,
    severity=MEDIUM,
    cwe=352,
    covers="formpost-query-when-post-requested",
    grade={"pkce": WITH_PKCE, "nonce": WITH_NONCE},
    needs=("state", "form-post"),
    idp=authorization_response.mode("query") & authorization_response("state").set(random()),
)
def test_rejects_changed_state_in_query(login: Login) -> None:
    """A wrong state starts no session either when it comes in the query instead of the form that was asked for.

    Two things are wrong, because an RP may refuse or accept the other method: only the checks must not be weaker.
    """
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.2.7"),
    level=MUST,
    severity=MEDIUM,
    cwe=352,
    covers="formpost-query-when-post-requested",
    grade={"pkce": WITH_PKCE, "nonce": WITH_NONCE},
    needs=("state", "query"),
    idp=authorization_response.mode("form_post") & authorization_response("state").set(random()),
)
def test_rejects_changed_state_in_form(login: Login) -> None:
    """A wrong state starts no session either when it comes in a form instead of the query that was asked for."""
    login().must_be_rejected()
