"""Making, changing and deleting apps as Okta's Management API does (okta.md 5.2, 5.3 and 6.2)."""

from __future__ import annotations

import dataclasses
import secrets

from mock_idp.idp import Idp
from mock_idp.operations import app_rules, orphans, references
from mock_idp.operations.claims import check_value
from mock_idp.org.app import SECRET_METHODS, App, GroupsClaim, Secret, with_defaults
from mock_idp.org.ids import new_id
from mock_idp.org.problems import app_still_active, invalid, not_found

KIND = "AppInstance"


def find(idp: Idp, app_id: str) -> App:
    """Raises E0000007."""
    app = idp.org.apps.get(app_id)
    if app is None:
        raise not_found(app_id, KIND)
    return app


def create(idp: Idp, app: App, given: frozenset[str], *, secret: str = "", activate: bool = True) -> App:
    """A new app; nobody is assigned to it. `given`: the fields that the caller named, the others get defaults.

    An empty `client_id` becomes a new id, an empty `secret` a random one where the app needs one.
    """
    now = int(idp.clock.now())
    made = dataclasses.replace(
        with_defaults(app, given),
        client_id=app.client_id or new_id("0oa"),
        status="ACTIVE" if activate else "INACTIVE",
        created=now,
        last_updated=now,
    )
    app_rules.check(made)
    made = _with_secret(idp, made, secret)
    with idp.org.lock:
        if idp.org.apps.get(made.client_id):
            text = "An object with this field already exists in the current organization"
            raise invalid("client_id", f"client_id: {text}")
        return idp.org.apps.save(made)


def replace(idp: Idp, app_id: str, app: App, *, secret: str = "") -> App:
    """Other settings for a known app. What the settings do not hold stays: status, assignments, secrets, claim."""
    with idp.org.lock:
        now = find(idp, app_id)
        if app.client_id != now.client_id:
            raise invalid("client_id", "client_id: 'client_id' can't be changed.")
        made = dataclasses.replace(
            app, status=now.status, users=now.users, groups=now.groups, secrets=now.secrets, created=now.created
        )
        app_rules.check(made)
        return _save(idp, _with_secret(idp, made, secret))


def activate(idp: Idp, app_id: str) -> App:
    return _set_status(idp, app_id, "ACTIVE")


def deactivate(idp: Idp, app_id: str) -> App:
    return _set_status(idp, app_id, "INACTIVE")


def delete(idp: Idp, app_id: str) -> None:
    """Its tokens and consents end with it, whoever gets its client_id next; E0000056 while the app is active."""
    with idp.org.lock:
        if find(idp, app_id).status == "ACTIVE":
            raise app_still_active()
        idp.org.apps.delete(app_id)
        references.forget(idp.org, app_id)
        orphans.forget(idp)


def set_groups_claim(idp: Idp, app_id: str, claim: GroupsClaim | None, issuer_mode: str) -> App:
    """The ID Token settings of the Sign On tab; a claim of None takes it away. Raises E0000001."""
    if claim:
        check_value(claim.value_type, claim.filter_type, claim.value)
    return change(idp, app_id, groups_claim=claim, issuer_mode=issuer_mode)


def change(idp: Idp, app_id: str, **fields: object) -> App:
    """Other values for some fields, unchecked: for operations that have looked already."""
    with idp.org.lock:
        return _save(idp, dataclasses.replace(find(idp, app_id), **fields))  # type: ignore[arg-type]


def new_secret() -> str:
    """64 characters, as Okta makes them."""
    return secrets.token_urlsafe(48)


def _set_status(idp: Idp, app_id: str, status: str) -> App:
    with idp.org.lock:
        app = find(idp, app_id)
        return app if app.status == status else _save(idp, dataclasses.replace(app, status=status))


def _save(idp: Idp, app: App) -> App:
    return idp.org.apps.save(dataclasses.replace(app, last_updated=int(idp.clock.now())))


def _with_secret(idp: Idp, app: App, secret: str) -> App:
    """The app with the secret that its method needs: a given one takes the place of the first that is active."""
    method = app.token_endpoint_auth_method
    if secret:
        app_rules.check_secret(secret, method)
    if method not in SECRET_METHODS:
        return dataclasses.replace(app, secrets=())
    if not secret and app.client_secret:
        return app
    now = int(idp.clock.now())
    made = Secret(secret or new_secret(), new_id("ocs"), created=now, last_updated=now)
    kept = list(app.secrets)
    active = next((i for i, known in enumerate(kept) if known.status == "ACTIVE"), None)
    if active is not None:
        if kept[active].value == secret:
            return app
        kept[active] = made
    else:
        kept = [made, *kept][: app_rules.MOST_SECRETS]
    return dataclasses.replace(app, secrets=tuple(kept))
