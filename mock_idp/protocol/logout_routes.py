"""RP-Initiated Logout 1.0 as Okta does it (okta.md 7)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Blueprint, Response, g, request

from mock_idp.crypto.jose import verify_rs256
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import authorize, pages, sessions
from mock_idp.protocol.authorize_checks import settings_url
from mock_idp.protocol.errors import PageError, unregistered
from mock_idp.protocol.exchange import bind, bound, carried, current_idp, editor, server_of, strictness
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document

blueprint = Blueprint("logout", __name__)
BAD_HINT = "The 'id_token_hint' parameter is missing or is not a valid ID token of this issuer."
OTHER_SUBJECT = "The ID token subject does not match the current session's user."


@blueprint.route("/oauth2/v1/logout", methods=["GET", "POST"])
@blueprint.route("/oauth2/<server_id>/v1/logout", methods=["GET", "POST"])
def logout(server_id: str | None = None) -> Response:
    """Ends the IdP's session and sends the browser to a registered sign-out URI, or shows a page."""
    g.endpoint = "logout"
    idp, server = current_idp(), server_of(server_id)
    params = (request.form if request.method == "POST" else request.args).to_dict()
    known = idp.store.get("id_token", params.get("id_token_hint", ""))
    bind(carried()) or bind((known or {}).get("attempt"))
    session = sessions.current(idp)
    try:
        app = _app(server, params, session)
        target = params.get("post_logout_redirect_uri")
        if target and (app is None or target not in app.post_logout_redirect_uris):
            raise unregistered("post_logout_redirect_uri", "Logout", settings_url(idp, app) if app else "")
    except PageError as error:
        return pages.error(idp.org.name, idp.public_url, error.error, error.description)
    sessions.end(idp)
    response = _back(server, app, target, params) if target else pages.plain("Signed out", "You have signed out.")
    return sessions.set_cookie(idp, response)


def _app(server: AuthorizationServer, params: Mapping[str, str], session: Document | None) -> App | None:
    """The app of the id_token_hint. Okta requires it; the specification only recommends it, so that `core` takes a
    client_id alone, or nothing at all where nobody is to be sent anywhere."""
    idp, hint = current_idp(), params.get("id_token_hint")
    if not hint and strictness(server) == "core":
        return idp.app(params.get("client_id"))
    claims = _verified(server, hint or "")
    app = idp.app(str(claims.get("aud"))) if claims else None
    if claims is None or app is None:
        raise PageError("invalid_token", BAD_HINT)
    if session and session["user"] != claims.get("sub"):
        raise PageError("id_token_does_not_match_session", OTHER_SUBJECT)
    return app


def _verified(server: AuthorizationServer, hint: str) -> dict[str, object] | None:
    """The claims of an ID Token that this server signed, whether it has expired or not."""
    idp = current_idp()
    public = idp.keys.key(server.id).private.public_key()
    claims = verify_rs256(hint, public) if isinstance(public, rsa.RSAPublicKey) else None
    return claims if claims and claims.get("iss") == idp.issuer(server) else None


def _back(server: AuthorizationServer, app: App | None, target: str, params: Mapping[str, str]) -> Response:
    grant = {"client_id": app.client_id if app else "", "request": dict(params)}
    scope = LoginScope(current_idp(), server, bound(), grant)
    parameters = [("state", params["state"])] if "state" in params else []
    parameters = authorize.edited(editor(), scope, parameters, "logout_response")
    encoded = urlencode(parameters)
    separator = "&" if "?" in target else "?"
    return authorize.redirect_to(f"{target}{separator}{encoded}" if encoded else target)
