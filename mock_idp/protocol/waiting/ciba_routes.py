"""The backchannel authentication endpoint (OpenID CIBA Core 1.0 7, poll mode; okta.md 1.7 and Okta's OpenAPI).

Okta asks the person's phone. Here the person answers at `/activate/requests`, or the control API for them; an
attempt's person approves at once, unless the attempt is held.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Mapping

from flask import Blueprint, Response, g, request

from mock_idp.org.model import App, AuthorizationServer, User
from mock_idp.protocol import answers, errors, id_token_hints, policy
from mock_idp.protocol.authorization import pushed_requests, request_objects
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import base_url, bind, bound, carried, current_idp, note_artefacts, server_of
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in.authentication import Authentication, present
from mock_idp.protocol.token.client_auth import authenticate
from mock_idp.protocol.token.direct_grants import CONFIDENTIAL_ONLY
from mock_idp.protocol.waiting import requests

blueprint = Blueprint("ciba", __name__)
LIFETIME = 300
"""Seconds, unless `request_expiry` says less."""
_FLOW = "The Client-Initiated Backchannel Authentication Flow"
NO_GRANT = OAuthError(
    "invalid_client", "The client doesn't have the 'urn:openid:params:grant-type:ciba' grant type configured.", 401
)
NOT_WEB = OAuthError(
    "access_denied",
    "The Client-Initiated Backchannel Authentication flow currently only supports web applications.",
)
NO_ALG = OAuthError(
    "invalid_client",
    "The client doesn't have a RequestObjectSigningAlgorithm configured for signing authentication requests for the "
    "Client-Initiated Backchannel Authentication flow.",
    401,
)
NO_OPENID = OAuthError("invalid_scope", f"{_FLOW} must contain 'openid' scope.")
TWO_HINTS = OAuthError("invalid_request", f"{_FLOW} must contain only one of 'id_token_hint' or 'login_hint'.")
NO_HINT = OAuthError("invalid_request", f"{_FLOW} is missing 'id_token_hint'.")
UNKNOWN_PERSON = OAuthError(
    "invalid_request", "The hint provided in the request did not match a user assigned to the client app."
)
NOT_REACHED = OAuthError(
    "access_denied",
    "Failed to initiate the MFA challenge for the Client-Initiated Backchannel Authentication flow.",
)
BAD_EXPIRY = OAuthError(
    "invalid_request", "Invalid value for 'request_expiry' parameter. It should be within range 1 - 300."
)


def backchannel_authorize(server_id: str | None = None) -> Response:
    """`{"auth_req_id", "expires_in", "interval"}`."""
    g.endpoint = "bc_authorize"
    server = server_of(server_id)
    bind(carried())
    return answers.answered(server, lambda: _asked(server))


def _asked(server: AuthorizationServer) -> Response:
    """Raises OAuthError, UnknownClientError or NoFormError."""
    idp, form = current_idp(), answers.checked_form()
    _bind_to_hint(form)  # the refusals that follow belong to the person's attempt, too
    app = authenticate(idp, request.headers, form, request.args.to_dict(), server=server)
    params = _parameters(server, app, form)
    _bind_to_hint(params)
    scope = LoginScope(idp, server, bound())
    if not params.get("scope", "").split():
        raise errors.NO_SCOPES
    scopes = requests.scopes_of(scope, app, params)
    if "openid" not in scopes:
        raise NO_OPENID
    lifetime = _lifetime(params)
    user, canary = _who(scope, app, params)
    asking = policy.Request(app, requests.CIBA, scopes, scope.strictness(), user, canary is not None)
    try:
        policy.check_assignment(idp, asking)
    except OAuthError:
        raise UNKNOWN_PERSON from None
    if user.status != "ACTIVE":
        raise NOT_REACHED
    auth_req_id = "ft" + secrets.token_urlsafe(24)
    asked = {"user": user.id, "binding_message": params.get("binding_message", "")}
    waiting = requests.begin(scope, app, requests.CIBA, auth_req_id, scopes, lifetime, base_url=base_url(), **asked)
    note_artefacts([("auth_req_id", auth_req_id)])
    if canary and not (scope.attempt or {})["hold"]:
        with contextlib.suppress(OAuthError):  # the client is told at the token endpoint, as of anybody else
            requests.approve(scope, app, waiting, canary)
    return answers.json_answer({"auth_req_id": auth_req_id, "expires_in": lifetime, "interval": requests.INTERVAL})


def _bind_to_hint(params: Mapping[str, str]) -> None:
    idp = current_idp()
    known = idp.store.get("id_token", params.get("id_token_hint", ""))
    bound() or bind(idp.attempts.of_login_hint(params.get("login_hint"))) or bind((known or {}).get("attempt"))


def _parameters(server: AuthorizationServer, app: App, form: Mapping[str, str]) -> dict[str, str]:
    """What is asked, from a signed request if there is one; raises OAuthError for an app that may not ask."""
    if requests.CIBA not in app.grant_types:
        raise NO_GRANT
    if app.application_type != "web":
        raise NOT_WEB
    if app.token_endpoint_auth_method == "none":
        raise CONFIDENTIAL_ONLY
    params = {name: value for name, value in form.items() if name not in pushed_requests.CREDENTIALS}
    if "request" not in params:
        return params
    signing_alg = app.backchannel_authentication_request_signing_alg
    if not signing_alg:
        raise NO_ALG
    sent = params | {"client_id": app.client_id}
    return request_objects.applied(current_idp(), server, sent, signing_alg=signing_alg)


def _lifetime(params: Mapping[str, str]) -> int:
    asked = params.get("request_expiry", str(LIFETIME))
    if not re.fullmatch(r"[0-9]{1,3}", asked) or not 1 <= int(asked) <= LIFETIME:
        raise BAD_EXPIRY
    return int(asked)


def _who(scope: LoginScope, app: App, params: Mapping[str, str]) -> tuple[User, Authentication | None]:
    """Who is to be asked, and (of the attempt's person) how they are signed in; raises OAuthError."""
    idp, login_hint, id_token = scope.idp, params.get("login_hint"), params.get("id_token_hint")
    if login_hint and id_token:
        raise TWO_HINTS
    if not login_hint and not id_token:
        raise NO_HINT
    found = present(scope, None)
    if login_hint:
        if found and idp.attempts.of_login_hint(login_hint) == scope.attempt:
            return found.user, found
        user = idp.user_by_login(login_hint)
    else:
        claims = id_token_hints.claims_of(idp, scope.server, id_token or "") or {}
        subject = str(claims.get("sub")) if claims.get("aud") == app.client_id else ""
        if found and found.user.id == subject:
            return found.user, found
        user = idp.user(subject)
    if user is None:
        raise UNKNOWN_PERSON
    return user, None


for _path in ("/oauth2/v1/bc/authorize", "/oauth2/<server_id>/v1/bc/authorize"):
    blueprint.add_url_rule(_path, view_func=backchannel_authorize, methods=["POST"], provide_automatic_options=False)
