"""`/api/v1/users/{id}/…`: groups, app links, sessions, and the tokens that the person has in apps (okta.md 6.2)."""

from __future__ import annotations

from flask import Response

from mock_idp.management import groups_json
from mock_idp.management.frame import PREFIX, answer, flag, iso, link, nothing, page, resource
from mock_idp.management.users import person
from mock_idp.org.ids import okta_id
from mock_idp.org.model import App, User
from mock_idp.org.problems import not_found
from mock_idp.protocol import granted, policy
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import current_idp
from mock_idp.protocol.sign_out.universal_logout import universal_logout
from mock_idp.store import Document

blueprint = resource("user_access")
_PAGE = 20


def app_of(client_id: str) -> App:
    """The app of a URL; E0000007."""
    found = current_idp().org.apps.get(client_id)
    if found is None:
        raise not_found(client_id, "OAuth2Client")
    return found


@blueprint.get("/users/<key>/groups")
def groups(key: str) -> Response:
    found = [group for group in current_idp().org.groups_of(person(key).groups) if group.id]
    return page(found, groups_json.shown, lambda group: group.id, default=200)


@blueprint.get("/users/<key>/appLinks")
def app_links(key: str) -> Response:
    """The apps that the person may use and sees on the dashboard."""
    user, idp = person(key), current_idp()
    apps = [app for app in idp.org.apps.all() if app.status == "ACTIVE" and not app.hide_web and _assigned(app, user)]
    return answer([_app_link(app, user, number) for number, app in enumerate(apps)])


def _assigned(app: App, user: User) -> bool:
    idp = current_idp()
    try:
        policy.check_assignment(idp, policy.Request(app, "authorization_code", (), idp.org.settings.strictness, user))
    except OAuthError:
        return False
    return True


def _app_link(app: App, user: User, number: int) -> Document:
    origin = current_idp().public_url
    assignment = okta_id("0ua", f"{app.client_id}/{user.id}")
    return {
        "id": assignment,
        "label": app.label or app.client_id,
        "linkUrl": f"{origin}/home/oidc_client/{app.client_id}/{okta_id('aln', app.client_id)}",
        "logoUrl": app.logo_uri or f"{origin}/img/logos/default.png",
        "appName": "oidc_client",
        "appInstanceId": app.client_id,
        "appAssignmentId": assignment,
        "credentialsSetup": False,
        "hidden": False,
        "sortOrder": number,
    }


# ---- sessions and tokens ------------------------------------------------------------------------------------


@blueprint.delete("/users/<key>/sessions")
def end_sessions(key: str) -> Response:
    """With `oauthTokens=true` every token of the person, too."""
    user = person(key)
    universal_logout(current_idp(), user)
    if flag("oauthTokens", False):
        granted.revoke_all(current_idp(), user)
    return nothing()


@blueprint.get("/users/<key>/clients")
def clients(key: str) -> Response:
    user = person(key)
    base = f"{PREFIX}/users/{user.id}/clients"
    return answer(
        [
            {
                "client_id": app.client_id,
                "client_name": app.label or app.client_id,
                "client_uri": app.client_uri or None,
                "logo_uri": app.logo_uri or None,
                "_links": {
                    "grants": link(f"{base}/{app.client_id}/grants"),
                    "tokens": link(f"{base}/{app.client_id}/tokens"),
                },
            }
            for app in granted.clients_of(current_idp(), user)
        ]
    )


@blueprint.get("/users/<key>/clients/<client_id>/tokens")
def list_tokens(key: str, client_id: str) -> Response:
    user, app = person(key), app_of(client_id)
    found = granted.refresh_tokens(current_idp(), user, app)
    return page(
        found, lambda grant: _token(user, app, grant), lambda grant: str(grant["refresh_id"]), default=_PAGE, most=200
    )


@blueprint.get("/users/<key>/clients/<client_id>/tokens/<token_id>")
def get_token(key: str, client_id: str, token_id: str) -> Response:
    user, app = person(key), app_of(client_id)
    return answer(_token(user, app, granted.refresh_token(current_idp(), user, app, token_id)))


@blueprint.delete("/users/<key>/clients/<client_id>/tokens")
def revoke_tokens(key: str, client_id: str) -> Response:
    granted.revoke_client(current_idp(), person(key), app_of(client_id))
    return nothing()


@blueprint.delete("/users/<key>/clients/<client_id>/tokens/<token_id>")
def revoke_token(key: str, client_id: str, token_id: str) -> Response:
    granted.revoke_refresh_token(current_idp(), person(key), app_of(client_id), token_id)
    return nothing()


def _token(user: User, app: App, grant: Document) -> Document:
    idp = current_idp()
    server = idp.server(grant["server"])
    made = iso(grant["issued_at"])
    ends = [end for end in (grant["expires"], grant["idle_expires"]) if end is not None]
    base = f"{PREFIX}/users/{user.id}/clients/{app.client_id}/tokens/{grant['refresh_id']}"
    name = app.label or app.client_id
    return {
        "id": grant["refresh_id"],
        "status": "ACTIVE",
        "created": made,
        "lastUpdated": made,
        "expiresAt": iso(min(ends)) if ends else None,
        "issuer": idp.issuer(server) if server else idp.public_url,
        "clientId": app.client_id,
        "userId": user.id,
        "scopes": list(grant["scopes"]),
        "_links": {
            "app": link(f"{PREFIX}/apps/{app.client_id}", title=name),
            "self": link(base),
            "revoke": link(base, "DELETE"),
            "client": link(f"/oauth2/v1/clients/{app.client_id}", title=name),
            "user": link(f"{PREFIX}/users/{user.id}", title=user.name),
            "authorizationServer": link(
                f"{PREFIX}/authorizationServers/{grant['server']}", title=server.name if server else grant["server"]
            ),
        },
    }
