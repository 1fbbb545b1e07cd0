"""An app's General tab: client credentials, secrets, general settings (okta.md 5.1)."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from mock_idp.console import app_forms
from mock_idp.console.app_tabs import GENERAL, app_page, document, replace
from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done
from mock_idp.management import app_json
from mock_idp.management.frame import iso
from mock_idp.operations import app_secrets, apps
from mock_idp.org.app import EMBED_LINK, SECRET_METHODS, App
from mock_idp.org.problems import ApiError
from mock_idp.protocol.exchange import current_idp

blueprint = area("app")
_LAUNCH_SCOPES = ("openid", "profile", "email", "address", "phone", "groups")


@blueprint.get("/app/<app_id>/general")
def general(app_id: str) -> Response:
    """`edit`: which of the sections can be changed (`credentials` or `settings`)."""
    return _general(apps.find(current_idp(), app_id), request.args.get("edit", ""))


@blueprint.post("/app/<app_id>/credentials")
def save_credentials(app_id: str) -> Response:
    form, app = Form.sent(app_forms.CONTROLS), apps.find(current_idp(), app_id)
    try:
        replace(app, app_forms.credentials_document(form, document(app)))
    except ApiError as error:
        return _general(app, "credentials", credentials=form.refused(error))
    return done("The client credentials were saved.", "console_app.general", app_id=app_id)


@blueprint.post("/app/<app_id>/general")
def save_general(app_id: str) -> Response:
    form, app = Form.sent(app_forms.CONTROLS), apps.find(current_idp(), app_id)
    if form.edits_rows:
        return _general(app, "settings", settings=form)
    try:
        replace(app, app_forms.general_document(form, document(app)))
    except ApiError as error:
        return _general(app, "settings", settings=form.refused(error))
    return done("The general settings were saved.", "console_app.general", app_id=app_id)


def _general(app: App, edit: str, credentials: Form | None = None, settings: Form | None = None) -> Response:
    embed = f"{current_idp().public_url}/home/{app_json.NAME}/{app.client_id}/{EMBED_LINK}"
    return app_page(
        "app_general.html",
        app,
        GENERAL,
        edit=edit,
        credentials=credentials or app_forms.credentials(app),
        settings=settings or app_forms.general(app),
        grants=app_forms.grants(app.application_type),
        has_secrets=app.token_endpoint_auth_method in SECRET_METHODS,
        embed_link=embed,
        scopes=[(name, name) for name in _LAUNCH_SCOPES],
        moment=iso,
    )


# ---- CLIENT SECRETS -----------------------------------------------------------------------------------------


@blueprint.post("/app/<app_id>/secrets")
def new_secret(app_id: str) -> Response:
    app_secrets.create(current_idp(), app_id)
    return done("A client secret was generated.", "console_app.general", "secrets", app_id=app_id)


@blueprint.post("/app/<app_id>/secrets/<secret_id>/<any(activate, deactivate):change>")
def turn_secret(app_id: str, secret_id: str, change: str) -> Response:
    status = "ACTIVE" if change == "activate" else "INACTIVE"
    app_secrets.set_status(current_idp(), app_id, secret_id, status)
    return done(f"The client secret is {status.lower()}.", "console_app.general", "secrets", app_id=app_id)


@blueprint.post("/app/<app_id>/secrets/<secret_id>/delete")
def delete_secret(app_id: str, secret_id: str) -> Response:
    app_secrets.delete(current_idp(), app_id, secret_id)
    return done("The client secret was deleted.", "console_app.general", "secrets", app_id=app_id)
