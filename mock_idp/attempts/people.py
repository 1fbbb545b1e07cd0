"""People of a target's pool, leased to the cases of all workers: each takes part in one case at a time.

A case takes all the people that it needs in one call. Two that took them one by one could each hold what the other
waits for. Leases expire, so that a worker that died keeps nobody for ever.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence

from mock_idp.attempts.leases import LOOK_AGAIN, LeaseError
from mock_idp.attempts.request import AttemptError
from mock_idp.attempts.waiting import wait_until
from mock_idp.clock import Clock
from mock_idp.store import Document, Store

QUEUE = 16
"""Calls that may wait at a time. Each holds a thread of the control listener, and who gives back needs one, too."""


class People:
    """Leases of people, who are known by names of the caller's choice."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._changed = threading.Condition()
        self._queue: list[object] = []

    def take(self, pool: Sequence[str], count: int, lasting: float, wait: float) -> Document:
        """`{"lease", "people"}`: so many of the pool for `lasting` seconds, first come, first served.

        Those who rested longest come first. Raises AttemptError at once when the pool is too small, LeaseError when
        too few were free for `wait` seconds.
        """
        if not 0 < count <= len(set(pool)):
            raise AttemptError(f"count: {count} of a pool of {len(set(pool))}")
        ticket = object()

        def my_turn() -> bool:
            return self._queue[0] is ticket and len(self._free(pool)) >= count

        with self._changed:
            wait = wait if len(self._queue) < QUEUE else 0
            self._queue.append(ticket)
            try:
                if not wait_until(self._changed, my_turn, wait, LOOK_AGAIN):
                    raise LeaseError(f"fewer than {count} of a pool of {len(set(pool))} were free for {wait:g} s")
                return self._grant(pool, count, lasting)
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def keep(self, lease: str, lasting: float) -> None:
        """The lease ends `lasting` seconds from now; LeaseError when it was given back, or others have the people.

        One that has expired can still be kept while nobody else wanted its people.
        """
        with self._changed:
            held = self._store.get("people", lease)
            if held is None:
                raise LeaseError("these people are not leased: they were given back, or the lease has expired")
            self._store.put("people", lease, {**held, "until": self._clock.monotonic() + lasting})

    def give_back(self, lease: str) -> bool:
        """End the lease; False when there is no such lease."""
        with self._changed:
            found = self._store.take("people", lease) is not None
            self._changed.notify_all()
        return found

    def _free(self, pool: Sequence[str]) -> list[str]:
        """Who is free now, the one who rested longest first."""
        now = self._clock.monotonic()
        leases = [self._store.get("people", key) or {} for key in self._store.keys("people")]
        taken = {name for held in leases if held.get("until", 0) > now for name in held["people"]}
        return sorted((name for name in dict.fromkeys(pool) if name not in taken), key=self._turn)

    def _turn(self, name: str) -> int:
        return int((self._store.get("person", name) or {"turn": 0})["turn"])

    def _grant(self, pool: Sequence[str], count: int, lasting: float) -> Document:
        people = self._free(pool)[:count]
        for key in self._store.keys("people"):
            # Whoever held them has let the lease expire, and must not go on as if nothing had happened.
            if set((self._store.get("people", key) or {"people": ()})["people"]) & set(people):
                self._store.take("people", key)
        for turn, name in enumerate(people, max(map(self._turn, pool)) + 1):
            self._store.put("person", name, {"turn": turn})
        lease = secrets.token_urlsafe(12)
        self._store.put("people", lease, {"people": people, "until": self._clock.monotonic() + lasting})
        return {"lease": lease, "people": people}
