"""People as Okta's JSON (okta.md 6.2): Okta's profile attributes and the members of `User`."""

from __future__ import annotations

import dataclasses
from typing import Any

from mock_idp.management.frame import PREFIX, iso, link
from mock_idp.management.members import Members
from mock_idp.org.ids import okta_id
from mock_idp.org.model import User
from mock_idp.org.problems import malformed, unsupported
from mock_idp.store import Document

_MEMBERS = {
    "firstName": "given_name",
    "lastName": "family_name",
    "login": "login",
    "email": "email",
    "displayName": "name",
    "nickName": "nickname",
    "middleName": "middle_name",
    "profileUrl": "profile",
    "primaryPhone": "phone_number",
    "locale": "locale",
    "timezone": "zoneinfo",
}
_ADDRESS = {
    "streetAddress": "street_address",
    "city": "locality",
    "state": "region",
    "zipCode": "postal_code",
    "countryCode": "country",
}
_ALWAYS = ("mobilePhone", "secondEmail")
"""Okta shows these as null when they are not set (okta.md 6.2)."""
_DEFAULTS = {field.name: field.default for field in dataclasses.fields(User) if field.name in _MEMBERS.values()}
_LINKS = {
    "suspend": "lifecycle/suspend",
    "unsuspend": "lifecycle/unsuspend",
    "unlock": "lifecycle/unlock",
    "resetPassword": "lifecycle/reset_password",
    "forgotPassword": "credentials/forgot_password",
    "expirePassword": "lifecycle/expire_password",
    "changePassword": "credentials/change_password",
    "changeRecoveryQuestion": "credentials/change_recovery_question",
    "resetFactors": "lifecycle/reset_factors",
    "activate": "lifecycle/activate",
    "reactivate": "lifecycle/reactivate",
    "deactivate": "lifecycle/deactivate",
}
_CREDENTIALS = (
    "resetPassword forgotPassword expirePassword changePassword changeRecoveryQuestion resetFactors deactivate"
)
_IN_STATUS = {
    "STAGED": "activate deactivate",
    "PROVISIONED": "reactivate resetPassword deactivate",
    "ACTIVE": f"suspend {_CREDENTIALS}",
    "RECOVERY": f"reactivate {_CREDENTIALS}",
    "PASSWORD_EXPIRED": _CREDENTIALS,
    "LOCKED_OUT": f"unlock {_CREDENTIALS}",
    "SUSPENDED": "unsuspend deactivate",
    "DEPROVISIONED": "activate",
}
"""What may be done next (okta.md 6.2: `_links`)."""


def shown(user: User) -> Document:
    return {
        "id": user.id,
        "status": user.status,
        "created": iso(user.created),
        "activated": _time(user.activated),
        "statusChanged": _time(user.status_changed),
        "lastLogin": None,
        "lastUpdated": iso(user.updated_at),
        "passwordChanged": _time(user.password_changed if user.password else 0),
        "type": {"id": _type_id()},
        "profile": profile(user),
        "credentials": credentials(user),
        "_links": _links(user),
    }


def profile(user: User) -> Document:
    """Okta's attributes; those that are empty are left out."""
    made: Document = {name: getattr(user, member) for name, member in _MEMBERS.items()}
    made["locale"] = user.locale.replace("-", "_")
    made |= {name: user.address.get(member) for name, member in _ADDRESS.items()}
    made = {name: value for name, value in made.items() if value not in (None, "")}
    first = {"firstName": user.given_name or None, "lastName": user.family_name or None}
    return first | dict.fromkeys(_ALWAYS) | made | dict(user.attributes)


def credentials(user: User) -> Document:
    made: Document = {"password": {}} if user.password else {}
    status = "VERIFIED" if user.email_verified else "UNVERIFIED"
    emails = [{"value": user.email, "status": status, "type": "PRIMARY"}]
    return made | {"emails": emails, "provider": {"type": "OKTA", "name": "OKTA"}}


def read(data: Document, known: User | None = None, *, whole: bool = False) -> User:
    """The person that a request describes; `whole`: what it does not name is empty afterwards.

    E0000003 for members of another type.
    """
    given = Members(data).mapping("profile")
    sent = Members(given)
    user = known or User("", "", "", "")
    values: dict[str, Any] = {}
    if whole:
        values = {member: _DEFAULTS.get(member, "") for member in _MEMBERS.values()}
        values = {k: "" if v is dataclasses.MISSING else v for k, v in values.items()} | {"login": user.login}
        values |= {"attributes": {}, "address": {k: v for k, v in user.address.items() if k not in _ADDRESS.values()}}
    for name, member in _MEMBERS.items():
        if name in given:
            values[member] = sent.text(name) or (_DEFAULTS[member] if member in ("locale", "zoneinfo") else "")
    if "locale" in values:
        values["locale"] = values["locale"].replace("_", "-")
    address = dict(values.get("address", user.address))
    address |= {member: sent.text(name) for name, member in _ADDRESS.items() if name in given}
    values["address"] = {member: value for member, value in address.items() if value}
    rest = {k: v for k, v in given.items() if k not in _MEMBERS and k not in _ADDRESS}
    attributes = dict(values.get("attributes", user.attributes)) | rest
    values["attributes"] = {name: _attribute(value) for name, value in attributes.items() if value is not None}
    made = dataclasses.replace(user, **values)
    if not made.name or ("displayName" not in given and user.name == _full_name(user)):
        made = dataclasses.replace(made, name=_full_name(made))
    return dataclasses.replace(made, password=_password(data, user.password))


def _full_name(user: User) -> str:
    return f"{user.given_name} {user.family_name}".strip() or user.login


def _attribute(value: Any) -> Any:
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(entry, str | int | float | bool) for entry in entries):
        raise malformed()
    return value


def _password(data: Document, known: str) -> str:
    given = Members(data).object("credentials").object("password")
    if given.has("hash") or given.has("hook"):
        raise unsupported("The mock does not take hashed passwords or password hooks; at Okta they exist.")
    return given.text("value", known)


def allowed(user: User) -> list[str]:
    """What may be done to this person, by the names of Okta's links."""
    return _IN_STATUS[user.status].split()


def _links(user: User) -> Document:
    base = f"{PREFIX}/users/{user.id}"
    made: Document = {name: link(f"{base}/{_LINKS[name]}", method="POST") for name in allowed(user)}
    own: Document = {
        "self": link(base),
        "schema": link(f"{PREFIX}/meta/schemas/user/{okta_id('osc', 'user')}"),
        "type": link(f"{PREFIX}/meta/types/user/{_type_id()}"),
    }
    return made | own


def _type_id() -> str:
    return okta_id("oty", "user")


def _time(seconds: int) -> str | None:
    return iso(seconds) if seconds else None
