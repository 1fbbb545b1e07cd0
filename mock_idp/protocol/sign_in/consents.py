"""Consent of the person who signs in (okta.md 2.5): when Okta asks for it, and what was given.

A document of kind `consent`, by `{user}/{client}/{server}`:
`{"user", "client_id", "server", "scopes", "created"}`.
"""

from __future__ import annotations

from collections.abc import Sequence

from mock_idp.idp import Idp
from mock_idp.org.authorization_server import Scope
from mock_idp.org.model import App, AuthorizationServer, User
from mock_idp.store import Document


def is_asked(prompt: bool, consent_method: str, scope_consent: str) -> bool:
    """Okta's matrix: whether `prompt=consent` was sent, the app's TRUSTED or REQUIRED, the scope's IMPLICIT, FLEXIBLE
    or REQUIRED."""
    return scope_consent in ("REQUIRED", "FLEXIBLE") and (prompt or consent_method == "REQUIRED")


def missing(
    idp: Idp, server: AuthorizationServer, app: App, user: User, scopes: Sequence[str], *, prompt: bool
) -> list[Scope]:
    """The scopes to ask for, in the order of the request. Those given before are asked for again with `prompt`.

    Consent is a matter of custom authorization servers, where the org's switch `consent` is on.
    """
    if server.is_org or not idp.org.settings.consent:
        return []
    found = [scope for name in scopes if (scope := server.scope(name))]
    asked = [scope for scope in found if is_asked(prompt, app.consent_method, scope.consent)]
    if prompt:
        return asked
    given = set((idp.store.get("consent", _key(server, app, user)) or {"scopes": ()})["scopes"])
    return [scope for scope in asked if scope.name not in given]


def left_out(server: AuthorizationServer, asked: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """Of the scopes that a page asked for, those that are optional and were not chosen."""
    return [name for name in asked if (scope := server.scope(name)) and scope.optional and name not in chosen]


def give(idp: Idp, server: AuthorizationServer, app: App, user: User, scopes: Sequence[str]) -> None:
    """Remember the consent to these scopes, besides what was given before."""
    key = _key(server, app, user)
    before = (idp.store.get("consent", key) or {"scopes": ()})["scopes"]
    document: Document = {
        "user": user.id,
        "client_id": app.client_id,
        "server": server.id,
        "scopes": list(dict.fromkeys([*before, *scopes])),
        "created": idp.clock.now(),
    }
    idp.store.put("consent", key, document)


def _key(server: AuthorizationServer, app: App, user: User) -> str:
    return f"{user.id}/{app.client_id}/{server.id}"
