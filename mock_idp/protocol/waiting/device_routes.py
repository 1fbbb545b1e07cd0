"""The device authorization endpoint (RFC 8628 3.1 and 3.2, okta.md 1.7)."""

from __future__ import annotations

import secrets
import uuid

from flask import Blueprint, Response, g, request

from mock_idp.org.model import AuthorizationServer
from mock_idp.protocol import answers, cors, errors
from mock_idp.protocol.exchange import base_url, bind, bound, carried, current_idp, note_artefacts, server_of
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.token.client_auth import authenticate
from mock_idp.protocol.waiting import requests

blueprint = Blueprint("device", __name__)
LIFETIME = 600
"""Seconds."""
ACTIVATE = "/activate"
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no words come of it (RFC 8628 6.1)."""


def device_authorize(server_id: str | None = None) -> Response:
    """`{"user_code", "device_code", "interval", "verification_uri_complete", "verification_uri", "expires_in"}`."""
    g.endpoint = "device_authorize"
    server = server_of(server_id)
    bind(carried())
    return cors.any_origin(answers.answered(server, lambda: _asked(server)))


def _asked(server: AuthorizationServer) -> Response:
    """Raises OAuthError, UnknownClientError or NoFormError."""
    idp, form = current_idp(), answers.checked_form()
    app = authenticate(idp, request.headers, form, request.args.to_dict(), server=server)
    if requests.DEVICE not in app.grant_types:
        raise errors.grant_not_configured(app.grant_types)
    scope = LoginScope(idp, server, bound())
    scopes = requests.scopes_of(scope, app, form)
    device_code, user_code = str(uuid.uuid4()), "".join(secrets.choice(_LETTERS) for _ in range(8))
    base = base_url()
    requests.begin(scope, app, requests.DEVICE, device_code, scopes, LIFETIME, base_url=base, user_code=user_code)
    note_artefacts([("device_code", device_code), ("user_code", user_code)])
    return answers.json_answer(
        {
            "user_code": user_code,
            "device_code": device_code,
            "interval": requests.INTERVAL,
            "verification_uri_complete": f"{base}{ACTIVATE}?user_code={user_code}",
            "verification_uri": f"{base}{ACTIVATE}",
            "expires_in": LIFETIME,
        }
    )


def preflight(server_id: str | None = None) -> Response:
    g.endpoint = "preflight"
    server_of(server_id)
    return cors.preflight()


for _path in ("/oauth2/v1/device/authorize", "/oauth2/<server_id>/v1/device/authorize"):
    blueprint.add_url_rule(_path, view_func=preflight, methods=["OPTIONS"])
    blueprint.add_url_rule(_path, view_func=device_authorize, methods=["POST"], provide_automatic_options=False)
