"""/api/v1/apps/{id}/users and /groups: who may use an app (okta.md 6.2)."""

from __future__ import annotations

from flask import Response, request

from mock_idp.management.frame import answer, body, iso, link, nothing, page, resource
from mock_idp.management.members import Members
from mock_idp.operations import app_assignments, apps
from mock_idp.org.app import AppGroup, AppUser
from mock_idp.org.model import User
from mock_idp.org.problems import blank
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = resource("app_assignments")
_USERS, _GROUPS = "/apps/<app_id>/users", "/apps/<app_id>/groups"
Assigned = tuple[AppUser, User, str]


# ---- people -------------------------------------------------------------------------------------------------


@blueprint.get(_USERS)
def list_users(app_id: str) -> Response:
    idp, prefix = current_idp(), request.args.get("q", "").lower()
    found = app_assignments.users_of(idp, apps.find(idp, app_id))
    if prefix:
        found = [entry for entry in found if _begins(entry, prefix)]
    return page(found, lambda entry: _user(app_id, entry), lambda entry: entry[0].user, default=50, most=500)


@blueprint.post(_USERS)
def assign_user(app_id: str) -> Response:
    sent = Members(body())
    if not sent.text("id"):
        raise blank("id")
    return answer(_user(app_id, _assigned(app_id, sent.text("id"), sent, new=True)))


@blueprint.get(f"{_USERS}/<user_id>")
def get_user(app_id: str, user_id: str) -> Response:
    return answer(_user(app_id, app_assignments.find_user(current_idp(), app_id, user_id)))


@blueprint.put(f"{_USERS}/<user_id>")
def put_user(app_id: str, user_id: str) -> Response:
    return answer(_user(app_id, _assigned(app_id, user_id, Members(body(optional=True)))))


@blueprint.post(f"{_USERS}/<user_id>")
def update_user(app_id: str, user_id: str) -> Response:
    """Only who is assigned can be changed."""
    app_assignments.find_user(current_idp(), app_id, user_id)
    return answer(_user(app_id, _assigned(app_id, user_id, Members(body(optional=True)))))


@blueprint.delete(f"{_USERS}/<user_id>")
def remove_user(app_id: str, user_id: str) -> Response:
    app_assignments.remove_user(current_idp(), app_id, user_id)
    return nothing()


def _assigned(app_id: str, user_id: str, sent: Members, *, new: bool = False) -> Assigned:
    name = sent.object("credentials").text("userName")
    profile = sent.mapping("profile") if sent.has("profile") else None
    return app_assignments.assign_user(current_idp(), app_id, user_id, name, profile, new=new)


def _begins(entry: Assigned, prefix: str) -> bool:
    assigned, user, _ = entry
    names = (assigned.user_name, user.given_name, user.family_name, user.email)
    return any(name.lower().startswith(prefix) for name in names)


def _user(app_id: str, entry: Assigned) -> Document:
    assigned, user, scope = entry
    moment = iso(assigned.created)
    return {
        "id": user.id,
        "externalId": None,
        "created": moment,
        "lastUpdated": moment,
        "scope": scope,
        "status": "ACTIVE",
        "statusChanged": moment,
        "passwordChanged": None,
        "syncState": "DISABLED",
        "credentials": {"userName": assigned.user_name or user.login},
        "profile": dict(assigned.profile),
        "_links": {"app": link(f"/api/v1/apps/{app_id}"), "user": link(f"/api/v1/users/{user.id}")},
    }


# ---- groups -------------------------------------------------------------------------------------------------


@blueprint.get(_GROUPS)
def list_groups(app_id: str) -> Response:
    idp, prefix = current_idp(), request.args.get("q", "").lower()
    found = [
        entry
        for entry, group in app_assignments.groups_of(idp, apps.find(idp, app_id))
        if group.name.lower().startswith(prefix)
    ]
    return page(found, lambda entry: _group(app_id, entry), lambda entry: entry.group, default=20, most=200)


@blueprint.get(f"{_GROUPS}/<group_id>")
def get_group(app_id: str, group_id: str) -> Response:
    return answer(_group(app_id, app_assignments.find_group(current_idp(), app_id, group_id)))


@blueprint.put(f"{_GROUPS}/<group_id>")
def assign_group(app_id: str, group_id: str) -> Response:
    sent = Members(body(optional=True))
    priority = sent.number("priority") if sent.has("priority") else None
    profile = sent.mapping("profile") if sent.has("profile") else None
    return answer(_group(app_id, app_assignments.assign_group(current_idp(), app_id, group_id, priority, profile)))


@blueprint.delete(f"{_GROUPS}/<group_id>")
def remove_group(app_id: str, group_id: str) -> Response:
    app_assignments.remove_group(current_idp(), app_id, group_id)
    return nothing()


def _group(app_id: str, entry: AppGroup) -> Document:
    path = f"/api/v1/apps/{app_id}"
    return {
        "id": entry.group,
        "lastUpdated": iso(entry.created),
        "priority": entry.priority,
        "profile": dict(entry.profile),
        "_links": {
            "app": link(path),
            "self": link(f"{path}/groups/{entry.group}"),
            "group": link(f"/api/v1/groups/{entry.group}"),
        },
    }
