"""Routes of the relying party's back channel: token and userinfo, with Okta's headers and CORS rules."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from flask import Blueprint, Response, g, request

from mock_idp import errors
from mock_idp.app import artefacts, bind, bound, carried, current_idp, server_of
from mock_idp.client_auth import UnknownClient, authenticate
from mock_idp.errors import INVALID_CLIENT_ID, OAuthError, management_body
from mock_idp.http_edits import finish
from mock_idp.jose import dumps
from mock_idp.org import user_from
from mock_idp.scope import LoginScope
from mock_idp.store import Document
from mock_idp.token_endpoint import TokenRequest
from mock_idp.tokens import profile

blueprint = Blueprint("tokens", __name__)


def _okta_headers(response: Response) -> Response:
    """What Okta sends along (okta.md 3.3)."""
    response.headers["Cache-Control"] = "no-cache, no-store"
    response.headers["Pragma"] = "no-cache"
    response.headers["Expires"] = "0"
    response.headers["X-Robots-Tag"] = "noindex,nofollow"
    response.headers["x-okta-request-id"] = secrets.token_hex(16)
    response.headers["x-rate-limit-limit"] = "2000"
    response.headers["x-rate-limit-remaining"] = "1999"
    response.headers["x-rate-limit-reset"] = str(int(time.time()) + 60)
    response.headers["p3p"] = 'CP="HONK"'
    response.headers["referrer-policy"] = "strict-origin-when-cross-origin"
    return response


def _cors(response: Response, methods: str) -> Response:
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


@blueprint.route("/oauth2/v1/token", methods=["OPTIONS"])
@blueprint.route("/oauth2/<server_id>/v1/token", methods=["OPTIONS"])
@blueprint.route("/oauth2/v1/userinfo", methods=["OPTIONS"])
@blueprint.route("/oauth2/<server_id>/v1/userinfo", methods=["OPTIONS"])
def preflight(server_id: str | None = None) -> Response:
    g.endpoint = "preflight"
    server_of(server_id)
    return _cors(Response(status=204), "POST" if request.path.endswith("/token") else "GET, POST")


@blueprint.post("/oauth2/v1/token")
@blueprint.post("/oauth2/<server_id>/v1/token")
def token(server_id: str | None = None) -> Response:
    g.endpoint = "token"
    idp, server = current_idp(), server_of(server_id)
    form = request.form.to_dict()
    # At /token the code says which login this is; what a browser carries only matters without one.
    grant = idp.store.get("code", form.get("code", "")) or idp.store.get("refresh_token", form.get("refresh_token", ""))
    attempt = bind(idp.attempts.get(grant["attempt"]) if grant and grant.get("attempt") else carried())
    editor = idp.attempts.editor(attempt)
    scope = LoginScope(idp, server, attempt, grant)
    try:
        body, made = _token(server_id, form, attempt)
    except UnknownClient:
        document = management_body("invalid_client", INVALID_CLIENT_ID)
        return _cors(_okta_headers(_json(document, 401)), "POST")
    except OAuthError as error:
        return _cors(_okta_headers(_json(error.body(), error.status)), "POST")
    artefacts(made)
    response = finish(_okta_headers(_json(body)), editor, scope, "token", _seam(form))
    return _cors(response, "POST")


def _seam(form: Mapping[str, str]) -> str:
    return "refresh_response" if form.get("grant_type") == "refresh_token" else "token_response"


def _token(
    server_id: str | None, form: dict[str, str], attempt: Document | None
) -> tuple[Document, list[tuple[str, str]]]:
    idp, server = current_idp(), server_of(server_id)
    if any(len(request.form.getlist(name)) > 1 for name in form):
        raise errors.DUPLICATE_PARAMETER
    app = authenticate(idp, request.headers, form, request.args.to_dict())
    editor = idp.attempts.editor(attempt)
    wanted = TokenRequest(idp, server, app, form, request.headers.get("Origin"))
    grant = wanted.grant(editor, idp.strictness(attempt))
    return wanted.response(editor, LoginScope(idp, server, attempt, grant), grant)


def _json(document: Document, status: int = 200) -> Response:
    return Response(dumps(document), status, content_type="application/json")


@blueprint.route("/oauth2/v1/userinfo", methods=["GET", "POST"])
@blueprint.route("/oauth2/<server_id>/v1/userinfo", methods=["GET", "POST"])
def userinfo(server_id: str | None = None) -> Response:
    """OIDC Core 5.3; errors have no body, only WWW-Authenticate (okta.md 1.5)."""
    g.endpoint = "userinfo"
    idp, server = current_idp(), server_of(server_id)
    value = request.headers.get("Authorization", "")
    token = value[7:].strip() if value.lower().startswith("bearer ") else request.form.get("access_token", "")
    in_query = request.args.get("access_token")
    grant = idp.store.get("access_token", token or in_query or "")
    attempt = bind(idp.attempts.get(grant["attempt"]) if grant and grant.get("attempt") else carried())
    if in_query and idp.strictness(attempt) == "okta":
        return _refused(400, "invalid_request", "The access token cannot be presented in a query string.")
    if not (token or in_query):
        return _refused(401, "access_token_missing", "The access token is missing.")
    scope = LoginScope(idp, server, attempt, grant)
    if grant is None or grant["server"] != server.id or grant["expires"] < scope.now():
        return _refused(401, "invalid_token", "The access token is invalid.")
    user = user_from(grant["user"])
    claims = {"sub": user.id, **profile(user, grant["scopes"])}
    if server.is_org and "groups" in grant["scopes"]:
        claims["groups"] = list(user.groups)
    editor = idp.attempts.editor(bound())
    editor.json("userinfo", claims, scope)
    return _cors(finish(_okta_headers(_json(claims)), editor, scope, "userinfo", "userinfo"), "GET, POST")


def _refused(status: int, error: str, description: str) -> Response:
    idp = current_idp()
    host = idp.public_url.split("://")[-1]
    response = Response(status=status)
    # Okta writes http: here even though it only speaks https.
    response.headers["WWW-Authenticate"] = (
        f'Bearer authorization_uri="http://{host}/oauth2/v1/authorize", realm="http://{host}", scope="openid", '
        f'error="{error}", error_description="{description}", resource="/oauth2/v1/userinfo"'
    )
    response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    return _cors(response, "GET, POST")
