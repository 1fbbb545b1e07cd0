"""What ends with those whom it belongs to: sessions, session tokens, pushed requests, consents, and
requests that wait for a person.

Codes and tokens stay known, so that a replay still joins its attempt; `mock_idp.protocol.token.revocation` refuses
them.
"""

from __future__ import annotations

from collections.abc import Callable

from mock_idp.idp import Idp


def forget(idp: Idp) -> None:
    """Drop what belongs to people, apps or authorization servers that are there no more."""
    owners: dict[str, Callable[[str], object]] = {"user": idp.user, "client_id": idp.org.apps.get, "server": idp.server}
    for kind in ("session", "session_token", "request_uri", "consent", "waiting"):
        for key in idp.store.keys(kind):
            found = idp.store.get(kind, key) or {}
            if any(name in found and owner(found[name]) is None for name, owner in owners.items()):
                idp.store.take(kind, key)
