"""The files of the page, and its configuration."""

from __future__ import annotations

from urllib.parse import urlsplit

import flask
from flask import Flask
from werkzeug.wrappers import Response

from targets.reference.settings import Settings

FILES = ("app.js", "login.js", "id_token.js", "signature.js", "strict.js", "style.css")


def create_app(settings: Settings) -> Flask:
    """Every route of the page gets the same document; app.js looks at the path."""
    app = Flask("targets.spa", static_folder=None)
    idp = urlsplit(settings.issuer)
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors 'none'; connect-src 'self' {idp.scheme}://{idp.netloc}"
    )

    @app.get("/")
    @app.get("/login")
    @app.get("/callback")
    @app.get("/me")
    def page() -> Response:
        return flask.send_from_directory(app.root_path, "index.html")

    @app.get("/<any(" + ",".join(f"'{name}'" for name in FILES) + "):name>")
    def file(name: str) -> Response:
        return flask.send_from_directory(app.root_path, name)

    @app.get("/config.json")
    def config() -> dict[str, str]:
        return {
            "issuer": settings.issuer,
            "client_id": settings.client_id,
            "redirect_uri": f"{settings.base_url}/callback",
        }

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return app
