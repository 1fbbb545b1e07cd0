"""Routes of the relying party's back channel: token and userinfo, with Okta's headers and CORS rules."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from mock_idp.edits.http import finish
from mock_idp.org.model import User
from mock_idp.protocol import answers, cors, errors
from mock_idp.protocol.contents.userinfo import userinfo_answer
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import (
    bind,
    bind_to_grant,
    bound,
    current_idp,
    editor,
    note_artefacts,
    server_of,
    strictness,
)
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.token import dpop_requests
from mock_idp.protocol.token import endpoint as token_endpoint
from mock_idp.protocol.token.client_auth import UnknownClientError, authenticate, check_browser
from mock_idp.protocol.token.revocation import is_revoked, person_of
from mock_idp.protocol.waiting import requests
from mock_idp.store import Document

blueprint = Blueprint("tokens", __name__)

TOKEN = ("/oauth2/v1/token", "/oauth2/<server_id>/v1/token")
USERINFO = ("/oauth2/v1/userinfo", "/oauth2/<server_id>/v1/userinfo")


def token_preflight(server_id: str | None = None) -> Response:
    return _preflight(server_id, "POST")


def userinfo_preflight(server_id: str | None = None) -> Response:
    return _preflight(server_id, "GET, POST")


def _preflight(server_id: str | None, methods: str) -> Response:
    g.endpoint = "preflight"
    server_of(server_id)
    return cors.preflight(methods)


def token(server_id: str | None = None) -> Response:
    """RFC 6749 3.2; errors are those of okta.md 3.4."""
    g.endpoint = "token"
    idp, server = current_idp(), server_of(server_id)
    sent = request.form
    grant = idp.store.get("code", sent.get("code", "")) or idp.store.get("refresh_token", sent.get("refresh_token", ""))
    grant = grant or requests.find(idp, sent.get("device_code") or sent.get("auth_req_id", ""))
    if not bind_to_grant(grant):  # the password grant says only here who it is
        bind(idp.attempts.of_login_hint(sent.get("username")))
    scope = LoginScope(idp, server, bound(), grant)
    seam = None
    try:
        response = answers.json_answer(_tokens(scope))
        if scope.grant["jkt"]:
            dpop_requests.add_nonce(response, idp, server)
        seam = "refresh_response" if sent["grant_type"] == "refresh_token" else "token_response"
    except UnknownClientError:
        response = answers.unknown_client(server)
    except answers.NoFormError:
        response = answers.no_form(server)
    except OAuthError as error:
        response = answers.refusal(server, error)
        if error == dpop_requests.USE_NONCE:
            dpop_requests.add_nonce(response, idp, server)
    return finish(cors.any_origin(response), editor(), scope, "token", seam)


def _tokens(scope: LoginScope) -> Document:
    """The body of a successful answer; raises OAuthError, UnknownClientError or NoFormError."""
    idp, server, form = scope.idp, scope.server, answers.checked_form()
    app = authenticate(idp, request.headers, form, request.args.to_dict(), server=server)
    if strictness(server) == "okta":
        check_browser(idp, request.headers.get("Origin"), app, form)
    grant = token_endpoint.grant_of(scope, app, form, editor())
    scope.grant = grant
    body, made = token_endpoint.response(scope, app, editor(), grant, person_of(idp, grant))
    note_artefacts(made)
    return body


def userinfo(server_id: str | None = None) -> Response:
    """OIDC Core 5.3; errors have no body, only WWW-Authenticate (okta.md 1.5)."""
    g.endpoint = "userinfo"
    idp, server = current_idp(), server_of(server_id)
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    presented = presented.strip() or request.form.get("access_token", "")
    in_query = request.args.get("access_token", "")
    # A token under another scheme is refused below, but it still says which login sent it.
    grant = idp.store.get("access_token", presented or in_query)
    given = presented if scheme.lower() in ("bearer", "dpop", "") else ""
    scope = LoginScope(idp, server, bind_to_grant(grant), grant)
    refusal = _refusal(scope, given, in_query, grant)
    user: User | None = person_of(idp, grant) if grant and not refusal else None
    if user is None or grant is None:
        return finish(_refused(*refusal or errors.TOKEN_INVALID), editor(), scope, "userinfo")
    response = cors.any_origin(userinfo_answer(scope, editor(), grant, user), "GET, POST")
    return finish(response, editor(), scope, "userinfo", "userinfo", grant["channel"])


def _refusal(scope: LoginScope, given: str, in_query: str, grant: Document | None) -> tuple[int, str, str] | None:
    """Why this access token is refused: status, error and description."""
    if in_query and strictness(scope.server) == "okta":
        return errors.TOKEN_IN_QUERY
    if not (given or in_query):
        return errors.TOKEN_MISSING
    if grant is None or grant["server"] != scope.server.id or grant["expires"] < scope.now():
        return errors.TOKEN_INVALID
    if is_revoked(scope.idp, grant):
        return errors.TOKEN_INVALID
    try:
        dpop_requests.check_resource_request(scope.idp, grant, given)
    except OAuthError as error:
        return error.status, error.error, error.description
    return None if "openid" in grant["scopes"] else errors.TOKEN_SCOPE


def _refused(status: int, error: str, description: str) -> Response:
    host = current_idp().public_url.split("://")[-1]
    response = Response(status=status)
    # Okta writes http: here even though it only speaks https.
    response.headers["WWW-Authenticate"] = (
        f'{dpop_requests.challenge()} authorization_uri="http://{host}/oauth2/v1/authorize", realm="http://{host}", '
        f'scope="openid", error="{error}", error_description="{description}", resource="/oauth2/v1/userinfo"'
    )
    response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    return cors.any_origin(response, "GET, POST")


for _path in TOKEN:
    blueprint.add_url_rule(_path, view_func=token_preflight, methods=["OPTIONS"])
    blueprint.add_url_rule(_path, view_func=token, methods=["POST"], provide_automatic_options=False)
for _path in USERINFO:
    blueprint.add_url_rule(_path, view_func=userinfo_preflight, methods=["OPTIONS"])
    blueprint.add_url_rule(_path, view_func=userinfo, methods=["GET", "POST"], provide_automatic_options=False)
