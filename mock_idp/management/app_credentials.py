"""/api/v1/apps/{id}/credentials: client secrets and public keys; /grants: Okta's own scopes (okta.md 5.2, 6.2)."""

from __future__ import annotations

import hashlib

from flask import Response

from mock_idp.crypto.jose import b64url
from mock_idp.management.frame import answer, body, iso, link, nothing, resource
from mock_idp.management.members import Members
from mock_idp.operations import app_grants, app_keys, app_secrets, apps
from mock_idp.operations.app_keys import Jwk
from mock_idp.org.app import ScopeGrant, Secret
from mock_idp.org.ids import okta_id
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = resource("app_credentials")
_TURNS = {"activate": "ACTIVE", "deactivate": "INACTIVE"}
_SECRETS = "/apps/<app_id>/credentials/secrets"
_KEYS = "/apps/<app_id>/credentials/jwks"
_GRANTS = "/apps/<app_id>/grants"


# ---- secrets ------------------------------------------------------------------------------------------------


@blueprint.get(_SECRETS)
def list_secrets(app_id: str) -> Response:
    return answer([_secret(app_id, secret) for secret in apps.find(current_idp(), app_id).secrets])


@blueprint.post(_SECRETS)
def create_secret(app_id: str) -> Response:
    sent = Members(body(optional=True))
    status = sent.choice("status", ("INACTIVE",), "ACTIVE")
    return answer(_secret(app_id, app_secrets.create(current_idp(), app_id, sent.text("client_secret"), status)), 201)


@blueprint.get(f"{_SECRETS}/<secret_id>")
def get_secret(app_id: str, secret_id: str) -> Response:
    return answer(_secret(app_id, app_secrets.find(current_idp(), app_id, secret_id)))


@blueprint.delete(f"{_SECRETS}/<secret_id>")
def delete_secret(app_id: str, secret_id: str) -> Response:
    app_secrets.delete(current_idp(), app_id, secret_id)
    return nothing()


@blueprint.post(f"{_SECRETS}/<secret_id>/lifecycle/<any(activate, deactivate):turn>")
def turn_secret(app_id: str, secret_id: str, turn: str) -> Response:
    return answer(_secret(app_id, app_secrets.set_status(current_idp(), app_id, secret_id, _TURNS[turn])))


def _secret(app_id: str, secret: Secret) -> Document:
    return {
        "id": secret.id,
        "created": iso(secret.created),
        "lastUpdated": iso(secret.last_updated),
        "status": secret.status,
        "client_secret": secret.value,
        "secret_hash": b64url(hashlib.sha256(secret.value.encode()).digest()[:16]),
        "_links": _turns(f"/api/v1/apps/{app_id}/credentials/secrets/{secret.id}", secret.status),
    }


def _turns(path: str, status: str) -> Document:
    if status == "ACTIVE":
        return {"deactivate": link(f"{path}/lifecycle/deactivate", "POST")}
    return {"activate": link(f"{path}/lifecycle/activate", "POST"), "delete": link(path, "DELETE")}


# ---- public keys --------------------------------------------------------------------------------------------


@blueprint.get(_KEYS)
def list_keys(app_id: str) -> Response:
    return answer([_key(app_id, key) for key in apps.find(current_idp(), app_id).jwks])


@blueprint.post(_KEYS)
def add_key(app_id: str) -> Response:
    idp = current_idp()
    return answer(_key(app_id, app_keys.add(idp, app_id, body(), iso(idp.clock.now()))), 201)


@blueprint.get(f"{_KEYS}/<key_id>")
def get_key(app_id: str, key_id: str) -> Response:
    return answer(_key(app_id, app_keys.find(current_idp(), app_id, key_id)))


@blueprint.delete(f"{_KEYS}/<key_id>")
def delete_key(app_id: str, key_id: str) -> Response:
    app_keys.delete(current_idp(), app_id, key_id)
    return nothing()


@blueprint.post(f"{_KEYS}/<key_id>/lifecycle/<any(activate, deactivate):turn>")
def turn_key(app_id: str, key_id: str, turn: str) -> Response:
    idp = current_idp()
    return answer(_key(app_id, app_keys.set_status(idp, app_id, key_id, _TURNS[turn], iso(idp.clock.now()))))


def _key(app_id: str, key: Jwk) -> Document:
    path = f"/api/v1/apps/{app_id}/credentials/jwks/{key.get('id')}"
    return {**key, "_links": _turns(path, key.get("status", "ACTIVE"))}


# ---- Okta's own scopes --------------------------------------------------------------------------------------


@blueprint.get(_GRANTS)
def list_grants(app_id: str) -> Response:
    return answer([_grant(app_id, grant) for grant in apps.find(current_idp(), app_id).okta_scopes])


@blueprint.post(_GRANTS)
def grant_scope(app_id: str) -> Response:
    sent = Members(body())
    return answer(
        _grant(app_id, app_grants.grant(current_idp(), app_id, sent.text("issuer"), sent.text("scopeId"))), 201
    )


@blueprint.get(f"{_GRANTS}/<grant_id>")
def get_grant(app_id: str, grant_id: str) -> Response:
    return answer(_grant(app_id, app_grants.find(current_idp(), app_id, grant_id)))


@blueprint.delete(f"{_GRANTS}/<grant_id>")
def revoke_grant(app_id: str, grant_id: str) -> Response:
    app_grants.revoke(current_idp(), app_id, grant_id)
    return nothing()


def _grant(app_id: str, grant: ScopeGrant) -> Document:
    idp = current_idp()
    return {
        "id": grant.id,
        "status": "ACTIVE",
        "created": iso(grant.created),
        "createdBy": {"id": okta_id("00u", "api-token"), "type": "User"},
        "lastUpdated": iso(grant.created),
        "issuer": idp.public_url,
        "clientId": app_id,
        "scopeId": grant.scope,
        "source": "ADMIN",
        "_links": {
            "self": link(f"/api/v1/apps/{app_id}/grants/{grant.id}", "GET", "DELETE"),
            "client": link(f"/oauth2/v1/clients/{app_id}", title=apps.find(idp, app_id).label),
        },
    }
