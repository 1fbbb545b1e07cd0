"""The pushed authorization request endpoint (RFC 9126, okta.md 1.7)."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from mock_idp.org.model import AuthorizationServer
from mock_idp.protocol import answers, cors
from mock_idp.protocol.authorization import pushed_requests, request_objects
from mock_idp.protocol.authorization.checks import check, client_of
from mock_idp.protocol.errors import INVALID_CLIENT_ID, OAuthError, PageError, RedirectError
from mock_idp.protocol.exchange import bind, bound, carried, current_idp, server_of, strictness
from mock_idp.protocol.token.client_auth import authenticate
from mock_idp.store import Document

blueprint = Blueprint("par", __name__)
_URI_PRESENT = OAuthError("invalid_request", "The 'request_uri' parameter must not be present in the request.")
_OTHER_CLIENT = OAuthError("invalid_client", INVALID_CLIENT_ID, 401)
"""RFC 9126 2 asks for this refusal; Okta's catalogue has no words for it of its own."""


def pushed_authorization_request(server_id: str | None = None) -> Response:
    """`{"request_uri", "expires_in"}`; Okta answers 200, RFC 9126 2.2 says 201."""
    g.endpoint = "par"
    server, idp = server_of(server_id), current_idp()
    bind(carried()) or bind(idp.attempts.of_login_hint(request.form.get("login_hint")))
    return cors.any_origin(answers.answered(server, lambda: _answer(server)))


def preflight(server_id: str | None = None) -> Response:
    g.endpoint = "preflight"
    server_of(server_id)
    return cors.preflight()


def _answer(server: AuthorizationServer) -> Response:
    """Raises OAuthError, UnknownClientError or NoFormError."""
    try:
        return answers.json_answer(_push(server), 201 if strictness(server) == "core" else 200)
    except (PageError, RedirectError) as error:
        status = 401 if error.error == "invalid_client" else 403 if error.error == "access_denied" else 400
        raise OAuthError(error.error, error.description, status) from None


def _push(server: AuthorizationServer) -> Document:
    """What authorize would refuse at once is refused here.

    Raises OAuthError, UnknownClientError, NoFormError, PageError or RedirectError.
    """
    idp, form = current_idp(), answers.checked_form()
    app = authenticate(idp, request.headers, form, request.args.to_dict(), server=server)
    if "request_uri" in form:
        raise _URI_PRESENT
    if form.get("client_id", app.client_id) != app.client_id:
        raise _OTHER_CLIENT
    params = {name: value for name, value in form.items() if name not in pushed_requests.CREDENTIALS}
    params["client_id"] = app.client_id
    if "request" in params:
        params = request_objects.applied(idp, server, params)
    client_of(idp, params, [])
    check(idp, server, app, params, [], strictness(server))
    return pushed_requests.push(idp, server, app, params, (bound() or {}).get("id"))


for _path in ("/oauth2/v1/par", "/oauth2/<server_id>/v1/par"):
    blueprint.add_url_rule(_path, view_func=preflight, methods=["OPTIONS"])
    blueprint.add_url_rule(
        _path, view_func=pushed_authorization_request, methods=["POST"], provide_automatic_options=False
    )
