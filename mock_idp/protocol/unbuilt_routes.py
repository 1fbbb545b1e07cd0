"""Endpoints that Okta advertises and this mock has not built: they refuse as Okta does, and say so.

Okta's words are those of a feature that the org does not have; what the mock adds stands in brackets behind them.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import bind_to_grant, server_of

blueprint = Blueprint("unbuilt", __name__)

ENDPOINTS = ("primary-authenticate", "challenge", "oob-authenticate", "interact")
_WHAT = "The requested feature is not enabled in this environment."


def unbuilt(server_id: str | None = None) -> Response:
    """400 `access_denied`, as at an org without the feature."""
    g.endpoint = "unbuilt"
    server_of(server_id)
    bind_to_grant(None)
    name = request.path.partition("/v1/")[2]
    refusal = OAuthError("access_denied", f"{_WHAT} (This mock has not built {name}.)")
    response = jsonify(refusal.body())
    response.status_code = refusal.status
    return response


for _name in ENDPOINTS:
    for _path in (f"/oauth2/v1/{_name}", f"/oauth2/<server_id>/v1/{_name}"):
        blueprint.add_url_rule(_path, view_func=unbuilt, methods=["POST"], provide_automatic_options=False)
