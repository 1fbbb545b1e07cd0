"""An app's page: its heading, its tabs, and how its settings are read and written."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from mock_idp.console import app_forms
from mock_idp.console.frame import page
from mock_idp.management import app_json
from mock_idp.operations import apps
from mock_idp.org.app import App
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

GENERAL, SIGN_ON, ASSIGNMENTS, DOCTOR = "General", "Sign On", "Assignments", "Doctor"
_ENDPOINTS = {
    GENERAL: "console_app.general",
    SIGN_ON: "console_sign_on.show",
    ASSIGNMENTS: "console_assignments.listed",
    DOCTOR: "console_doctor.examined",
}


def app_page(template: str, app: App, tab: str, **context: Any) -> Response:
    """A tab of the app's page."""
    tabs = [
        {"label": label, "href": url_for(endpoint, app_id=app.client_id), "current": label == tab}
        for label, endpoint in _ENDPOINTS.items()
    ]
    kind = app_forms.NAMES[app.application_type]
    return page(template, app.label or app.client_id, app=app, tabs=tabs, kind=kind, **context)


def document(app: App) -> Document:
    """The app as `GET /api/v1/apps/{id}` shows it."""
    return app_json.write(current_idp(), app)


def replace(app: App, changed: Document) -> None:
    """As `PUT /api/v1/apps/{id}` with this body."""
    idp = current_idp()
    made, _, _ = app_json.read(changed, idp.clock.now(), app)
    apps.replace(idp, app.client_id, made)
