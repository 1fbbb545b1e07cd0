"""The pages of the relying party and the process that serves them."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

import flask
from flask import Flask, redirect, render_template, request
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from werkzeug.wrappers import Response

from targets.reference.idp_client import register
from targets.reference.rejection import Rejected, log
from targets.reference.relying_party import RelyingParty
from targets.reference.settings import Settings, SettingsError

POLICY = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(settings: Settings, kind: type[RelyingParty] = RelyingParty) -> Flask:
    """The Flask app around one relying party."""
    app = Flask("targets.reference", template_folder=".", static_folder=None)
    parties = {"": kind(settings, register(app, settings))}
    if settings.second:
        parties["second"] = kind(settings.second, register(app, settings.second))
    party = parties[""]
    for one in parties.values():
        one.siblings = tuple(parties.values())
    cross_site = party.response_mode() == "form_post"
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="rp_session",
        # A form post from the IdP is cross-site, and Lax cookies would stay at home.
        SESSION_COOKIE_SAMESITE="None" if cross_site else "Lax",
        SESSION_COOKIE_SECURE=cross_site or settings.base_url.startswith("https://"),
    )

    @app.get("/")
    def home() -> str:
        return render_template("home.html", user=party.user())

    def at(idp: str) -> RelyingParty:
        """The relying party of the IdP that the URL names."""
        return parties.get(idp) or flask.abort(404)

    @app.route(settings.login, methods=["GET", "POST"])
    @app.route(f"{settings.login}/<idp>", methods=["GET", "POST"])
    def login(idp: str = "") -> Response:
        return redirect(at(idp).start_login(), at(idp).redirect_status)

    @app.route("/initiate", methods=["GET", "POST"])
    def initiate() -> Response:
        shown_in = request.headers.get("Sec-Fetch-Dest", "document")
        return redirect(party.start_initiated_login(request.values, shown_in))

    @app.route(settings.callback, methods=["GET", "POST"])
    @app.route(f"{settings.callback}/<idp>", methods=["GET", "POST"])
    def callback(idp: str = "") -> Response:
        return redirect(at(idp).finish_login(at(idp).received(request.method, request.args, request.form)))

    @app.get("/me")
    def me() -> tuple[str, int]:
        user = party.user()
        return render_template("me.html", user=user), 200 if user else 401

    @app.post("/refresh")
    def refresh() -> Response:
        party.renew_session()
        return redirect("/me", 303)

    @app.post("/logout")
    def logout() -> Response:
        party.log_out()
        return redirect("/", 303)

    @app.get("/jwks.json")
    def jwks() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in party.own_keys()]}

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/style.css")
    def style() -> Response:
        return flask.send_from_directory(app.root_path, "style.css")

    @app.errorhandler(Rejected)
    def rejected(error: Rejected) -> tuple[str, int]:
        log(str(error))
        return render_template("error.html", message=party.told(error)), error.status

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    return app


SWITCH_INTERVAL = 0.0005  # seconds


def serve(app: Any, port: int) -> None:
    """Serves on the loopback interface until the process is ended."""

    def load(_target: Any = None) -> Any:
        """Runs in granian's worker process."""
        # A thread that computes holds the interpreter for 5 ms by default, a third of a login; the others wait so long.
        sys.setswitchinterval(SWITCH_INTERVAL)
        return app

    server = Server(
        "relying-party",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=8,
        log_level=LogLevels.error,
        workers_kill_timeout=1,
    )
    server.serve(target_loader=load, wrap_loader=False)


def main(kind: type[RelyingParty] = RelyingParty) -> None:
    """Runs a relying party with the settings of the environment."""
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        sys.exit(f"relying party: {error}")
    serve(create_app(settings, kind), settings.port)
