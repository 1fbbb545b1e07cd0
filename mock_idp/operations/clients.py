"""Clients that the harness registers, and those that are learned from their first requests."""

from __future__ import annotations

import dataclasses
from typing import Any

from mock_idp.idp import Idp
from mock_idp.operations import gate
from mock_idp.org.app import App, Secret
from mock_idp.org.file import app_of
from mock_idp.org.ids import new_id
from mock_idp.org.model import OrgError


def register(idp: Idp, settings: dict[str, Any]) -> App:
    """Create or replace an app; raises OrgError for settings that are not understood or that Okta would refuse."""
    # Who registers a client says no more than the client needs; its people's groups are there when asked for.
    app = app_of({"groups_claim": {}} | settings, "client")
    with idp.org.lock:
        gate.check_app(idp.org, app, "client")
        return idp.org.apps.save(app)


def adopt(idp: Idp, client_id: str, redirect_uri: str) -> App | None:
    """Learn a client from its first authorization request; None when adoption is off or it cannot be one."""
    if not idp.org.settings.adopt_clients:
        return None
    wanted = {
        "client_id": client_id,
        "redirect_uris": [redirect_uri],
        "response_types": ["code", "id_token", "token"],
        "grant_types": ["authorization_code", "refresh_token", "implicit"],
        "token_endpoint_auth_method": "none",
        "adopted": True,
        "learned": True,
    }
    with idp.org.lock:
        if idp.org.apps.get(client_id):
            return idp.app(client_id)  # another request was first, or the app is inactive
        try:
            return register(idp, wanted)
        except OrgError:
            return None


def adopt_credentials(idp: Idp, app: App, method: str, secret: str) -> App:
    """An adopted client's first token request says how it authenticates and with which secret."""
    secrets = (Secret(secret, new_id("ocs")),) if secret else ()
    with idp.org.lock:
        own = idp.org.apps.get(app.client_id) or app  # without what an attempt has put over its settings
        return idp.org.apps.save(
            dataclasses.replace(own, token_endpoint_auth_method=method, secrets=secrets, adopted=False)
        )
