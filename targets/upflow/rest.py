"""In place of page, SDK and handler: a server that calls Identity Platform itself, so that a login needs no script.

What the handler keeps in the tab's session storage is in a cookie for each login here, and the user in another.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import flask
from flask import Flask, request
from werkzeug.wrappers import Response

from targets.upflow.gates import Gates
from targets.upflow.identity_platform import IdentityPlatform, Refused
from targets.upflow.settings import HANDLER

USER = "user"


def add(app: Flask, platform: IdentityPlatform, gates: Gates) -> None:
    secure = platform.settings.base_url.startswith("https:")

    @app.post("/rest/sso")
    def sso() -> Response:
        provider_id = gates.provider_id(request.form.get("email", ""))
        scope = " ".join(gates.settings.scopes)
        asked = {"providerId": provider_id, "continueUri": platform.redirect_uri(), "oauthScope": scope}
        login = platform.create_auth_uri(asked)
        [state] = parse_qs(urlsplit(login["authUri"]).query)["state"]
        response = flask.redirect(login["authUri"], 303)
        response.set_cookie(_pending(state), login["sessionId"], httponly=True, samesite="Lax", secure=secure)
        return response

    @app.route(HANDLER, methods=["GET", "POST"])
    def handler() -> Response:
        pending = _pending(request.values.get("state", ""))
        if pending not in request.cookies:
            raise Refused("Unable to process request due to missing initial state.")
        body = request.get_data(as_text=True)
        asked = {"requestUri": request.url, "postBody": body, "sessionId": request.cookies[pending]}
        answer = platform.sign_in_with_idp(asked)
        gates.user(answer["idToken"])
        response = flask.redirect("/rest/me", 303)
        response.delete_cookie(pending)
        response.set_cookie(USER, answer["idToken"], httponly=True, samesite="Lax", secure=secure)
        return response

    @app.get("/rest/me")
    def me() -> tuple[dict[str, str], int]:
        return gates.user(request.cookies.get(USER, "")), 200

    @app.post("/rest/logout")
    def logout() -> Response:
        response = flask.redirect("/", 303)
        response.delete_cookie(USER)
        return response


def _pending(state: str) -> str:
    """The cookie of the login with this state."""
    return f"login-{state[-16:]}"
