"""The authorization endpoint (RFC 6749 4.1.1, OIDC Core 3.1.2, 3.2.2, 3.3.2) with Okta's checks in Okta's order."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit, urlunsplit

from flask import Response, redirect

from mock_idp import pages
from mock_idp.edits import Editor
from mock_idp.errors import INVALID_CLIENT_ID, PageError, RedirectError, redirect_uri_page
from mock_idp.idp import Idp
from mock_idp.misbehaviour import FRONT
from mock_idp.org import App, AuthorizationServer, User
from mock_idp.scope import LoginScope
from mock_idp.store import Document
from mock_idp.symbols import resolve
from mock_idp.tokens import access_token, id_token

Parameters = list[tuple[str, str]]
SYSTEM_SCOPES = ("openid", "profile", "email", "address", "phone", "offline_access")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def client_of(idp: Idp, server: AuthorizationServer, params: Mapping[str, str]) -> tuple[App, str]:
    """The app and the checked redirect_uri; raises PageError because nobody could be told by redirect."""
    client_id, redirect_uri = params.get("client_id", ""), params.get("redirect_uri", "")
    app = idp.app(client_id)
    if app is None and client_id:
        app = idp.adopt(client_id, redirect_uri, params.get("response_type", "code"))
    if app is None:
        raise PageError("invalid_client", INVALID_CLIENT_ID)
    # Exact comparison: scheme, host, port, path, query, case and trailing slash all count (okta.md 2.6).
    if redirect_uri not in app.redirect_uris:
        url = ""
        if idp.org.settings.error_page_enhanced:
            host = urlsplit(idp.public_url).netloc
            url = f"https://{host}/admin/app/oidc_client/instance/{app.client_id}#tab-general"
        raise redirect_uri_page(url)
    return app, redirect_uri


def response_mode(params: Mapping[str, str]) -> str:
    """The response mode in which even errors travel (OAuth 2.0 Multiple Response Types 2.1)."""
    mode = params.get("response_mode", "")
    types = params.get("response_type", "").split()
    front = "token" in types or "id_token" in types
    if mode in ("fragment", "form_post") or (mode == "query" and not front):
        return mode
    return "fragment" if front else "query"


def check(idp: Idp, server: AuthorizationServer, app: App, params: Mapping[str, str], strictness: str) -> list[str]:
    """The granted scopes; raises RedirectError with Okta's text for the first check that fails."""
    if strictness == "okta" and not params.get("state"):
        raise RedirectError(
            "invalid_request",
            "The authentication request has an invalid 'state' parameter.",
            with_state=False,
        )
    types = params.get("response_type", "").split()
    allowed = {part for entry in app.response_types for part in entry.split()}
    if not types or not set(types) <= (allowed & {"code", "token", "id_token"}):
        configured = ", ".join(sorted(allowed))
        raise RedirectError(
            "unsupported_response_type",
            "The response type is not supported by the authorization server. "
            f"Configured response types: [{configured}].",
        )
    mode = params.get("response_mode")
    if mode not in (None, "query", "fragment", "form_post"):
        raise RedirectError(
            "unsupported_response_mode",
            "The response mode is not supported by the authorization server. "
            "Valid response modes: [query, fragment, form_post, okta_post_message].",
        )
    front = "token" in types or "id_token" in types
    if front and mode == "query":
        raise RedirectError(
            "unsupported_response_mode",
            "'query' response mode cannot be used with either the 'id_token' or 'token' response types.",
        )
    if ("id_token" in types and not params.get("nonce")) or (
        front and strictness == "okta" and not params.get("nonce")
    ):
        raise RedirectError(
            "invalid_request",
            "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' "
            "response types..",
        )
    _check_pkce(app, params, strictness)
    return _scopes(server, app, params, types)


def _check_pkce(app: App, params: Mapping[str, str], strictness: str) -> None:
    challenge, method = params.get("code_challenge"), params.get("code_challenge_method")
    if not challenge:
        if app.pkce_required and strictness == "okta":
            raise RedirectError("invalid_request", "PKCE code challenge is required by the application.")
        return
    if strictness == "core":
        return
    if method != "S256":
        raise RedirectError("invalid_request", "PKCE code challenge method is not supported. Valid values: [S256]")
    if not _CHALLENGE.fullmatch(challenge):
        raise RedirectError("invalid_request", "PKCE code challenge contains illegal characters.")


def _scopes(server: AuthorizationServer, app: App, params: Mapping[str, str], types: list[str]) -> list[str]:
    wanted = params.get("scope", "").split()
    if not wanted:
        raise RedirectError(
            "invalid_scope",
            "No scopes were requested."
            if server.is_org
            else "The authorization server resource does not have any configured default scopes, "
            "'scope' must be provided.",
        )
    known = {*SYSTEM_SCOPES, "groups"} if server.is_org else {*SYSTEM_SCOPES, *server.scopes}
    if not set(wanted) <= known:
        raise RedirectError(
            "invalid_scope",
            "Custom scopes are not allowed for this request."
            if server.is_org
            else "One or more scopes are not configured for the authorization server resource.",
        )
    if "openid" not in wanted and ("id_token" in types):
        raise RedirectError(
            "invalid_scope",
            "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
        )
    if "offline_access" in wanted and ("code" not in types or "refresh_token" not in app.grant_types):
        wanted = [scope for scope in wanted if scope != "offline_access"]
    return list(dict.fromkeys(wanted))


def success(
    idp: Idp,
    server: AuthorizationServer,
    editor: Editor,
    attempt: Document | None,
    app: App,
    params: Mapping[str, str],
    scopes: list[str],
    user: User,
) -> tuple[Parameters, list[tuple[str, str]]]:
    """The honest parameters in Okta's order, and the artefacts `(kind, value)` that were made."""
    types = params["response_type"].split()
    scope = LoginScope(idp, server, attempt)
    grant: Document = {
        "client_id": app.client_id,
        "server": server.id,
        "redirect_uri": params["redirect_uri"],
        "scopes": scopes,
        "nonce": params.get("nonce"),
        "code_challenge": params.get("code_challenge"),
        "code_challenge_method": params.get("code_challenge_method", "plain"),
        "user": _identity(user),
        "auth_time": scope.now() - 2,
        "attempt": (attempt or {}).get("id"),
        "request": dict(params),
        "expires": idp.clock.now() + idp.org.settings.code_ttl,
    }
    scope.grant = grant
    artefacts: list[tuple[str, str]] = []
    token = code = None
    if "code" in types:
        code = secrets.token_urlsafe(32)
        idp.store.put("code", code, grant)
        artefacts.append(("code", code))
    if "token" in types:
        token = access_token(scope, editor, grant, user)
        idp.store.put("access_token", token, grant | {"expires": scope.now() + 3600})
        artefacts.append(("access_token", token))
    parameters: Parameters = []
    if "id_token" in types:
        made = id_token(
            scope,
            editor,
            grant,
            user,
            channel=FRONT,
            response_type=params["response_type"],
            access_token=token,
            code=code,
        )
        artefacts.append(("id_token", made))
        parameters.append(("id_token", made))
    if token:
        parameters += [("access_token", token), ("token_type", "Bearer"), ("expires_in", "3600")]
        parameters.append(("scope", " ".join(scopes)))
    if code:
        parameters.append(("code", code))
    if "state" in params:
        parameters.append(("state", params["state"]))
    return parameters, artefacts


def _identity(user: User) -> dict[str, Any]:
    return {k: (list(v) if isinstance(v, tuple) else v) for k, v in vars(user).items() if k != "password"}


def edited(editor: Editor, scope: LoginScope, parameters: Parameters) -> Parameters:
    """The parameters after the attempt's `authorization_response` edits."""
    for index, edit in editor.selected("authorization_response"):
        if edit.op == "error":
            kept = [(k, v) for k, v in parameters if k == "state"]
            parameters = kept + [(k, str(v)) for k, v in edit.value.items()]
            editor.deliver(index, edit, "an authorization code", edit.value)
            continue
        name = str(edit.path[0])
        present = [v for k, v in parameters if k == name]
        before = present[0] if present else None
        document = {name: before} if present else {}
        if edit.op in ("add", "add_first"):
            value = str(resolve(edit.value, scope, before))
            at = next((i for i, (k, _) in enumerate(parameters) if k == name), len(parameters))
            parameters = list(parameters)
            parameters.insert(at if edit.op == "add_first" else at + 1, (name, value))
            editor.deliver(index, edit, before, [v for k, v in parameters if k == name])
            continue
        editor.member(index, edit, document, scope, FRONT)
        rest = [(k, v) for k, v in parameters if k != name]
        parameters = rest + [(name, str(v)) for v in document.values()]
    return parameters


def respond(mode: str, redirect_uri: str, parameters: Parameters) -> Response:
    """The browser carries the parameters to the redirect URI (query, fragment or form_post)."""
    if mode == "form_post":
        return pages.form_post(redirect_uri, parameters)
    # `+` for spaces, as Okta writes it; a query that the redirect URI already has stays in front.
    encoded = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in parameters)
    parts = urlsplit(redirect_uri)
    if mode == "fragment":
        url = urlunsplit(parts._replace(fragment=encoded))
    else:
        url = urlunsplit(parts._replace(query=f"{parts.query}&{encoded}" if parts.query else encoded))
    response = redirect(url, 302)
    assert isinstance(response, Response)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache, no-store"
    return response
