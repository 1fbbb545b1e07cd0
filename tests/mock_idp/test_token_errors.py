"""Every error text of the token endpoint through its real trigger (okta.md 3.1, 3.4), and as Okta's catalogue says."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws
from werkzeug.test import TestResponse

from mock_idp.org.authorization_server import Policy, Rule, Scope
from mock_idp.org.model import TrustedOrigin
from tests.mock_idp import assertions, error_catalogue
from tests.mock_idp.assertions import KEY, LONG_SECRET, OTHER_KEY, SHARED_KEY, assertion, form, public
from tests.mock_idp.okta import ADA, CALLBACK, PKCE, VERIFIER, Okta, basic
from tests.mock_idp.org_parts import change_app

NOBODY: dict[str, str] = {}
SPA = {"Origin": "https://rp.example"}
PASSWORD = {"grant_type": "password", "username": ADA["identifier"], "password": ADA["credentials"]}
ALL_GRANTS = (
    "[authorization_code, refresh_token, password, client_credentials, "
    "urn:ietf:params:oauth:grant-type:device_code, urn:openid:params:grant-type:ciba]"
)
SERVICE: dict[str, Any] = {"application_type": "service", "grant_types": ["client_credentials"]}
Trigger = Callable[[Okta], TestResponse]


# ---- triggers -----------------------------------------------------------------------------------------------


def redeem(code: dict[str, Any] | None = None, **params: Any) -> Trigger:
    """A code of the app `web`, redeemed in some wrong way."""
    return lambda okta: okta.redeem(okta.code(**code or {}), **params)


def token(**params: Any) -> Trigger:
    return lambda okta: okta.token(**params)


def with_app(then: Callable[[Okta], TestResponse], client_id: str = "c", **settings: Any) -> Trigger:
    """With another app; where nothing else is said it has the secret `s`."""

    def trigger(okta: Okta) -> TestResponse:
        okta.register(client_id, **{"client_secret": "s", "redirect_uris": [CALLBACK]} | settings)
        return then(okta)

    return trigger


def spa(headers: dict[str, str], **params: Any) -> Trigger:
    """A token request of a page."""
    settings: dict[str, Any] = {"client_secret": "", "token_endpoint_auth_method": "none"}
    sent = {"client_id": "c", "headers": headers} | params
    return with_app(lambda okta: okta.redeem(okta.code(client_id="c", **PKCE), **sent), **settings)


def asserted(
    claims: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    kept: dict[str, Any] | None = None,
    **how: Any,
) -> Trigger:
    """A request of the private_key_jwt app `keyed`; `kept` are settings that nobody could give it."""

    def trigger(okta: Okta) -> TestResponse:
        assertions.register_key_app(okta, **settings or {})
        change_app(okta, "keyed", **kept or {})
        signed = assertion(okta, **how, **claims or {})
        return okta.token(grant_type="client_credentials", headers=NOBODY, **form(signed))

    return trigger


def shared(secret: str, *, key: Any = SHARED_KEY, alg: str = "HS256") -> Trigger:
    def trigger(okta: Okta) -> TestResponse:
        assertions.register_shared_app(okta)
        app = okta.idp.app("shared")
        assert app
        secrets = tuple(dataclasses.replace(s, value=secret) for s in app.secrets if secret)
        okta.idp.org.apps.save(dataclasses.replace(app, secrets=secrets))
        return okta.token(headers=NOBODY, **form(assertion(okta, "shared", key=key, alg=alg)))

    return trigger


def assertion_twice(okta: Okta) -> TestResponse:
    assertions.register_key_app(okta)
    sent = form(assertion(okta))
    assert "client_assertion" not in okta.token(grant_type="x", headers=NOBODY, **sent).text
    return okta.token(grant_type="x", headers=NOBODY, **sent)


def future_clock(okta: Okta) -> TestResponse:
    return asserted({"iat": int(okta.clock.now()) + 120})(okta)


def not_yet(okta: Okta) -> TestResponse:
    return asserted({"nbf": int(okta.clock.now()) + 61})(okta)


def beyond_all_time(okta: Okta) -> TestResponse:
    """1e999 is a number in JSON and infinite in Python."""
    assertions.register_key_app(okta)
    claims = f'{{"iss": "keyed", "sub": "keyed", "aud": "{okta.url("token")}", "exp": 1e999}}'
    sent = form(jws.serialize_compact({"alg": "RS256"}, claims, KEY))
    return okta.token(grant_type="client_credentials", headers=NOBODY, **sent)


def far_expiry(okta: Okta) -> TestResponse:
    return asserted({"exp": int(okta.clock.now()) + 3601})(okta)


def expired(okta: Okta) -> TestResponse:
    return asserted({"exp": int(okta.clock.now())})(okta)


def client_credentials(server: str = "default", **params: Any) -> Trigger:
    """A request of the app `c` for itself."""
    sent = {"grant_type": "client_credentials", "headers": basic("c", "s"), "server": server} | params
    return with_app(lambda okta: okta.token(**sent), **SERVICE)


def on_server(change: dict[str, Any], then: Trigger) -> Trigger:
    """With another setting of the default server."""

    def trigger(okta: Okta) -> TestResponse:
        server = okta.idp.org.servers.get("default")
        assert server
        okta.idp.org.servers.save(dataclasses.replace(server, **change))
        return then(okta)

    return trigger


def password(change: dict[str, Any] | None = None, app: dict[str, Any] | None = None, **params: Any) -> Trigger:
    """Ada's password through the app `c`; `change` is made to Ada first."""

    def then(okta: Okta) -> TestResponse:
        ada = okta.idp.user_by_login(ADA["identifier"])
        assert ada
        okta.idp.org.users.save(dataclasses.replace(ada, **change or {}))
        return okta.token(**PASSWORD | {"scope": "openid", "headers": basic("c", "s")} | params)

    native = {"application_type": "native", "grant_types": ["authorization_code", "password"]}
    return with_app(then, **native | (app or {}))


def other_clients_code(okta: Okta) -> TestResponse:
    return with_app(lambda okta: okta.redeem(okta.code(), headers=basic("c", "s")))(okta)


def used_code(okta: Okta) -> TestResponse:
    code = okta.code()
    assert okta.redeem(code).status_code == 200
    return okta.redeem(code)


def old_code(okta: Okta) -> TestResponse:
    code = okta.code()
    okta.clock.advance(301)
    return okta.redeem(code)


def wider_refresh(okta: Okta) -> TestResponse:
    refresh_token = okta.tokens(scope="openid offline_access")["refresh_token"]
    return okta.refresh(refresh_token, scope="openid phone")


def only_from_trusted(okta: Okta) -> TestResponse:
    okta.idp.org.origins.save(TrustedOrigin("https://admin.example", id="tos1", name="Admin"))
    settings: dict[str, Any] = {
        "client_secret": "",
        "token_endpoint_auth_method": "none",
        "redirect_uris": ["com.example:/cb"],
    }
    sent: dict[str, Any] = {"client_id": "c", "code_verifier": VERIFIER, "headers": {"Origin": "https://other.example"}}
    return with_app(lambda okta: okta.redeem("x", **sent), **settings)(okta)


def twice(okta: Okta) -> TestResponse:
    data = {"grant_type": "authorization_code", "code": ["a", "b"]}
    return okta.rp.post(okta.url("token"), data=data, headers=basic("web", "web-secret"))


def in_the_url(okta: Okta) -> TestResponse:
    return okta.rp.post(f"{okta.url('token')}?client_secret=web-secret", data={"client_id": "web"})


# ---- the table ----------------------------------------------------------------------------------------------

BASIC_AND_POST = {"client_secret": "web-secret"}
ROWS: list[tuple[str, int, str, str, Trigger]] = [
    # codes
    (
        "invalid_authorization_code",
        400,
        "invalid_grant",
        "The authorization code is invalid or has expired.",
        token(grant_type="authorization_code", code="unknown", redirect_uri=CALLBACK),
    ),
    (
        "invalid_authorization_code",
        400,
        "invalid_grant",
        "The authorization code is invalid or has expired.",
        used_code,
    ),
    ("invalid_authorization_code", 400, "invalid_grant", "The authorization code is invalid or has expired.", old_code),
    (
        "mismatched_redirect_uri",
        400,
        "invalid_grant",
        "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
        redeem(redirect_uri=f"{CALLBACK}/"),
    ),
    (
        "mismatched_client",
        400,
        "invalid_grant",
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
        "authorize request.",
        other_clients_code,
    ),
    (
        "mismatched_authorization_server",
        400,
        "invalid_request",
        "The grant was issued for another authorization server.",
        redeem({"server": "orders"}),
    ),
    (
        "pkce_verification_failed",
        400,
        "invalid_grant",
        "PKCE verification failed.",
        redeem(PKCE, code_verifier="w" * 43),
    ),
    (
        "pkce_missing_verifier",
        400,
        "invalid_request",
        "PKCE code verifier is required by the application.",
        redeem(PKCE),
    ),
    (
        "pkce_missing_challenge_verifier_present",
        400,
        "invalid_request",
        "PKCE code challenge should be specified in the authorize request for code verification.",
        redeem(code_verifier=VERIFIER),
    ),
    # refresh tokens
    (
        "invalid_refresh_token",
        400,
        "invalid_grant",
        "The refresh token is invalid or expired.",
        token(grant_type="refresh_token", refresh_token="unknown"),
    ),
    (
        "refresh_scopes_denied",
        400,
        "access_denied",
        "Some of the scopes requested for the refresh request were not granted in the original authorize request. "
        "Denied scopes: phone.",
        wider_refresh,
    ),
    # the request itself
    (
        "token_request_missing_grant_type",
        400,
        "invalid_request",
        f"The token request must specify a 'grant_type'. Valid values: {ALL_GRANTS}",
        token(),
    ),
    *[
        ("missing_token_request_parameter", 400, "invalid_request", f"The required parameter '{name}' is missing.", by)
        for name, by in {
            "code": token(grant_type="authorization_code"),
            "refresh_token": token(grant_type="refresh_token"),
            "username": password(username=None),
            "password": password(password=None),
        }.items()
    ],
    (
        "unauthorized_client",
        400,
        "unauthorized_client",
        "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].",
        with_app(token(grant_type="refresh_token", refresh_token="r", headers=basic("c", "s"))),
    ),
    *[
        (
            "unsupported_grant_type",
            400,
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server. Configured grant types: "
            f"{ALL_GRANTS}.{gap}",
            token(grant_type=grant_type),
        )
        for grant_type, gap in {
            "nonsense": "",
            **{
                name: f" (This mock has not built {name}.)"
                for name in (
                    "interaction_code",
                    "urn:ietf:params:oauth:grant-type:token-exchange",
                    "urn:ietf:params:oauth:grant-type:saml2-bearer",
                    "urn:ietf:params:oauth:grant-type:jwt-bearer",
                    "urn:okta:params:oauth:grant-type:otp",
                    "urn:okta:params:oauth:grant-type:oob",
                    "http://auth0.com/oauth/grant-type/mfa-otp",
                    "http://auth0.com/oauth/grant-type/mfa-oob",
                )
            },
        }.items()
    ],
    (
        "duplicate_oauth_params",
        400,
        "invalid_request",
        "The request contained multiple parameters with the same name.",
        twice,
    ),
    # client authentication
    ("missing_client_credentials", 401, "invalid_client", "No client credentials found.", token(headers=NOBODY)),
    (
        "missing_client_credentials",
        401,
        "invalid_client",
        "No client credentials found.",
        token(headers=NOBODY, client_id="web"),
    ),
    *[
        (
            "invalid_token_endpoint_auth_method",
            401,
            "invalid_client",
            "Client authentication failed. Either the client or the client credentials are invalid.",
            by,
        )
        for by in (
            token(headers=NOBODY, client_id="web", client_secret="web-secret"),
            with_app(token(headers=basic("c", "s")), token_endpoint_auth_method="client_secret_post"),
            with_app(token(headers=basic("c", "s")), client_secret="", token_endpoint_auth_method="none"),
            with_app(
                lambda okta: okta.token(headers=NOBODY, **form(assertion(okta, "c", key=SHARED_KEY, alg="HS256")))
            ),
        )
    ],
    (
        "invalid_client_secret",
        401,
        "invalid_client",
        "The client secret supplied for a confidential client is invalid.",
        token(headers=basic("web", "wrong")),
    ),
    (
        "invalid_basic_auth_creds",
        401,
        "invalid_client",
        "Found Authentication header but was not valid client credentials.",
        token(headers={"Authorization": "Basic !"}),
    ),
    *[
        (
            "multiple_client_credentials",
            401,
            "invalid_request",
            "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization "
            "header, credentials in the post body, or a client_assertion in the post body.",
            by,
        )
        for by in (
            token(client_secret="web-secret"),
            token(**form("x.y.z")),
            token(headers=NOBODY, client_id="web", client_secret="web-secret", **form("x.y.z")),
        )
    ],
    (
        "client_credentials_in_query",
        400,
        "invalid_request",
        "Client credentials cannot be supplied via query parameters.",
        in_the_url,
    ),
    # browsers
    (
        "unsupported_auth_method_browser_request",
        401,
        "invalid_client",
        "Browser requests to the token endpoint must use Proof Key for Code Exchange.",
        spa(SPA),
    ),
    (
        "unsupported_auth_method_browser_request",
        401,
        "invalid_client",
        "Browser requests to the token endpoint must use Proof Key for Code Exchange.",
        token(grant_type="refresh_token", refresh_token="r", headers={**basic("web", "web-secret"), **SPA}),
    ),
    (
        "illegal_origin_browser_request",
        400,
        "invalid_request",
        "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.",
        spa({"Origin": "https://evil.example"}, code_verifier=VERIFIER),
    ),
    (
        "not_trusted_origin_browser_request",
        400,
        "invalid_request",
        "Browser requests to the token endpoint must be made from one of the registered Trusted Origins.",
        only_from_trusted,
    ),
    (
        "unsupported_grant_type_browser_request",
        400,
        "unauthorized_client",
        "Browser requests to the token endpoint may only use the authorization_code grant_type.",
        spa(SPA, grant_type="password"),
    ),
    # passwords
    *[
        ("invalid_password_credentials", 400, "invalid_grant", "The credentials provided were invalid.", by)
        for by in (
            password(password="wrong"),
            password(username="nobody@example.com"),
            password({"password": ""}, password="x"),
            password({"status": "SUSPENDED"}),
            password({"status": "LOCKED_OUT"}),
        )
    ],
    (
        "expired_password_credentials",
        400,
        "invalid_grant",
        "Password has expired.",
        password({"status": "PASSWORD_EXPIRED"}),
    ),
    *[
        (
            "password_auth_denied_mfa",
            400,
            "invalid_grant",
            "Resource owner password credentials cannot be used with MFA enabled.",
            by,
        )
        for by in (password({"factors": ("otp",)}), password(app={"require_mfa": True}))
    ],
    (
        "consent_required_ropf",
        400,
        "consent_required",
        "The following scopes require user consent: [pay]. To access protected scopes using the resource owner "
        "password grant type, please uncheck 'Require consent' in the app settings or set the 'consent_method' to "
        "'TRUSTED' through the apps API.",
        on_server(
            {"scopes": (Scope("pay", consent="REQUIRED"),)},
            password(app={"consent_method": "REQUIRED"}, scope="pay"),
        ),
    ),
    # apps for themselves
    (
        "openid_not_allowed_client_creds",
        400,
        "invalid_scope",
        "Cannot request 'openid' scopes using client credentials.",
        client_credentials(scope="openid"),
    ),
    (
        "no_default_scopes",
        400,
        "invalid_scope",
        "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
        client_credentials(),
    ),
    (
        "no_matching_scope",
        400,
        "invalid_scope",
        "One or more scopes are not configured for the authorization server resource.",
        client_credentials(scope="nothing"),
    ),
    (
        "consent_required_client_credentials",
        400,
        "consent_required",
        "The following scopes require user consent and cannot be granted for the client credentials grant type: [pay].",
        on_server({"scopes": (Scope("pay", consent="REQUIRED"),)}, client_credentials(scope="pay")),
    ),
    (
        "confidential_client_required",
        400,
        "unauthorized_client",
        "Confidential client is required to make this request.",
        with_app(
            token(grant_type="client_credentials", client_id="c", headers=NOBODY),
            client_secret="",
            token_endpoint_auth_method="none",
            grant_types=["authorization_code", "client_credentials"],
        ),
    ),
    (
        "unsupported_auth_method_client_creds",
        401,
        "invalid_client",
        "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
        "token_endpoint_auth_method.",
        client_credentials("org", scope="okta.users.read"),
    ),
    (
        "invalid_application_type_client_credentials",
        401,
        "invalid_client",
        "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org "
        "Authorization Server.",
        lambda okta: of_the_org(okta, "okta.users.read", {}),
    ),
    ("missing_scopes", 400, "invalid_scope", "No scopes were requested.", lambda okta: of_the_org(okta, None)),
    (
        "illegal_custom_scope",
        400,
        "invalid_scope",
        "Custom scopes are not allowed for this request.",
        lambda okta: of_the_org(okta, "okta.users.read orders:read"),
    ),
    # access policies
    *[
        (
            "no_matching_policy",
            401,
            "access_denied",
            "Policy evaluation failed for this request, please check the policy configurations.",
            on_server({"policies": policies, "scopes": (Scope("openid"), Scope("pay"))}, by),
        )
        for policies in (
            (),
            (Policy("p", rules=(Rule("r", grant_types=("authorization_code",)),)),),
            (Policy("p", clients=("another",), rules=(Rule("r"),)),),
        )
        for by in (client_credentials(scope="pay"), password())
    ],
    (
        "no_scope_allowed",
        400,
        "access_denied",
        "Policy evaluation succeeded, but all the requested scopes were rejected.",
        on_server(
            {"policies": (Policy("p", rules=(Rule("r", scopes=("read",)),)),), "scopes": (Scope("pay"),)},
            client_credentials(scope="pay"),
        ),
    ),
    (
        "scope_denied",
        400,
        "access_denied",
        "Some of the requested scopes were denied by the policy. Denied scopes: [pay].",
        on_server(
            {"policies": (Policy("p", rules=(Rule("r", scopes=("read",)),)),), "scopes": (Scope("pay"), Scope("read"))},
            client_credentials(scope="pay read"),
        ),
    ),
    (
        "user_not_assigned",
        400,
        "access_denied",
        "User is not assigned to the client application.",
        password(app={"users": [], "implicit_assignment": False}),
    ),
    # assertions
    (
        "client_assertion_type_invalid",
        400,
        "invalid_request",
        "The client_assertion_type is invalid.",
        token(headers=NOBODY, client_assertion_type="urn:other", client_assertion="x.y.z"),
    ),
    (
        "client_assertion_type_invalid",
        400,
        "invalid_request",
        "The client_assertion_type is invalid.",
        token(headers=NOBODY, client_assertion="x.y.z"),
    ),
    *[
        (code, 401, "invalid_client", text, by)
        for code, text, by in (
            (
                "client_assertion_invalid_jwt",
                "The parsing of the client_assertion failed.",
                token(headers=NOBODY, **form("x.y.z")),
            ),
            (
                "client_assertion_invalid_issuer",
                "The issuer claim for client_assertion is not a valid client_id.",
                asserted({"iss": "nobody"}),
            ),
            (
                "client_assertion_invalid_issuer",
                "The issuer claim for client_assertion is not a valid client_id.",
                lambda okta: another_client_id(okta),
            ),
            (
                "client_assertion_invalid_subject",
                "The subject claim for client_assertion is not a valid client_id.",
                asserted({"sub": "web"}),
            ),
            (
                "client_assertion_invalid_audience",
                "The audience claim for client_assertion must be the endpoint invoked for the request.",
                asserted({"aud": "https://dev-1.okta.test/oauth2/default"}),
            ),
            (
                "client_assertion_invalid_audience",
                "The audience claim for client_assertion must be the endpoint invoked for the request.",
                asserted({"aud": None}),
            ),
            (
                "client_assertion_expiration_required",
                "The client_assertion must contain the 'exp' claim as seconds since epoch.",
                asserted({"exp": None}),
            ),
            (
                "client_assertion_expiration_required",
                "The client_assertion must contain the 'exp' claim as seconds since epoch.",
                asserted({"exp": "tomorrow"}),
            ),
            (
                "client_assertion_invalid_jwt",
                "The parsing of the client_assertion failed.",
                asserted({"exp": math.nan}),
            ),
            (
                "client_assertion_invalid_jwt",
                "The parsing of the client_assertion failed.",
                asserted({"exp": math.inf}),
            ),
            (
                "client_assertion_expiration_required",
                "The client_assertion must contain the 'exp' claim as seconds since epoch.",
                beyond_all_time,
            ),
            ("client_assertion_expired_token", "The client_assertion token is expired.", expired),
            (
                "client_assertion_expires_too_far_in_future",
                "The client_assertion token has an expiration too far into the future.",
                far_expiry,
            ),
            (
                "client_assertion_issued_at_in_future",
                "The client_assertion token must be issued before the current time.",
                future_clock,
            ),
            (
                "client_assertion_issued_at_in_future",
                "The client_assertion token must be issued before the current time.",
                not_yet,
            ),
            (
                "client_assertion_issued_at_in_future",
                "The client_assertion token must be issued before the current time.",
                asserted({"nbf": "now"}),
            ),
            ("client_assertion_already_used", "The client_assertion token has already been used.", assertion_twice),
            (
                "client_assertion_invalid_signature",
                "The client_assertion signature is invalid.",
                asserted(key=OTHER_KEY),
            ),
            (
                "client_assertion_invalid_signature",
                "The client_assertion signature is invalid.",
                shared("another-secret-that-is-long-enough-for-hmac"),
            ),
            (
                "client_assertion_invalid_signature_algorithm",
                "The client_assertion JWT signature algorithm is invalid.",
                asserted(key=SHARED_KEY, alg="HS256"),
            ),
            (
                "client_assertion_invalid_signature_algorithm",
                "The client_assertion JWT signature algorithm is invalid.",
                shared(LONG_SECRET, key=KEY, alg="RS256"),
            ),
            ("client_assertion_invalid_kid", "The client_assertion JWT kid is invalid.", asserted(kid="other")),
            (
                "client_assertion_jwks_not_configured",
                "The client does not have a JWKSet configured, but the client_assertion requires one.",
                asserted(kept={"jwks": ()}),
            ),
            (
                "client_assertion_invalid_jwks",
                "The client JWKSet is invalid.",
                asserted(kept={"jwks": ({"kty": "RSA", "n": "?"},)}),
            ),
            (
                "client_assertion_invalid_jwks",
                "The client JWKSet is invalid.",
                asserted(settings={"jwks": [], "jwks_uri": "https://elsewhere.example/jwks"}),
            ),
            (
                "client_assertion_not_signed_with_signing_key",
                "The client_assertion JWT needs to be signed using a signing key.",
                asserted(settings={"jwks": [{**public(KEY)[0], "use": "enc"}]}),
            ),
            (
                "client_assertion_invalid_no_secret",
                "The issuer and subject claim for client_assertion is invalid because the client does not have a "
                "client secret.",
                shared(""),
            ),
            (
                "client_assertion_invalid_secret_length",
                "The client secret is too short to verify a JWT HMAC.",
                shared("too-short"),
            ),
        )
    ],
]


def another_client_id(okta: Okta) -> TestResponse:
    assertions.register_key_app(okta)
    return okta.token(headers=NOBODY, client_id="web", **form(assertion(okta)))


def of_the_org(okta: Okta, scope: str | None, settings: dict[str, Any] | None = None) -> TestResponse:
    """A service app asks the org server."""
    assertions.register_key_app(okta, **SERVICE if settings is None else settings)
    sent = form(assertion(okta, server="org"))
    return okta.token(server="org", grant_type="client_credentials", scope=scope, headers=NOBODY, **sent)


# ---- the tests ----------------------------------------------------------------------------------------------

IDS = [f"{number}-{row[0]}" for number, row in enumerate(ROWS)]


@pytest.mark.parametrize(("status", "error", "description", "trigger"), [row[1:] for row in ROWS], ids=IDS)
def test_text(okta: Okta, status: int, error: str, description: str, trigger: Trigger) -> None:
    answer = trigger(okta)

    assert answer.json == {"error": error, "error_description": description}
    assert answer.status_code == status
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "no-cache, no-store"


@pytest.mark.parametrize(("code", "status", "error", "description"), [row[:4] for row in ROWS], ids=IDS)
def test_catalogue(code: str, status: int, error: str, description: str) -> None:
    if not error_catalogue.available():
        pytest.skip(error_catalogue.MISSING)
    expected_status, expected_error, pattern = error_catalogue.entry(code)

    assert (status, error) == (expected_status, expected_error)
    oktas = description.partition(" (This mock ")[0]
    assert pattern.fullmatch(oktas), pattern.pattern


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_body_must_be_a_form(okta: Okta, content_type: str) -> None:
    answer = okta.rp.post(
        okta.url("token"), data=b'{"grant_type":"x"}', content_type=content_type, headers=basic("web", "web-secret")
    )

    body = answer.json or {}
    assert answer.status_code == 400
    text = "Bad request.  Accept and/or Content-Type headers likely do not match supported values."
    assert (body["errorCode"], body["errorSummary"]) == ("E0000021", text)


def test_get_is_no_method(okta: Okta) -> None:
    answer = okta.rp.get(okta.url("token"))

    assert answer.status_code == 405
    assert (answer.json or {})["errorCode"] == "E0000022"


def test_core_takes_an_assertion_for_the_issuer(okta: Okta) -> None:
    """RFC 7523 3 lets the audience be the issuer; only Okta asks for the endpoint, and for an hour at most."""
    server = okta.idp.org.servers.get("default")
    assert server
    okta.idp.org.servers.save(dataclasses.replace(server, strictness="core"))
    assertions.register_key_app(okta)
    later = int(okta.clock.now()) + 7200

    signed = assertion(okta, aud=f"{okta.url('token').removesuffix('/v1/token')}", exp=later)
    answer = okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(signed))
    assert answer.status_code == 200
