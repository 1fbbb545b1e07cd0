"""Routes of the relying party's back channel: token and userinfo, with Okta's headers and CORS rules."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, g, request

from mock_idp.crypto.jose import dumps
from mock_idp.edits.http import finish
from mock_idp.org.model import AuthorizationServer, User
from mock_idp.protocol import errors, token_endpoint
from mock_idp.protocol.claims import userinfo as userinfo_claims
from mock_idp.protocol.client_auth import UnknownClientError, authenticate, check_browser
from mock_idp.protocol.errors import INVALID_CLIENT_ID, OAuthError, management_body
from mock_idp.protocol.exchange import (
    bind_to_grant,
    current_idp,
    editor,
    note_artefacts,
    server_of,
    strictness,
)
from mock_idp.protocol.refresh_tokens import is_revoked
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document

blueprint = Blueprint("tokens", __name__)

TOKEN = ("/oauth2/v1/token", "/oauth2/<server_id>/v1/token")
USERINFO = ("/oauth2/v1/userinfo", "/oauth2/<server_id>/v1/userinfo")


def preflight(server_id: str | None = None) -> Response:
    g.endpoint = "preflight"
    server_of(server_id)
    return _cors(Response(status=204), "POST" if request.path.endswith("/token") else "GET, POST")


def token(server_id: str | None = None) -> Response:
    g.endpoint = "token"
    idp, server = current_idp(), server_of(server_id)
    form = request.form.to_dict()
    grant = idp.store.get("code", form.get("code", "")) or idp.store.get("refresh_token", form.get("refresh_token", ""))
    scope = LoginScope(idp, server, bind_to_grant(grant), grant)
    seam = None
    try:
        body, status = _tokens(scope, form), 200
        seam = "refresh_response" if form["grant_type"] == "refresh_token" else "token_response"
    except UnknownClientError:
        body, status = _unknown_client(server), 401
    except OAuthError as error:
        body, status = error.body(), error.status
    response = _cors(_okta_headers(_json(body, status)), "POST")
    if status == 401 and "Authorization" in request.headers:  # RFC 6749 5.2
        response.headers["WWW-Authenticate"] = f'Basic realm="{idp.issuer(server)}"'
    return finish(response, editor(), scope, "token", seam)


def _tokens(scope: LoginScope, form: dict[str, str]) -> Document:
    """The body of a successful answer; raises OAuthError or UnknownClientError."""
    idp, server = scope.idp, scope.server
    if any(len(request.form.getlist(name)) > 1 for name in form):
        raise errors.DUPLICATE_PARAMETER
    app = authenticate(idp, request.headers, form, request.args.to_dict())
    if strictness(server) == "okta":
        check_browser(request.headers.get("Origin"), app, form)
    grant = token_endpoint.grant_of(idp, server, app, form, editor())
    scope.grant = grant
    user = idp.person(grant)
    if user is None:  # deleted since
        raise errors.INVALID_CODE
    body, made = token_endpoint.response(scope, app, editor(), grant, user)
    note_artefacts(made)
    return body


def _unknown_client(server: AuthorizationServer) -> Document:
    """Okta's body has no `error` member (okta.md 3.4, Quirk); RFC 6749 5.2 wants one."""
    if strictness(server) == "core":
        return OAuthError("invalid_client", INVALID_CLIENT_ID).body()
    return management_body("invalid_client", INVALID_CLIENT_ID)


def userinfo(server_id: str | None = None) -> Response:
    """OIDC Core 5.3; errors have no body, only WWW-Authenticate (okta.md 1.5)."""
    g.endpoint = "userinfo"
    idp, server = current_idp(), server_of(server_id)
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    presented = presented.strip() or request.form.get("access_token", "")
    in_query = request.args.get("access_token", "")
    # A token under another scheme is refused below, but it still says which login sent it.
    grant = idp.store.get("access_token", presented or in_query)
    given = presented if scheme.lower() in ("bearer", "") else ""
    scope = LoginScope(idp, server, bind_to_grant(grant), grant)
    refusal = _refusal(scope, given, in_query, grant)
    user: User | None = idp.person(grant) if grant and not refusal else None
    if user is None or grant is None:
        return finish(_refused(*refusal or errors.TOKEN_INVALID), editor(), scope, "userinfo")
    claims = editor().json("userinfo", userinfo_claims(scope, grant, user), scope)
    response = _cors(_okta_headers(_json(claims)), "GET, POST")
    return finish(response, editor(), scope, "userinfo", "userinfo")


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
    return None if "openid" in grant["scopes"] else errors.TOKEN_SCOPE


def _refused(status: int, error: str, description: str) -> Response:
    host = current_idp().public_url.split("://")[-1]
    response = Response(status=status)
    # Okta writes http: here even though it only speaks https.
    response.headers["WWW-Authenticate"] = (
        f'Bearer authorization_uri="http://{host}/oauth2/v1/authorize", realm="http://{host}", scope="openid", '
        f'error="{error}", error_description="{description}", resource="/oauth2/v1/userinfo"'
    )
    response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    return _cors(response, "GET, POST")


def _json(document: Document, status: int = 200) -> Response:
    return Response(dumps(document), status, content_type="application/json")


def _okta_headers(response: Response) -> Response:
    """What Okta sends along (okta.md 3.3)."""
    response.headers["Cache-Control"] = "no-cache, no-store"
    response.headers["Pragma"] = "no-cache"
    response.headers["Expires"] = "0"
    response.headers["X-Robots-Tag"] = "noindex,nofollow"
    response.headers["x-okta-request-id"] = secrets.token_hex(16)
    response.headers["x-rate-limit-limit"] = "2000"
    response.headers["x-rate-limit-remaining"] = "1999"
    response.headers["x-rate-limit-reset"] = str(int(current_idp().clock.now()) + 60)
    response.headers["p3p"] = 'CP="HONK"'
    response.headers["referrer-policy"] = "strict-origin-when-cross-origin"
    response.headers["accept-ch"] = "Sec-CH-UA-Platform-Version"
    return response


def _cors(response: Response, methods: str) -> Response:
    """Okta answers every origin; whether it may use /token is decided by `check_browser` (okta.md 8)."""
    origin = request.headers.get("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = methods
        wanted = request.headers.get("Access-Control-Request-Headers")
        if wanted:
            response.headers["Access-Control-Allow-Headers"] = wanted
        response.headers["Access-Control-Max-Age"] = "3600"
        response.headers["Vary"] = "Origin"
    return response


for _path in (*TOKEN, *USERINFO):
    blueprint.add_url_rule(_path, view_func=preflight, methods=["OPTIONS"])
for _path in TOKEN:
    blueprint.add_url_rule(_path, view_func=token, methods=["POST"], provide_automatic_options=False)
for _path in USERINFO:
    blueprint.add_url_rule(_path, view_func=userinfo, methods=["GET", "POST"], provide_automatic_options=False)
