"""An app's Sign On tab: user names, and the ID Tokens of the org authorization server (okta.md 4.5 and 5.1)."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from mock_idp.console.app_tabs import SIGN_ON, app_page, document, replace
from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done
from mock_idp.management import app_json
from mock_idp.operations import apps
from mock_idp.org.app import App
from mock_idp.org.problems import ApiError
from mock_idp.protocol.exchange import current_idp

blueprint = area("sign_on")
_USERNAME_FORMATS = {
    "${source.login}": "Okta username",
    "${source.email}": "Email",
    '${fn:substringBefore(source.login, "@")}': "Okta username prefix",
}


@blueprint.get("/app/<app_id>/sign-on")
def show(app_id: str) -> Response:
    app = apps.find(current_idp(), app_id)
    return _page(app, request.args.get("edit", ""), _form(app))


@blueprint.post("/app/<app_id>/sign-on")
def save(app_id: str) -> Response:
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
        apps.set_groups_claim(idp, app_id, *app_json.read_groups_claim(sent, app))
    except ApiError as error:
        return _page(app, "token", form.refused(error))
    return done("The ID Token settings were saved.", "console_sign_on.show", app_id=app_id)


@blueprint.post("/app/<app_id>/sign-on/username")
def save_username(app_id: str) -> Response:
    app = apps.find(current_idp(), app_id)
    known = document(app)
    template = {"template": Form.sent().text("template"), "type": "BUILT_IN"}
    replace(app, known | {"credentials": known["credentials"] | {"userNameTemplate": template}})
    return done("The application username format was saved.", "console_sign_on.show", app_id=app_id)


def _page(app: App, edit: str, form: Form) -> Response:
    idp = current_idp()
    formats = {app.user_name_template: app.user_name_template} | _USERNAME_FORMATS
    urls = {"org_url": idp.public_url, "custom_url": idp.org.settings.custom_url}
    return app_page("app_sign_on.html", app, SIGN_ON, edit=edit, form=form, formats=list(formats.items()), **urls)


def _form(app: App) -> Form:
    claim = app.groups_claim
    return Form.of(
        issuer_mode=app.issuer_mode,
        template=app.user_name_template,
        claim_name=claim.name if claim else "",
        value_type=claim.value_type if claim else "GROUPS",
        filter_type=claim.filter_type if claim else "STARTS_WITH",
        claim_value=claim.value if claim else "",
    )
