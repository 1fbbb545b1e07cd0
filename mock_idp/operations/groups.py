"""Groups and who is in them (okta.md 6.1 and 6.2)."""

from __future__ import annotations

import dataclasses

from mock_idp.operations import references, users
from mock_idp.org.ids import new_id
from mock_idp.org.live import LiveOrg
from mock_idp.org.model import App, Group, User
from mock_idp.org.problems import blank, duplicate_group, invalid, not_found, read_only, unsupported


def find(org: LiveOrg, group_id: str) -> Group:
    """The group with this id; E0000007."""
    found = org.groups.get(group_id)
    if found is None:
        raise not_found(group_id, "UserGroup")
    return found


def create(org: LiveOrg, name: str, description: str, now: int) -> Group:
    with org.lock:
        _check(org, name)
        return org.groups.save(Group(name, new_id("00g"), description, created=now, last_updated=now))


def update(org: LiveOrg, group_id: str, name: str, description: str, now: int) -> Group:
    """Another name or description; who is in the group stays in it."""
    with org.lock:
        known = find(org, group_id)
        if known.type == "BUILT_IN":
            raise read_only("UserGroup")
        _check(org, name, known)
        if name != known.name:
            for user in members(org, known):
                renamed = tuple(name if entry == known.name else entry for entry in user.groups)
                org.users.save(dataclasses.replace(user, groups=renamed))
        return org.groups.save(dataclasses.replace(known, name=name, description=description, last_updated=now))


def delete(org: LiveOrg, group_id: str) -> None:
    """Everybody leaves it, and no app is assigned to it any more; a rule for it alone is for nobody."""
    with org.lock:
        known = find(org, group_id)
        if known.type == "BUILT_IN":
            raise read_only("UserGroup")
        for user in members(org, known):
            _leave(org, user, known)
        for app in apps(org, known):
            rest = tuple(entry for entry in app.groups if entry.group != known.id)
            org.apps.save(dataclasses.replace(app, groups=rest))
        references.forget(org, known.id)
        org.groups.delete(known.id)


def members(org: LiveOrg, group: Group) -> list[User]:
    return [user for user in org.users.all() if group.name in user.groups]


def apps(org: LiveOrg, group: Group) -> list[App]:
    return [app for app in org.apps.all() if any(entry.group == group.id for entry in app.groups)]


def add(org: LiveOrg, group: Group, user: User) -> None:
    _check_members(group)
    with org.lock:
        known = users.find(org, user.id)
        if group.name not in known.groups:
            org.users.save(dataclasses.replace(known, groups=(*known.groups, group.name)))


def remove(org: LiveOrg, group: Group, user: User) -> None:
    _check_members(group)
    with org.lock:
        _leave(org, users.find(org, user.id), group)


def _leave(org: LiveOrg, user: User, group: Group) -> None:
    rest = tuple(name for name in user.groups if name != group.name)
    if rest != user.groups:
        org.users.save(dataclasses.replace(user, groups=rest))


def _check_members(group: Group) -> None:
    if group.type == "BUILT_IN":
        raise unsupported(f"Everybody is in {group.name}, and Okta alone says who.")


def check_name(name: str) -> None:
    """E0000001 for what no group may be called."""
    if not name.strip():
        raise blank("name")
    if len(name) > 255:
        raise invalid("name", "name: The field is too long")


def _check(org: LiveOrg, name: str, known: Group | None = None) -> None:
    check_name(name)
    if any(group.name == name and group != known for group in org.groups.all()):
        raise duplicate_group()
