"""The pages. Logins under way are in signed cookies, one each; sessions are on the server."""

from __future__ import annotations

import json
import secrets
from dataclasses import astuple
from typing import Any

import waitress
from flask import Flask, redirect, request
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.wrappers import Response

from targets.handmade.http import Config, Refused
from targets.handmade.id_token import Started
from targets.handmade.party import Party

PREFIX = "login-"
MINUTES = 60
LOGINS = 5
SESSIONS = 1000
PAGE = Markup("<!doctype html><html lang=en><title>{0}</title><h1>{0}</h1>{1}")
SIGN_IN = Markup('<p><a href="/login">Sign in</a>')


class Logins:
    """A browser's pending logins: each in a cookie that only we can have written."""

    def __init__(self) -> None:
        self._sealed = URLSafeTimedSerializer(secrets.token_bytes(32))

    def all(self) -> dict[str, Started]:
        """By state, the newest first; what is too old or not ours is not there."""
        found = []
        for name, value in request.cookies.items():
            try:
                if name.startswith(PREFIX):
                    login, made = self._sealed.loads(value, max_age=60 * MINUTES, return_timestamp=True)
                    found.append((made, Started(*login)))
            except BadData:
                continue
        return {login.state: login for _, login in sorted(found, key=lambda pair: pair[0], reverse=True)}

    def keep(self, response: Response, login: Started) -> None:
        for old in list(self.all())[LOGINS - 1 :]:
            self.forget(response, old)
        seal = self._sealed.dumps(astuple(login))
        _set(response, f"{PREFIX}{login.state}", str(seal), max_age=60 * MINUTES)

    def forget(self, response: Response, state: str) -> None:
        response.delete_cookie(f"{PREFIX}{state}")


class Sessions:
    """Who is signed in, by the secret in the browser's cookie; the oldest make room."""

    def __init__(self) -> None:
        self._users: dict[str, dict[str, Any]] = {}

    def user(self) -> dict[str, Any] | None:
        return self._users.get(request.cookies.get("sid", ""))

    def begin(self, response: Response, claims: dict[str, Any]) -> None:
        self.end()
        for oldest in list(self._users)[: -SESSIONS + 1]:
            self._users.pop(oldest, None)
        sid = secrets.token_urlsafe(32)
        self._users[sid] = claims
        _set(response, "sid", sid)

    def end(self) -> None:
        self._users.pop(request.cookies.get("sid", ""), None)


def _set(response: Response, name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(name, value, max_age, httponly=True, samesite="Lax", secure=request.is_secure)


def create_app(party: Party) -> Flask:
    app = Flask("targets.handmade", static_folder=None)
    logins, sessions = Logins(), Sessions()

    @app.get("/login")
    def login() -> Response:
        started = party.new_login()
        response = redirect(party.authorization_url(started))
        logins.keep(response, started)
        return response

    @app.get("/callback")
    def callback() -> Response:
        answer = redirect("/me")
        try:
            received = party.read_response(request.args)
            started = party.started_login(received, logins.all())
            logins.forget(answer, started.state)
            sessions.begin(answer, party.who(received, started))
        except Refused as refused:
            answer.status_code, answer.data = (
                400,
                PAGE.format("Not signed in", Markup("<p>{}").format(refused)).encode(),
            )
            del answer.headers["Location"]
        return answer

    @app.get("/me")
    def me() -> tuple[str, int]:
        if not (user := sessions.user()):
            return PAGE.format("Nobody is signed in", SIGN_IN), 401
        shown = (user.get(name, "") for name in ("sub", "email", "name"))
        rows = (Markup("<li>{}").format(value if isinstance(value, str) else json.dumps(value)) for value in shown)
        return PAGE.format("Signed in", Markup("<ul>{}</ul>").format(Markup("").join(rows))), 200

    @app.get("/")
    def home() -> str:
        return PAGE.format("Handmade", SIGN_IN)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[str, int]:
        return PAGE.format("Not signed in", Markup("<p>{}").format(error)), 400

    return app


def main(kind: type[Party] = Party) -> None:
    """Serves on the loopback interface until the process is ended."""
    config = Config.from_environment()
    waitress.serve(create_app(kind(config)), host="127.0.0.1", port=config.port, threads=8)
