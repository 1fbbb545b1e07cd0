"""From the org to what the doctor looks at: one app's settings as the Management API shows them.

Used inside a request: the API's links need to know the org.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from mock_idp.doctor.facts import Facts, Guide, RelyingParty, Settings
from mock_idp.doctor.login import Login
from mock_idp.idp import Idp
from mock_idp.management import app_json, policies_json, servers_json
from mock_idp.operations import app_assignments
from mock_idp.org.app import App
from mock_idp.org.model import ORG_SERVER, AuthorizationServer
from mock_idp.protocol.authorization.checks import admin_console
from mock_idp.store import Document

BESIDE = 5.0
"""Seconds before and after a login in which requests for metadata and keys are taken for its application's."""


def settings_of(idp: Idp, client_id: str) -> Settings:
    """What the org knows of this client and around it; without an app where it knows none."""
    app = idp.org.apps.get(client_id)
    org_server = idp.server(ORG_SERVER)
    assert org_server is not None
    return Settings(
        org_url=idp.public_url,
        client_id=client_id,
        app=app_json.write(idp, app) | {"groupsClaim": bool(app.groups_claim)} if app else None,
        users=[_user(user.id, user.login, user.status) for _, user, _ in app_assignments.users_of(idp, app)]
        if app
        else [],
        groups=[{"id": group.id, "name": group.name} for _, group in app_assignments.groups_of(idp, app)]
        if app
        else [],
        secrets=_secrets(app) if app else [],
        servers=[_server(server) for server in idp.org.servers.all()],
        org_scopes=[scope.name for scope in org_server.scopes],
        trusted_origins=[
            {"origin": one.origin, "status": one.status, "scopes": [{"type": scope} for scope in one.scopes]}
            for one in idp.org.origins.all()
        ],
        custom_url=idp.org.settings.custom_url.rstrip("/"),
        admin_host=urlsplit(admin_console(idp)).netloc,
        learned=bool(app and app.learned),
    )


def facts(
    idp: Idp,
    client_id: str,
    transcript: Mapping[str, Any] | None = None,
    *,
    issuer: str = "",
    guide: Guide | None = None,
) -> Facts:
    """For an app of this org: its settings, and one login (`Attempts.transcript`) where there was one.

    `issuer` is what somebody says was typed into the application, to the letter.
    """
    settings = settings_of(idp, client_id)
    login = Login(transcript, _beside(idp, transcript))
    return Facts(settings, login, RelyingParty(_base_url(settings, login), issuer), guide)


def _beside(idp: Idp, transcript: Mapping[str, Any] | None) -> Sequence[Document]:
    """Requests of nobody's login at about the time of this one: its application's for metadata and keys, probably."""
    times = [one["at"] for one in (transcript or {}).get("exchanges", ())]
    if not times:
        return []
    return [one for one in idp.attempts.unbound() if min(times) - BESIDE <= one["at"] <= max(times) + BESIDE]


def _base_url(settings: Settings, login: Login) -> str:
    """The application's origin, from the redirect URI that it sends or the first one that it has."""
    uri = login.asked.get("redirect_uri") or next(iter(settings.uris()), "")
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def _user(user_id: str, login: str, status: str) -> Document:
    return {"id": user_id, "login": login, "status": status}


def _secrets(app: App) -> Sequence[Document]:
    return [
        {"id": one.id, "created": one.created, "status": one.status, "client_secret": one.value} for one in app.secrets
    ]


def _server(server: AuthorizationServer) -> Document:
    return servers_json.shown(server) | {
        "scopes": [servers_json.scope(server, entry) for entry in server.scopes],
        "claims": [servers_json.claim(server, entry) for entry in server.claims],
        "policies": [
            policies_json.shown(server, policy)
            | {"rules": [policies_json.rule(server, policy, entry) for entry in policy.rules]}
            for policy in server.policies or ()
        ],
    }
