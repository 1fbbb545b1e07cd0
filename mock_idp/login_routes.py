"""Routes of the browser: authorize, sign-in, logout."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, request

from mock_idp import authorize, pages
from mock_idp.app import artefacts, bind, bound, carried, current_idp, server_of
from mock_idp.errors import PageError, RedirectError
from mock_idp.http_edits import finish
from mock_idp.jose import decode_unverified
from mock_idp.org import App, AuthorizationServer, User
from mock_idp.scope import LoginScope

blueprint = Blueprint("login", __name__)
SESSION = "idx"


@blueprint.route("/oauth2/v1/authorize", methods=["GET", "POST"])
@blueprint.route("/oauth2/<server_id>/v1/authorize", methods=["GET", "POST"])
def authorize_endpoint(server_id: str | None = None) -> Response:
    g.endpoint = "authorize"
    server = server_of(server_id)
    given = request.form if request.method == "POST" else request.args
    attempt = carried()
    if attempt is None and given.get("login_hint"):
        known = current_idp().store.get("login_hint", given["login_hint"])
        attempt = current_idp().attempts.get((known or {}).get("attempt"))
    bind(attempt)
    repeated = [name for name in given if len(given.getlist(name)) > 1]
    return _authorize(server, given.to_dict(), repeated)


def _authorize(server: AuthorizationServer, params: dict[str, str], repeated: list[str]) -> Response:
    idp, attempt = current_idp(), bound()
    try:
        app, redirect_uri = authorize.client_of(idp, server, params)
    except PageError as error:
        return _error_page(error)
    mode = authorize.response_mode(params)
    try:
        if repeated:
            names = ", ".join(repeated)
            text = f"Duplicate parameter provided in request. Duplicated parameters: [{names}]."
            raise RedirectError("invalid_request", text)
        scopes = authorize.check(idp, server, app, params, idp.strictness(attempt))
        user = _signed_in_user(params)
        if user is None:
            if "none" in params.get("prompt", "").split():
                text = "The client specified not to prompt, but the user is not logged in."
                raise RedirectError("login_required", text)
            return _ask_to_sign_in(server, app, params)
    except RedirectError as error:
        parameters = [("state", params["state"])] if error.with_state and "state" in params else []
        parameters += [("error", error.error), ("error_description", error.description)]
        return _send(server, mode, redirect_uri, parameters, params)
    editor = idp.attempts.editor(attempt)
    parameters, made = authorize.success(idp, server, editor, attempt, app, params, scopes, user)
    artefacts(made)
    return _send(server, mode, redirect_uri, parameters, params)


def _send(
    server: AuthorizationServer,
    mode: str,
    redirect_uri: str,
    parameters: authorize.Parameters,
    params: Mapping[str, str],
) -> Response:
    """Edit and record the authorization response, and let the browser carry it unless it is held back."""
    idp, attempt = current_idp(), bound()
    editor = idp.attempts.editor(attempt)
    scope = LoginScope(idp, server, attempt, {"client_id": params.get("client_id"), "request": dict(params)})
    parameters = authorize.edited(editor, scope, parameters)
    if attempt:
        item = {"mode": mode, "redirect_uri": redirect_uri, "parameters": [list(p) for p in parameters]}
        idp.attempts.note("response", attempt["id"], item)
        if attempt["hold"]:
            return pages.held()
    return finish(authorize.respond(mode, redirect_uri, parameters), editor, scope, "authorize")


def _error_page(error: PageError) -> Response:
    idp = current_idp()
    if request.accept_mimetypes.best == "application/json":
        from flask import jsonify

        from mock_idp.errors import management_body

        response = jsonify(management_body(error.error, error.description))
        response.status_code = 400
        return response
    return pages.error(idp.org.name, idp.public_url, error.error, error.description)


# ---- sign-in ------------------------------------------------------------------------------------------------


def _signed_in_user(params: Mapping[str, str]) -> User | None:
    """The person of the attempt, signed in without a page; else whoever has a session."""
    idp, attempt = current_idp(), bound()
    # A closed attempt is over: who looks at its RP afterwards must not be signed in anew.
    if attempt and attempt.get("identity") and not attempt.get("closed"):
        return idp.attempt_user(attempt["identity"])
    if "login" in params.get("prompt", "").split():
        return None
    session = idp.store.get("session", request.cookies.get(SESSION, ""))
    return idp.user(session["user"]) if session else None


def _ask_to_sign_in(
    server: AuthorizationServer,
    app: App,
    params: dict[str, str],
    key: str | None = None,
    failed: bool = False,
) -> Response:
    g.endpoint = "sign_in"
    idp = current_idp()
    key = key or secrets.token_urlsafe(18)
    attempt = bound()
    document = {"server": server.id, "params": params, "attempt": (attempt or {}).get("id")}
    idp.store.put("sign_in", key, document)
    action = f"{idp.public_url}/login/sign-in"
    return pages.sign_in(idp.org.name, app.label or app.client_id, action, key, params.get("login_hint", ""), failed)


@blueprint.post("/login/sign-in")
def sign_in() -> Response:
    """The sign-in form of people. The key binds it to one authorization request (no cookie is needed)."""
    g.endpoint = "sign_in"
    idp = current_idp()
    pending: dict[str, Any] | None = idp.store.get("sign_in", request.form.get("okta_key", ""))
    if pending is None:
        return pages.error(idp.org.name, idp.public_url, "invalid_request", "The sign-in request has expired.")
    bind(pending["attempt"] or carried())
    server, params = server_of(pending["server"]), pending["params"]
    user = idp.user_by_login(request.form.get("identifier", ""))
    if user is None or not user.password or request.form.get("credentials") != user.password:
        app, _ = authorize.client_of(idp, server, params)
        return _ask_to_sign_in(server, app, params, request.form["okta_key"], failed=True)
    idp.store.take("sign_in", request.form["okta_key"])
    session = secrets.token_urlsafe(24)
    idp.store.put("session", session, {"user": user.id})
    params = {k: v for k, v in params.items() if k != "prompt"}
    again = f"{idp.endpoint(server, 'authorize')}?{urlencode(params)}"
    response = redirect(again, 302)
    assert isinstance(response, Response)
    secure = idp.public_url.startswith("https")
    response.set_cookie(SESSION, session, httponly=True, secure=secure, samesite="None" if secure else "Lax")
    return response


# ---- logout -------------------------------------------------------------------------------------------------


@blueprint.route("/oauth2/v1/logout", methods=["GET", "POST"])
@blueprint.route("/oauth2/<server_id>/v1/logout", methods=["GET", "POST"])
def logout(server_id: str | None = None) -> Response:
    """RP-Initiated Logout 1.0: ends the IdP's session and sends the browser to a registered sign-out URI."""
    g.endpoint = "logout"
    idp, server = current_idp(), server_of(server_id)
    params = (request.form if request.method == "POST" else request.args).to_dict()
    hint = decode_unverified(params.get("id_token_hint", ""))
    bind(carried())
    if hint is None or hint[1].get("iss") != idp.issuer(server):
        text = "The 'id_token_hint' parameter is missing or is not a valid ID token of this issuer."
        return pages.error(idp.org.name, idp.public_url, "invalid_token", text)
    app = idp.app(str(hint[1].get("aud")))
    target = params.get("post_logout_redirect_uri")
    if app is None or (target and target not in app.post_logout_redirect_uris):
        text = "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings."
        return pages.error(idp.org.name, idp.public_url, "invalid_request", text)
    idp.store.take("session", request.cookies.get(SESSION, ""))
    if not target:
        response: Response = pages.plain("Signed out", "You have signed out of the org.")
    else:
        state = f"{'&' if '?' in target else '?'}{urlencode({'state': params['state']})}" if "state" in params else ""
        moved = redirect(target + state, 302)
        assert isinstance(moved, Response)
        response = moved
    response.delete_cookie(SESSION)
    return response
