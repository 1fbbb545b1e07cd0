"""The pages of the relying party and the process that serves them."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import flask
from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from werkzeug.wrappers import Response

from targets.reference import login_form
from targets.reference.idp_client import register
from targets.reference.rejection import Rejected, log
from targets.reference.relying_party import RelyingParty
from targets.reference.settings import Settings, SettingsError

# Browsers hold the redirect that answers a form to form-action, too, and ours may go on to the IdP.
POLICY = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' {idp}; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
OF_A_RESPONSE = {"code", "error", "state", "id_token", "access_token"}


def create_app(settings: Settings, kind: type[RelyingParty] = RelyingParty) -> Flask:
    """The Flask app around one relying party."""
    app = Flask("targets.reference", template_folder=".", static_folder=None)
    parties = {"": kind(settings, register(app, settings))}
    if settings.second:
        parties["second"] = kind(settings.second, register(app, settings.second))
    party = parties[""]
    for one in parties.values():
        one.siblings = tuple(parties.values())
    policy = POLICY.format(idp="{0.scheme}://{0.netloc}".format(urlsplit(settings.issuer)))
    cross_site = party.response_mode() == "form_post"
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="rp_session",
        # A form post from the IdP is cross-site, and Lax cookies would stay at home.
        SESSION_COOKIE_SAMESITE="None" if cross_site else "Lax",
        SESSION_COOKIE_SECURE=cross_site or settings.base_url.startswith("https://"),
    )

    app.jinja_env.globals.update(login=settings.login, logout=settings.logout)

    def at(idp: str) -> RelyingParty:
        """The relying party of the IdP that the URL names."""
        return parties.get(idp) or flask.abort(404)

    def home() -> ResponseReturnValue:
        return render_template("home.html", user=party.user())

    def login(idp: str = "") -> ResponseReturnValue:
        if settings.login_form:
            if request.method == "GET":
                return render_template("login.html", csrf_token=login_form.new_token())
            login_form.check_token(request.form)
        if settings.login == settings.initiate:
            return initiate()
        return redirect(at(idp).start_login(), at(idp).redirect_status)

    def initiate() -> ResponseReturnValue:
        shown_in = request.headers.get("Sec-Fetch-Dest", "document")
        return redirect(party.start_initiated_login(request.values, shown_in))

    def callback(idp: str = "") -> ResponseReturnValue:
        if OF_A_RESPONSE.isdisjoint(request.values) and (page := pages.get(settings.callback_path)):
            return page()
        return redirect(at(idp).finish_login(at(idp).received(request.method, request.args, request.form)))

    # The paths may be the same: then the later one has it, and the callback leaves alone what is no response.
    pages: dict[str, Callable[..., ResponseReturnValue]] = {"/": home, settings.post_logout or "/": home}
    pages |= {settings.initiate: initiate, settings.login: login}
    for path, view in {**pages, settings.callback_path: callback}.items():
        app.add_url_rule(path, path, view, methods=["GET", "POST"])
        if settings.second and view in (login, callback):
            app.add_url_rule(f"{path}/<idp>", f"{path}/<idp>", view, methods=["GET", "POST"])

    @app.get("/me")
    def me() -> tuple[str, int]:
        user = party.user()
        return render_template("me.html", user=user), 200 if user else 401

    @app.post("/refresh")
    def refresh() -> Response:
        party.renew_session()
        return redirect("/me", 303)

    @app.post(settings.logout)
    def logout() -> Response:
        onward = party.after_logout()
        party.log_out()
        return redirect(onward, 303)

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
        response.headers["Content-Security-Policy"] = policy
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
