"""/api/v1/apps: the apps themselves, their lifecycle, and the groups claim of the Sign On tab (okta.md 5.2, 6.2)."""

from __future__ import annotations

import re

from flask import Response, request

from mock_idp.management import app_json
from mock_idp.management.frame import answer, body, flag, nothing, page, resource
from mock_idp.operations import app_assignments, apps
from mock_idp.org.app import App
from mock_idp.org.problems import invalid_search
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = resource("apps")
_FILTER = re.compile(r"\s*([\w.]+)\s+eq\s+\"([^\"]*)\"\s*")


@blueprint.get("/apps")
def list_apps() -> Response:
    found = current_idp().org.apps.all()
    prefix = request.args.get("q", "").lower()
    if prefix:
        found = [app for app in found if app_json.NAME.startswith(prefix) or app.label.lower().startswith(prefix)]
    if request.args.get("filter"):
        found = _filtered(found, request.args["filter"])
    return page(found, _shown, lambda app: app.client_id, default=200)


@blueprint.post("/apps")
def create() -> Response:
    idp = current_idp()
    app, given, secret = app_json.read(body(), idp.clock.now())
    made = apps.create(idp, app, given, secret=secret, activate=flag("activate", True))
    return answer(app_json.write(idp, made, secret=made.client_secret))


@blueprint.get("/apps/<app_id>")
def get(app_id: str) -> Response:
    return answer(_shown(apps.find(current_idp(), app_id)))


@blueprint.put("/apps/<app_id>")
def replace(app_id: str) -> Response:
    """The secret is shown when this request has changed it."""
    idp = current_idp()
    known = apps.find(idp, app_id)
    app, _, secret = app_json.read(body(), idp.clock.now(), known)
    made = apps.replace(idp, app_id, app, secret=secret)
    shown = made.client_secret if made.client_secret != known.client_secret else ""
    return answer(app_json.write(idp, made, secret=shown))


@blueprint.delete("/apps/<app_id>")
def delete(app_id: str) -> Response:
    apps.delete(current_idp(), app_id)
    return nothing()


@blueprint.post("/apps/<app_id>/lifecycle/activate")
def activate(app_id: str) -> Response:
    apps.activate(current_idp(), app_id)
    return answer({})


@blueprint.post("/apps/<app_id>/lifecycle/deactivate")
def deactivate(app_id: str) -> Response:
    apps.deactivate(current_idp(), app_id)
    return answer({})


def _shown(app: App) -> Document:
    return app_json.write(current_idp(), app)


def _filtered(found: list[App], text: str) -> list[App]:
    """`status eq "ACTIVE"` and the like, joined by `and`; raises E0000031."""
    for part in re.split(r"\s+and\s+", text):
        match = _FILTER.fullmatch(part)
        if match is None:
            raise invalid_search()
        found = [app for app in found if _fits(app, *match.groups())]
    return found


def _fits(app: App, member: str, value: str) -> bool:
    idp = current_idp()
    if member == "user.id":
        return any(user.id == value for _, user, _ in app_assignments.users_of(idp, app))
    if member == "group.id":
        return any(entry.group == value for entry in app.groups)
    values = {
        "id": app.client_id,
        "client_id": app.client_id,
        "status": app.status,
        "name": app_json.NAME,
        "label": app.label,
        "credentials.signing.kid": app.signing_kid,
    }
    if member not in values:
        raise invalid_search()
    return values[member] == value


# ---- the groups claim, which the console keeps behind an internal path --------------------------------------------


@blueprint.get("/internal/apps/<app_id>/settings/oauth/idToken")
def groups_claim(app_id: str) -> Response:
    return answer(_claim_json(apps.find(current_idp(), app_id)))


@blueprint.post("/internal/apps/<app_id>/settings/oauth/idToken")
def set_groups_claim(app_id: str) -> Response:
    """Without a `name` the app has no groups claim; an `issuerMode` changes the app's."""
    idp = current_idp()
    claim, mode = app_json.read_groups_claim(body(), apps.find(idp, app_id))
    return answer(_claim_json(apps.set_groups_claim(idp, app_id, claim, mode)))


def _claim_json(app: App) -> Document:
    idp, claim = current_idp(), app.groups_claim
    made: Document = {
        "issuer": idp.public_url,
        "orgUrl": None,
        "customUrl": idp.org.settings.custom_url or None,
        "audience": app.client_id,
        "issuerMode": app.issuer_mode,
    }
    if claim is None:
        return made | {"valueType": "GROUPS", "name": None, "groupFilterType": None, "value": None}
    filter_type = claim.filter_type if claim.value_type == "GROUPS" else None
    return made | {
        "valueType": claim.value_type,
        "name": claim.name,
        "groupFilterType": filter_type,
        "value": claim.value,
    }
