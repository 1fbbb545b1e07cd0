"""The door to an app from Okta: the App Embed Link, where its tile on the dashboard leads (okta.md 5.4).

What the app gets is no authorization response to a request of its own: with SPEC only `iss`, upon which it starts a
login itself (OpenID Connect Core 4), with OKTA an ID Token out of the blue.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, g, request

from mock_idp.misbehaviour import FRONT
from mock_idp.org.app import EMBED_LINK, App
from mock_idp.protocol import policy
from mock_idp.protocol.authorization import response as authorize
from mock_idp.protocol.authorization.routes import send
from mock_idp.protocol.contents.tokens import id_token
from mock_idp.protocol.error_page import error_page
from mock_idp.protocol.errors import OAuthError, PageError
from mock_idp.protocol.exchange import (
    app_of,
    base_url,
    bind,
    bound,
    carried,
    current_idp,
    editor,
    is_assigned,
    note_artefacts,
    observe,
    server_of,
)
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in import authentication, sessions
from mock_idp.protocol.sign_in import pages as login_pages
from mock_idp.protocol.sign_in.authentication import Authentication
from mock_idp.protocol.sign_out import participants

blueprint = Blueprint("launch", __name__)
DISABLED = PageError("idp_initated_flow_disabled", "IdP-initiated login is disabled for this client.")  # Okta's typo
NO_LOGIN_URI = PageError("missing_initiate_login_uri", "initiate_login_uri is missing.")
NO_REDIRECT_URI = PageError("missing_redirect_uri", "redirect_uri is missing.")
NO_CLIENT = PageError("invalid_client", "Invalid value for 'client_id' parameter.")


@blueprint.get(f"/home/oidc_client/<path:client_id>/{EMBED_LINK}")
def launch(client_id: str) -> Response:
    """What clicking the app's tile does: sign in if needed, then on to the app."""
    g.endpoint = "launch"
    idp = current_idp()
    session = sessions.current(idp)
    bind(carried()) or bind((session or {}).get("attempt"))
    app = app_of(client_id)
    found = signed_in()
    if found is None:
        return login_pages.before(idp, base_url() + request.path, (bound() or {}).get("id"), client_id)
    try:
        if app is None:
            raise NO_CLIENT
        return _open(app, found)
    except PageError as error:
        return error_page(error)


def embed_link(client_id: str, base_url: str) -> str:
    """The App Embed Link, where the app's tile leads."""
    return f"{base_url}/home/oidc_client/{quote(client_id)}/{EMBED_LINK}"


def signed_in() -> Authentication | None:
    """The person of the attempt (without a page), else whoever has a session."""
    idp = current_idp()
    return authentication.present(LoginScope(idp, server_of(None), bound()), sessions.current(idp))


def _open(app: App, person: Authentication) -> Response:
    """The browser is sent to the app; PageError where it has no tile, or may not be used."""
    idp = current_idp()
    if app.idp_initiated_login_mode == "DISABLED":
        raise DISABLED
    try:
        strictness = LoginScope(idp, server_of(None), bound()).strictness()
        excluded = not is_assigned()
        asking = policy.Request(app, "implicit", (), strictness, person.user, person.canary, excluded)
        policy.check_assignment(idp, asking)
    except OAuthError as error:
        raise PageError(error.error, error.description) from None
    if app.idp_initiated_login_mode == "SPEC":
        return _start_at_app(app)
    return _post_id_token(app, person)


def _start_at_app(app: App) -> Response:
    """Third-party-initiated login (OpenID Connect Core 4); `iss` is the org server's, whichever one the app uses."""
    if not app.initiate_login_uri:
        raise NO_LOGIN_URI
    idp = current_idp()
    armed = idp.attempts.by_hand.next()
    if armed and any(edit["seam"] == "initiate_login" for edit in armed["misbehaviour"]):
        observe({})  # otherwise it is for the authorization request that follows
    grant = {"client_id": app.client_id, "request": {}, "base_url": base_url()}
    scope = LoginScope(idp, server_of(None), bound(), grant)
    mode = authorize.edited_mode(editor(), "query", "initiate_login")
    parameters = authorize.edited(editor(), scope, [("iss", scope.issuer())], "initiate_login")
    return authorize.respond(mode, app.initiate_login_uri, parameters)


def _post_id_token(app: App, person: Authentication) -> Response:
    """Okta Simplified: an ID Token of the org server, without nonce, state and hashes, by a form that sends itself."""
    idp = current_idp()
    to_redirect_uri = idp.org.settings.simplified_target == "redirect_uri"
    target = next(iter(app.redirect_uris), "") if to_redirect_uri else app.initiate_login_uri
    if not target:
        raise NO_REDIRECT_URI if to_redirect_uri else NO_LOGIN_URI
    observe({})
    sent = {"redirect_uri": target, "response_type": "id_token", "response_mode": "form_post"}
    scopes = list(app.idp_initiated_login_scopes) or ["openid"]
    scope = LoginScope(idp, server_of(None), bound(), {"client_id": app.client_id, "request": sent})
    grant = authorize.new_grant(scope, app, sent, scopes, person, policy.ORG_RULE)
    scope.grant = grant
    participants.note_login(idp, (person.session or {}).get("cookie"), grant)
    token = id_token(scope, editor(), grant, person.user, channel=FRONT)
    note_artefacts([("id_token", token)])
    return send(scope, target, [("id_token", token)])
