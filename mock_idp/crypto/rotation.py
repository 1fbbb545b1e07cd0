"""Which key of a server signs, which comes next and which was before: rotation (okta.md 1.4 and 8).

Each server publishes from the start: the active RSA key, the next RSA key (Okta publishes it ahead of a rotation),
retired ones during their overlap, and an EC key of the project's own, so that "signed with another published key"
needs no change that other logins would see.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from typing import Any

from mock_idp.clock import Clock
from mock_idp.crypto.jose import PublicKey
from mock_idp.crypto.keys import ACTIVE, EC, NEXT, USUAL, Key, KeyRing
from mock_idp.state import StateDirectory
from mock_idp.store import Document, Store

PERIOD = 90 * 86_400
"""Seconds between automatic rotations (okta.md 8)."""
OVERLAP = 7 * 86_400
"""Seconds for which a retired key stays published and good for verification. Okta names no figure; a token of a
custom server lives 24 hours at most."""
SHORTEST, UNKNOWN = 60, 86_400
"""Seconds for which the JWKS may be cached at least, and where nobody knows when it will change."""
ROTATIONS_FILE = "rotations.json"
RETIRED = "retired"
_KIND = "rotation"
OWN_ISSUER = "own_issuer"
"""What the store calls the issuers that attempts have to themselves (`mock_idp.attempts.issuers`)."""


class SigningKeys:
    """The keys of one org: `idp.keys.key("default")`. Thread-safe.

    `automatic(server_id)` tells whether a server rotates by itself. How often a server has rotated stands in the
    store and, with a state directory, in `rotations.json`; StateError when that file is damaged.
    """

    def __init__(
        self, ring: KeyRing, store: Store, clock: Clock, state: StateDirectory | None, automatic: Callable[[str], bool]
    ) -> None:
        self.ring = ring
        self._store, self._clock, self._state, self._automatic = store, clock, state, automatic
        self._lock = threading.RLock()
        self._passing = KeyRing()
        for found in state.read_json(ROTATIONS_FILE, dict).values() if state else ():
            if state and not _is_rotation(found):
                raise state.damaged(ROTATIONS_FILE)

    # ---- what there is ----------------------------------------------------------------------------------------

    def key(self, server: str, purpose: str = ACTIVE) -> Key:
        """The server's key for a purpose; `active`, `next` and `retired` change with each rotation.

        ValueError for `retired` before the first one.
        """
        if purpose == RETIRED:
            retired = self._rotation(server)["retired"]
            if not retired:
                raise ValueError("this server has retired no key")
            return self._generation(server, retired[-1][0])
        if purpose not in (ACTIVE, NEXT):
            return self._key(server, purpose)
        return self._generation(server, self._rotation(server)["generation"] + (purpose == NEXT))

    def rogue(self, alg: str = USUAL) -> Key:
        """A key for this algorithm that no server ever publishes, and no client has as its secret."""
        return self.ring.rogue(alg)

    def extra(self, kind: str) -> Key:
        """A key that no server publishes by itself, but an edit may: `RSA-1024` or `RSA-2048`."""
        return self._passing.key("-", kind)

    def listed(self, server: str) -> list[tuple[str, Key]]:
        """`(status, key)` of the signing keys: ACTIVE, NEXT, and each that is EXPIRED but still in its overlap."""
        known, now = self._rotation(server), self._clock.now()
        generation = known["generation"]
        retired = [number for number, until in reversed(known["retired"]) if until > now]
        return [
            ("ACTIVE", self._generation(server, generation)),
            ("NEXT", self._generation(server, generation + 1)),
            *(("EXPIRED", self._generation(server, number)) for number in retired),
        ]

    def published(self, server: str, *, following: bool = True, extra: bool = True) -> list[Key]:
        """The keys of the JWKS; without the next key or the project's own EC key where a switch says so."""
        keys = [key for status, key in self.listed(server) if following or status != "NEXT"]
        return [*keys, self._key(server, EC)] if extra else keys

    def public_keys(self, server: str) -> list[PublicKey]:
        """What may have signed a token that is shown to this server: the active key, and retired ones."""
        return [key.public() for status, key in self.listed(server) if status != "NEXT"]

    def with_kid(self, server: str, kid: str) -> Key | None:
        """A key that the server has or ever had, however long ago it was retired."""
        generations = range(self._rotation(server)["generation"] + 2)
        return next((key for n in generations if (key := self._generation(server, n)).kid == kid), None)

    def max_age(self, server: str) -> int:
        """For how many seconds a JWKS may be cached: until the next change, never less than a minute."""
        known, now = self._rotation(server), self._clock.now()
        changes = [until for _, until in known["retired"] if until > now]
        if self._automatic(server):
            changes.append(known["rotated"] + PERIOD)
        return max(SHORTEST, int(min(changes) - now)) if changes else UNKNOWN

    def last_rotated(self, server: str) -> float:
        """When the active key became it; seconds since the epoch."""
        return float(self._rotation(server)["rotated"])

    # ---- rotation ---------------------------------------------------------------------------------------------

    def rotate(self, server: str, steps: int = 1) -> None:
        """The next key becomes the active one, at once; the active one is EXPIRED and good for `OVERLAP` more.

        Two steps leave out the key that was announced: the new one was never published before.
        """
        with self._lock, self._locked(server):
            known, now = self._kept(server) or self._fresh(), self._clock.now()
            generation = known["generation"]
            retired = [entry for entry in known["retired"] if entry[1] > now]
            made = {
                "generation": generation + steps,
                "rotated": now,
                "retired": [*retired, [generation, now + OVERLAP]],
            }
            self._keep(server, made)

    def _rotation(self, server: str) -> Document:
        """How things stand; rotates when it is time."""
        with self._lock:
            known = self._store.get(_KIND, server)
            if known is None:
                with self._locked(server):
                    known = self._kept(server) or self._keep(server, self._fresh())
            if self._automatic(server) and self._clock.now() >= known["rotated"] + PERIOD:
                self.rotate(server)
                known = self._store.get(_KIND, server) or known
            return known

    def _fresh(self) -> Document:
        return {"generation": 0, "rotated": self._clock.now(), "retired": []}

    def _kept(self, server: str) -> Document | None:
        """The newest that this mock or another one with the same directory knows."""
        ours = self._store.get(_KIND, server)
        if self._state and not self._is_own(server):
            theirs = self._state.read_json(ROTATIONS_FILE, dict).get(server)
            if theirs is not None and (ours is None or theirs["generation"] > ours["generation"]):
                self._store.put(_KIND, server, theirs)
                return dict(theirs)
        return ours

    def _keep(self, server: str, made: Document) -> Document:
        self._store.put(_KIND, server, made)
        if self._state and not self._is_own(server):
            known = self._state.read_json(ROTATIONS_FILE, dict)
            self._state.write(ROTATIONS_FILE, json.dumps({**known, server: made}, indent=1))
        return made

    def _generation(self, server: str, number: int) -> Key:
        return self._key(server, (ACTIVE, NEXT)[number] if number < 2 else f"rsa{number}")

    # ---- issuers of an attempt's own -------------------------------------------------------------------------

    def _is_own(self, server: str) -> bool:
        return self._store.get(OWN_ISSUER, server) is not None

    def _key(self, server: str, purpose: str) -> Key:
        """Keys take long to make, so that all issuers of attempts have the same ones; none of them is kept."""
        return self._passing.key("own", purpose) if self._is_own(server) else self.ring.key(server, purpose)

    def _locked(self, server: str) -> contextlib.AbstractContextManager[object]:
        return self._state.locked() if self._state and not self._is_own(server) else contextlib.nullcontext()


def _is_rotation(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("generation"), int)
        and isinstance(found.get("rotated"), int | float)
        and isinstance(found.get("retired"), list)
        and all(isinstance(entry, list) and len(entry) == 2 for entry in found["retired"])
    )
