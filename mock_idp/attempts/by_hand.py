"""Attempts that no harness has registered: logins that were only observed, and those that the Test bench armed.

They hold no lease, have no person of their own, and are no result of anything; the newest are kept. A document of kind
`by_hand`: `all` is `{"ids": […]}`, oldest first; `next` is `{"id"}`, the attempt that the next login belongs to.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from mock_idp.attempts.request import attempt_of
from mock_idp.clock import Clock
from mock_idp.misbehaviour import Misbehaviour, MisbehaviourError
from mock_idp.store import Document, Store

REGISTERED, OBSERVED, BENCH = "registered", "observed", "bench"
"""Where an attempt comes from (its `origin`)."""
KEPT = 50
"""Attempts."""
EXCHANGES = 300
"""Exchanges that are kept of each."""
VICTIM = {"sub": "00uvictimofthebench0", "email": "victim@bench.example", "name": "Vic Tim"}
"""Who `victim()` is in a misbehaviour of the bench."""
_KIND, _ALL, _NEXT = "by_hand", "all", "next"


class ByHand:
    """On top of the store; `forget` forgets an attempt and its transcript."""

    def __init__(self, store: Store, clock: Clock, forget: Callable[[str], bool]) -> None:
        self._store, self._clock, self._forget = store, clock, forget
        if store.get(_KIND, _ALL) is None:
            store.put(_KIND, _ALL, {"ids": []})

    def observe(self, *, takes_armed: bool) -> Document:
        """The attempt of a login that belongs to none: the one that was armed for whoever comes, else an honest one.

        `takes_armed`: somebody is at this login; an application's own check leaves what is armed to the next person.
        """
        armed = self._store.take(_KIND, _NEXT) if takes_armed else None
        return (self._store.get("attempt", armed["id"]) if armed else None) or self._begin(OBSERVED, Misbehaviour())

    def arm(self, misbehaviour: Misbehaviour, *, next_login: bool) -> Document:
        """A new attempt, which the next login of anybody belongs to, or whoever carries its id.

        Raises MisbehaviourError for edits that everybody would see, which need a lease or an issuer of their own.
        """
        if misbehaviour.issuer_wide or misbehaviour.needs_own_issuer:
            raise MisbehaviourError("edits of discovery or keys are seen by everybody: the bench cannot arm them")
        attempt = self._begin(BENCH, misbehaviour)
        if next_login:
            self._store.put(_KIND, _NEXT, {"id": attempt["id"]})
        return attempt

    def disarm(self) -> None:
        """The next login is honest."""
        self._store.take(_KIND, _NEXT)

    def next(self) -> Document | None:
        """The attempt that is armed for whoever comes."""
        armed = self._store.get(_KIND, _NEXT)
        return self._store.get("attempt", armed["id"]) if armed else None

    def recent(self) -> list[Document]:
        """The attempts that are kept, newest first."""
        ids = (self._store.get(_KIND, _ALL) or {"ids": []})["ids"]
        return [found for attempt_id in reversed(ids) if (found := self._store.get("attempt", attempt_id))]

    def _begin(self, origin: str, misbehaviour: Misbehaviour) -> Document:
        _, members = attempt_of({"misbehaviour": misbehaviour.to_json(), "victim": VICTIM if misbehaviour else None})
        attempt_id = secrets.token_urlsafe(18)
        attempt: Document = {"id": attempt_id, "origin": origin, "began": self._clock.now(), **members}
        self._store.put("attempt", attempt_id, attempt)
        gone: list[str] = []

        def with_it(known: Document) -> Document:
            ids = [*known["ids"], attempt_id]
            gone.extend(ids[:-KEPT])
            return {"ids": ids[-KEPT:]}

        self._store.update(_KIND, _ALL, with_it)
        for old in gone:
            self._forget(old)
        return attempt
