"""An app's page: its tabs General, Sign On and Assignments (okta.md 5.1)."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from mock_idp.console import app_forms
from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done, page
from mock_idp.management import app_json
from mock_idp.management.apps import read_groups_claim
from mock_idp.management.frame import iso
from mock_idp.operations import app_secrets, apps
from mock_idp.org.app import SECRET_METHODS, App
from mock_idp.org.problems import ApiError
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = area("app")
_USERNAME_FORMATS = {
    "${source.login}": "Okta username",
    "${source.email}": "Email",
    '${fn:substringBefore(source.login, "@")}': "Okta username prefix",
}
_LAUNCH_SCOPES = ("openid", "profile", "email", "address", "phone", "groups")
TABS = (("General", "general"), ("Sign On", "sign_on"), ("Assignments", "console_assignments.listed"))


def app_page(template: str, app: App, **context: Any) -> Response:
    """A tab of the app's page."""
    tabs = []
    for label, endpoint in TABS:
        endpoint = endpoint if "." in endpoint else f"console_app.{endpoint}"
        href = url_for(endpoint, app_id=app.client_id)
        tabs.append({"label": label, "href": href, "current": request.path.startswith(href)})
    kind = app_forms.NAMES[app.application_type]
    return page(template, app.label or app.client_id, app=app, tabs=tabs, kind=kind, **context)


# ---- General ------------------------------------------------------------------------------------------------


@blueprint.get("/app/<app_id>/general")
def general(app_id: str) -> Response:
    """`edit`: which of the sections can be changed (`credentials` or `settings`)."""
    return _general(apps.find(current_idp(), app_id), request.args.get("edit", ""))


@blueprint.post("/app/<app_id>/credentials")
def save_credentials(app_id: str) -> Response:
    form, app = Form.sent(app_forms.CONTROLS), apps.find(current_idp(), app_id)
    try:
        _replace(app, app_forms.credentials_document(form, _document(app)))
    except ApiError as error:
        return _general(app, "credentials", credentials=form.refused(error))
    return done("The client credentials were saved.", "console_app.general", app_id=app_id)


@blueprint.post("/app/<app_id>/general")
def save_general(app_id: str) -> Response:
    form, app = Form.sent(app_forms.CONTROLS), apps.find(current_idp(), app_id)
    if form.edits_rows:
        return _general(app, "settings", settings=form)
    try:
        _replace(app, app_forms.general_document(form, _document(app)))
    except ApiError as error:
        return _general(app, "settings", settings=form.refused(error))
    return done("The general settings were saved.", "console_app.general", app_id=app_id)


def _general(app: App, edit: str, credentials: Form | None = None, settings: Form | None = None) -> Response:
    embed = f"{current_idp().public_url}/home/{app_json.NAME}/{app.client_id}/{app_json.EMBED_ID}"
    return app_page(
        "app_general.html",
        app,
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


# ---- Sign On ------------------------------------------------------------------------------------------------


@blueprint.get("/app/<app_id>/sign-on")
def sign_on(app_id: str) -> Response:
    app = apps.find(current_idp(), app_id)
    return _sign_on(app, request.args.get("edit", ""), _sign_on_form(app))


@blueprint.post("/app/<app_id>/sign-on")
def save_sign_on(app_id: str) -> Response:
    idp, form = current_idp(), Form.sent({"value": "claim_value"})
    app = apps.find(idp, app_id)
    sent = {
        "issuerMode": form.text("issuer_mode"),
        "name": form.text("claim_name") or None,
        "valueType": form.text("value_type"),
        "groupFilterType": form.text("filter_type"),
        "value": form.text("claim_value"),
    }
    try:
        apps.set_groups_claim(idp, app_id, *read_groups_claim(sent, app))
    except ApiError as error:
        return _sign_on(app, "token", form.refused(error))
    return done("The ID Token settings were saved.", "console_app.sign_on", app_id=app_id)


@blueprint.post("/app/<app_id>/sign-on/username")
def save_username(app_id: str) -> Response:
    app = apps.find(current_idp(), app_id)
    known = _document(app)
    template = {"template": Form.sent().text("template"), "type": "BUILT_IN"}
    _replace(app, known | {"credentials": known["credentials"] | {"userNameTemplate": template}})
    return done("The application username format was saved.", "console_app.sign_on", app_id=app_id)


def _sign_on(app: App, edit: str, form: Form) -> Response:
    idp = current_idp()
    formats = {app.user_name_template: app.user_name_template} | _USERNAME_FORMATS
    urls = {"org_url": idp.public_url, "custom_url": idp.org.settings.custom_url}
    return app_page("app_sign_on.html", app, edit=edit, form=form, formats=list(formats.items()), **urls)


def _sign_on_form(app: App) -> Form:
    claim = app.groups_claim
    return Form.of(
        issuer_mode=app.issuer_mode,
        template=app.user_name_template,
        claim_name=claim.name if claim else "",
        value_type=claim.value_type if claim else "GROUPS",
        filter_type=claim.filter_type if claim else "STARTS_WITH",
        claim_value=claim.value if claim else "",
    )


# ---- both ---------------------------------------------------------------------------------------------------


def _document(app: App) -> Document:
    return app_json.write(current_idp(), app)


def _replace(app: App, document: Document) -> None:
    """As `PUT /api/v1/apps/{id}` with this body."""
    idp = current_idp()
    made, _, _ = app_json.read(document, idp.clock.now(), app)
    apps.replace(idp, app.client_id, made)
