"""Routes of what everybody may read: discovery, keys, the canary URLs and the start page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.http import http_date

from mock_idp.attempts.issuers import ELSEWHERE
from mock_idp.crypto.jose import dumps
from mock_idp.edits.editor import HONEST_EDITOR
from mock_idp.edits.http import finish
from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import metadata, pages
from mock_idp.protocol.errors import INVALID_CLIENT_ID, management_body
from mock_idp.protocol.exchange import base_url, bind, current_idp, server_of
from mock_idp.protocol.scope import LoginScope

blueprint = Blueprint("documents", __name__)

DISCOVERY = (
    "/.well-known/openid-configuration",
    "/oauth2/<server_id>/.well-known/openid-configuration",
)
METADATA = (
    "/.well-known/oauth-authorization-server",
    "/oauth2/<server_id>/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/oauth2/<server_id>",  # RFC 8414 3.1
)
KEYS = ("/oauth2/v1/keys", "/oauth2/<server_id>/v1/keys")


def openid_configuration(server_id: str | None = None) -> Response:
    return _document("discovery", server_id, metadata.openid_configuration(*_asked(server_id)))


def oauth_authorization_server(server_id: str | None = None) -> Response:
    return _document("discovery", server_id, metadata.oauth_authorization_server(*_asked(server_id)))


def keys(server_id: str | None = None) -> Response:
    idp, server, app, _ = _asked(server_id)
    return _document("keys", server_id, metadata.jwks(idp, server, app))


def _asked(server_id: str | None) -> tuple[Idp, AuthorizationServer, App | None, str]:
    """What the documents depend on: the server, the app of `client_id`, and the URL at which they are asked for."""
    idp = current_idp()
    return idp, server_of(server_id), idp.app(request.args.get("client_id")), idp.base_url_of(request.host)


def preflight(server_id: str | None = None) -> Response:
    """Okta's own libraries send a header of theirs, so that browsers ask first."""
    g.endpoint = "preflight"
    server_of(server_id)
    wanted = request.headers.get("Access-Control-Request-Headers", "")
    allowed = {"Access-Control-Allow-Methods": "GET", "Access-Control-Allow-Headers": wanted}
    return Response("", 204, {"Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "3600"} | allowed)


for _paths, _view in ((DISCOVERY, openid_configuration), (METADATA, oauth_authorization_server), (KEYS, keys)):
    for _path in _paths:
        blueprint.add_url_rule(_path, view_func=_view, methods=["GET"], provide_automatic_options=False)
        blueprint.add_url_rule(_path, view_func=preflight, methods=["OPTIONS"])


def _document(endpoint: str, server_id: str | None, document: dict[str, Any]) -> Response:
    """A public document; only the holder of the exclusive lease, or of the issuer, changes what everybody sees."""
    g.endpoint = endpoint
    idp = current_idp()
    client_id = request.args.get("client_id")
    if client_id and not idp.app(client_id) and not idp.org.settings.adopt_clients:
        refusal = jsonify(management_body("invalid_client", INVALID_CLIENT_ID))
        refusal.status_code = 400
        return refusal
    attempt = bind(idp.attempts.of_issuer(server_id)) or idp.attempts.issuer_wide()
    editor = idp.attempts.editor(attempt)
    scope = LoginScope(idp, server_of(server_id), attempt)
    if endpoint == "discovery" and server_id and server_id.endswith(ELSEWHERE):
        editor, document = HONEST_EDITOR, _elsewhere(scope, document)
    document = editor.json("jwks" if endpoint == "keys" else "discovery", document, scope)
    response = Response(dumps(document), content_type="application/json")
    max_age = idp.keys.max_age(scope.server.id) if endpoint == "keys" else 86_400  # okta.md 1.4
    response.headers["Cache-Control"] = f"max-age={max_age}, must-revalidate"
    response.headers["Expires"] = http_date(idp.clock.now() + max_age)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return finish(response, editor, scope, endpoint)


def _elsewhere(scope: LoginScope, document: dict[str, Any]) -> dict[str, Any]:
    """The document with what the RP itself calls at the URL at which this one was asked for."""
    ours, theirs = scope.issuer(), request.base_url.partition("/.well-known/")[0]
    called = {
        name: document[name].replace(ours, theirs) for name in ("token_endpoint", "userinfo_endpoint", "jwks_uri")
    }
    return {**document, **called}


@blueprint.route("/canary/<attempt_id>/<name>", methods=["GET", "POST"])
@blueprint.route("/canary/<attempt_id>/<name>/<path:below>", methods=["GET", "POST"])
def canary(attempt_id: str, name: str, below: str = "") -> Response:  # noqa: ARG001
    """A URL that nobody should fetch. It serves the rogue key, so that who trusts it is found out.

    What is `below` it counts as the URL itself: who takes it for an issuer asks for its metadata there.
    """
    g.endpoint = "canary"
    idp = current_idp()
    if bind(attempt_id):
        hit = {"name": name, "headers": dict(request.headers.items()), "from": request.remote_addr}
        idp.attempts.note("canary", attempt_id, hit)
    rogue = idp.keys.rogue()
    if name == "x5u":
        text = rogue.x5c()[0]
        lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
        pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
        return Response(pem, content_type="application/x-pem-file")
    rogues = [idp.keys.rogue(alg).jwk for alg in idp.signing_algorithms()]
    return Response(dumps({"keys": rogues}), content_type="application/json")


@blueprint.get("/")
def home() -> Response:
    """The org's start page: says what this is, and where people and their relying parties go."""
    idp = current_idp()
    issuers = [idp.issuer(server) for server in idp.org.servers.all()]
    return pages.home(idp.org.name, [idp.public_url, *issuers], base_url())
