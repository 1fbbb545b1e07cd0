"""The client secrets of an app: up to two, so that one can replace the other without a gap (okta.md 5.2)."""

from __future__ import annotations

import dataclasses

from mock_idp.idp import Idp
from mock_idp.operations import app_rules, apps
from mock_idp.org.app import App, Secret
from mock_idp.org.ids import new_id
from mock_idp.org.problems import invalid, not_found

KIND = "OAuth2ClientSecretMediated"


def find(idp: Idp, app_id: str, secret_id: str) -> Secret:
    """Raises E0000007."""
    for secret in apps.find(idp, app_id).secrets:
        if secret.id == secret_id:
            return secret
    raise not_found(secret_id, KIND)


def create(idp: Idp, app_id: str, value: str = "", status: str = "ACTIVE") -> Secret:
    """Another secret, random unless given; raises E0000001 when there are two."""
    with idp.org.lock:
        app = apps.find(idp, app_id)
        if value or app.token_endpoint_auth_method == "private_key_jwt":
            app_rules.check_secret(value, app.token_endpoint_auth_method)
        if len(app.secrets) >= app_rules.MOST_SECRETS:
            raise invalid(KIND, "You've reached the maximum number of client secrets per client.")
        now = int(idp.clock.now())
        made = Secret(value or apps.new_secret(), new_id("ocs"), status, now, now)
        apps.change(idp, app_id, secrets=(*app.secrets, made))
        return made


def renew(idp: Idp, app_id: str) -> App:
    """A random secret takes the place of the one in use; raises E0000001 for an app that sends none."""
    with idp.org.lock:
        app = apps.find(idp, app_id)
        if app.token_endpoint_auth_method not in ("client_secret_basic", "client_secret_post"):
            text = "This operation only applies to clients that use client_secret_basic or client_secret_post."
            raise invalid("token_endpoint_auth_method", f"token_endpoint_auth_method: {text}")
        now = int(idp.clock.now())
        made = Secret(apps.new_secret(), new_id("ocs"), created=now, last_updated=now)
        used = next((known for known in app.secrets if known.status == "ACTIVE"), None)
        return apps.change(idp, app_id, secrets=(made, *(known for known in app.secrets if known is not used)))


def set_status(idp: Idp, app_id: str, secret_id: str, status: str) -> Secret:
    """ACTIVE or INACTIVE; raises E0000001 for the only active one."""
    with idp.org.lock:
        secret = find(idp, app_id, secret_id)
        app = apps.find(idp, app_id)
        if secret.status == status:
            return secret
        if status == "INACTIVE" and sum(known.status == "ACTIVE" for known in app.secrets) == 1:
            raise invalid(KIND, "You can't deactivate the only active client secret.")
        made = dataclasses.replace(secret, status=status, last_updated=int(idp.clock.now()))
        apps.change(idp, app_id, secrets=tuple(made if s.id == secret_id else s for s in app.secrets))
        return made


def delete(idp: Idp, app_id: str, secret_id: str) -> None:
    """Raises E0000001 for an active one."""
    with idp.org.lock:
        if find(idp, app_id, secret_id).status == "ACTIVE":
            text = "You can't delete an active client secret. Deactivate the secret before deleting it."
            raise invalid(KIND, text)
        kept = tuple(s for s in apps.find(idp, app_id).secrets if s.id != secret_id)
        apps.change(idp, app_id, secrets=kept)
