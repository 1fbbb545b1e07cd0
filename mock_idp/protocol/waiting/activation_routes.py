"""Where people answer what waits for them: `/activate` for a device (RFC 8628 3.3), and a page for CIBA.

Who opens a link with a user code in it still has to approve (RFC 8628 5.4); an attempt's person approves by coming,
unless the attempt is held. A page's form carries the key of a transaction, as those of the sign-in do.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request

from mock_idp.idp import Idp
from mock_idp.org.model import App
from mock_idp.protocol import own_forms, pages
from mock_idp.protocol.authorization.response import redirect_to
from mock_idp.protocol.error_page import error_page
from mock_idp.protocol.errors import OAuthError, PageError, RedirectError
from mock_idp.protocol.exchange import base_url, bind, bind_to_grant, bound, carried, current_idp, server_of
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in import pages as login_pages
from mock_idp.protocol.sign_in import sessions, transactions
from mock_idp.protocol.sign_in.authentication import (
    Authentication,
    FactorNeededError,
    PasswordNeededError,
    authenticate,
    present,
)
from mock_idp.protocol.waiting import requests
from mock_idp.protocol.waiting.device_routes import ACTIVATE
from mock_idp.store import Document

blueprint = Blueprint("activation", __name__)
own_forms.guard(blueprint)
REQUESTS, ANSWER = f"{ACTIVATE}/requests", f"{ACTIVATE}/answer"
BAD_CODE = "The user code is invalid or has expired."
_APPROVED = {
    requests.DEVICE: ("Device activated", "Follow the instructions on your device for next steps"),
    requests.CIBA: ("Request approved", "Go back to the app that asked."),
}
_DENIED = {
    requests.DEVICE: ("Device not activated", "Your device cannot be activated because you did not allow access"),
    requests.CIBA: ("Request denied", "The app that asked gets nothing."),
}
_DEVICE_TITLE, _CIBA_TITLE = "Activate your device", "Did you just try to sign in?"


@blueprint.route(ACTIVATE, methods=["GET", "POST"])
def activate() -> Response:
    """The page that asks for a user code; with a good one, sign-in if needed and then the page that asks to approve."""
    g.endpoint = "activate"
    idp = current_idp()
    typed = request.values.get("user_code", "")
    waiting = requests.of_user_code(idp, typed)
    session = sessions.current(idp)
    bind_to_grant(waiting) or bind((session or {}).get("attempt"))
    if waiting is None:
        return pages.activate(idp.org.name, base_url() + ACTIVATE, typed, BAD_CODE if typed else "")
    scope, app = _surroundings(idp, waiting)
    here = f"{base_url()}{ACTIVATE}?{urlencode({'user_code': waiting['user_code']})}"
    try:
        found = _signed_in(scope, app, session)
        requests.check(scope, app, waiting, found)
        if found.canary:
            return pages.held() if (scope.attempt or {})["hold"] else _approved(scope, app, waiting, found)
    except OAuthError as error:
        requests.refuse(idp, waiting, error)
        raise PageError(error.error, error.description) from None
    except PasswordNeededError:
        return login_pages.before(idp, here, (scope.attempt or {}).get("id"), app.client_id)
    except FactorNeededError:
        return login_pages.factor(scope, _transaction(here, scope, app, session))
    items = [_item(scope, app, waiting, found, here)]
    names = {"allow": "Allow Access", "deny": "Don't Allow"}
    return pages.approve(idp.org.name, found.user.login, _DEVICE_TITLE, items, base_url() + ANSWER, **names)


@blueprint.get(REQUESTS)
def ask_for_approval() -> Response:
    """What Okta asks on the person's phone: the CIBA requests about whoever is signed in."""
    g.endpoint = "activate"
    idp, here = current_idp(), base_url() + REQUESTS
    session = sessions.current(idp)
    bind(carried()) or bind((session or {}).get("attempt"))
    found = present(LoginScope(idp, server_of(None), bound()), session)
    if found is None:
        return login_pages.before(idp, here, (bound() or {}).get("id"))
    mine = [waiting for waiting in requests.pending(idp) if waiting.get("user") == found.user.id]
    items = [_item(*_surroundings(idp, waiting), waiting, found, here) for waiting in mine]
    names = {"allow": "Yes, it's me", "deny": "No, it's not me"}
    return pages.approve(idp.org.name, found.user.login, _CIBA_TITLE, items, base_url() + ANSWER, **names)


@blueprint.post(ANSWER)
def answer() -> Response:
    """The form of either page: `answer` is `allow`, or it is refused."""
    g.endpoint = "activate"
    idp = current_idp()
    pending = transactions.find(idp, request.form.get("okta_key", "")) or {}
    waiting = requests.find(idp, pending.get("waiting", ""))
    bind_to_grant(waiting)
    if waiting is None or not requests.is_pending(idp, waiting):
        raise login_pages.EXPIRED
    if request.form.get("answer") != "allow":
        requests.refuse(idp, waiting)
        return pages.plain(*_DENIED[waiting["grant_type"]])
    scope, app = _surroundings(idp, waiting)
    session = sessions.use(idp, pending["session"] or "")
    try:
        return _approved(scope, app, waiting, _signed_in(scope, app, session))
    except OAuthError as error:
        requests.refuse(idp, waiting, error)
        raise PageError(error.error, error.description) from None
    except PasswordNeededError:
        return redirect_to(pending["to"])
    except FactorNeededError:
        return login_pages.factor(scope, _transaction(pending["to"], scope, app, session))


@blueprint.errorhandler(PageError)
def _refused(error: PageError) -> Response:
    return error_page(error)


def _surroundings(idp: Idp, waiting: Document) -> tuple[LoginScope, App]:
    parties = requests.parties(idp, waiting)
    if parties is None:
        raise login_pages.EXPIRED
    server, app = parties
    return LoginScope(idp, server, bound(), waiting), app


def _signed_in(scope: LoginScope, app: App, session: Document | None) -> Authentication:
    """Who is there; raises PasswordNeededError, FactorNeededError, or OAuthError where neither would help."""
    try:
        return authenticate(scope, app, {}, session, fresh=False)
    except RedirectError as error:
        raise OAuthError(error.error, error.description) from None


def _approved(scope: LoginScope, app: App, waiting: Document, found: Authentication) -> Response:
    if waiting.get("user") not in (None, found.user.id) or not requests.approve(scope, app, waiting, found):
        raise login_pages.EXPIRED
    return pages.plain(*_APPROVED[waiting["grant_type"]])


def _item(scope: LoginScope, app: App, waiting: Document, found: Authentication, here: str) -> dict[str, Any]:
    """What the page shows of a request, with the key by which it is answered."""
    transaction = _transaction(here, scope, app, found.session) | {"waiting": waiting["code"]}
    return {
        "key": transactions.begin(scope.idp, transaction),
        "app": app.label or app.client_id,
        "message": waiting.get("user_code") or waiting["binding_message"],
        "scopes": requests.consent_missing(scope, app, waiting, found),
    }


def _transaction(to: str, scope: LoginScope, app: App, session: Document | None) -> Document:
    """What leads back to the URL `to` after a page."""
    return {
        "to": to,
        "client_id": app.client_id,
        "attempt": (scope.attempt or {}).get("id"),
        "base_url": base_url(),
        "session": (session or {}).get("cookie"),
    }
