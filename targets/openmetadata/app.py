"""The server: the page and its configuration, the API behind the filter, and the confidential client's endpoints."""

from __future__ import annotations

import secrets
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import flask
from flask import Flask, request
from werkzeug.wrappers import Response

from targets.openmetadata.claims import NoPrincipal, user_of
from targets.openmetadata.code_flow import CALLBACK, CodeFlow, Failed, Session
from targets.openmetadata.http import Http
from targets.openmetadata.jwt_filter import JwtFilter, Refused
from targets.openmetadata.settings import Settings

HERE = Path(__file__).resolve().parent
SESSIONS = 1000
COOKIE = "JSESSIONID"


class Sessions:
    """By the browser's cookie; the oldest make room."""

    def __init__(self) -> None:
        self._all: dict[str, Session] = {}
        self._lock = Lock()

    def present(self) -> Session | None:
        return self._all.get(request.cookies.get(COOKIE, ""))

    def begin(self) -> tuple[str, Session]:
        """The browser's session, which is kept if there is one: signing in gives it no new id."""
        if found := self.present():
            return request.cookies[COOKIE], found
        with self._lock:
            while len(self._all) >= SESSIONS:
                self._all.pop(next(iter(self._all)))
            name = secrets.token_hex(16)
            return name, self._all.setdefault(name, Session())

    def end(self) -> None:
        with self._lock:
            self._all.pop(request.cookies.get(COOKIE, ""), None)


def create_app(settings: Settings) -> Flask:
    """Raises Failed when it is a confidential client and the IdP's metadata cannot be used."""
    app = Flask("targets.openmetadata", static_folder=None)
    http = Http(settings.ca_file)
    jwt_filter = JwtFilter(settings.public_key_urls, http, settings.status_without_kid)
    _page(app, settings)
    if settings.secret:
        _confidential(app, CodeFlow(settings, http))

    @app.get("/api/v1/users/loggedInUser")
    def logged_in_user() -> dict[str, str]:
        try:
            user = user_of(jwt_filter.claims(request.headers.get("Authorization")), settings)
        except NoPrincipal as error:
            raise Refused(str(error)) from error
        if settings.users and user["name"] not in settings.users:
            raise Refused(f"user instance for {user['name']} not found", 404)
        return user

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[dict[str, str | int], int]:
        return {"code": error.status, "message": str(error)}, error.status

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "healthy"}

    return app


def _page(app: Flask, settings: Settings) -> None:
    idp = urlsplit(settings.authority)
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'none'; connect-src 'self' {idp.scheme}://{idp.netloc}; frame-src {idp.scheme}://{idp.netloc}"
    )

    def page() -> Response:
        response = flask.send_from_directory(HERE / "page", "index.html")
        response.headers["Content-Security-Policy"] = policy
        return response

    for path in ("/", "/signin", "/my-data", "/signup", "/auth/callback", "/logout", "/renew"):
        app.add_url_rule(path, path, page)
    if not settings.secret:
        app.add_url_rule("/callback", "/callback", page)
        app.add_url_rule("/silent-callback", "/silent-callback", page)

    @app.get("/main.js")
    def script() -> Response:
        return flask.send_from_directory(HERE / "build", "main.js")

    @app.get("/style.css")
    def style() -> Response:
        return flask.send_from_directory(HERE.parent / "spa", "style.css")

    @app.get("/api/v1/system/config/auth")
    def configuration() -> dict[str, object]:
        return {
            "provider": "okta",
            "clientType": "confidential" if settings.secret else "public",
            "authority": settings.authority,
            "clientId": settings.client_id,
            "callbackUrl": settings.callback_url,
            "publicKeyUrls": settings.public_key_urls,
            "scopes": settings.scope.split(),
            "pkce": settings.pkce,
            "tokenStorage": settings.token_storage,
        }


def _confidential(app: Flask, flow: CodeFlow) -> None:
    sessions = Sessions()

    @app.get("/api/v1/auth/login")
    def login() -> Response:
        name, session = sessions.begin()
        response = flask.redirect(flow.login(session, request.args.get("redirectUri")))
        secure = flow.settings.server_url.startswith("https:")
        response.set_cookie(COOKIE, name, httponly=True, samesite=flow.settings.same_site, secure=secure)
        return response

    @app.get("/callback")
    def callback() -> Response:
        return flask.redirect(flow.callback(sessions.present(), request.args))

    @app.get("/api/v1/auth/refresh")
    def refresh() -> dict[str, object]:
        return flow.refresh(sessions.present())

    @app.get("/api/v1/auth/logout")
    def logout() -> Response:
        sessions.end()
        return flask.redirect(f"{flow.settings.server_url}/logout")

    @app.errorhandler(Failed)
    def failed(error: Failed) -> tuple[str, int]:
        # As in the product: not escaped, and always 500.
        return f"<p> {CALLBACK.format(error)} </p>", 500
