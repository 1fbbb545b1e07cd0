"""Directory > People: who there is, profiles, passwords, and their life cycle (okta.md 6.2)."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done, now, page
from mock_idp.idp import Idp
from mock_idp.management import users_json
from mock_idp.operations import app_assignments, users
from mock_idp.org.model import User
from mock_idp.org.problems import ApiError
from mock_idp.protocol import locked_out
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = area("people")
_ONE = "/user/<user_id>"
NEEDED = (("firstName", "First name"), ("lastName", "Last name"), ("login", "Username"), ("email", "Primary email"))
FURTHER = (
    ("displayName", "Display name"),
    ("middleName", "Middle name"),
    ("nickName", "Nickname"),
    ("title", "Title"),
    ("department", "Department"),
    ("organization", "Organization"),
    ("employeeNumber", "Employee number"),
    ("primaryPhone", "Primary phone"),
    ("mobilePhone", "Mobile phone"),
    ("secondEmail", "Secondary email"),
    ("profileUrl", "Profile URL"),
    ("streetAddress", "Street address"),
    ("city", "City"),
    ("state", "State"),
    ("zipCode", "Zip code"),
    ("countryCode", "Country code"),
    ("locale", "Locale"),
    ("timezone", "Time zone"),
)
"""Okta's profile attributes and their labels."""
_CHANGES: dict[str, tuple[str, str, Callable[[Idp, User], object]]] = {
    "activate": ("Activate", "was activated", lambda idp, user: users.activate(idp.org, user, now())),
    "suspend": ("Suspend", "was suspended", locked_out.suspend),
    "unsuspend": ("Unsuspend", "is active again", lambda idp, user: users.unsuspend(idp.org, user, now())),
    "unlock": ("Unlock", "was unlocked", lambda idp, user: users.unlock(idp.org, user, now())),
    "expirePassword": (
        "Expire Password",
        "must change the password at the next sign-in",
        lambda idp, user: users.expire_password(idp.org, user, now()),
    ),
    "resetPassword": (
        "Reset Password",
        "must set a new password",
        lambda idp, user: users.reset_password(idp.org, user, now()),
    ),
    "deactivate": ("Deactivate", "was deactivated; sessions, tokens and assignments are gone", locked_out.deactivate),
}
"""What may be done, by Okta's name of the link: the button, what is said afterwards, the operation."""


@blueprint.get("/users")
def listed() -> Response:
    """With `q` (a part of the name or login) and `status`."""
    part, status = request.args.get("q", ""), request.args.get("status", "")
    found = [
        user
        for user in current_idp().org.users.all()
        if (not status or user.status == status) and part.strip().casefold() in f"{user.name} {user.login}".casefold()
    ]
    return page("people.html", "People", people=found, part=part, chosen=status)


@blueprint.get("/users/new")
def add() -> Response:
    return _new(Form.of(activation="true", own_password=True))


@blueprint.post("/users/new")
def create() -> Response:
    """Without a login the e-mail address is it, as in Okta's console."""
    form, idp = Form.sent(), current_idp()
    profile = {name: form.text(name) for name, _ in NEEDED}
    sent: Document = {"profile": profile | {"login": profile["login"] or profile["email"]}}
    if form.on("own_password"):
        sent["credentials"] = {"password": {"value": form.raw("password")}}
    try:
        made = users.create(
            idp.org,
            users_json.read(sent),
            now(),
            activate=form.on("activation"),
            expired=form.on("expired"),
            groups=form.all("groups"),
        )
    except ApiError as error:
        return _new(form.refused(error))
    return done(f"{made.login} was added.", "console_people.show", user_id=made.id)


def _new(form: Form) -> Response:
    groups = [(group.id, group.name) for group in current_idp().org.groups.all() if group.type != "BUILT_IN"]
    return page("person_new.html", "Add Person", form=form, needed=NEEDED, groups=groups)


# ---- one person ---------------------------------------------------------------------------------------------


@blueprint.get(_ONE)
def show(user_id: str) -> Response:
    """`edit`: the profile can be changed."""
    return _person(users.find(current_idp().org, user_id), edit="edit" in request.args)


@blueprint.post(_ONE)
def save(user_id: str) -> Response:
    form, org = Form.sent(), current_idp().org
    user = users.find(org, user_id)
    profile = {name: form.text(name) or None for name, _ in (*NEEDED, *FURTHER)}
    try:
        users.update(org, users_json.read({"profile": profile}, user), now())
    except ApiError as error:
        return _person(user, form.refused(error), edit=True)
    return done("The profile was saved.", "console_people.show", user_id=user.id)


@blueprint.post(f"{_ONE}/password")
def set_password(user_id: str) -> Response:
    form, org = Form.sent(), current_idp().org
    user = users.find(org, user_id)
    try:
        users.update(org, users_json.read({"credentials": {"password": {"value": form.raw("password")}}}, user), now())
    except ApiError as error:
        return _person(user, password=form.refused(error))
    return done("The password was set.", "console_people.show", user_id=user.id)


@blueprint.post(f"{_ONE}/lifecycle")
def change(user_id: str) -> Response:
    """`change`: one of `_CHANGES`."""
    idp, name = current_idp(), Form.sent().text("change")
    user = users.find(idp.org, user_id)
    _, text, operation = _CHANGES.get(name) or _CHANGES["activate"]
    operation(idp, user)
    return done(f"{user.login} {text}.", "console_people.show", user_id=user.id)


@blueprint.post(f"{_ONE}/delete")
def delete(user_id: str) -> Response:
    """Who is not deactivated is deactivated first, as with the API."""
    idp = current_idp()
    user = users.find(idp.org, user_id)
    if locked_out.delete(idp, user):
        return done(f"{user.login} was deactivated.", "console_people.show", user_id=user.id)
    return done(f"{user.login} was deleted.", "console_people.listed")


def _person(user: User, form: Form | None = None, *, edit: bool = False, password: Form | None = None) -> Response:
    idp = current_idp()
    known = users_json.profile(user)
    shown = {name: str(known.get(name) or "") for name, _ in (*NEEDED, *FURTHER)}
    allowed = users_json.allowed(user)
    assigned = [
        (app, scope)
        for app in idp.org.apps.all()
        for _, person, scope in app_assignments.users_of(idp, app)
        if person.id == user.id
    ]
    return page(
        "person.html",
        user.name or user.login,
        user=user,
        edit=edit,
        form=form or Form.of(**shown),
        password=password or Form.of(),
        needed=NEEDED,
        further=FURTHER,
        changes=[(name, label) for name, (label, _, _) in _CHANGES.items() if name in allowed],
        groups=idp.org.groups_of(user.groups),
        apps=assigned,
    )
