"""Okta's error texts and the ways in which they reach a client (okta.md 2.3, 2.4, 3.4)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OAuthError(Exception):
    """An OAuth error with Okta's description; `status` counts where it is not redirected."""

    error: str
    description: str
    status: int = 400

    def body(self) -> dict[str, Any]:
        return {"error": self.error, "error_description": self.description}


class PageError(Exception):
    """An error that cannot be sent to the client: the browser sees Okta's error page (HTTP 400)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


class RedirectError(Exception):
    """An error that goes back to the redirect URI; `with_state` is False for Okta's state error."""

    def __init__(self, error: str, description: str, *, with_state: bool = True) -> None:
        super().__init__(description)
        self.error, self.description, self.with_state = error, description, with_state


def management_body(code: str, summary: str) -> dict[str, Any]:
    """The body of Management API errors, which Okta also uses for an unknown client at /token."""
    return {
        "errorCode": code,
        "errorSummary": summary,
        "errorLink": code,
        "errorId": "oae" + secrets.token_urlsafe(16)[:22],
        "errorCauses": [],
    }


def unregistered(parameter: str, kind: str, app_url: str) -> PageError:
    """A redirect URI (`kind` Login or Logout) that the app does not have; Okta may say where to register it."""
    suffix = f": {app_url}" if app_url else "."
    return PageError(
        "invalid_request",
        f"The '{parameter}' parameter must be a {kind} redirect URI in the client app settings{suffix}",
    )


def missing(parameter: str) -> OAuthError:
    return OAuthError("invalid_request", f"The required parameter '{parameter}' is missing.")


def grant_not_configured(configured: Sequence[str]) -> OAuthError:
    """An app asks for a grant that is not among its own."""
    text = "The client is not authorized to use the provided grant type. Configured grant types: "
    return OAuthError("unauthorized_client", f"{text}[{', '.join(configured)}].")


SERVER_ERROR = OAuthError(
    "server_error",
    "The authorization server encountered an unexpected condition that prevented it from fulfilling the request.",
    500,
)
INVALID_CLIENT_ID = "Invalid value for 'client_id' parameter."
INVALID_CODE = OAuthError("invalid_grant", "The authorization code is invalid or has expired.")
REDIRECT_URI_MISMATCH = OAuthError(
    "invalid_grant",
    "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
)
OTHER_CLIENT = OAuthError(
    "invalid_grant",
    "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
    "authorize request.",
)
OTHER_SERVER = OAuthError("invalid_request", "The grant was issued for another authorization server.")
PKCE_FAILED = OAuthError("invalid_grant", "PKCE verification failed.")
VERIFIER_MISSING = OAuthError("invalid_request", "PKCE code verifier is required by the application.")
VERIFIER_UNEXPECTED = OAuthError(
    "invalid_request",
    "PKCE code challenge should be specified in the authorize request for code verification.",
)
INVALID_REFRESH_TOKEN = OAuthError("invalid_grant", "The refresh token is invalid or expired.")
NO_CREDENTIALS = OAuthError("invalid_client", "No client credentials found.", 401)
WRONG_METHOD = OAuthError(
    "invalid_client",
    "Client authentication failed. Either the client or the client credentials are invalid.",
    401,
)
WRONG_SECRET = OAuthError("invalid_client", "The client secret supplied for a confidential client is invalid.", 401)
BAD_BASIC = OAuthError("invalid_client", "Found Authentication header but was not valid client credentials.", 401)
TWO_METHODS = OAuthError(
    "invalid_request",
    "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization "
    "header, credentials in the post body, or a client_assertion in the post body.",
    401,
)
CREDENTIALS_IN_URL = OAuthError("invalid_request", "Client credentials cannot be supplied via query parameters.")
DUPLICATE_PARAMETER = OAuthError("invalid_request", "The request contained multiple parameters with the same name.")
BROWSER_NEEDS_PKCE = OAuthError(
    "invalid_client", "Browser requests to the token endpoint must use Proof Key for Code Exchange.", 401
)
BROWSER_ORIGIN = OAuthError(
    "invalid_request",
    "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.",
)
BROWSER_NOT_TRUSTED = OAuthError(
    "invalid_request",
    "Browser requests to the token endpoint must be made from one of the registered Trusted Origins.",
)
BROWSER_GRANT = OAuthError(
    "unauthorized_client", "Browser requests to the token endpoint may only use the authorization_code grant_type."
)
NO_SCOPES = OAuthError("invalid_scope", "No scopes were requested.")
NO_DEFAULT_SCOPES = OAuthError(
    "invalid_scope",
    "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
)
UNBUILT_SCOPE = OAuthError(
    "invalid_scope",
    "One or more scopes are not configured for the authorization server resource. "
    "(This mock has not built device_sso.)",
)
NO_MATCHING_SCOPE = OAuthError(
    "invalid_scope", "One or more scopes are not configured for the authorization server resource."
)
CUSTOM_SCOPES = OAuthError("invalid_scope", "Custom scopes are not allowed for this request.")
NEEDS_OPENID = OAuthError(
    "invalid_scope", "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."
)
TOKEN_PARAMETER = OAuthError("invalid_request", "The 'token' parameter is required.")

# /userinfo: status, error and description (okta.md 1.5).
TOKEN_IN_QUERY = (400, "invalid_request", "The access token cannot be presented in a query string.")
TOKEN_MISSING = (401, "invalid_request", "The access token is missing.")
TOKEN_INVALID = (401, "invalid_token", "The access token is invalid.")
TOKEN_SCOPE = (
    403,
    "insufficient_scope",
    "The access token must provide access to at least one of these scopes - profile, email, address or phone",
)
