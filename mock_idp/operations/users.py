"""People: create, change, their life cycle (okta.md 6.1 and 6.2).

Functions take the org and the time in seconds and give the person as they are afterwards; what Okta refuses is an
ApiError. Sessions and tokens are ended by `mock_idp.operations.access`, because they are no part of the org.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from mock_idp.operations import references
from mock_idp.org.ids import new_id
from mock_idp.org.live import LiveOrg
from mock_idp.org.model import EVERYONE, User
from mock_idp.org.problems import ApiError, already_active, blank, invalid, not_found, weak_password, wrong_status

TAKEN = "An object with this field already exists in the current organization"
_LENGTHS = {"login": (5, 100), "email": (5, 100), "firstName": (1, 50), "lastName": (1, 50)}
_NO_CREDENTIALS = frozenset({"STAGED", "DEPROVISIONED", "SUSPENDED"})
"""In these states nobody may expire or reset a password."""


def find(org: LiveOrg, key: str) -> User:
    """The person with this id, this login, or this login without its domain when it is the only one; E0000007."""
    found = org.users.get(key) or next((u for u in org.users.all() if u.login.lower() == key.lower()), None)
    if found:
        return found
    short = [user for user in org.users.all() if user.login.lower().partition("@")[0] == key.lower()]
    if len(short) != 1:
        raise not_found(key, "User")
    return short[0]


def create(
    org: LiveOrg, user: User, now: int, *, activate: bool = True, expired: bool = False, groups: Sequence[str] = ()
) -> User:
    """A new person; `user.id` is made here. `expired`: the password must be changed at the first sign-in.

    `groups` are ids. ACTIVE with a password, PROVISIONED without one, STAGED without `activate`.
    """
    if expired and not activate:
        raise _expired_refused("E0000125", "`activate` must be true.")
    if expired and not user.password:
        raise _expired_refused("E0000124", "a password must be specified.")
    with org.lock:
        check(org, user)
        _check_password(user, user.password)
        names = [EVERYONE]
        for group_id in groups:
            group = org.groups.get(group_id)
            if group is None:
                raise not_found(group_id, "UserGroup")
            names.append(group.name)
        status = "STAGED"
        if activate:
            status = ("PASSWORD_EXPIRED" if expired else "ACTIVE") if user.password else "PROVISIONED"
        made = dataclasses.replace(
            user,
            id=new_id("00u"),
            groups=tuple(dict.fromkeys(names)),
            status=status,
            created=now,
            updated_at=now,
            activated=now if activate else 0,
            status_changed=now if activate else 0,
            password_changed=now if user.password else 0,
        )
        return org.users.save(made)


def update(org: LiveOrg, user: User, now: int) -> User:
    """The person with another profile or password; E0000038 for who is deactivated."""
    with org.lock:
        known = find(org, user.id)
        if known.status == "DEPROVISIONED":
            raise wrong_status()
        check(org, user)
        if user.password == known.password:
            return org.users.save(dataclasses.replace(user, updated_at=now))
        return org.users.save(_with_password(known, dataclasses.replace(user, updated_at=now), now))


def change_password(org: LiveOrg, user: User, old: str, new: str, now: int) -> User:
    """As the person themselves does it, who has to know the old one."""
    with org.lock:
        if user.status not in ("ACTIVE", "PASSWORD_EXPIRED", "STAGED", "RECOVERY"):
            raise ApiError(403, "E0000035", "Change password not allowed on specified user.")
        if not user.password or old != user.password:
            causes = ["oldPassword: Old Password is not correct"]
            raise ApiError(403, "E0000014", "Update of credentials failed", causes)
        if new == old:
            raise weak_password()
        return org.users.save(_with_password(user, dataclasses.replace(user, password=new), now))


# ---- life cycle ---------------------------------------------------------------------------------------------


def activate(org: LiveOrg, user: User, now: int) -> User:
    if user.status in ("ACTIVE", "PROVISIONED"):
        raise already_active()
    made = _moved(org, user, ("STAGED", "DEPROVISIONED"), "ACTIVE" if user.password else "PROVISIONED", now)
    return org.users.save(dataclasses.replace(made, activated=now))


def reactivate(org: LiveOrg, user: User, now: int) -> User:
    """Another activation link for who has not used the first one."""
    return _moved(org, user, ("PROVISIONED", "RECOVERY"), user.status, now)


def deactivate(org: LiveOrg, user: User, now: int) -> User:
    """Takes the person's own app assignments away, too."""
    if user.status == "DEPROVISIONED":
        raise wrong_status()
    with org.lock:
        for app in org.apps.all():
            rest = tuple(entry for entry in app.users if entry.user != user.id)
            if rest != app.users:
                org.apps.save(dataclasses.replace(app, users=rest))
        return _moved(org, user, (user.status,), "DEPROVISIONED", now)


def suspend(org: LiveOrg, user: User, now: int) -> User:
    return _moved(org, user, ("ACTIVE",), "SUSPENDED", now)


def unsuspend(org: LiveOrg, user: User, now: int) -> User:
    return _moved(org, user, ("SUSPENDED",), "ACTIVE", now)


def unlock(org: LiveOrg, user: User, now: int) -> User:
    if user.status != "LOCKED_OUT":
        raise ApiError(403, "E0000032", "Unlock is not allowed for this user.")
    return _moved(org, user, ("LOCKED_OUT",), "ACTIVE", now)


def expire_password(org: LiveOrg, user: User, now: int) -> User:
    if user.status in _NO_CREDENTIALS:
        raise wrong_status()
    return _moved(org, user, (user.status,), "PASSWORD_EXPIRED", now)


def reset_password(org: LiveOrg, user: User, now: int) -> User:
    if user.status in _NO_CREDENTIALS:
        raise wrong_status()
    return _moved(org, user, (user.status,), "RECOVERY", now)


def reset_factors(org: LiveOrg, user: User) -> User:
    return org.users.save(dataclasses.replace(user, factors=()))


def delete(org: LiveOrg, user: User, now: int) -> User | None:
    """Deactivates the person; who is deactivated already is gone afterwards (None)."""
    if user.status != "DEPROVISIONED":
        return deactivate(org, user, now)
    with org.lock:
        org.users.delete(user.id)
        references.forget(org, user.id)
    return None


def _moved(org: LiveOrg, user: User, allowed: Sequence[str], status: str, now: int) -> User:
    with org.lock:
        known = find(org, user.id)
        if known.status not in allowed:
            raise wrong_status()
        return org.users.save(dataclasses.replace(known, status=status, status_changed=now, updated_at=now))


# ---- checks -------------------------------------------------------------------------------------------------


def check(org: LiveOrg, user: User) -> None:
    """What Okta asks of a profile (management.yaml, UserProfile); one E0000001 with all causes."""
    members = {"login": user.login, "email": user.email, "firstName": user.given_name, "lastName": user.family_name}
    for member in ("login", "email"):
        if not members[member]:
            raise blank(member)
    faults: list[tuple[str, str]] = []
    for member, (least, most) in _LENGTHS.items():
        if members[member] and not least <= len(members[member]) <= most:
            faults.append((member, f"The field must be between {least} and {most} characters"))
    if not _is_address(user.login):
        faults.append(("login", "Username must be in the form of an email address"))
    if not _is_address(user.email):
        faults.append(("email", "Does not match required pattern"))
    login = user.login.lower()
    if any(other.login.lower() == login and other.id != user.id for other in org.users.all()):
        faults.append(("login", TAKEN))
    if faults:
        raise invalid(faults[0][0], *(f"{member}: {text}" for member, text in faults))


def _is_address(text: str) -> bool:
    name, _, domain = text.rpartition("@")
    return bool(name and domain) and not any(c.isspace() for c in text)


def _check_password(user: User, password: str) -> None:
    """The default password policy; no password at all is fine."""
    name = user.login.partition("@")[0].lower()
    kinds: tuple[Any, ...] = (str.islower, str.isupper, str.isdigit)
    strong = len(password) >= 8 and all(any(kind(c) for c in password) for kind in kinds)
    if password and (not strong or (len(name) >= 4 and name in password.lower())):
        text = (
            "password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase "
            "letter, an uppercase letter, a number, no parts of your username."
        )
        raise invalid("password", text)


def _with_password(known: User, user: User, now: int) -> User:
    _check_password(user, user.password)
    status = "ACTIVE" if known.status in ("PROVISIONED", "RECOVERY", "PASSWORD_EXPIRED") else known.status
    moved = known.status_changed if status == known.status else now
    return dataclasses.replace(user, status=status, status_changed=moved, password_changed=now)


def _expired_refused(code: str, reason: str) -> ApiError:
    text = f"Could not create user. To create a user and expire their password immediately, {reason}"
    return ApiError(400, code, text, [text])
