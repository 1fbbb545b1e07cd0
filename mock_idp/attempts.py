"""Attempts: one login each, with its misbehaviour, its identity and everything the IdP saw of it.

Also leases: every open attempt holds a shared lease; who changes what all logins see holds the exclusive one.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from mock_idp.edits import Editor
from mock_idp.misbehaviour import Misbehaviour, MisbehaviourError
from mock_idp.store import Document, Store

COOKIE = "gauntlet_attempt"
HEADER = "X-Gauntlet-Attempt"
OPEN_FOR = 600.0
"""Seconds after which an attempt that nobody closed no longer holds its shared lease."""


class LeaseError(RuntimeError):
    """A lease that could not be had in time, or is not held."""


class Attempts:
    """Attempts, their transcripts and the leases, on top of the store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._changed = threading.Condition()

    # ---- leases -------------------------------------------------------------------------------------------

    def acquire_exclusive(self, wait: float, ttl: float = 300.0) -> str:
        """The exclusive lease, once no attempt is open; raises LeaseError after `wait` seconds."""
        lease = secrets.token_urlsafe(12)

        def free() -> bool:
            return self._exclusive() is None and not self._open_attempts()

        with self._changed:
            if not self._changed.wait_for(free, timeout=wait):
                raise LeaseError(f"no exclusive lease within {wait:g} s: other attempts are open")
            expires = time.monotonic() + ttl
            self.store.put("lease", "exclusive", {"id": lease, "expires": expires})
        return lease

    def release(self, lease: str) -> None:
        with self._changed:
            current = self._exclusive()
            if current and current["id"] == lease:
                self.store.take("lease", "exclusive")
            self._changed.notify_all()

    def _exclusive(self) -> Document | None:
        lease = self.store.get("lease", "exclusive")
        if lease and lease["expires"] < time.monotonic():
            self.store.take("lease", "exclusive")
            return None
        return lease

    def _open_attempts(self) -> list[str]:
        now = time.monotonic()
        return [k for k in self.store.keys("open") if (self.store.get("open", k) or {"until": 0})["until"] > now]

    # ---- attempts -----------------------------------------------------------------------------------------

    def create(self, wanted: Mapping[str, Any], wait: float = 60.0) -> Document:
        """A new attempt from the control API's JSON; waits while someone else holds the exclusive lease.

        Raises MisbehaviourError for edits that cannot be served, LeaseError without the lease they need.
        """
        misbehaviour = Misbehaviour.from_json(wanted.get("misbehaviour", []))
        lease = wanted.get("lease")
        attempt: Document = {
            "id": secrets.token_urlsafe(18),
            "misbehaviour": misbehaviour.to_json(),
            "identity": wanted.get("identity"),
            "victim": wanted.get("victim"),
            "hold": bool(wanted.get("hold", False)),
            "clock_offset": float(wanted.get("clock_offset", 0)),
            "strictness": wanted.get("strictness"),
            "lease": lease,
        }
        if attempt["strictness"] not in (None, "okta", "core"):
            raise MisbehaviourError("strictness: expected 'okta' or 'core'")

        def admitted() -> bool:
            exclusive = self._exclusive()
            return exclusive is None or exclusive["id"] == lease

        with self._changed:
            if misbehaviour.issuer_wide and (lease is None or self._exclusive() is None):
                raise LeaseError("edits of discovery or jwks are seen by everybody: take the exclusive lease")
            if not self._changed.wait_for(admitted, timeout=wait):
                raise LeaseError(f"another run held the exclusive lease for more than {wait:g} s")
            self.store.put("attempt", attempt["id"], attempt)
            if lease is None:
                self.store.put("open", attempt["id"], {"until": time.monotonic() + OPEN_FOR})
            else:
                self.store.update("lease", "exclusive", lambda held: {**held, "attempt": attempt["id"]})
        return attempt

    def get(self, attempt_id: str | None) -> Document | None:
        return self.store.get("attempt", attempt_id) if attempt_id else None

    def close(self, attempt_id: str) -> None:
        """Give the shared lease back, and stop to sign its person in.

        The transcript stays, and late requests still join it.
        """
        with self._changed:
            self.store.update("attempt", attempt_id, lambda attempt: {**attempt, "closed": True})
            self.store.take("open", attempt_id)
            self._changed.notify_all()

    def forget(self, attempt_id: str) -> None:
        """Close the attempt and delete its transcript."""
        self.close(attempt_id)
        self.store.take("attempt", attempt_id)
        for kind in ("exchange", "delivery", "response", "artefact", "canary"):
            self.store.forget(kind, attempt_id)

    def issuer_wide(self) -> Document | None:
        """The attempt whose edits everybody sees now, if any."""
        lease = self._exclusive()
        return self.get(lease.get("attempt")) if lease else None

    def editor(self, attempt: Document | None) -> Editor:
        """The edits of this attempt; the honest editor without one."""
        if attempt is None:
            return Editor(Misbehaviour(), lambda _: None, lambda _index, _channel: 1)
        misbehaviour = Misbehaviour.from_json(attempt["misbehaviour"])
        attempt_id = attempt["id"]

        def occurrence(index: int, channel: str | None) -> int:
            where = misbehaviour.edits[index].where
            if where.nth is None and where.times is None:
                return 1
            return self.store.append("occurrence", f"{attempt_id}/{index}", {"channel": channel})

        return Editor(misbehaviour, self._recorder("delivery", attempt_id), occurrence)

    def _recorder(self, kind: str, attempt_id: str) -> Callable[[Document], None]:
        def record(item: Document) -> None:
            self.store.append(kind, attempt_id, item)

        return record

    def note(self, kind: str, attempt_id: str | None, item: Document) -> None:
        """Add to a transcript list (exchange, response, artefact, canary); unbound items go to one log."""
        if attempt_id:
            self.store.append(kind, attempt_id, item)
        elif kind == "exchange":
            self.store.append("unbound", "log", item, limit=500)

    def transcript(self, attempt_id: str) -> Document | None:
        """Everything about one attempt; None when there is no such attempt."""
        attempt = self.get(attempt_id)
        if attempt is None:
            return None
        exchanges = self.store.items("exchange", attempt_id)
        return {
            **attempt,
            "bound": bool(exchanges),
            "exchanges": exchanges,
            "deliveries": self.store.items("delivery", attempt_id),
            "authorization_responses": self.store.items("response", attempt_id),
            "artefacts": self.store.items("artefact", attempt_id),
            "canary_hits": self.store.items("canary", attempt_id),
        }

    def unbound(self) -> list[Document]:
        return self.store.items("unbound", "log")
