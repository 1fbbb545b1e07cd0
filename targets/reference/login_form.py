"""The token in the start page's form: without it, another site's page could begin a login in our user's browser."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping

import flask

from targets.reference.rejection import Rejected

NAME = "csrf_token"


def new_token() -> str:
    """This browser's token."""
    token: str = flask.session.setdefault(NAME, secrets.token_urlsafe(32))
    return token


def check_token(form: Mapping[str, str]) -> None:
    known = flask.session.get(NAME)
    if not known or not hmac.compare_digest(known.encode(), form.get(NAME, "").encode()):
        raise Rejected("Login form", f"{NAME} is not that of this browser")
