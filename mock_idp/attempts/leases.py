"""Leases: every open attempt holds a shared one; who changes what all logins see holds the exclusive one.

They live in the mock, so that they work across the workers of a run and across runs. Both expire, so that a
worker that died holds nothing up for ever.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

from mock_idp.attempts.waiting import wait_until
from mock_idp.clock import Clock
from mock_idp.store import Document, Store

SHARED_FOR = 600.0
"""Seconds after which an attempt that nobody closed no longer holds its shared lease."""
EXCLUSIVE_FOR = 300.0
"""Seconds after which an exclusive lease ends by itself."""
LOOK_AGAIN = 1.0
"""Seconds after which a waiting caller looks whether a lease has expired; a lease given back wakes it at once."""


class LeaseError(RuntimeError):
    """A lease that could not be had in time, or is not held."""


class Leases:
    """Shared and exclusive leases on top of the store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._changed = threading.Condition()

    def share(self, attempt_id: str, lease: str | None, wait: float) -> None:
        """Admit an attempt: it shares, or (with the exclusive lease) it is the one whose edits all see."""

        def admitted() -> bool:
            exclusive = self.exclusive()
            return exclusive is None or exclusive["id"] == lease

        with self._changed:
            if lease is not None:
                held = self.exclusive()
                if held is None or held["id"] != lease:
                    raise LeaseError("this exclusive lease is not held: it was given back or has expired")
                self._store.put("lease", "exclusive", {**held, "attempt": attempt_id})
                return
            if not self._wait_for(admitted, wait):
                raise LeaseError(f"another run held the exclusive lease for more than {wait:g} s")
            self._store.put("open", attempt_id, {"until": self._clock.monotonic() + SHARED_FOR})

    def give_back(self, attempt_id: str) -> None:
        """End the shared lease of an attempt."""
        with self._changed:
            self._store.take("open", attempt_id)
            self._changed.notify_all()

    def acquire(self, wait: float) -> str:
        """The exclusive lease, once no attempt is open; raises LeaseError after `wait` seconds."""
        with self._changed:
            if not self._wait_for(lambda: self.exclusive() is None and not self._open(), wait):
                raise LeaseError(f"no exclusive lease within {wait:g} s: other attempts are open")
            lease = secrets.token_urlsafe(12)
            self._store.put("lease", "exclusive", {"id": lease, "expires": self._clock.monotonic() + EXCLUSIVE_FOR})
        return lease

    def release(self, lease: str) -> bool:
        """Give the exclusive lease back; False when it was not held."""
        with self._changed:
            held = self.exclusive()
            if held is None or held["id"] != lease:
                return False
            self._store.take("lease", "exclusive")
            self._changed.notify_all()
        return True

    def exclusive(self) -> Document | None:
        """The exclusive lease that somebody holds now: `{"id", "expires", "attempt"?}`."""
        held = self._store.get("lease", "exclusive")
        return held if held and held["expires"] > self._clock.monotonic() else None

    def _open(self) -> bool:
        now = self._clock.monotonic()
        return any((self._store.get("open", key) or {"until": 0})["until"] > now for key in self._store.keys("open"))

    def _wait_for(self, free: Callable[[], bool], wait: float) -> bool:
        return wait_until(self._changed, free, wait, LOOK_AGAIN)
