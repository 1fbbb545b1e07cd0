"""The form token: only a page of ours can have made the form that is sent (CSRF; signed double-submit cookie).

The browser has a random value in a cookie, and each form that value's HMAC under the application's key. Another page
can make the browser send the cookie, and a server at another port of this host can read it or set it, but neither can
make the field that goes with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Blueprint, Response, current_app, g, request
from markupsafe import Markup

COOKIE, FIELD = "gauntlet_form", "form_token"
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")


class FormTokenError(Exception):
    """The form was not made for this browser, or by an application that has ended since."""


def field() -> Markup:
    """The hidden field of a form; the answer to this request then sets the cookie that goes with it."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value())


def value() -> str:
    """What the field holds, for a script that sends no form."""
    cookie = g.get("form_cookie") or request.cookies.get(COOKIE)
    if not cookie:
        cookie = g.form_cookie = secrets.token_urlsafe(24)
    return _mac(cookie)


def guard(blueprint: Blueprint) -> None:
    """Requests that change something need this browser's token, in the form; FormTokenError otherwise."""
    blueprint.before_request(_check)
    blueprint.after_request(_set_cookie)


def is_right() -> bool:
    """Whether the form of this request was made for this browser."""
    cookie, sent = request.cookies.get(COOKIE, ""), request.form.get(FIELD, "")
    return bool(cookie) and hmac.compare_digest(sent.encode(), _mac(cookie).encode())


def _check() -> None:
    if request.method in _CHANGING and not is_right():
        raise FormTokenError


def _set_cookie(response: Response) -> Response:
    made = g.pop("form_cookie", None)
    if made:
        response.set_cookie(COOKIE, made, httponly=True, secure=request.is_secure, samesite="Lax")
    return response


def _mac(cookie: str) -> str:
    key = current_app.secret_key
    assert key, "the application has no key"
    key = key if isinstance(key, bytes) else key.encode()
    return hmac.new(key, f"{FIELD} {cookie}".encode(), hashlib.sha256).hexdigest()
