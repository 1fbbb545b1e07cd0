"""Grants without a browser: client_credentials and password (RFC 6749 4.3 and 4.4, okta.md 3.1 and 3.4)."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping

from flask import request

from mock_idp.org.authorization_server import SYSTEM_SCOPES, UNBUILT_SCOPES, AuthorizationServer, Rule
from mock_idp.org.model import App, User
from mock_idp.protocol import errors, policy
from mock_idp.protocol.authorization.response import lifetimes
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.token.revocation import person_of
from mock_idp.store import Document

_OKTA_SCOPE = re.compile(r"okta\.[A-Za-z]+(\.[A-Za-z]+)*")
CONFIDENTIAL_ONLY = OAuthError("unauthorized_client", "Confidential client is required to make this request.")
ORG_NEEDS_KEY = OAuthError(
    "invalid_client",
    "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
    "token_endpoint_auth_method.",
    401,
)
ORG_NEEDS_SERVICE = OAuthError(
    "invalid_client",
    "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org "
    "Authorization Server.",
    401,
)
NO_OPENID = OAuthError("invalid_scope", "Cannot request 'openid' scopes using client credentials.")
NONE_GRANTED = OAuthError("consent_required", "You are not allowed any of the requested scopes.")
BAD_PASSWORD = OAuthError("invalid_grant", "The credentials provided were invalid.")
PASSWORD_EXPIRED = OAuthError("invalid_grant", "Password has expired.")
NEEDS_MFA = OAuthError("invalid_grant", "Resource owner password credentials cannot be used with MFA enabled.")


def client_credentials(scope: LoginScope, app: App, form: Mapping[str, str]) -> Document:
    """The grant of an app that acts for itself; raises OAuthError."""
    idp, server = scope.idp, scope.server
    if server.is_org and app.token_endpoint_auth_method != "private_key_jwt":
        raise ORG_NEEDS_KEY
    if server.is_org and app.application_type != "service":
        raise ORG_NEEDS_SERVICE
    if app.token_endpoint_auth_method == "none":
        raise CONFIDENTIAL_ONLY
    scopes = _wanted(server, form)
    if set(scopes) & set(SYSTEM_SCOPES):
        raise NO_OPENID
    if not all(_OKTA_SCOPE.fullmatch(name) if server.is_org else server.scope(name) for name in scopes):
        raise errors.CUSTOM_SCOPES if server.is_org else errors.NO_MATCHING_SCOPE
    asked = [name for name in scopes if (known := server.scope(name)) and known.consent == "REQUIRED"]
    if asked and idp.org.settings.consent:
        raise OAuthError(
            "consent_required",
            "The following scopes require user consent and cannot be granted for the client credentials grant type: "
            f"[{', '.join(asked)}].",
        )
    if server.is_org and not app.implicit_assignment:  # registered clients of the harness may have all
        granted = {entry.scope for entry in app.okta_scopes}
        scopes = [name for name in scopes if name in granted]
        if not scopes:
            raise NONE_GRANTED
    rule = policy.rule_for(idp, server, policy.Request(app, "client_credentials", scopes, scope.strictness()))
    return _grant(scope, app, scopes, None, rule)


def password(scope: LoginScope, app: App, form: Mapping[str, str]) -> Document:
    """The grant of somebody whose password the app knows; raises OAuthError."""
    idp, server = scope.idp, scope.server
    for name in ("username", "password"):
        if not form.get(name):
            raise errors.missing(name)
    scopes = _wanted(server, form)
    if not all(server.scope(name) for name in scopes):
        raise errors.CUSTOM_SCOPES if server.is_org else errors.NO_MATCHING_SCOPE
    if UNBUILT_SCOPES & set(scopes):
        raise errors.UNBUILT_SCOPE
    if set(scopes) & set(SYSTEM_SCOPES) and "openid" not in scopes:
        raise errors.NEEDS_OPENID
    if "refresh_token" not in app.grant_types:
        scopes = [name for name in scopes if name != "offline_access"]  # silently, as at /authorize
    user = _who(scope, app, form)
    canary = (scope.attempt or {}).get("identity")
    canary = canary if canary and canary["sub"] == user.id else None
    asked = [name for name in scopes if (known := server.scope(name)) and known.consent == "REQUIRED"]
    if asked and app.consent_method == "REQUIRED" and idp.org.settings.consent:
        raise OAuthError(
            "consent_required",
            f"The following scopes require user consent: [{', '.join(asked)}]. To access protected scopes using the "
            "resource owner password grant type, please uncheck 'Require consent' in the app settings or set the "
            "'consent_method' to 'TRUSTED' through the apps API.",
        )
    asking = policy.Request(app, "password", scopes, scope.strictness(), user, canary is not None)
    policy.check_assignment(idp, asking)
    return _grant(scope, app, scopes, user, policy.rule_for(idp, server, asking), canary)


def _wanted(server: AuthorizationServer, form: Mapping[str, str]) -> list[str]:
    """The scopes of the request, else the server's default ones; raises OAuthError where there are none."""
    wanted = list(dict.fromkeys(form.get("scope", "").split()))
    wanted = wanted or [scope.name for scope in server.scopes if scope.default and not scope.system]
    if not wanted:
        raise errors.NO_SCOPES if server.is_org else errors.NO_DEFAULT_SCOPES
    return wanted


def _who(scope: LoginScope, app: App, form: Mapping[str, str]) -> User:
    """Who signs in. Nobody has told the mock a password of an attempt's person: theirs is whatever is sent."""
    idp, given = scope.idp, form["password"]
    identity = (scope.attempt or {}).get("identity")
    if identity and idp.attempts.of_login_hint(form["username"]) == scope.attempt:
        user = person_of(idp, {"user": identity["sub"], "identity": identity})
    else:
        known = idp.user_by_login(form["username"])
        right = known and known.password and hmac.compare_digest(given.encode(), known.password.encode())
        user = person_of(idp, {"user": known.id}) if known and right else None
    if user is None or user.status == "LOCKED_OUT":
        raise BAD_PASSWORD
    if user.status == "PASSWORD_EXPIRED":
        raise PASSWORD_EXPIRED
    if user.factors or app.require_mfa:
        raise NEEDS_MFA
    return user


def _grant(
    scope: LoginScope,
    app: App,
    scopes: list[str],
    user: User | None,
    rule: Rule,
    identity: Document | None = None,
) -> Document:
    return {
        "client_id": app.client_id,
        "server": scope.server.id,
        "scopes": scopes,
        "user": user.id if user else None,
        "identity": identity,
        "auth_time": scope.now() if user else None,
        **lifetimes(rule),
        "attempt": (scope.attempt or {}).get("id"),
        "request": {},
        "base_url": scope.idp.base_url_of(request.host),
        "family": secrets.token_urlsafe(12),
        "issued_at": scope.idp.clock.now(),
    }
