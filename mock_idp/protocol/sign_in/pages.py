"""The pages that ask a person for something, each at the head of a transaction that goes on when it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from mock_idp.idp import Idp
from mock_idp.org.model import App, User
from mock_idp.protocol import pages
from mock_idp.protocol.errors import PageError
from mock_idp.protocol.exchange import base_url
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in import transactions
from mock_idp.store import Document

EXPIRED = PageError("invalid_request", "The sign-in request has expired.")
SIGN_IN, VERIFY, CONSENT = "/login/sign-in", "/login/verify", "/login/consent"
"""Where the forms go."""
SIGN_IN_PAGE, HOME = "/login/login.htm", "/app/UserHome"
"""The sign-in page by itself, and where one is after signing in there."""


def password(scope: LoginScope, document: Document) -> Response:
    """The sign-in page, for an authorization request."""
    return ask_password(scope.idp, transactions.begin(scope.idp, document), document)


def before(idp: Idp, url: str, attempt: str | None, client_id: str | None = None) -> Response:
    """The sign-in page that comes before `url`, an absolute one; `client_id` is the app that it leads to."""
    document: Document = {"to": url, "attempt": attempt, "client_id": client_id, "base_url": base_url()}
    return ask_password(idp, transactions.begin(idp, document), document)


def ask_password(idp: Idp, key: str, document: Document, refused: str | None = None) -> Response:
    """The sign-in page of this transaction; `refused` is the username with which somebody has just failed."""
    name = document.get("params", {}).get("login_hint", "") if refused is None else refused
    failed = refused is not None
    return pages.sign_in(idp.org.name, _label(idp, document), document["base_url"] + SIGN_IN, key, name, failed)


def factor(scope: LoginScope, document: Document) -> Response:
    """The page of the second factor, for a person who has a session."""
    return ask_factor(scope.idp, transactions.begin(scope.idp, document), document)


def ask_factor(idp: Idp, key: str, document: Document, failed: bool = False) -> Response:
    """The page of the second factor of this transaction."""
    session = idp.store.get("session", document["session"]) or {}
    user = idp.user(session.get("user", ""))
    login = user.login if user else ""
    return pages.factor(idp.org.name, _label(idp, document), login, document["base_url"] + VERIFY, key, failed)


def consent(scope: LoginScope, app: App, user: User, scopes: Sequence[Any], document: Document) -> Response:
    """The page that asks for consent to these scopes; the transaction knows which they are."""
    idp = scope.idp
    key = transactions.begin(idp, {**document, "asked": [entry.name for entry in scopes]})
    return pages.consent(idp.org.name, app, user.login, scopes, document["base_url"] + CONSENT, key)


def _label(idp: Idp, document: Document) -> str:
    client_id = document.get("client_id") or document.get("params", {}).get("client_id")
    app = idp.app(client_id)
    return (app.label if app else "") or client_id or "Okta Dashboard"
