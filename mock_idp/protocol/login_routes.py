"""Routes of the browser: authorize, and the sign-in page of people."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from mock_idp.attempts.request import user_of_identity
from mock_idp.edits.http import finish
from mock_idp.org.authorization_server import Rule
from mock_idp.org.model import App, AuthorizationServer, User
from mock_idp.protocol import authorize, pages, participants, policy
from mock_idp.protocol.authorize_checks import check, client_of, is_front, response_mode
from mock_idp.protocol.errors import OAuthError, PageError, RedirectError, management_body
from mock_idp.protocol.exchange import bind, bound, carried, current_idp, editor, note_artefacts, server_of, strictness
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document

blueprint = Blueprint("login", __name__)


@blueprint.route("/oauth2/v1/authorize", methods=["GET", "POST"])
@blueprint.route("/oauth2/<server_id>/v1/authorize", methods=["GET", "POST"])
def authorize_endpoint(server_id: str | None = None) -> Response:
    g.endpoint = "authorize"
    server, idp = server_of(server_id), current_idp()
    given = request.form if request.method == "POST" else request.args
    session = session_document()
    bind(carried()) or bind((session or {}).get("attempt")) or bind(idp.attempts.of_login_hint(given.get("login_hint")))
    repeated = [name for name in given if len(given.getlist(name)) > 1]
    return _authorize(server, given.to_dict(), repeated, session)


def _authorize(
    server: AuthorizationServer, params: dict[str, str], repeated: list[str], session: Document | None
) -> Response:
    idp = current_idp()
    try:
        app, redirect_uri = client_of(idp, params, repeated)
    except PageError as error:
        return _error_page(error)
    scope = LoginScope(idp, server, bound(), {"client_id": app.client_id, "request": params})
    try:
        scopes = check(server, app, params, repeated, strictness(server))
        signed_in = _signed_in(scope, params, session)
        if signed_in is None:
            return _ask_to_sign_in(server, app, params)
        user, auth_time = signed_in
        rule = _allowed(scope, app, params, scopes, user)
    except RedirectError as error:
        parameters = [("state", params["state"])] if error.with_state and "state" in params else []
        parameters += [("error", error.error), ("error_description", error.description)]
        return send(scope, redirect_uri, parameters)
    scope.grant = authorize.new_grant(scope, app, params, scopes, user, auth_time, rule)
    participants.note_login(idp, session_key(), scope.grant)
    parameters, made = authorize.success(scope, editor(), user)
    note_artefacts(made)
    return send(scope, redirect_uri, parameters)


def _allowed(scope: LoginScope, app: App, params: Mapping[str, str], scopes: list[str], user: User) -> Rule:
    """The access rule that lets this person in; raises RedirectError (okta.md 2.3: after authentication)."""
    attempt = bound()
    canary = bool(attempt and attempt["identity"] and attempt["identity"]["sub"] == user.id)
    try:
        for grant_type in _grant_types(params):
            request = policy.Request(app, grant_type, scopes, user, canary)
            policy.check_assignment(scope.idp, request)
            rule = policy.rule_for(scope.idp, scope.server, request)
    except OAuthError as error:
        raise RedirectError(error.error, error.description) from None
    return rule


def _grant_types(params: Mapping[str, str]) -> list[str]:
    """The grants that a response type stands for; the code's comes last, because its tokens live on."""
    types = params["response_type"].split()
    return (["implicit"] if is_front(params) else []) + (["authorization_code"] if "code" in types else [])


def send(scope: LoginScope, redirect_uri: str, parameters: authorize.Parameters) -> Response:
    """Edit and record the authorization response, and let the browser carry it unless it is held back."""
    attempt, mode = bound(), response_mode(scope.grant["request"])
    parameters = authorize.edited(editor(), scope, parameters, "authorization_response")
    if attempt:
        item = {"mode": mode, "redirect_uri": redirect_uri, "parameters": [list(p) for p in parameters]}
        current_idp().attempts.note("response", attempt["id"], item)
        if attempt["hold"]:
            return pages.held()
    return finish(authorize.respond(mode, redirect_uri, parameters), editor(), scope, "authorize")


def _error_page(error: PageError) -> Response:
    if request.accept_mimetypes.best == "application/json":
        response = jsonify(management_body(error.error, error.description))
        response.status_code = 400
        return response
    return pages.error(current_idp().org.name, current_idp().public_url, error.error, error.description)


# ---- sign-in ------------------------------------------------------------------------------------------------


def session_document() -> Document | None:
    return current_idp().store.get("session", session_key() or "")


def session_key() -> str | None:
    """The key of the browser's session: just made at the sign-in page, or in its cookie."""
    found: str | None = g.get("session_key") or request.cookies.get(participants.session_cookie(current_idp()))
    return found


def _signed_in(scope: LoginScope, params: Mapping[str, str], session: Document | None) -> tuple[User, int] | None:
    """Who is signed in, and since when: the person of the attempt (without a page), else whoever has a session.

    None: a person must sign in. RedirectError where `prompt=none` forbids to ask.
    """
    attempt, silent = bound(), "none" in params.get("prompt", "").split()
    # A closed attempt is over: who looks at its RP afterwards must not be signed in anew.
    if attempt and attempt["identity"] and not attempt.get("closed"):
        return user_of_identity(attempt["identity"]), scope.now() - 2
    user = current_idp().user(session["user"]) if session else None
    if user is None or session is None:
        if silent:
            text = "The client specified not to prompt, but the user is not logged in."
            raise RedirectError("login_required", text)
        return None
    too_old = "max_age" in params and scope.now() - session["auth_time"] >= int(params["max_age"])
    if silent and too_old:
        text = "The client specified not to prompt, but the client app requires re-authentication or MFA."
        raise RedirectError("login_required", text)
    # One sign-in answers one request: `prompt=login` asks again next time.
    asked = too_old or "login" in params.get("prompt", "").split()
    if asked and not g.get("just_signed_in"):
        return None
    return user, int(session["auth_time"])


def ask_to_sign_in(target: str, app: str, key: str | None = None, failed: bool = False) -> Response:
    """The sign-in page of someone who goes to a page of Okta's own, a path of this org."""
    idp, key = current_idp(), key or secrets.token_urlsafe(18)
    idp.store.put("sign_in", key, {"target": target, "attempt": (bound() or {}).get("id")})
    return pages.sign_in(idp.org.name, app, f"{idp.public_url}/login/sign-in", key, failed=failed)


def _ask_to_sign_in(
    server: AuthorizationServer, app: App, params: dict[str, str], key: str | None = None, failed: bool = False
) -> Response:
    idp, attempt = current_idp(), bound()
    key = key or secrets.token_urlsafe(18)
    idp.store.put("sign_in", key, {"server": server.id, "params": params, "attempt": (attempt or {}).get("id")})
    action = f"{idp.public_url}/login/sign-in"
    return pages.sign_in(idp.org.name, app.label or app.client_id, action, key, params.get("login_hint", ""), failed)


@blueprint.post("/login/sign-in")
def sign_in() -> Response:
    """The sign-in form of people. The key binds it to one authorization request (no cookie is needed)."""
    g.endpoint = "sign_in"
    idp, key = current_idp(), request.form.get("okta_key", "")
    pending: dict[str, Any] | None = idp.store.get("sign_in", key)
    if pending is None:
        return pages.error(idp.org.name, idp.public_url, "invalid_request", "The sign-in request has expired.")
    bind(carried()) or bind(pending["attempt"])
    target: str | None = pending.get("target")
    user = idp.user_by_login(request.form.get("identifier", ""))
    if user is None or not user.password or request.form.get("credentials") != user.password:
        if target:
            return ask_to_sign_in(target, "Okta", key, failed=True)
        app, _ = client_of(idp, pending["params"], [])
        return _ask_to_sign_in(_server(pending), app, pending["params"], key, failed=True)
    attempt = bound()
    scope = LoginScope(idp, server_of(None), attempt)
    session = secrets.token_urlsafe(24)
    document = {"user": user.id, "auth_time": scope.now(), "attempt": (attempt or {}).get("id")}
    idp.store.put("session", session, document)
    idp.store.put("sign_in", key, {**pending, "session": session})
    if target:
        idp.store.take("sign_in", key)
        url = idp.public_url + target
    else:
        url = f"{idp.endpoint(_server(pending), 'authorize')}/redirect?okta_key={key}"
    response = authorize.redirect_to(url)
    secure = idp.public_url.startswith("https")
    cookie = participants.session_cookie(idp)
    response.set_cookie(cookie, session, httponly=True, secure=secure, samesite="None" if secure else "Lax")
    return response


@blueprint.get("/oauth2/v1/authorize/redirect")
@blueprint.get("/oauth2/<server_id>/v1/authorize/redirect")
def after_sign_in(server_id: str | None = None) -> Response:
    """Goes on with the authorization request that led to the sign-in page (okta.md 2.7), once."""
    g.endpoint = "authorize"
    idp = current_idp()
    server_of(server_id)
    pending = idp.store.take("sign_in", request.args.get("okta_key", ""))
    session = idp.store.get("session", (pending or {}).get("session", ""))
    if pending is None or session is None or "params" not in pending:
        return pages.error(idp.org.name, idp.public_url, "invalid_request", "The sign-in request has expired.")
    bind(carried()) or bind(pending["attempt"])
    g.just_signed_in, g.session_key = True, pending["session"]
    return _authorize(_server(pending), pending["params"], [], session)


def _server(pending: Document) -> AuthorizationServer:
    return server_of(None if pending["server"] == "org" else pending["server"])
