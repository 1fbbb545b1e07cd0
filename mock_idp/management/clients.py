"""/oauth2/v1/clients: Dynamic Client Registration (RFC 7591 and 7592, okta.md 1.7), a view of the apps.

Settings that Okta refuses are `{"error", "error_description"}`; what else goes wrong has the Management API's shape.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from flask import Blueprint, Response, request

from mock_idp.management.app_json import METHODS, SIGNING_ALGORITHMS
from mock_idp.management.frame import REGISTRATION, answer, authenticate, body, iso, nothing, page, refused
from mock_idp.management.members import Members
from mock_idp.operations import app_secrets, apps
from mock_idp.operations.app_keys import complete
from mock_idp.org.app import SECRET_METHODS, App
from mock_idp.org.problems import ApiError, blank, invalid
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = Blueprint("client_registration", __name__, url_prefix=REGISTRATION)
blueprint.before_request(authenticate)
_NEEDED = ("application_type", "redirect_uris", "response_types", "grant_types", "token_endpoint_auth_method")
_NOT_SENT = ("client_id_issued_at", "client_secret_expires_at")
_TEXTS = (
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "initiate_login_uri",
    "jwks_uri",
    "frontchannel_logout_uri",
)
_MEMBER = re.compile(r"^\w+: ")


@blueprint.errorhandler(ApiError)
def _refused(error: ApiError) -> Response:
    if error.status != 400 or error.code not in ("E0000001", "E0000003"):
        return refused(error)
    member = error.summary.partition("Api validation failed: ")[2]
    code = "invalid_redirect_uri" if member == "redirect_uris" else "invalid_client_metadata"
    cause = error.causes[0] if error.causes else "Invalid request"
    text = _MEMBER.sub("", cause)
    if text == "The field cannot be left blank":
        text = f"`{'client_name' if member == 'label' else member}`: The field can't be left blank."
    return answer({"error": code, "error_description": text}, 400)


@blueprint.get("")
def list_clients() -> Response:
    prefix = request.args.get("q", "").lower()
    found = [app for app in current_idp().org.apps.all() if (app.label or app.client_id).lower().startswith(prefix)]
    return page(found, _written, lambda app: app.client_id, default=20, most=200)


@blueprint.post("")
def register() -> Response:
    """Nobody is assigned to it; its consent method is REQUIRED, unlike that of /api/v1/apps."""
    idp = current_idp()
    base = App(client_id="", consent_method="REQUIRED")
    changes = _read(Members(body()))
    made = apps.create(idp, dataclasses.replace(base, **changes), frozenset(changes))
    return answer(_written(made, made.client_secret), 201)


@blueprint.get("/<client_id>")
def get(client_id: str) -> Response:
    return answer(_written(apps.find(current_idp(), client_id)))


@blueprint.put("/<client_id>")
def replace(client_id: str) -> Response:
    """All settings have to be there, and nothing that Okta alone sets; what RFC 7591 does not know stays."""
    idp, sent = current_idp(), Members(body())
    known = apps.find(idp, client_id)
    for name in _NEEDED:
        if not sent.has(name):
            raise blank(name)
    for name in _NOT_SENT:
        if sent.has(name):
            raise invalid(name, f"{name}: '{name}' must not be present in the request.")
    changes = _read(sent) | {"client_id": sent.text("client_id", client_id)}
    silent = dict.fromkeys(_TEXTS, "") | {"post_logout_redirect_uris": (), "jwks": ()}
    app = dataclasses.replace(known, **silent | changes)
    made = apps.replace(idp, client_id, app, secret=sent.text("client_secret"))
    return answer(_written(made, made.client_secret))


@blueprint.delete("/<client_id>")
def delete(client_id: str) -> Response:
    """Active or not."""
    idp = current_idp()
    with idp.org.lock:
        apps.deactivate(idp, client_id)
        apps.delete(idp, client_id)
    return nothing()


@blueprint.post("/<client_id>/lifecycle/newSecret")
def new_secret(client_id: str) -> Response:
    """The secret in use is another one from now on."""
    made = app_secrets.renew(current_idp(), client_id)
    return answer(_written(made, made.client_secret))


def _read(sent: Members) -> dict[str, Any]:
    """The app's fields that are sent; raises E0000001 or E0000003."""
    if not sent.text("client_name"):
        raise blank("client_name")
    made: dict[str, Any] = {"label": sent.text("client_name")}
    made |= {name: sent.text(name) for name in _TEXTS if sent.has(name)}
    for name in ("redirect_uris", "post_logout_redirect_uris", "response_types", "grant_types"):
        if sent.has(name):
            made[name] = sent.texts(name)
    for name, allowed, default in (
        ("application_type", ("web", "browser", "native", "service"), "web"),
        ("token_endpoint_auth_method", METHODS, "client_secret_basic"),
        ("request_object_signing_alg", SIGNING_ALGORITHMS, ""),
    ):
        if sent.has(name):
            made[name] = sent.choice(name, allowed, default)
    if sent.has("jwks"):
        moment = iso(current_idp().clock.now())
        made["jwks"] = tuple(complete(key, moment) for key in sent.object("jwks").mappings("keys"))
    if sent.has("frontchannel_logout_session_required"):
        made["frontchannel_logout_session_required"] = sent.flag("frontchannel_logout_session_required")
    return made


def _written(app: App, secret: str = "") -> Document:
    """RFC 7591's members in Okta's order; `secret` where it was made or may have changed."""
    made: Document = {"client_id": app.client_id}
    if secret:
        made["client_secret"] = secret
    made["client_id_issued_at"] = app.created
    if app.token_endpoint_auth_method in SECRET_METHODS:
        made["client_secret_expires_at"] = 0
    made |= {
        "client_name": app.label or app.client_id,
        "client_uri": app.client_uri or None,
        "logo_uri": app.logo_uri or None,
        "redirect_uris": list(app.redirect_uris),
        "response_types": list(app.response_types),
        "grant_types": list(app.grant_types),
        "token_endpoint_auth_method": app.token_endpoint_auth_method,
        "application_type": app.application_type,
    }
    if app.post_logout_redirect_uris:
        made["post_logout_redirect_uris"] = list(app.post_logout_redirect_uris)
    for name in ("tos_uri", "policy_uri", "initiate_login_uri", "jwks_uri", "request_object_signing_alg"):
        if getattr(app, name):
            made[name] = getattr(app, name)
    if app.jwks:
        made["jwks"] = {"keys": [dict(key) for key in app.jwks]}
    if app.frontchannel_logout_uri:
        made["frontchannel_logout_uri"] = app.frontchannel_logout_uri
        made["frontchannel_logout_session_required"] = app.frontchannel_logout_session_required
    return made
