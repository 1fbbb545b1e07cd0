"""Who may use an app: people and groups (okta.md 6.2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mock_idp.idp import Idp
from mock_idp.operations import apps
from mock_idp.org.app import App, AppGroup, AppUser
from mock_idp.org.model import Group, User
from mock_idp.org.problems import already_assigned, inactive_user, not_found

USER, APP_USER, GROUP = "User", "AppUser", "UserGroup"


def directory_user(idp: Idp, user_id: str) -> User:
    """By id or login; raises E0000007."""
    user = idp.user(user_id) or idp.user_by_login(user_id)
    if user is None:
        raise not_found(user_id, USER)
    return user


def user_name(app: App, user: User) -> str:
    """The person's name in the app, by the app's template."""
    if "email" in app.user_name_template:
        return user.email
    if "substringBefore" in app.user_name_template:
        return user.login.partition("@")[0]
    return user.login


def users_of(idp: Idp, app: App) -> list[tuple[AppUser, User, str]]:
    """Everybody who is assigned, with `USER` or `GROUP` as the scope of the assignment."""
    found = [(entry, user, "USER") for entry in app.users if (user := idp.user(entry.user))]
    known, groups = {entry.user for entry in app.users}, {entry.group for entry in app.groups}
    for user in idp.org.users.all():
        if user.id not in known and groups & {group.id for group in idp.org.groups_of(user.groups)}:
            found.append((AppUser(user.id, user_name(app, user), created=app.created), user, "GROUP"))
    return found


def find_user(idp: Idp, app_id: str, user_id: str) -> tuple[AppUser, User, str]:
    """Raises E0000007."""
    for entry in users_of(idp, apps.find(idp, app_id)):
        if user_id in (entry[0].user, entry[1].login):
            return entry
    raise not_found(user_id, APP_USER)


def assign_user(
    idp: Idp, app_id: str, user_id: str, name: str = "", profile: Mapping[str, Any] | None = None, *, new: bool = False
) -> tuple[AppUser, User, str]:
    """Assign, or change the assignment. `new`: raises E0000062 for who is assigned; E0000117 for who is gone."""
    with idp.org.lock:
        app, user = apps.find(idp, app_id), directory_user(idp, user_id)
        known = next((entry for entry in app.users if entry.user == user.id), None)
        if new and known:
            raise already_assigned()
        if user.status == "DEPROVISIONED":
            raise inactive_user()
        made = known or AppUser(user.id, user_name(app, user), created=int(idp.clock.now()))
        made = dataclasses.replace(
            made, user_name=name or made.user_name, profile=made.profile if profile is None else profile
        )
        kept = [made if entry.user == user.id else entry for entry in app.users] if known else [*app.users, made]
        apps.change(idp, app_id, users=tuple(kept))
        return made, user, "USER"


def remove_user(idp: Idp, app_id: str, user_id: str) -> None:
    """Raises E0000007 for who is not assigned in person."""
    with idp.org.lock:
        found, _, scope = find_user(idp, app_id, user_id)
        if scope == "GROUP":
            raise not_found(user_id, APP_USER)
        kept = tuple(entry for entry in apps.find(idp, app_id).users if entry.user != found.user)
        apps.change(idp, app_id, users=kept)


def groups_of(idp: Idp, app: App) -> list[tuple[AppGroup, Group]]:
    return [(entry, group) for entry in app.groups if (group := idp.org.groups.get(entry.group))]


def find_group(idp: Idp, app_id: str, group_id: str) -> AppGroup:
    """Raises E0000007."""
    for entry, _ in groups_of(idp, apps.find(idp, app_id)):
        if entry.group == group_id:
            return entry
    raise not_found(group_id, "ApplicationGroupAssignment")


def assign_group(
    idp: Idp, app_id: str, group_id: str, priority: int | None = None, profile: Mapping[str, Any] | None = None
) -> AppGroup:
    """Assign, or change the assignment; raises E0000007."""
    with idp.org.lock:
        app = apps.find(idp, app_id)
        if idp.org.groups.get(group_id) is None:
            raise not_found(group_id, GROUP)
        known = next((entry for entry in app.groups if entry.group == group_id), None)
        made = known or AppGroup(group_id, len(app.groups), created=int(idp.clock.now()))
        made = dataclasses.replace(
            made,
            priority=made.priority if priority is None else priority,
            profile=made.profile if profile is None else profile,
        )
        kept = [made if entry.group == group_id else entry for entry in app.groups] if known else [*app.groups, made]
        apps.change(idp, app_id, groups=tuple(kept))
        return made


def remove_group(idp: Idp, app_id: str, group_id: str) -> None:
    """Raises E0000007."""
    with idp.org.lock:
        find_group(idp, app_id, group_id)
        kept = tuple(entry for entry in apps.find(idp, app_id).groups if entry.group != group_id)
        apps.change(idp, app_id, groups=kept)
