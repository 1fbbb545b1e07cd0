"""Security > API > Authorization Servers: the list, a server's settings, scopes and claims (okta.md 2.5, 4.5, 6.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done, now, page
from mock_idp.management import servers_json
from mock_idp.management.frame import iso
from mock_idp.operations import claims, scopes, servers
from mock_idp.org.authorization_server import AuthorizationServer, Claim, Scope
from mock_idp.org.problems import ApiError
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = area("servers")
CONTROLS = {
    "audiences": "audience",
    "conditions.scopes": "scopes",
    "claimType": "claim_type",
    "valueType": "value_type",
}
TABS = (
    ("Settings", "console_servers.settings"),
    ("Scopes", "console_servers.list_scopes"),
    ("Claims", "console_servers.list_claims"),
    ("Access Policies", "console_policies.listed"),
    ("Token Preview", "console_token_preview.preview"),
)


def server_of(server_id: str) -> AuthorizationServer:
    """E0000007 where it is gone."""
    return servers.find(current_idp().org, server_id)


def server_page(template: str, server: AuthorizationServer, **context: Any) -> Response:
    """A tab of the server's page."""
    tabs = []
    for label, endpoint in TABS:
        href = url_for(endpoint, server_id=server.id)
        here = request.path == href or (label != "Settings" and request.path.startswith(f"{href}/"))
        tabs.append({"label": label, "href": href, "current": here})
    names = [(scope.name, scope.name) for scope in server.scopes]
    return page(template, server.name, server=server, tabs=tabs, scopes=names, **context)


def api_tabs(current: str) -> list[dict[str, Any]]:
    """The tabs of Security > API."""
    tabs = (("Authorization Servers", "console_servers.listed"), ("Trusted Origins", "console_origins.listed"))
    return [{"label": label, "href": url_for(endpoint), "current": label == current} for label, endpoint in tabs]


# ---- servers ------------------------------------------------------------------------------------------------


@blueprint.get("/oauth2/as")
def listed() -> Response:
    idp = current_idp()
    found = [(server, idp.issuer(server)) for server in idp.org.servers.all()]
    return page("servers.html", "API", tabs=api_tabs("Authorization Servers"), servers=found, org_issuer=idp.public_url)


@blueprint.get("/oauth2/as/new")
def add() -> Response:
    return page("server_new.html", "Add Authorization Server", form=Form.of(CONTROLS))


@blueprint.post("/oauth2/as/new")
def create() -> Response:
    """As in Okta's console, other than in its API, the issuer of a new server is Dynamic."""
    form = Form.sent(CONTROLS)
    try:
        made = servers.create(current_idp().org, servers_json.read(_server(form, issuerMode="DYNAMIC")), now())
    except ApiError as error:
        return page("server_new.html", "Add Authorization Server", form=form.refused(error))
    return done(f"{made.name} was added.", "console_servers.settings", server_id=made.id)


@blueprint.get("/oauth2/as/<server_id>")
def settings(server_id: str) -> Response:
    """`edit`: with controls that can be changed."""
    server = server_of(server_id)
    form = Form.of(
        CONTROLS,
        name=server.name,
        description=server.description,
        audience=server.audiences,
        issuer_mode=server.issuer_mode,
        rotation_mode=server.rotation_mode,
    )
    return _settings(server, form, "edit" in request.args)


@blueprint.post("/oauth2/as/<server_id>")
def save(server_id: str) -> Response:
    form, server = Form.sent(CONTROLS), server_of(server_id)
    signing = {"signing": {"rotationMode": form.text("rotation_mode")}}
    sent = _server(form, issuerMode=form.text("issuer_mode"), credentials=signing)
    try:
        servers.update(current_idp().org, servers_json.read(sent, server), now())
    except ApiError as error:
        return _settings(server, form.refused(error), edit=True)
    return done("The settings were saved.", "console_servers.settings", server_id=server_id)


def _server(form: Form, **more: Any) -> Document:
    return {
        "name": form.text("name"),
        "description": form.text("description"),
        "audiences": form.all("audience"),
        **more,
    }


def _settings(server: AuthorizationServer, form: Form, edit: bool) -> Response:
    idp = current_idp()
    issuer = idp.issuer(server)
    return server_page(
        "server_settings.html",
        server,
        form=form,
        edit=edit,
        issuer=issuer,
        metadata=f"{issuer}/.well-known/oauth-authorization-server",
        custom_url=idp.org.settings.custom_url,
        rotated=iso(idp.keys.last_rotated(server.id)),
    )


@blueprint.post("/oauth2/as/<server_id>/<any(activate, deactivate):change>")
def turn(server_id: str, change: str) -> Response:
    operation = servers.activate if change == "activate" else servers.deactivate
    operation(current_idp().org, server_id, now())
    return done(f"The server was {change}d.", "console_servers.settings", server_id=server_id)


@blueprint.post("/oauth2/as/<server_id>/rotate")
def rotate(server_id: str) -> Response:
    current_idp().keys.rotate(server_of(server_id).id)
    return done("The signing keys were rotated.", "console_servers.settings", server_id=server_id)


@blueprint.post("/oauth2/as/<server_id>/delete")
def delete(server_id: str) -> Response:
    name = server_of(server_id).name
    servers.delete(current_idp().org, server_id)
    return done(f"{name} was deleted.", "console_servers.listed")


# ---- Scopes -------------------------------------------------------------------------------------------------


@blueprint.get("/oauth2/as/<server_id>/scopes")
def list_scopes(server_id: str) -> Response:
    return server_page("scopes.html", server_of(server_id))


def _scope_form(scope: Scope) -> Form:
    return Form.of(
        name=scope.name,
        displayName=scope.display_name,
        description=scope.description,
        consent=scope.consent,
        optional=scope.optional,
        default=scope.default,
        metadataPublish=scope.metadata_publish == "ALL_CLIENTS",
    )


def _scope(form: Form) -> Document:
    return {
        **{name: form.text(name) for name in ("name", "displayName", "description", "consent")},
        "optional": form.on("optional"),
        "default": form.on("default"),
        "metadataPublish": "ALL_CLIENTS" if form.on("metadataPublish") else "NO_CLIENTS",
    }


# ---- Claims -------------------------------------------------------------------------------------------------


@blueprint.get("/oauth2/as/<server_id>/claims")
def list_claims(server_id: str) -> Response:
    return server_page("claims.html", server_of(server_id))


def _claim_form(claim: Claim) -> Form:
    return Form.of(
        CONTROLS,
        name=claim.name,
        claim_type=claim.claim_type,
        always=claim.always_include_in_token,
        value_type=claim.value_type,
        group_filter_type=claim.group_filter_type or "STARTS_WITH",
        value=claim.value,
        status=claim.status == "INACTIVE",
        in_scopes="SOME" if claim.scopes else "ANY",
        scopes=claim.scopes,
    )


def _claim(form: Form) -> Document:
    groups = form.text("value_type") == "GROUPS"
    return {
        "name": form.text("name"),
        "claimType": form.text("claim_type"),
        "valueType": form.text("value_type"),
        "value": form.text("value"),
        "group_filter_type": form.text("group_filter_type") if groups else None,
        "alwaysIncludeInToken": form.on("always"),
        "status": "INACTIVE" if form.on("status") else "ACTIVE",
        "conditions": {"scopes": form.all("scopes") if form.text("in_scopes") == "SOME" else []},
    }


# ---- one scope or claim -------------------------------------------------------------------------------------


def _pages_of(
    part: str,
    label: str,
    operations: Any,
    blank: Any,
    shown: Callable[[Any], Form],
    written: Callable[[Form], Document],
    read: Callable[..., Any],
) -> None:
    """Add, edit and delete one of a server's scopes or claims (`part`); `operations` is the module that does it."""
    template, back = f"{part[:-1]}.html", f"console_servers.list_{part}"

    def show(server_id: str, part_id: str) -> Response:
        server = server_of(server_id)
        known = operations.find(server, part_id) if part_id != "new" else None
        return _form(server, known, shown(known or blank))

    def save(server_id: str, part_id: str) -> Response:
        form, server, org = Form.sent(CONTROLS), server_of(server_id), current_idp().org
        known = operations.find(server, part_id) if part_id != "new" else None
        try:
            wanted = read(written(form), known)
            (operations.update if known else operations.create)(org, server_id, wanted, now())
        except ApiError as error:
            return _form(server, known, form.refused(error))
        return done(f"The {label.lower()} was saved.", back, server_id=server_id)

    def delete(server_id: str, part_id: str) -> Response:
        operations.delete(current_idp().org, server_id, part_id, now())
        return done(f"The {label.lower()} was deleted.", back, server_id=server_id)

    def _form(server: AuthorizationServer, known: Any, form: Form) -> Response:
        verb = f"Edit {label}" if known else f"Add {label}"
        return server_page(template, server, form=form, known=known, verb=verb)

    one = f"/oauth2/as/<server_id>/{part}/<part_id>"
    blueprint.add_url_rule(one, f"show_{part}", show, methods=["GET"])
    blueprint.add_url_rule(one, f"save_{part}", save, methods=["POST"])
    blueprint.add_url_rule(f"{one}/delete", f"delete_{part}", delete, methods=["POST"])


_pages_of("scopes", "Scope", scopes, Scope(""), _scope_form, _scope, servers_json.read_scope)
_pages_of("claims", "Claim", claims, Claim(""), _claim_form, _claim, servers_json.read_claim)
