"""The Flask application with Okta's URLs, and the recording of every exchange."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, Response, g, jsonify, request

from mock_idp import metadata
from mock_idp.attempts import COOKIE, HEADER
from mock_idp.errors import OAuthError, management_body
from mock_idp.idp import Idp
from mock_idp.jose import decode_unverified
from mock_idp.org import ORG_SERVER, AuthorizationServer
from mock_idp.store import Document

_BODY_LIMIT = 20_000
_PUBLIC = ("discovery", "keys")


class NotFound(Exception):
    """An authorization server that does not exist."""


def create_app(idp: Idp) -> Flask:
    """The public application of one org."""
    from mock_idp.routes import register  # routes use the helpers below

    app = Flask("mock_idp", static_folder=None)
    app.extensions["idp"] = idp
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.before_request(_begin)
    app.after_request(_record)
    app.register_error_handler(NotFound, _no_server)
    app.register_error_handler(404, _not_found)
    app.register_error_handler(405, _wrong_method)
    app.register_error_handler(OAuthError, _oauth_error)
    register(app)
    return app


def current_idp() -> Idp:
    from flask import current_app

    found: Idp = current_app.extensions["idp"]
    return found


def server_of(server_id: str | None) -> AuthorizationServer:
    """The authorization server of the URL; raises NotFound (Okta: E0000007)."""
    server = current_idp().server(server_id or ORG_SERVER)
    if server is None:
        raise NotFound(server_id)
    return server


# ---- attempts -----------------------------------------------------------------------------------------------


def carried() -> Document | None:
    """The attempt that the browser carries: cookie first, then header."""
    idp = current_idp()
    return idp.attempts.get(request.cookies.get(COOKIE)) or idp.attempts.get(request.headers.get(HEADER))


def bind(attempt: Document | str | None) -> Document | None:
    """Say to which attempt this request belongs."""
    if isinstance(attempt, str):
        attempt = current_idp().attempts.get(attempt)
    if attempt:
        g.attempt = attempt
    return attempt


def bound() -> Document | None:
    found: Document | None = g.get("attempt")
    return found


def artefacts(made: list[tuple[str, str]]) -> None:
    """Note what the IdP handed out; JWTs with their parts for the reader."""
    attempt = bound()
    if not attempt:
        return
    for kind, value in made:
        parts = decode_unverified(value)
        item: dict[str, Any] = {"kind": kind, "value": value}
        if parts:
            item |= {"header": parts[0], "claims": parts[1]}
        current_idp().attempts.note("artefact", attempt["id"], item)


# ---- recording ----------------------------------------------------------------------------------------------


def _begin() -> None:
    g.started = time.time()
    g.endpoint = None


def _record(response: Response) -> Response:
    attempt = bound() or carried()
    form = [[k, v] for k, v in request.form.items(multi=True)] if request.method == "POST" else []
    exchange = {
        "at": g.get("started", time.time()),
        "endpoint": g.get("endpoint") or "other",
        "method": request.method,
        "url": request.url,
        "request": {
            "headers": {k: v for k, v in request.headers.items() if k not in (HEADER, "Cookie")},
            "query": [[k, v] for k, v in request.args.items(multi=True)],
            "form": form,
        },
        "status": response.status_code,
        "response": {
            "headers": dict(response.headers.items()),
            "body": response.get_data(as_text=True)[:_BODY_LIMIT] if not response.is_streamed else "",
        },
    }
    current_idp().attempts.note("exchange", attempt["id"] if attempt else None, exchange)
    if g.get("endpoint") in _PUBLIC:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


# ---- errors outside the protocol ----------------------------------------------------------------------------


def _no_server(error: NotFound) -> tuple[Response, int]:
    summary = f"Not found: Resource not found: {error} (AuthorizationServer)"
    return jsonify(management_body("E0000007", summary)), 404


def _not_found(_: Exception) -> tuple[Response, int]:
    return jsonify(management_body("E0000008", "The requested path was not found")), 404


def _wrong_method(_: Exception) -> tuple[Response, int]:
    summary = "The endpoint does not support the provided HTTP method"
    return jsonify(management_body("E0000022", summary)), 405


def _oauth_error(error: OAuthError) -> tuple[Response, int]:
    return jsonify(error.body()), error.status


__all__ = [
    "artefacts",
    "bind",
    "bound",
    "carried",
    "create_app",
    "current_idp",
    "metadata",
    "server_of",
]
