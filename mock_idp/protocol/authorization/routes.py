"""The authorization endpoint: the request, what has to be asked of a person, and the response (okta.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, g, request

from mock_idp.edits.http import finish
from mock_idp.org.authorization_server import Rule
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import pages, policy
from mock_idp.protocol.authorization import pushed_requests, request_objects
from mock_idp.protocol.authorization import response as authorize
from mock_idp.protocol.authorization.checks import check, client_of, grant_types, is_front, response_mode
from mock_idp.protocol.contents.groups import matched_groups
from mock_idp.protocol.error_page import error_page
from mock_idp.protocol.errors import SERVER_ERROR, OAuthError, PageError, RedirectError
from mock_idp.protocol.exchange import (
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
    strictness,
)
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in import authentication, consents, sessions, transactions
from mock_idp.protocol.sign_in import pages as login_pages
from mock_idp.protocol.sign_in.authentication import Authentication, FactorNeededError, PasswordNeededError
from mock_idp.protocol.sign_out import participants
from mock_idp.store import Document

blueprint = Blueprint("authorize", __name__)
_DENIED = "The resource owner or authorization server denied the request."
_TOO_MANY_GROUPS = "The groups claim matched too many groups and must be configured to match fewer groups."


@blueprint.after_request
def _set_cookie(response: Response) -> Response:
    return sessions.set_cookie(current_idp(), response)


@blueprint.route("/oauth2/v1/authorize", methods=["GET", "POST"])
@blueprint.route("/oauth2/<server_id>/v1/authorize", methods=["GET", "POST"])
def authorize_endpoint(server_id: str | None = None) -> Response:
    """Parameters are in the query of a GET, or in the body of a POST."""
    g.endpoint = "authorize"
    server, idp = server_of(server_id), current_idp()
    given = request.form if request.method == "POST" else request.args
    params, repeated = given.to_dict(), [name for name in given if len(given.getlist(name)) > 1]
    session = sessions.current(idp)
    bind(carried())
    try:
        if request.method == "POST" and request.args:
            raise PageError("invalid_request", "Invalid request")
        params, attempt = pushed_requests.resolve(idp, server, params)
        bound() or bind(attempt) or bind((session or {}).get("attempt"))
        bound() or bind(idp.attempts.of_login_hint(params.get("login_hint")))
        observe(params, given.get("request_uri"))
        return _authorize(server, params, repeated, {"session": (session or {}).get("cookie")})
    except PageError as error:
        observe(params)
        return error_page(error)


@blueprint.get("/oauth2/v1/authorize/redirect")
@blueprint.get("/oauth2/<server_id>/v1/authorize/redirect")
def after_a_page(server_id: str | None = None) -> Response:
    """Goes on with the authorization request that led to a page (okta.md 2.7), once."""
    g.endpoint = "authorize"
    idp, server = current_idp(), server_of(server_id)
    pending = transactions.finish(idp, request.args.get("okta_key", ""))
    if pending is None or pending.get("server") != server.id or not pending.get("session"):
        return error_page(login_pages.EXPIRED)
    bind(carried()) or bind(pending["attempt"])
    try:
        return _authorize(server, pending["params"], [], pending)
    except PageError as error:
        return error_page(error)


def _authorize(
    server: AuthorizationServer, params: dict[str, str], repeated: list[str], pending: Mapping[str, Any]
) -> Response:
    """The authorization response, or a page; PageError where nobody can be told by redirect."""
    idp = current_idp()
    refused: OAuthError | None = None
    try:
        if "request" in params and not repeated:
            params = request_objects.applied(idp, server, params, okta=strictness(server) == "okta")
    except OAuthError as error:
        refused = error
    g.asked = params
    try:
        app, redirect_uri = client_of(idp, params, repeated)
    except PageError:
        if refused:  # what stands beside the request object does not say where to
            raise PageError(refused.error, refused.description) from None
        raise
    scope = LoginScope(idp, server, bound(), {"client_id": app.client_id, "request": params})
    try:
        if refused:
            raise RedirectError(refused.error, refused.description)
        return _answer(scope, app, params, repeated, pending)
    except PasswordNeededError:
        return login_pages.password(scope, _again(server, params, pending))
    except RedirectError as error:
        refusal = error
    except PageError:
        raise
    except Exception as error:  # a bug or a failure of the mock: the relying party is told in Okta's words
        current_app.logger.error("the mock failed at %s", request.path, exc_info=error)
        if attempt := bound():
            idp.attempts.note("failure", attempt["id"], {"reason": f"{type(error).__name__}: {error}"})
        refusal = RedirectError(SERVER_ERROR.error, SERVER_ERROR.description)
    parameters = [("state", params["state"])] if refusal.with_state and "state" in params else []
    parameters += [("error", refusal.error), ("error_description", refusal.description)]
    return send(scope, redirect_uri, parameters)


def _answer(
    scope: LoginScope, app: App, params: dict[str, str], repeated: list[str], pending: Mapping[str, Any]
) -> Response:
    """Success, or the page that asks for more; raises what stands in the way, in Okta's order (okta.md 2.3)."""
    idp, server = scope.idp, scope.server
    okta = strictness(server) == "okta"
    scopes = check(idp, server, app, params, repeated, "okta" if okta else "core")
    session, fresh = _session(scope, params, pending)
    reached = {**pending, "session": (session or {}).get("cookie"), "fresh": fresh}
    held = _again(server, params, reached, "session", "fresh")
    try:
        signed_in = authentication.authenticate(scope, app, params, session, fresh=fresh)
    except FactorNeededError:
        return login_pages.factor(scope, held)
    rule = _allowed(scope, app, params, scopes, signed_in)
    if pending.get("denied"):
        raise RedirectError("access_denied", _DENIED)
    if missing := _consent_missing(scope, app, params, scopes, signed_in, pending):
        return login_pages.consent(scope, app, signed_in.user, missing, held)
    scopes = [name for name in scopes if name not in (pending.get("left_out") or ())]
    groups = matched_groups(idp, server, app, signed_in.user, scopes) if okta and is_front(params) else []
    if len(groups) > idp.org.settings.groups_limit:
        raise RedirectError("server_error", _TOO_MANY_GROUPS)
    scope.grant = authorize.new_grant(scope, app, params, scopes, signed_in, rule)
    participants.note_login(idp, (signed_in.session or {}).get("cookie"), scope.grant)
    parameters, made = authorize.success(scope, editor(), signed_in.user)
    note_artefacts(made)
    return send(scope, params["redirect_uri"], parameters)


def _session(scope: LoginScope, params: Mapping[str, str], pending: Mapping[str, Any]) -> tuple[Document | None, bool]:
    """The browser's session, and whether its person has signed in for this request.

    A session token begins one without a page (okta.md 2.1): whoever got it has shown the password just now.
    """
    idp = scope.idp
    redeemed = sessions.redeem(idp, params.get("sessionToken", ""))
    if redeemed is None:
        return sessions.use(idp, pending.get("session") or ""), bool(pending.get("fresh"))
    user, token = redeemed
    attempt = (bound() or {}).get("id") or token["attempt"]
    return sessions.start(idp, user, auth_time=scope.now(), amr=token["amr"], attempt=attempt), True


def _allowed(
    scope: LoginScope, app: App, params: Mapping[str, str], scopes: list[str], signed_in: Authentication
) -> Rule:
    """The access rule that lets this person in; raises RedirectError (okta.md 2.3: after authentication)."""
    try:
        for grant_type in grant_types(params):
            wanted = policy.Request(
                app, grant_type, scopes, scope.strictness(), signed_in.user, signed_in.canary, not is_assigned()
            )
            policy.check_assignment(scope.idp, wanted)
            rule = policy.rule_for(scope.idp, scope.server, wanted)
    except OAuthError as error:
        raise RedirectError(error.error, error.description) from None
    return rule


def _consent_missing(
    scope: LoginScope,
    app: App,
    params: Mapping[str, str],
    scopes: list[str],
    signed_in: Authentication,
    pending: Mapping[str, Any],
) -> list[Any]:
    """The scopes that the person has to be asked for; RedirectError where `prompt=none` forbids it."""
    if signed_in.canary or pending.get("consented"):
        return []
    prompts = params.get("prompt", "").split()
    found = consents.missing(scope.idp, scope.server, app, signed_in.user, scopes, prompt="consent" in prompts)
    if found and "none" in prompts:
        names = ", ".join(entry.name for entry in found)
        raise RedirectError("consent_required", f"The following scopes require user consent: [{names}].")
    return found


def _again(
    server: AuthorizationServer, params: dict[str, str], pending: Mapping[str, Any] | None = None, *kept: str
) -> Document:
    """The transaction with which this request goes on after a page."""
    known = {name: (pending or {}).get(name) for name in kept}
    begun_at = (pending or {}).get("base_url") or base_url()
    attempt = (bound() or {}).get("id")
    return {"server": server.id, "params": params, "attempt": attempt, "base_url": begun_at, **known}


def send(scope: LoginScope, redirect_uri: str, parameters: authorize.Parameters) -> Response:
    """Edit and record the authorization response, and let the browser carry it unless it is held back."""
    attempt, mode = bound(), response_mode(scope.idp.org.settings, scope.grant["request"])
    mode = authorize.edited_mode(editor(), mode)
    parameters = authorize.edited(editor(), scope, parameters, "authorization_response")
    if attempt:
        item = {"mode": mode, "redirect_uri": redirect_uri, "parameters": [list(p) for p in parameters]}
        current_idp().attempts.note("response", attempt["id"], item)
        if attempt["hold"]:
            return pages.held()
    return finish(authorize.respond(mode, redirect_uri, parameters), editor(), scope, "authorize")
