"""What is no part of the org and ends with those whom it belongs to: sessions, session tokens and consents.

Codes and tokens stay known, so that a replay still joins its attempt; `mock_idp.protocol.token.revocation` refuses
them.
"""

from __future__ import annotations

from typing import Any

from mock_idp.idp import Idp
from mock_idp.org.live import Collection


def forget(idp: Idp) -> None:
    """Drop what belongs to people, apps or authorization servers that are there no more."""
    owners: dict[str, Collection[Any]] = {"user": idp.org.users, "client_id": idp.org.apps, "server": idp.org.servers}
    for kind in ("session", "session_token", "consent"):
        for key in idp.store.keys(kind):
            found = idp.store.get(kind, key) or {}
            if any(name in found and collection.get(found[name]) is None for name, collection in owners.items()):
                idp.store.take(kind, key)
