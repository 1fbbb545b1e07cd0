"""Slots: moments at which a login may begin, some distance apart, whichever worker of the run makes it."""

from __future__ import annotations

import threading

from mock_idp.clock import Clock
from mock_idp.store import Store


class Slots:
    """Hands out the next free slot. Nobody gives one back: who reserved it and died costs the others one distance."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.Lock()

    def reserve(self, distance: float) -> float:
        """Seconds from now to a slot that is at least `distance` seconds after the last one; 0 for the first."""
        with self._lock:
            now = self._clock.monotonic()
            last = self._store.get("slot", "last")
            at = max(now, last["at"] + distance) if last else now
            self._store.put("slot", "last", {"at": at})
        return at - now
