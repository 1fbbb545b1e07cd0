"""`/api/v1/users/{id}/grants` and `…/clients/{id}/grants`: to which scopes the person has consented (okta.md 2.5, 6.2).

A document of the consent that the person gave (`mock_idp.protocol.consents`) is a grant for each of its scopes here.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from mock_idp.management.frame import PREFIX, answer, iso, link, nothing, page, resource
from mock_idp.management.user_access import app_of
from mock_idp.management.users import person
from mock_idp.org.authorization_server import Scope
from mock_idp.org.ids import okta_id
from mock_idp.org.model import App, AuthorizationServer, User
from mock_idp.org.problems import not_found
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = resource("user_grants")
_PAGE = 20


@dataclass(frozen=True)
class _Grant:
    """The consent to one scope; `key` is that of the stored document."""

    key: str
    user: User
    app: App
    server: AuthorizationServer
    scope: Scope
    created: float

    @property
    def id(self) -> str:
        return okta_id("oag", f"{self.key}/{self.scope.id}")


@blueprint.get("/users/<key>/grants")
def list_grants(key: str) -> Response:
    return page(_grants(person(key)), _shown, lambda grant: grant.id, default=_PAGE, most=200)


@blueprint.delete("/users/<key>/grants")
def revoke_grants(key: str) -> Response:
    return _revoke(_grants(person(key)))


@blueprint.get("/users/<key>/grants/<grant_id>")
def get_grant(key: str, grant_id: str) -> Response:
    return answer(_shown(_grant(key, grant_id)))


@blueprint.delete("/users/<key>/grants/<grant_id>")
def revoke_grant(key: str, grant_id: str) -> Response:
    return _revoke([_grant(key, grant_id)])


@blueprint.get("/users/<key>/clients/<client_id>/grants")
def list_grants_of_client(key: str, client_id: str) -> Response:
    return page(_grants(person(key), app_of(client_id)), _shown, lambda grant: grant.id, default=_PAGE, most=200)


@blueprint.delete("/users/<key>/clients/<client_id>/grants")
def revoke_grants_of_client(key: str, client_id: str) -> Response:
    return _revoke(_grants(person(key), app_of(client_id)))


def _grants(user: User, only: App | None = None) -> list[_Grant]:
    idp, found = current_idp(), []
    for key in idp.store.keys("consent"):
        given = idp.store.get("consent", key)
        if given is None or given["user"] != user.id:
            continue
        app, server = idp.org.apps.get(given["client_id"]), idp.server(given["server"])
        if app is None or server is None or (only and app.client_id != only.client_id):
            continue
        scopes = [scope for name in given["scopes"] if (scope := server.scope(name))]
        found += [_Grant(key, user, app, server, scope, given["created"]) for scope in scopes]
    return found


def _grant(key: str, grant_id: str) -> _Grant:
    found = next((grant for grant in _grants(person(key)) if grant.id == grant_id), None)
    if found is None:
        raise not_found(grant_id, "OAuth2ScopeConsentGrant")
    return found


def _revoke(grants: list[_Grant]) -> Response:
    """The person is asked again for these scopes."""
    for grant in grants:
        _without(grant.key, grant.scope.name)
    return nothing()


def _without(key: str, name: str) -> None:
    def change(known: Document) -> Document:
        return {**known, "scopes": [scope for scope in known["scopes"] if scope != name]}

    current_idp().store.update("consent", key, change)


def _shown(grant: _Grant) -> Document:
    made, name = iso(grant.created), grant.app.label or grant.app.client_id
    server = f"{PREFIX}/authorizationServers/{grant.server.id}"
    title = grant.scope.display_name or grant.scope.name
    return {
        "id": grant.id,
        "status": "ACTIVE",
        "created": made,
        "createdBy": {"id": grant.user.id, "type": "User"},
        "lastUpdated": made,
        "issuer": current_idp().issuer(grant.server),
        "clientId": grant.app.client_id,
        "userId": grant.user.id,
        "scopeId": grant.scope.id,
        "source": "END_USER",
        "_links": {
            "app": link(f"{PREFIX}/apps/{grant.app.client_id}", title=name),
            "authorizationServer": link(server, title=grant.server.name),
            "scope": link(f"{server}/scopes/{grant.scope.id}", title=title),
            "self": link(f"{PREFIX}/users/{grant.user.id}/grants/{grant.id}", "GET", "DELETE"),
            "client": link(f"/oauth2/v1/clients/{grant.app.client_id}", title=name),
            "user": link(f"{PREFIX}/users/{grant.user.id}", title=grant.user.name),
        },
    }
