"""The Flask application of one org: its routes, the recording of every exchange, and the errors outside OAuth."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from mock_idp.attempts.registry import HEADER
from mock_idp.console.routes import AREAS
from mock_idp.dashboard import routes as dashboard_routes
from mock_idp.idp import Idp
from mock_idp.management import frame, unbuilt
from mock_idp.management.routes import RESOURCES
from mock_idp.protocol import document_routes, pages, rate_limits, unbuilt_routes
from mock_idp.protocol.authorization import par_routes
from mock_idp.protocol.authorization import routes as authorize_routes
from mock_idp.protocol.errors import SERVER_ERROR, OAuthError, management_body
from mock_idp.protocol.exchange import NoServerError, bound, carried, current_idp
from mock_idp.protocol.sign_in import launch_routes, session_routes
from mock_idp.protocol.sign_in import routes as login_routes
from mock_idp.protocol.sign_out import revocation_routes
from mock_idp.protocol.sign_out import routes as logout_routes
from mock_idp.protocol.token import routes as token_routes
from mock_idp.protocol.token import state_routes as token_state_routes
from mock_idp.protocol.waiting import activation_routes, ciba_routes, device_routes
from mock_idp.web import assets
from mock_idp.web.form_token import FormTokenError

_BODY_LIMIT = 20_000
_REQUEST_LIMIT = 1_000_000
"""Bytes of a request body; what is larger gets 400 or 413. No honest one is near it."""
_OURS = ("/assets/", "/admin")
"""Pages and files that no provider serves to a login: they stand in no transcript."""
_HTTP_ERRORS = {405: ("E0000022", "The endpoint does not support the provided HTTP method")}
_INTERNAL = ("E0000009", "Internal Server Error")
_MALFORMED = ("E0000003", "The request body was not well-formed.")


def create_app(idp: Idp) -> Flask:
    """The public application; nothing of the control API is in it."""
    app = Flask("mock_idp", static_folder=None)
    app.extensions["idp"] = idp
    app.secret_key = hashlib.sha256(f"forms {idp.api_token}".encode()).digest()
    app.config["MAX_CONTENT_LENGTH"] = _REQUEST_LIMIT
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.before_request(_begin)
    app.after_request(_record)
    rate_limits.install(app)
    app.register_error_handler(NoServerError, _no_server)
    app.register_error_handler(FormTokenError, _no_form_token)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _our_fault)
    for routes in (
        assets,
        document_routes,
        authorize_routes,
        par_routes,
        launch_routes,
        dashboard_routes,
        login_routes,
        session_routes,
        logout_routes,
        revocation_routes,
        token_routes,
        token_state_routes,
        device_routes,
        ciba_routes,
        activation_routes,
        unbuilt_routes,
    ):
        app.register_blueprint(routes.blueprint)
    for console_area in AREAS:
        app.register_blueprint(console_area)
    frame.install(app, RESOURCES)
    return app


# ---- recording ----------------------------------------------------------------------------------------------


def _begin() -> None:
    g.started = current_idp().clock.now()


def _record(response: Response) -> Response:
    if request.path.startswith(_OURS):
        return response
    attempt = bound() or carried()
    exchange = {
        "at": g.started,
        "endpoint": g.get("endpoint") or "other",
        "method": request.method,
        "url": request.url,
        "asked": g.get("asked"),
        "request": {
            "headers": {k: v for k, v in request.headers.items() if k not in (HEADER, "Cookie")},
            "query": [[k, v] for k, v in request.args.items(multi=True)],
            "form": _form(),
        },
        "status": response.status_code,
        "response": {
            "headers": dict(response.headers.items()),
            "body": response.get_data().decode(errors="replace")[:_BODY_LIMIT],
        },
    }
    current_idp().attempts.note_exchange(attempt, exchange)
    return response


def _form() -> list[list[str]]:
    try:
        return [[k, v] for k, v in request.form.items(multi=True)] if request.method == "POST" else []
    except HTTPException:  # too large to be read; the answer says so
        return []


# ---- errors outside the protocol ----------------------------------------------------------------------------


def _no_server(error: NoServerError) -> tuple[Response, int]:
    summary = f"Not found: Resource not found: {error} (AuthorizationServer)"
    return jsonify(management_body("E0000007", summary)), 404


def _no_form_token(_error: FormTokenError) -> Response:
    text = "This form is not from a page that this browser has opened here, or it is too old. Open the page again."
    return pages.plain("Form expired", text, 403)


def _http_error(error: HTTPException) -> Response | tuple[Response, int]:
    if error.code == 404:
        return frame.refused(unbuilt.refusal())
    if error.code not in _HTTP_ERRORS and g.get("endpoint") == "token":
        refusal = OAuthError("invalid_request", _MALFORMED[1])
        return jsonify(refusal.body()), refusal.status
    code, summary = _HTTP_ERRORS.get(error.code or 0, _MALFORMED)
    return jsonify(management_body(code, summary)), error.code or 400


def _our_fault(error: Exception) -> tuple[Response, int]:
    """A bug of the mock: the transcript tells the harness, so that no case blames the relying party for it."""
    current_app.logger.error("the mock failed at %s", request.path, exc_info=error)
    attempt = bound() or carried()
    if attempt:
        current_idp().attempts.note("failure", attempt["id"], {"reason": f"{type(error).__name__}: {error}"})
    if request.path.startswith(f"{frame.PREFIX}/"):
        return jsonify(management_body(*_INTERNAL)), 500
    return jsonify(SERVER_ERROR.body()), SERVER_ERROR.status
