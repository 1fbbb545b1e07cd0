"""Settings that Okta looks at when the RP comes to its token endpoint (okta.md 3.4, 3.5, 5.2)."""

from __future__ import annotations

from mock_idp.vocabulary import app
from suites._core import LOW, MEDIUM, MUST, Login, Ref, case
from suites._core.words import EVERY_FLOW, authenticated_by

REFUSED = ("invalid_client", "invalid_request")
"""Of a public client Okta wants PKCE before it looks at anything else."""


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="client-auth-invalid-client-response",
    needs=("client_secret_basic", "code"),
    okta=True,
    baseline=EVERY_FLOW,
    idp={
        "post": authenticated_by("client_secret_post"),
        "private-key": authenticated_by("private_key_jwt"),
        "none": authenticated_by("none"),
        "other-secret": app("client_secret").set("a secret that was replaced by a newer one"),
    },
)
def test_reports_basic_that_is_not_configured(login: Login) -> None:
    """An RP that sends client_secret_basic to an app that is set to something else says so once."""
    login().must_be_refused(*REFUSED)


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="client-auth-invalid-client-response",
    needs=("client_secret_post", "code"),
    okta=True,
    baseline=EVERY_FLOW,
    idp={
        "basic": authenticated_by("client_secret_basic"),
        "none": authenticated_by("none"),
        "other-secret": app("client_secret").set("a secret that was replaced by a newer one"),
    },
)
def test_reports_post_that_is_not_configured(login: Login) -> None:
    """An RP that sends client_secret_post to an app that is set to something else says so once."""
    login().must_be_refused(*REFUSED)


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="client-auth-invalid-client-response",
    needs=("client-assertion", "code"),
    okta=True,
    baseline=EVERY_FLOW,
    idp={"basic": authenticated_by("client_secret_basic"), "none": authenticated_by("none")},
)
def test_reports_assertion_that_is_not_configured(login: Login) -> None:
    """An RP that sends a client assertion to an app that is set to something else says so once."""
    login().must_be_refused(*REFUSED)


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="client-auth-invalid-client-response",
    needs=("none", "code"),
    okta=True,
    baseline=EVERY_FLOW,
    idp={"basic": authenticated_by("client_secret_basic"), "private-key": authenticated_by("private_key_jwt")},
)
def test_reports_public_client_that_is_not_configured(login: Login) -> None:
    """An RP without credentials, at an app that has some, says so once."""
    login().must_be_refused("invalid_client")


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="token-error-invalid-grant",
    needs=("code",),
    okta=True,
    baseline=EVERY_FLOW,
    idp=app("dpop_bound_access_tokens").set(True),
)
def test_reports_proof_of_possession_that_is_required(login: Login) -> None:
    """An RP without DPoP, at an app that requires it, says so once."""
    login().must_be_refused("invalid_dpop_proof")


@case(
    spec=Ref("RFC 6749", "3.3"),
    level=MUST,
    severity=MEDIUM,
    covers="token-scope-reduced",
    needs=("renewal",),
    okta=True,
    idp=app("grant_types").set(["authorization_code"]),
)
def test_accepts_login_without_refresh_token(login: Login) -> None:
    """Without the grant type Refresh Token, Okta drops offline_access silently, and the user can still sign in."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 6749", "6"),
    level=MUST,
    severity=MEDIUM,
    covers="refresh-rotation-used",
    needs=("renewal",),
    okta=True,
    idp={
        "persistent": app("refresh_token").set({"rotation_type": "STATIC"}),
        "without-grace": app("refresh_token").set({"rotation_type": "ROTATE", "leeway": 0}),
    },
)
def test_accepts_refresh_token_behaviour(login: Login) -> None:
    """Whether the refresh token stays or rotates after every use without a grace period, sessions can be renewed."""
    login.session().renew().renew().must_stay_signed_in()
