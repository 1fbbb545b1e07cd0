"""python -m targets.awkward HABIT: the reference with a habit that is unusual and no fault."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import flask
from flask import Flask
from markupsafe import escape
from werkzeug.wrappers import Response

from targets.reference.app import create_app, serve
from targets.reference.callback import WHAT
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.settings import Settings, SettingsError

SECONDS = 0.3
Dress = Callable[[Flask], None]


class NoUserinfo(RelyingParty):
    """The ID Token says enough."""

    def with_userinfo(self, claims: Claims, access_token: str | None) -> Claims:  # noqa: ARG002
        return claims


class CachedKeys(RelyingParty):
    """The key set is fetched once; a new key needs a restart."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:  # noqa: ARG002
        return super().published_keys(header)


class SlowLogin(RelyingParty):
    """Something behind it takes its time when somebody comes."""

    def begin_session(self, claims: Claims) -> None:
        time.sleep(SECONDS)
        super().begin_session(claims)


class PkceOnly(RelyingParty):
    """No state: PKCE and nonce, both in the browser's cookie, bind the answer to it (RFC 9700 2.1)."""

    def new_state(self) -> str:
        return ""

    def find_state(self, received: str | None) -> str:
        if received or not self.known_states():
            raise Rejected(WHAT, "it answers no login of this browser")
        return self.known_states()[0]


class SecondLoad(RelyingParty):
    """The callback remembers who came, and the session begins with the page that its page leads to."""

    def begin_session(self, claims: Claims) -> None:
        super().begin_session(claims)
        flask.session["arriving"] = flask.session.pop("user")


def lands(app: Flask, place: Callable[[], str]) -> None:
    """After a login the browser goes to this place."""

    @app.after_request
    def elsewhere(response: Response) -> Response:
        if flask.request.path == "/callback" and response.status_code == 302:
            response.location = place()
        return response


def second_load(app: Flask) -> None:
    @app.get("/arriving")
    def arriving() -> str:
        return '<!doctype html><meta http-equiv="refresh" content="0; url=/arrived"><p>One moment, please'

    @app.get("/arrived")
    def arrived() -> Response:
        if "arriving" in flask.session:
            flask.session["user"] = flask.session.pop("arriving")
        return flask.redirect("/me")

    lands(app, lambda: "/arriving")


def random_landing(app: Flask) -> None:
    @app.get("/welcome/<mark>")
    def welcome(mark: str) -> str:
        return f"<!doctype html><p>Welcome. <!-- {escape(mark)} -->"

    lands(app, lambda: f"/welcome/{secrets.token_urlsafe(8)}")


def always_ok(app: Flask) -> None:
    @app.after_request
    def ok(response: Response) -> Response:
        if response.status_code >= 400:
            response.status_code = 200
        return response


def lists_others(app: Flask) -> None:
    """The page that shows the user shows who was here before, too."""
    seen: deque[str] = deque(maxlen=20)

    @app.after_request
    def with_others(response: Response) -> Response:
        user = flask.session.get("user")
        if flask.request.path == "/me" and user:
            names = "".join(f"<li>{escape(name)}" for name in seen if name != user["name"])
            response.set_data(response.get_data(as_text=True) + f"<h2>Were here, too</h2><ul>{names}</ul>")
            if user["name"] not in seen:
                seen.append(user["name"])
        return response


def plain(app: Flask) -> None:
    """Pages as the reference has them."""
    del app


HABITS: dict[str, tuple[type[RelyingParty], Dress]] = {
    "no-userinfo": (NoUserinfo, plain),
    "cached-keys": (CachedKeys, plain),
    "slow-login": (SlowLogin, plain),
    "pkce-only": (PkceOnly, plain),
    "second-load": (SecondLoad, second_load),
    "random-landing": (RelyingParty, random_landing),
    "always-ok": (RelyingParty, always_ok),
    "lists-others": (RelyingParty, lists_others),
}


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or arguments[0] not in HABITS:
        sys.exit(f"usage: python -m targets.awkward HABIT; there are: {', '.join(HABITS)}")
    kind, dress = HABITS[arguments[0]]
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        sys.exit(f"relying party: {error}")
    app = create_app(settings, kind)
    dress(app)
    serve(app, settings.port)


if __name__ == "__main__":
    main(sys.argv[1:])
