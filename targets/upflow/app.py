"""The server: the application's pages and API, the two pages that Google serves for it, and Identity Platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask
from flask import Flask, request
from werkzeug.wrappers import Response

from targets.reference.idp_client import register
from targets.reference.rejection import Rejected, log
from targets.upflow import rest
from targets.upflow.accounts import LIFETIME, Accounts, InvalidToken
from targets.upflow.gates import Closed, Gates
from targets.upflow.identity_platform import IdentityPlatform, Refused
from targets.upflow.settings import HANDLER, PROJECT, Upflow

HERE = Path(__file__).resolve().parent
TOOLKIT = "/identitytoolkit.googleapis.com/v1/accounts"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'"
NO_FRAMES, OUR_FRAMES = "; frame-ancestors 'none'", "; frame-ancestors 'self'"
APPLICATION = "; frame-src 'self'; form-action 'self'"


def create_app(settings: Upflow) -> Flask:
    app = Flask("targets.upflow", template_folder="page", root_path=str(HERE), static_folder=None)
    accounts = Accounts(one_user_per_email=settings.one_user_per_email)
    platform = IdentityPlatform(settings, register(app, settings.provider), accounts)
    gates = Gates(settings, accounts)
    if settings.sign_in == "rest":
        rest.add(app, platform, gates)
    else:
        _application(app, gates)
        _google_pages(app)
    _identity_toolkit(app, platform, accounts)

    @app.get("/<any('style.css'):name>")
    def style(name: str) -> Response:
        return flask.send_from_directory(HERE.parent / "spa", name)

    @app.errorhandler(Closed)
    def closed(error: Closed) -> tuple[dict[str, str], int]:
        return {"message": str(error)}, error.status

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "healthy"}

    return app


def _page(template: str, policy: str, **values: Any) -> Response:
    response = flask.make_response(flask.render_template(template, **values))
    response.headers.update({"Content-Security-Policy": POLICY + policy, "Cache-Control": "no-store"})
    return response


def _application(app: Flask, gates: Gates) -> None:
    for path in ("/", "/login", "/sso", "/me", "/renew"):
        app.add_url_rule(path, path, lambda: _page("index.html", APPLICATION + NO_FRAMES))

    @app.get("/main.js")
    def script() -> Response:
        return flask.send_from_directory(HERE / "build", "main.js")

    @app.get("/api/configuration")
    def configuration() -> dict[str, Any]:
        settings = gates.settings
        return {"apiKey": "demo-key", "projectId": PROJECT, "signIn": settings.sign_in, "scopes": settings.scopes}

    @app.post("/api/sso")
    def sso() -> dict[str, str]:
        return {"providerId": gates.provider_id(str(_json().get("email", "")))}

    @app.get("/api/me")
    def me() -> dict[str, str]:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return gates.user(token if kind == "Bearer" else "")


def _google_pages(app: Flask) -> None:
    @app.route(HANDLER, methods=["GET", "POST"])
    def handler() -> Response:
        return _page("handler.html", NO_FRAMES, body=request.get_data(as_text=True))

    @app.get("/emulator/auth/handler")
    def handler_of_the_emulator() -> Response:
        """Where the SDK goes, because it believes that it talks to the emulator."""
        return flask.redirect(f"{HANDLER}?{request.query_string.decode('ascii', 'replace')}")

    @app.get("/emulator/auth/iframe")
    def frame() -> Response:
        return _page("frame.html", OUR_FRAMES)

    @app.get("/__/auth/<any('handler.js', 'frame.js'):name>")
    def script_of_google(name: str) -> Response:
        return flask.send_from_directory(HERE / "page", name)


def _identity_toolkit(app: Flask, platform: IdentityPlatform, accounts: Accounts) -> None:
    @app.post(f"{TOOLKIT}:createAuthUri")
    def create_auth_uri() -> dict[str, str]:
        return platform.create_auth_uri(_json())

    @app.post(f"{TOOLKIT}:signInWithIdp")
    def sign_in_with_idp() -> dict[str, Any]:
        return platform.sign_in_with_idp(_json())

    @app.post(f"{TOOLKIT}:lookup")
    def lookup() -> dict[str, Any]:
        return platform.lookup(str(_json().get("idToken", "")))

    @app.post("/securetoken.googleapis.com/v1/token")
    def token() -> dict[str, str]:
        """Google's own hourly renewal: Okta is not asked."""
        refresh_token = request.form.get("refresh_token", "")
        user = accounts.refreshed(refresh_token)
        given = {"id_token": accounts.id_token(user), "refresh_token": refresh_token, "expires_in": str(LIFETIME)}
        return {**given, "access_token": given["id_token"], "token_type": "Bearer", "user_id": user.local_id}

    @app.errorhandler(Refused)
    @app.errorhandler(Rejected)
    @app.errorhandler(InvalidToken)
    def refused(error: Exception) -> tuple[dict[str, dict[str, str | int]], int]:
        log(str(error))
        message = f"INVALID_IDP_RESPONSE : {error}" if isinstance(error, Rejected) else str(error)
        return {"error": {"code": 400, "message": message}}, 400


def _json() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}
