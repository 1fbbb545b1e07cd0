"""Applications > Applications: the list, and what is done to an app as a whole."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from mock_idp.console import app_forms
from mock_idp.console.frame import area, done, page
from mock_idp.operations import apps
from mock_idp.protocol.exchange import current_idp

blueprint = area("applications")


@blueprint.get("/apps/")
@blueprint.get("/apps/active")
def listed() -> Response:
    """With `q` (a part of the name or the client id) and `status`."""
    part, status = request.args.get("q", ""), request.args.get("status", "")
    found = [
        app
        for app in current_idp().org.apps.all()
        if (not status or app.status == status)
        and any(part.strip().casefold() in text.casefold() for text in (app.label, app.client_id))
    ]
    found.sort(key=lambda app: (app.label or app.client_id).casefold())
    return page("applications.html", "Applications", apps=found, part=part, chosen=status, kinds=app_forms.NAMES)


@blueprint.post("/app/<app_id>/<any(activate, deactivate):change>")
def turn(app_id: str, change: str) -> Response:
    app = apps.activate(current_idp(), app_id) if change == "activate" else apps.deactivate(current_idp(), app_id)
    text = "is active" if change == "activate" else "is inactive: nobody can sign in to it"
    return done(f"{app.label or app_id} {text}.", "console_app.general", app_id=app_id)


@blueprint.get("/app/<app_id>/delete")
def confirm(app_id: str) -> Response:
    return page("app_delete.html", "Delete Application", app=apps.find(current_idp(), app_id))


@blueprint.post("/app/<app_id>/delete")
def delete(app_id: str) -> Response:
    """Only an inactive one (E0000056)."""
    app = apps.find(current_idp(), app_id)
    apps.delete(current_idp(), app_id)
    return done(f"{app.label or app_id} was deleted.", "console_applications.listed")
