"""An app's Assignments tab: people and groups."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from mock_idp.console.app_tabs import ASSIGNMENTS, app_page
from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done
from mock_idp.operations import app_assignments, apps, groups
from mock_idp.protocol.exchange import current_idp

blueprint = area("assignments")


@blueprint.get("/app/<app_id>/assignments")
def listed(app_id: str) -> Response:
    idp = current_idp()
    app = apps.find(idp, app_id)
    people, assigned = app_assignments.users_of(idp, app), app_assignments.groups_of(idp, app)
    return app_page("app_assignments.html", app, ASSIGNMENTS, people=people, groups=assigned)


@blueprint.get("/app/<app_id>/assignments/<any(people, groups):what>")
def choose(app_id: str, what: str) -> Response:
    """Who could be assigned; `q` is a part of a name."""
    idp, part = current_idp(), request.args.get("q", "").strip().casefold()
    app = apps.find(idp, app_id)
    if what == "people":
        known = {entry.user for entry in app.users}
        found = [
            (user.id, user.name, user.login, user.id in known)
            for user in idp.org.users.all()
            if user.status != "DEPROVISIONED" and part in f"{user.name} {user.login}".casefold()
        ]
    else:
        known = {entry.group for entry in app.groups}
        found = [
            (group.id, group.name, group.description, group.id in known)
            for group in idp.org.groups.all()
            if part in group.name.casefold()
        ]
    part = request.args.get("q", "")
    return app_page("app_assign.html", app, ASSIGNMENTS, what=what, found=found, part=part)


@blueprint.post("/app/<app_id>/assignments/<any(people, groups):what>")
def assign(app_id: str, what: str) -> Response:
    """`id`: whom; back to where more can be assigned."""
    idp, chosen = current_idp(), Form.sent().text("id")
    if what == "people":
        name = app_assignments.assign_user(idp, app_id, chosen, new=True)[1].login
    else:
        app_assignments.assign_group(idp, app_id, chosen)
        name = groups.find(idp.org, chosen).name
    return done(f"{name} was assigned.", "console_assignments.choose", app_id=app_id, what=what)


@blueprint.post("/app/<app_id>/assignments/<any(people, groups):what>/<entry_id>/remove")
def remove(app_id: str, what: str, entry_id: str) -> Response:
    idp = current_idp()
    if what == "people":
        app_assignments.remove_user(idp, app_id, entry_id)
    else:
        app_assignments.remove_group(idp, app_id, entry_id)
    return done("The assignment was removed.", "console_assignments.listed", app_id=app_id)
