"""Okta's URLs for the org server (`/oauth2/v1/…`) and for custom servers (`/oauth2/{id}/v1/…`)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, g, request

from mock_idp import metadata
from mock_idp.app import carried, current_idp, server_of
from mock_idp.http_edits import finish
from mock_idp.jose import dumps
from mock_idp.scope import LoginScope
from mock_idp.store import Document

documents = Blueprint("documents", __name__)


def register(app: Flask) -> None:
    """Add all endpoints to the application."""
    from mock_idp import login_routes, token_routes

    app.register_blueprint(documents)
    app.register_blueprint(login_routes.blueprint)
    app.register_blueprint(token_routes.blueprint)


@documents.get("/.well-known/openid-configuration")
@documents.get("/oauth2/<server_id>/.well-known/openid-configuration")
def openid_configuration(server_id: str | None = None) -> Response:
    return _document("discovery", server_id, metadata.openid_configuration(current_idp(), server_of(server_id)))


@documents.get("/.well-known/oauth-authorization-server")
@documents.get("/oauth2/<server_id>/.well-known/oauth-authorization-server")
@documents.get("/.well-known/oauth-authorization-server/oauth2/<server_id>")
def oauth_authorization_server(server_id: str | None = None) -> Response:
    document = metadata.oauth_authorization_server(current_idp(), server_of(server_id))
    return _document("discovery", server_id, document)


@documents.get("/oauth2/v1/keys")
@documents.get("/oauth2/<server_id>/v1/keys")
def keys(server_id: str | None = None) -> Response:
    response = _document("keys", server_id, metadata.jwks(current_idp(), server_of(server_id)))
    response.headers["Cache-Control"] = "max-age=3832304, must-revalidate"
    return response


def _document(endpoint: str, server_id: str | None, document: dict[str, Any]) -> Response:
    """A public document; only the holder of the exclusive lease changes what everybody sees."""
    g.endpoint = endpoint
    attempts = current_idp().attempts
    attempt: Document | None = attempts.issuer_wide()
    editor = attempts.editor(attempt)
    scope = LoginScope(current_idp(), server_of(server_id), attempt)
    editor.json("jwks" if endpoint == "keys" else "discovery", document, scope)
    response = Response(dumps(document), content_type="application/json")
    response.headers["Cache-Control"] = "max-age=86400, must-revalidate"
    return finish(response, editor, scope, endpoint)


@documents.get("/canary/<attempt_id>/<name>")
def canary(attempt_id: str, name: str) -> Response:
    """A URL that nobody should fetch. It serves the rogue key, so that who trusts it is found out."""
    g.endpoint = "canary"
    idp = current_idp()
    attempt = idp.attempts.get(attempt_id)
    if attempt:
        g.attempt = attempt
        hit = {"name": name, "headers": dict(request.headers.items()), "from": request.remote_addr}
        idp.attempts.note("canary", attempt_id, hit)
    rogue = idp.keys.rogue()
    if name == "x5u":
        lines = "\n".join(rogue.x5c()[0][i : i + 64] for i in range(0, len(rogue.x5c()[0]), 64))
        pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
        return Response(pem, content_type="application/x-pem-file")
    return Response(dumps({"keys": [rogue.jwk]}), content_type="application/json")


@documents.get("/")
def home() -> Response:
    """The org's start page: says what this is and where its documents are."""
    from mock_idp import pages

    idp = current_idp()
    servers = ", ".join(idp.issuer(s) for s in idp.org.authorization_servers)
    carried()
    return pages.plain(idp.org.name, f"A mock Okta org. Issuers: {idp.public_url}, {servers}.")
