"""Issuers of their own: authorization servers that one attempt, or a sequence of them, has to itself.

What everybody at an issuer sees (discovery, keys) can be wrong there without anybody else noticing. Such a server is
another in everything but its path: scopes, claims, policies and clients are those of the server that it is like. It
lives in the store alone and goes with the attempt that made it (docs/decisions/0010).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from mock_idp.crypto.rotation import OWN_ISSUER
from mock_idp.edits.symbols import symbols_in
from mock_idp.misbehaviour import Misbehaviour
from mock_idp.org.authorization_server import ORG_SERVER, AuthorizationServer, complete
from mock_idp.org.ids import new_id
from mock_idp.org.live import LiveOrg
from mock_idp.store import Document, Store

MOVED, ELSEWHERE = "-moved", "-elsewhere"
"""Endings of a server's id: other paths of the same server, which the symbols `moved` and `elsewhere` lead to."""
LIMIT = 200
"""Issuers of their own that there can be at the same time."""


class OwnIssuerError(ValueError):
    """An issuer that cannot be made, or is not there."""


class OwnIssuers:
    """The issuers that attempts have to themselves, on top of the store."""

    def __init__(self, store: Store, org: LiveOrg) -> None:
        self._store, self._org = store, org

    def of(self, attempt: Document, misbehaviour: Misbehaviour, wanted: Mapping[str, Any]) -> str:
        """The id of the issuer for a new attempt, whose requests are the attempt's from now on.

        `wanted`: `{"id"}` of one that there is, or `{"like", "client_id"?, "redirect_uris"?}` for a new one, with
        more redirect URIs for that client as long as the issuer lasts. Raises OwnIssuerError.
        """
        moved = [str(symbol.args[0]) for edit in misbehaviour for symbol in symbols_in(edit.value) if _moves(symbol)]
        current = {"attempt": attempt["id"], "moved": moved}
        known_id = wanted.get("id")
        if known_id is None:
            return self._make(current, wanted)
        if self._store.update(OWN_ISSUER, known_id, lambda known: {**known, **current}) is None:
            raise OwnIssuerError(f"there is no issuer {known_id!r} of an attempt's own: its attempt was forgotten")
        return str(known_id)

    def _make(self, current: Document, wanted: Mapping[str, Any]) -> str:
        like, client_id = wanted.get("like"), wanted.get("client_id")
        if like != ORG_SERVER and self._org.servers.get(like) is None:
            raise OwnIssuerError(f"issuer.like: there is no authorization server {like!r}")
        uris = list(wanted.get("redirect_uris") or ())
        with self._org.lock:
            if len(self._store.keys(OWN_ISSUER)) >= LIMIT:
                raise OwnIssuerError(f"there are {LIMIT} issuers of attempts already: forget attempts that are over")
            issuer_id = new_id("aus")
            made = {"id": issuer_id, "like": like, "owner": current["attempt"], "client_id": client_id, "uris": uris}
            self._store.put(OWN_ISSUER, issuer_id, made | current)
            self._set_redirect_uris(client_id, add=uris)
        return issuer_id

    def forget(self, attempt: Document) -> None:
        """The attempt is forgotten: so is the issuer, if that attempt made it."""
        found = self._store.get(OWN_ISSUER, attempt["issuer"]) if attempt["issuer"] else None
        if found is None or found["owner"] != attempt["id"]:
            return
        with self._org.lock:
            self._store.take(OWN_ISSUER, found["id"])
            self._store.take("rotation", found["id"])  # mock_idp.crypto.rotation
            self._set_redirect_uris(found["client_id"], remove=found["uris"])

    def find(self, server_id: str | None) -> Document | None:
        """The issuer of this id or of one of its other paths: `{"id", "like", "owner", "attempt", "moved", …}`."""
        return self._store.get(OWN_ISSUER, server_id.partition("-")[0]) if server_id else None

    def server(self, server_id: str, org_server: AuthorizationServer) -> AuthorizationServer | None:
        """The authorization server behind the id, with what the one that it is like has now."""
        found = self.find(server_id)
        if found is None:
            return None
        if found["like"] == ORG_SERVER:
            return complete(AuthorizationServer(found["id"], audiences=org_server.audiences), with_policy=True)
        like = self._org.servers.get(found["like"])
        return dataclasses.replace(like, id=found["id"]) if like else None

    def _set_redirect_uris(self, client_id: str | None, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Of the client, in memory only."""
        app = self._org.apps.get(client_id)
        if app is None:
            return
        kept = list(app.redirect_uris)
        for uri in remove:
            if uri in kept:
                kept.remove(uri)
        self._org.apps.save(dataclasses.replace(app, redirect_uris=(*kept, *add)), journal=False)


def _moves(symbol: Any) -> bool:
    return bool(symbol.name == "moved")
