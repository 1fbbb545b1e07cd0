"""The org's own pages: where their forms go, the sign-in page by itself, and the redirect that starts a session.

Okta's names: `/login/login.htm` and `/login/sessionCookieRedirect` (okta.md 2.7). Second factors have one fixed code.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, g, request

from mock_idp.idp import Idp
from mock_idp.protocol import own_forms
from mock_idp.protocol.authorization import response as authorize
from mock_idp.protocol.error_page import error_page
from mock_idp.protocol.errors import PageError
from mock_idp.protocol.exchange import base_url, bind, bound, carried, current_idp, server_of
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in import consents, sessions, transactions
from mock_idp.protocol.sign_in import pages as login_pages
from mock_idp.store import Document

blueprint = Blueprint("login", __name__)
own_forms.guard(blueprint)
PASS_CODE = "123456"
"""The code of everybody's second factor."""


@blueprint.after_request
def _set_cookie(response: Response) -> Response:
    return sessions.set_cookie(current_idp(), response)


@blueprint.post("/login/sign-in")
def sign_in() -> Response:
    """The sign-in form of people."""
    g.endpoint = "sign_in"
    idp, key = current_idp(), request.form.get("okta_key", "")
    pending = _pending(key)
    if pending is None:
        return error_page(login_pages.EXPIRED)
    identifier = request.form.get("identifier", "")
    user = idp.user_by_login(identifier)
    given = request.form.get("credentials", "")
    if user is None or user.status != "ACTIVE" or not user.password or given != user.password:
        return login_pages.ask_password(idp, key, pending, identifier)
    attempt = bound()
    now = LoginScope(idp, server_of(None), attempt).now()
    session = sessions.start(idp, user, auth_time=now, attempt=(attempt or {}).get("id"))
    transactions.advance(idp, key, session=session["cookie"], fresh=True)
    return _go_on(key, pending)


@blueprint.post(login_pages.VERIFY)
def verify() -> Response:
    """The form of the second factor."""
    g.endpoint = "second_factor"
    idp, key = current_idp(), request.form.get("okta_key", "")
    pending = _pending(key)
    if pending is None or not sessions.use(idp, pending.get("session") or ""):
        return error_page(login_pages.EXPIRED)
    if request.form.get("passCode", "").strip() != PASS_CODE:
        return login_pages.ask_factor(idp, key, pending, failed=True)
    now = LoginScope(idp, server_of(None), bound()).now()
    sessions.add_factor(idp, pending["session"], now)
    return _go_on(key, pending)


@blueprint.post(login_pages.CONSENT)
def consent() -> Response:
    """The form of the consent page: `consent` is `allow`, or it is refused."""
    g.endpoint = "consent"
    idp, key = current_idp(), request.form.get("okta_key", "")
    pending = _pending(key)
    session = sessions.use(idp, (pending or {}).get("session") or "")
    if pending is None or session is None or "asked" not in pending:
        return error_page(login_pages.EXPIRED)
    app, user = idp.app(pending["params"].get("client_id")), idp.user(session["user"])
    if request.form.get("consent") != "allow" or app is None or user is None:
        transactions.advance(idp, key, denied=True)
        return _go_on(key, pending)
    server = server_of(None if pending["server"] == "org" else pending["server"])
    left_out = consents.left_out(server, pending["asked"], request.form.getlist("scope"))
    consents.give(idp, server, app, user, [name for name in pending["asked"] if name not in left_out])
    transactions.advance(idp, key, consented=True, left_out=left_out)
    return _go_on(key, pending)


@blueprint.get(login_pages.SIGN_IN_PAGE)
def login_page() -> Response:
    """The sign-in page; `fromURI` says where to go afterwards, or at once with a session."""
    g.endpoint = "sign_in"
    idp = current_idp()
    target = _target(idp, request.args.get("fromURI", "")) or base_url() + login_pages.HOME
    session = sessions.current(idp)
    bind(carried()) or bind((session or {}).get("attempt"))
    if session:
        return authorize.redirect_to(target)
    return login_pages.before(idp, target, (bound() or {}).get("id"))


@blueprint.get("/login/sessionCookieRedirect")
def session_cookie_redirect() -> Response:
    """A session token becomes a session, and the browser goes to `redirectUrl` (of the org or a Trusted Origin)."""
    g.endpoint = "session_cookie_redirect"
    idp = current_idp()
    bind(carried())
    target = _target(idp, request.args.get("redirectUrl", ""))
    if target is None:
        text = "The 'redirectUrl' parameter must be a URL of this org or of a Trusted Origin."
        return error_page(PageError("invalid_request", text))
    redeemed = sessions.redeem(idp, request.args.get("token", ""))
    if redeemed is None:  # the sign-in page then says who is meant
        return authorize.redirect_to(f"{base_url()}{login_pages.SIGN_IN_PAGE}?fromURI={quote(target, safe='')}")
    user, token = redeemed
    attempt = bound() or bind(token["attempt"])
    now = LoginScope(idp, server_of(None), attempt).now()
    sessions.start(idp, user, auth_time=now, amr=token["amr"], attempt=(attempt or {}).get("id"))
    return authorize.redirect_to(target)


def _pending(key: str) -> Document | None:
    """The transaction of a form, which binds this exchange to its attempt."""
    pending = transactions.find(current_idp(), key)
    bind(carried()) or bind((pending or {}).get("attempt"))
    return pending


def _go_on(key: str, pending: Document) -> Response:
    """To where the transaction leads."""
    idp = current_idp()
    if "to" in pending:
        transactions.finish(idp, key)
        return authorize.redirect_to(pending["to"])
    server = server_of(None if pending["server"] == "org" else pending["server"])
    url = idp.endpoint(server, "authorize", pending["base_url"])
    return authorize.redirect_to(f"{url}/redirect?okta_key={key}")


def _target(idp: Idp, url: str) -> str | None:
    """The absolute URL where the browser may be sent: of this org, or of a Trusted Origin with REDIRECT; else None."""
    if url.startswith("/") and not url.startswith(("//", "/\\")):
        url = base_url() + url
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    origin = f"{parts.scheme}://{parts.netloc}"
    trusted = [o.origin.rstrip("/") for o in idp.org.origins.all() if o.status == "ACTIVE" and "REDIRECT" in o.scopes]
    usable = url.isprintable() and " " not in url and "\\" not in url
    return url if usable and origin in (*idp.base_urls(), *trusted) else None
