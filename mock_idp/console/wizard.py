"""Applications > Create App Integration: sign-in method and application type, then the settings (okta.md 5.1)."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from mock_idp.console import app_forms
from mock_idp.console.access import leave_to
from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done, now, page
from mock_idp.idp import Idp
from mock_idp.management import app_json
from mock_idp.operations import app_assignments, apps, groups, origins
from mock_idp.org.app import App
from mock_idp.org.model import EVERYONE, TrustedOrigin
from mock_idp.org.problems import ApiError, invalid, not_found
from mock_idp.protocol.exchange import current_idp

blueprint = area("wizard")
_METHODS = (
    (
        "OIDC",
        "OIDC - OpenID Connect",
        "Sign-in with tokens, through OAuth 2.0 endpoints. Older consoles: OpenID Connect.",
    ),
    ("SAML", "SAML 2.0", "At Okta, for applications that speak SAML only. The mock does not build it."),
    (
        "SWA",
        "SWA - Secure Web Authentication",
        "At Okta, for applications without federation. The mock does not build it.",
    ),
    ("API", "API Services", "Programs that call APIs with access tokens of their own, without a person."),
)
_ACCESS = ("EVERYONE", "GROUPS", "SKIP")


@blueprint.get("/apps/add")
def older() -> Response:
    """Where older consoles' "Add Application" leads."""
    return page("add_application.html", "Add Application")


@blueprint.get("/apps/new")
def choose() -> Response:
    """Sign-in method and application type."""
    form = Form.of(sign_on="OIDC") if not request.args else Form(dict(request.args.lists()))
    method, kind = form.text("sign_on"), form.text("application_type")
    if method == "API":
        return leave_to(url_for("console_wizard.settings", kind="service"))
    if method == "OIDC" and kind in app_forms.KINDS:
        return leave_to(url_for("console_wizard.settings", kind=kind))
    if method in ("SAML", "SWA"):
        label = next(label for value, label, _ in _METHODS if value == method)
        text = f"The mock does not build {label}: it is an OpenID Provider only. Choose OIDC - OpenID Connect."
        form.causes.append(("sign_on", text))
    elif request.args:
        form.causes.append(("application_type", "Choose an application type."))
    kinds = [(kind, label, hint) for kind, (label, hint) in app_forms.KINDS.items()]
    return page("wizard_type.html", "Create a new app integration", form=form, methods=_METHODS, kinds=kinds)


@blueprint.get("/apps/new/<any(web, browser, native, service):kind>")
def settings(kind: str) -> Response:
    return _settings(kind, app_forms.new(kind))


@blueprint.post("/apps/new/<any(web, browser, native, service):kind>")
def save(kind: str) -> Response:
    form = Form.sent(app_forms.CONTROLS)
    if form.edits_rows:
        return _settings(kind, form)
    try:
        made = _create(current_idp(), form, kind)
    except ApiError as error:
        return _settings(kind, form.refused(error))
    return done(f"{made.label} was created.", "console_app.general", app_id=made.client_id)


def _settings(kind: str, form: Form) -> Response:
    names = {"web": "New Web App Integration", "browser": "New Single-Page App Integration"}
    names |= {"native": "New Native App Integration", "service": "New API Services App Integration"}
    known = [(group.id, group.name) for group in current_idp().org.groups.all()]
    return page("wizard_settings.html", names[kind], form=form, kind=kind, grants=app_forms.grants(kind), groups=known)


def _create(idp: Idp, form: Form, kind: str) -> App:
    """The app, its assignments and its Trusted Origins: all of them or, where one is refused, none."""
    app, given, _ = app_json.read(app_forms.new_document(form, kind), idp.clock.now())
    with idp.org.lock:
        assigned = [] if kind == "service" else _groups(idp, form)
        trusted = _origins(idp, form) if kind == "browser" else []
        made = apps.create(idp, app, given)
        for group_id in assigned:
            app_assignments.assign_group(idp, made.client_id, group_id)
        for origin in trusted:
            origins.create(idp.org, origin, now())
    return apps.find(idp, made.client_id)


def _groups(idp: Idp, form: Form) -> list[str]:
    """The groups to assign; with Federation Broker Mode nobody needs to be."""
    access, chosen = form.text("controlled_access"), form.all("groups")
    if access not in _ACCESS:
        raise invalid("controlled_access", "controlled_access: Choose who may use the app.")
    if access == "GROUPS":
        if not chosen:
            raise invalid("groups", "groups: Choose at least one group.")
        return [groups.find(idp.org, group_id).id for group_id in chosen]
    everyone = idp.org.group_named(EVERYONE)
    if access == "SKIP" or form.on("broker"):
        return []
    if everyone is None:
        raise not_found(EVERYONE, app_assignments.GROUP)
    return [everyone.id]


def _origins(idp: Idp, form: Form) -> list[TrustedOrigin]:
    """Those of the base URIs that are no Trusted Origins yet; raises E0000001 for what can be none."""
    known = {origin.origin.rstrip("/") for origin in idp.org.origins.all()}
    wanted = [uri.rstrip("/") for uri in form.all("base_uris")]
    made = [TrustedOrigin(uri, uri, scopes=("CORS", "REDIRECT")) for uri in wanted if uri not in known]
    for origin in made:
        try:
            origins.check(idp.org, origin)
        except ApiError as error:
            raise invalid(
                "base_uris", *(cause.replace("origin: ", "base_uris: ", 1) for cause in error.causes)
            ) from None
    return made
