"""Routes of introspect and revoke (RFC 7662, RFC 7009, okta.md 1.6)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g, request

from mock_idp.edits.http import finish
from mock_idp.org.model import App
from mock_idp.protocol import answers, cors, errors
from mock_idp.protocol.exchange import bind_to_grant, bound, current_idp, editor, server_of
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.token import introspection, revocation
from mock_idp.protocol.token.client_auth import authenticate

blueprint = Blueprint("token_state", __name__)
INTROSPECT = ("/oauth2/v1/introspect", "/oauth2/<server_id>/v1/introspect")
REVOKE = ("/oauth2/v1/revoke", "/oauth2/<server_id>/v1/revoke")
Answer = Callable[[LoginScope, App, str], Response]


def preflight(server_id: str | None = None) -> Response:
    g.endpoint = "preflight"
    server_of(server_id)
    return cors.preflight()


def introspect(server_id: str | None = None) -> Response:
    """Every app of the org may ask about every token of this server: resource servers have a client_id of their own."""
    g.endpoint = "introspect"
    return _answer(server_id, _introspected, "introspection")


def revoke(server_id: str | None = None) -> Response:
    g.endpoint = "revoke"
    return _answer(server_id, _revoked, None)


def _introspected(scope: LoginScope, _app: App, token: str) -> Response:
    members = introspection.introspect(scope.idp, scope.server, token, scope.now())
    return answers.json_answer(editor().json("introspection", members, scope))


def _revoked(scope: LoginScope, app: App, token: str) -> Response:
    revocation.revoke(scope.idp, scope.server, token, app.client_id)
    return answers.okta_headers(Response(status=200))


def _answer(server_id: str | None, answer: Answer, seam: str | None) -> Response:
    idp, server = current_idp(), server_of(server_id)
    token = request.form.get("token", "")
    kinds = ("access_token", "refresh_token", "id_token")
    grant = next((found for kind in kinds if (found := idp.store.get(kind, token))), None)
    bind_to_grant(grant)
    scope = LoginScope(idp, server, bound(), grant)

    def made() -> Response:
        form = answers.checked_form()
        # Public clients may say in the URL who they are (okta.md 1.6).
        form = {name: request.args[name] for name in ("client_id",) if name in request.args} | form
        app = authenticate(idp, request.headers, form, request.args.to_dict(), server=server, basic_id=True)
        if not form.get("token"):
            raise errors.TOKEN_PARAMETER
        return answer(scope, app, form["token"])

    response = answers.answered(server, made)
    given = seam if response.status_code == 200 else None
    return finish(cors.any_origin(response), editor(), scope, g.endpoint, given)


for _paths, _view in ((INTROSPECT, introspect), (REVOKE, revoke)):
    for _path in _paths:
        blueprint.add_url_rule(_path, view_func=_view, methods=["POST"], provide_automatic_options=False)
        blueprint.add_url_rule(_path, view_func=preflight, methods=["OPTIONS"])
