"""Bodies for POST /api/v1/apps."""

from __future__ import annotations

from typing import Any

from tests.management.api import Api
from tests.mock_idp.okta import CALLBACK


def oidc(*, credentials: dict[str, Any] | None = None, label: str = "Shop", **client: Any) -> dict[str, Any]:
    """A web app at CALLBACK; `client` are members of settings.oauthClient, None leaves one out."""
    settings = {
        "application_type": "web",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "redirect_uris": [CALLBACK],
    } | client
    return {
        "name": "oidc_client",
        "label": label,
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": credentials or {}},
        "settings": {"oauthClient": {name: value for name, value in settings.items() if value is not None}},
    }


def create(api: Api, **app: Any) -> tuple[str, str]:
    """A new app's id and secret."""
    made = api.made("/apps", oidc(**app))
    return made["id"], made["credentials"]["oauthClient"].get("client_secret", "")


def forget_web(api: Api) -> None:
    """The app that `Okta` registers has a client_id shorter than Okta's document allows."""
    assert api.post("/apps/web/lifecycle/deactivate").status_code == 200
    assert api.delete("/apps/web").status_code == 204
