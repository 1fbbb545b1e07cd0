"""Which `okta.*` scopes a service app may ask the org server for."""

from __future__ import annotations

from mock_idp.idp import Idp
from mock_idp.operations import apps
from mock_idp.org.app import ScopeGrant
from mock_idp.org.ids import new_id
from mock_idp.org.problems import invalid, not_found


def find(idp: Idp, app_id: str, grant_id: str) -> ScopeGrant:
    """Raises E0000007."""
    for grant in apps.find(idp, app_id).okta_scopes:
        if grant.id == grant_id:
            return grant
    raise not_found(grant_id, "OAuth2ScopeConsentGrant")


def grant(idp: Idp, app_id: str, issuer: str, scope: str) -> ScopeGrant:
    """Raises E0000001 for another issuer than the org server, or what is no Okta scope."""
    if issuer.rstrip("/") != idp.public_url:
        raise invalid("issuer", f"issuer: '{issuer}' is not the org authorization server.")
    if not scope.startswith("okta."):
        raise invalid("scopeId", f"scopeId: '{scope}' is not a valid Okta scope.")
    with idp.org.lock:
        app = apps.find(idp, app_id)
        known = next((entry for entry in app.okta_scopes if entry.scope == scope), None)
        if known:
            return known
        made = ScopeGrant(scope, new_id("oag"), int(idp.clock.now()))
        apps.change(idp, app_id, okta_scopes=(*app.okta_scopes, made))
        return made


def revoke(idp: Idp, app_id: str, grant_id: str) -> None:
    with idp.org.lock:
        find(idp, app_id, grant_id)
        kept = tuple(entry for entry in apps.find(idp, app_id).okta_scopes if entry.id != grant_id)
        apps.change(idp, app_id, okta_scopes=kept)
