"""Logout: RP-Initiated Logout 1.0 as Okta does it, and signing out at Okta itself (okta.md 7).

Both end the browser's session. The apps that it had signed in to hear of it: by front-channel single logout, and by
a Logout Token where they have asked for one. Tokens stay valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, request

from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import id_token_hints, pages
from mock_idp.protocol.authorization import response as authorize
from mock_idp.protocol.authorization.checks import settings_url
from mock_idp.protocol.error_page import error_page
from mock_idp.protocol.errors import PageError, unregistered
from mock_idp.protocol.exchange import base_url, bind, bound, carried, current_idp, editor, server_of, strictness
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in import sessions
from mock_idp.protocol.sign_in.pages import SIGN_IN_PAGE
from mock_idp.protocol.sign_out import backchannel, frontchannel, participants
from mock_idp.protocol.sign_out.outgoing import deliver
from mock_idp.store import Document

blueprint = Blueprint("logout", __name__)
BAD_HINT = "The id token is invalid."
"""The error catalogue's `id_token_invalid`, as people report it; for a missing hint too (okta.md 7: required)."""
OTHER_SUBJECT = "The ID token subject does not match the current session's user."


@blueprint.route("/oauth2/v1/logout", methods=["GET", "POST"])
@blueprint.route("/oauth2/<server_id>/v1/logout", methods=["GET", "POST"])
def logout(server_id: str | None = None) -> Response:
    """Ends the IdP's session and sends the browser to a registered sign-out URI, or shows a page."""
    g.endpoint = "logout"
    idp, server = current_idp(), server_of(server_id)
    params = (request.form if request.method == "POST" else request.args).to_dict()
    session = sessions.current(idp)
    known = idp.store.get("id_token", params.get("id_token_hint", ""))
    bind(carried()) or bind((session or {}).get("attempt")) or bind((known or {}).get("attempt"))
    try:
        app = _app(server, params, session)
        target = params.get("post_logout_redirect_uri")
        if target and (app is None or target not in app.post_logout_redirect_uris):
            raise unregistered("post_logout_redirect_uri", "Logout", settings_url(idp, app) if app else "")
    except PageError as error:
        return error_page(error)
    url = _back(server, app, target, params) if target else base_url() + SIGN_IN_PAGE
    return _signed_out(url, app.client_id if app else None)


@blueprint.get("/login/signout")
def signout() -> Response:
    """Signing out at Okta: to the sign-in page, or to `fromURI` where that is a trusted origin's."""
    g.endpoint = "signout"
    idp = current_idp()
    bind(carried()) or bind((sessions.current(idp) or {}).get("attempt"))
    target = request.args.get("fromURI", "")
    return _signed_out(target if _trusted(idp, target) else base_url() + SIGN_IN_PAGE, None)


def _signed_out(url: str, initiator: str | None) -> Response:
    """The session of this browser (and of its attempt) is over; the browser goes to `url`."""
    idp, attempt = current_idp(), bound()
    of_attempt = f"{participants.ATTEMPT}{attempt['id']}" if attempt else None
    ended = participants.end(idp, (sessions.end(idp) or {}).get("cookie"), of_attempt)
    deliver(idp, backchannel.messages(idp, ended))
    calls = frontchannel.requests(idp, ended, initiator)
    response = pages.single_logout(calls, url) if calls else authorize.redirect_to(url)
    return sessions.set_cookie(idp, response)


def _app(server: AuthorizationServer, params: Mapping[str, str], session: Document | None) -> App | None:
    """The app of the id_token_hint. Okta requires it; the specification only recommends it, so that `core` takes a
    client_id alone, or nothing at all where nobody is to be sent anywhere."""
    idp, hint = current_idp(), params.get("id_token_hint")
    if not hint and strictness(server) == "core":
        return idp.app(params.get("client_id"))
    claims = id_token_hints.claims_of(idp, server, hint or "")
    app = idp.app(str(claims.get("aud"))) if claims else None
    if claims is None or app is None:
        raise PageError("invalid_token", BAD_HINT)
    if session and session["user"] != claims.get("sub"):
        raise PageError("id_token_does_not_match_session", OTHER_SUBJECT)
    return app


def _back(server: AuthorizationServer, app: App | None, target: str, params: Mapping[str, str]) -> str:
    grant = {"client_id": app.client_id if app else "", "request": dict(params)}
    scope = LoginScope(current_idp(), server, bound(), grant)
    parameters = [("state", params["state"])] if "state" in params else []
    parameters = authorize.edited(editor(), scope, parameters, "logout_response")
    encoded = urlencode(parameters)
    separator = "&" if "?" in target else "?"
    return f"{target}{separator}{encoded}" if encoded else target


def _trusted(idp: Idp, url: str) -> bool:
    """Whether the browser may be sent there: the org itself, or a trusted origin with REDIRECT."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin in idp.base_urls() or any(
        known.origin.rstrip("/") == origin and known.status == "ACTIVE" and "REDIRECT" in known.scopes
        for known in idp.org.origins.all()
    )
