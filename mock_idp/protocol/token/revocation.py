"""What ends a token before its time (RFC 7009, okta.md 1.6 and 3.6).

A token is dead when it was revoked itself, when its authentication was (`revoked_family`, after the reuse of a
rotated refresh token), when the refresh token that it came with was (`revoked_refresh`), when an administrator ended
everything of a person (`revoked_user`) or of a person at one app (`revoked_user_client`), when the person, the app or
the authorization server is not active any more, or when one of them was deleted, whoever has its id now. Documents of
those kinds are `{"at": seconds}`.
"""

from __future__ import annotations

from mock_idp.idp import Idp
from mock_idp.org.model import AuthorizationServer, User
from mock_idp.store import Document

_LOCKED_OUT_OF_TOKENS = frozenset({"STAGED", "PROVISIONED", "SUSPENDED", "DEPROVISIONED"})


def person_of(idp: Idp, grant: Document) -> User | None:
    """Whom the grant stands for, as they are now; None for nobody (client_credentials) and who may have no tokens."""
    if not grant.get("user"):
        return None
    person = idp.person(grant)
    return person if person and person.status not in _LOCKED_OUT_OF_TOKENS else None


def is_revoked(idp: Idp, grant: Document) -> bool:
    """Whether the code, access token or refresh token of this grant has been ended."""
    family, client = grant["family"], grant["client_id"]
    if grant.get("revoked") or idp.store.get("revoked_family", family):
        return True
    if grant.get("refresh_id") and idp.store.get("revoked_refresh", family):
        return True
    app, server = idp.app(client), idp.server(grant["server"])
    if app is None or server is None or server.status != "ACTIVE":
        return True
    user = grant.get("user")
    if is_orphaned(idp, client, grant["server"], user, grant["issued_at"]):
        return True
    if not user:
        return False
    if person_of(idp, grant) is None:
        return True
    ended = (idp.store.get("revoked_user", user), idp.store.get("revoked_user_client", f"{user}/{client}"))
    # What was issued at that very moment was issued before: a clock may stand still.
    return any(end and grant["issued_at"] <= end["at"] for end in ended)


def is_orphaned(idp: Idp, client_id: str, server_id: str, user: str | None, issued_at: float) -> bool:
    """Whether the app, the authorization server or the person was deleted after this moment."""
    owners = ((idp.org.apps, client_id), (idp.org.servers, server_id), (idp.org.users, user))
    return any(collection.was_deleted(key, issued_at) for collection, key in owners)


def revoke_family(idp: Idp, grant: Document) -> None:
    """End the refresh tokens and all access tokens since the authentication."""
    idp.store.put("revoked_family", grant["family"], {"at": idp.clock.now()})


def revoke(idp: Idp, server: AuthorizationServer, token: str, client_id: str) -> None:
    """End a token of this server and client; anything else is left alone, and nobody is told (RFC 7009 2.2)."""
    for kind in ("access_token", "refresh_token"):
        grant = idp.store.get(kind, token)
        if grant is None or (grant["server"], grant["client_id"]) != (server.id, client_id):
            continue
        if kind == "refresh_token":  # whichever of its line: the newest one and their access tokens go along
            idp.store.put("revoked_refresh", grant["family"], {"at": idp.clock.now()})
        else:
            idp.store.update(kind, token, lambda known: {**known, "revoked": True})
