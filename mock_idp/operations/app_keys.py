"""The public keys of an app (`jwks`), one at a time.

A key is a JWK with Okta's own members `id`, `status`, `created` and `lastUpdated`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mock_idp.idp import Idp
from mock_idp.operations import app_rules, apps
from mock_idp.org.ids import new_id
from mock_idp.org.problems import invalid, not_found

KIND = "JsonWebKey"
Jwk = Mapping[str, Any]
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def complete(jwk: Jwk, moment: str) -> Jwk:
    """The public key with the members that Okta gives it; `moment` is an ISO timestamp."""
    made = {"id": new_id("pks"), "status": "ACTIVE", "created": moment, "lastUpdated": moment}
    public = {name: value for name, value in jwk.items() if name not in _PRIVATE}
    return {**public, **{name: jwk.get(name) or value for name, value in made.items()}}


def find(idp: Idp, app_id: str, key_id: str) -> Jwk:
    """Raises E0000007."""
    for jwk in apps.find(idp, app_id).jwks:
        if jwk.get("id") == key_id:
            return jwk
    raise not_found(key_id, KIND)


def add(idp: Idp, app_id: str, jwk: Jwk, moment: str) -> Jwk:
    with idp.org.lock:
        app = apps.find(idp, app_id)
        if app.jwks and any(not known.get("kid") for known in (*app.jwks, jwk)):
            raise invalid(
                KIND,
                "Each key should have a unique kid when adding multiple keys. Use the Apps API to update the JWKS to "
                "add a kid for the existing key, or delete the existing key and re-add the key with a kid using the "
                "JWKS APIs.",
            )
        made = complete({name: value for name, value in jwk.items() if name != "id"}, moment)
        app_rules.check(dataclasses.replace(app, jwks=(*app.jwks, made)))
        apps.change(idp, app_id, jwks=(*app.jwks, made))
        return made


def set_status(idp: Idp, app_id: str, key_id: str, status: str, moment: str) -> Jwk:
    """Raises E0000001 for the only active key of an app that authenticates with it."""
    with idp.org.lock:
        jwk, app = find(idp, app_id, key_id), apps.find(idp, app_id)
        active = [known for known in app.jwks if known.get("status", "ACTIVE") == "ACTIVE"]
        if status == "INACTIVE" and active == [jwk] and app.token_endpoint_auth_method == "private_key_jwt":
            raise invalid(
                KIND,
                "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is "
                "`private_key_jwt`.",
            )
        made = {**jwk, "status": status, "lastUpdated": moment}
        apps.change(idp, app_id, jwks=tuple(made if known is jwk else known for known in app.jwks))
        return made


def delete(idp: Idp, app_id: str, key_id: str) -> None:
    """Raises E0000001 for an active key."""
    with idp.org.lock:
        jwk = find(idp, app_id, key_id)
        if jwk.get("status", "ACTIVE") == "ACTIVE":
            raise invalid(KIND, "You can't delete an active JSON Web Key. Deactivate the key before deleting it.")
        kept = tuple(known for known in apps.find(idp, app_id).jwks if known.get("id") != key_id)
        apps.change(idp, app_id, jwks=kept)
