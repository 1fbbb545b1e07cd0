"""Attempts: one login each, with its misbehaviour, its identity and everything the IdP saw of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from mock_idp.attempts.by_hand import EXCHANGES, OBSERVED, REGISTERED, ByHand
from mock_idp.attempts.issuers import OwnIssuers
from mock_idp.attempts.leases import LeaseError, Leases
from mock_idp.attempts.people import People
from mock_idp.attempts.request import attempt_of
from mock_idp.attempts.slots import Slots
from mock_idp.clock import Clock
from mock_idp.edits.editor import HONEST_EDITOR, Editor
from mock_idp.misbehaviour import Misbehaviour
from mock_idp.store import Document, Store

COOKIE = "gauntlet_attempt"
HEADER = "X-Gauntlet-Attempt"
_LISTS = {
    "exchange": "exchanges",
    "delivery": "deliveries",
    "failure": "failures",
    "response": "authorization_responses",
    "artefact": "artefacts",
    "canary": "canary_hits",
    "message": "logout_messages",
}
"""What is noted of an attempt, and the transcript's member that lists it."""


class Attempts:
    """Attempts and their transcripts, on top of the store."""

    def __init__(self, store: Store, clock: Clock, issuers: OwnIssuers) -> None:
        self.store = store
        self.issuers = issuers
        self.leases = Leases(store, clock)
        self.people = People(store, clock)
        self.slots = Slots(store, clock)
        self.by_hand = ByHand(store, clock, self.forget)

    def create(self, wanted: Mapping[str, Any], wait: float = 60.0) -> Document:
        """A new attempt from the control API's JSON; waits while someone else holds the exclusive lease.

        Raises MisbehaviourError, AttemptError or OwnIssuerError for what cannot be served, LeaseError without the
        lease that it needs. At an issuer of its own it needs none: nobody else sees what it does there.
        """
        misbehaviour, members = attempt_of(wanted)
        if misbehaviour.issuer_wide and members["lease"] is None and members["issuer"] is None:
            raise LeaseError(
                "edits of discovery or jwks are seen by everybody: take the exclusive lease, or an issuer of its own"
            )
        attempt: Document = {"id": secrets.token_urlsafe(18), "origin": REGISTERED, **members}
        if members["issuer"] is not None:
            attempt["issuer"] = self.issuers.of(attempt, misbehaviour, members["issuer"])
        else:
            self.leases.share(attempt["id"], members["lease"], wait)
        self.store.put("attempt", attempt["id"], attempt)
        for hint in self._hints(attempt):
            self.store.put("login_hint", hint, {"attempt": attempt["id"]})
        return attempt

    def get(self, attempt_id: str | None) -> Document | None:
        return self.store.get("attempt", attempt_id) if attempt_id else None

    def of_login_hint(self, hint: str | None) -> Document | None:
        """The attempt whose person the login_hint names."""
        known = self.store.get("login_hint", hint.lower()) if hint else None
        return self.get(known["attempt"]) if known else None

    def registered(self, attempt_id: str | None) -> str | None:
        """The id, if it is that of an attempt that a harness has registered."""
        attempt = self.get(attempt_id)
        return attempt_id if attempt and attempt["origin"] == REGISTERED else None

    def observe(self, request_uri: str | None = None, *, takes_armed: bool) -> Document:
        """The attempt of a login that belongs to none, with the pushed request that it begins with."""
        attempt = self.by_hand.observe(takes_armed=takes_armed)
        pushed = (
            exchange
            for exchange in reversed(self.unbound() if request_uri else ())
            if exchange["endpoint"] == "par" and str(request_uri) in exchange["response"]["body"]
        )
        if found := next(pushed, None):
            self.note("exchange", attempt["id"], found)
        return attempt

    def close(self, attempt_id: str) -> bool:
        """Give the shared lease back, and stop to sign its person in; False when there is no such attempt.

        The transcript stays, and late requests still join it.
        """
        closed = self.store.update("attempt", attempt_id, lambda attempt: {**attempt, "closed": True})
        self.leases.give_back(attempt_id)
        return closed is not None

    def forget(self, attempt_id: str) -> bool:
        """Close the attempt and delete its transcript."""
        self.close(attempt_id)
        attempt = self.store.take("attempt", attempt_id)
        if attempt is None:
            return False
        for hint in self._hints(attempt):
            if self.store.get("login_hint", hint) == {"attempt": attempt_id}:  # the person may have a newer attempt
                self.store.take("login_hint", hint)
        self.issuers.forget(attempt)
        for kind in _LISTS:
            self.store.forget(kind, attempt_id)
        self.store.take("session_app", f"attempt/{attempt_id}")  # protocol.participants: where it has signed in
        for index in range(len(attempt["misbehaviour"])):
            self.store.forget("occurrence", f"{attempt_id}/{index}")
        return True

    def issuer_wide(self) -> Document | None:
        """The attempt whose edits everybody sees now, if any."""
        lease = self.leases.exclusive()
        return self.get(lease.get("attempt")) if lease else None

    def of_issuer(self, server_id: str | None) -> Document | None:
        """The newest attempt that has this issuer to itself: whatever is bound to nobody there is its."""
        own = self.issuers.find(server_id)
        return self.get(own["attempt"]) or self.get(own["owner"]) if own else None

    def editor(self, attempt: Document | None) -> Editor:
        """The edits of this attempt; the honest editor without one."""
        if attempt is None or not attempt["misbehaviour"]:
            return HONEST_EDITOR
        attempt_id = attempt["id"]

        def record(kind: str, item: Document) -> None:
            self.store.append(kind, attempt_id, item)

        def occurrence(index: int) -> int:
            return self.store.append("occurrence", f"{attempt_id}/{index}", {})

        return Editor(Misbehaviour.from_json(attempt["misbehaviour"]), record, occurrence)

    def note(self, kind: str, attempt_id: str | None, item: Document) -> None:
        """Add to a transcript list (a key of `_LISTS`), where there is an attempt."""
        if attempt_id:
            self.store.append(kind, attempt_id, item)

    def note_exchange(self, attempt: Document | None, exchange: Document) -> None:
        """Add to the attempt's exchanges; those that belong to nobody's attempt also go to one log."""
        if attempt and attempt["origin"] == REGISTERED:
            self.store.append("exchange", attempt["id"], exchange)
        elif attempt:
            self.store.append("exchange", attempt["id"], exchange, limit=EXCHANGES)
        if attempt is None or attempt["origin"] == OBSERVED:
            self.store.append("unbound", "log", exchange, limit=500)

    def transcript(self, attempt_id: str) -> Document | None:
        """Everything about one attempt; None when there is no such attempt.

        `{"id", "origin", "misbehaviour", "identity", "victim", "hold", "clock_offset", "strictness", "lease", "issuer",
        "beside", "closed"?, "bound", "exchanges", "deliveries", "failures", "authorization_responses", "artefacts",
        "canary_hits", "logout_messages"}`
        """
        attempt = self.get(attempt_id)
        if attempt is None:
            return None
        lists = {name: self.store.items(kind, attempt_id) for kind, name in _LISTS.items()}
        return {**attempt, "bound": bool(lists["exchanges"] or lists["deliveries"]), **lists}

    def unbound(self) -> list[Document]:
        return self.store.items("unbound", "log")

    @staticmethod
    def _hints(attempt: Document) -> set[str]:
        person = attempt["identity"] or {}
        return {person[name].lower() for name in ("email", "preferred_username") if name in person}
