"""Canary identities: people whose names occur nowhere else, so that a page that shows one says who is signed in."""

from __future__ import annotations

import hashlib
import itertools
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mock_idp.client import Control, ControlError
from suites.engine.verdicts import BAD_INPUT, Concluded, SetupError, Verdict
from targets.target_schema import Target

PER_CASE = 2
"""People whom a case takes from the pool, both at once: one signs in, the other is attacked."""
LASTING = 300.0
"""Seconds after its last login at which a case that gave nobody back (its worker died) loses its people."""
PATIENCE = LASTING + 60.0
"""Seconds that a case waits for people: longer than a dead worker can keep them."""
SLOW_CASE = 100
"""Paces that a case waits beyond that: others make up to thirty logins in a case, and take turns at it."""
CALL_WAIT = 60.0
"""Seconds that one call to the mock waits."""
LOOK_AGAIN = 1.0
"""Seconds until the next call, where the mock lets no more callers wait."""


@dataclass(frozen=True)
class Identity:
    """One person at the IdP. `sub` has the shape of an Okta user id."""

    sub: str
    email: str
    name: str

    def to_json(self) -> dict[str, Any]:
        return {
            "sub": self.sub,
            "email": self.email,
            "name": self.name,
            "preferred_username": self.email,
            "given_name": self.name.partition(" ")[0],
            "family_name": self.name.rpartition(" ")[2],
        }

    @property
    def marks(self) -> tuple[str, ...]:
        """What a page would show of this person."""
        return tuple(filter(None, (self.sub, self.email, self.name)))


def fresh() -> Identity:
    """A person nobody has seen before."""
    return _person(secrets.token_hex(13))


class Identities:
    """Hands out people for attempts: fresh ones, or those of the target's pool (`people`, by sub), leased for a case.

    The lease is at the mock, so that no other worker uses them meanwhile; `give_back` when the case is over.
    """

    def __init__(self, target: Target, control: Control, patience: float | None = None) -> None:
        """`patience`: seconds to wait for people. SetupError(20) for a pool that is too small for any case."""
        pool = target.identities.pool if target.identities.kind == "pool" else ()
        people = [_complete(entry.sub, entry.email, entry.name) for entry in pool]
        self.people = {person.sub: person for person in people}
        if target.identities.kind == "pool" and len(self.people) < PER_CASE:
            raise SetupError(
                f'{target.name}: [identities] kind = "pool" needs at least two people: one to sign in, one to be '
                "attacked",
                BAD_INPUT,
            )
        self._target, self._control = target, control
        self._patience = PATIENCE + SLOW_CASE * target.pace if patience is None else patience
        self._lease = ""
        self._leased: list[Identity] = []
        self._turn: Iterator[Identity] = iter(())
        self._pause = threading.Event()

    def take(self) -> Identity:
        """Somebody for the next attempt. SetupError(20) when all people are in use for too long."""
        if not self.people:
            return fresh()
        if self._lease:
            self.keep()
        else:
            self._lease, names = self._borrow()
            self._leased = [self.people[name] for name in names]
            self._turn = itertools.cycle(self._leased)
        return next(self._turn)

    def other(self, own: Identity) -> Identity:
        """Somebody else whom the target would let in, too: the person that an attack is about."""
        return next((person for person in self._leased if person != own), None) or fresh()

    def keep(self, busy: float = 0.0) -> None:
        """The case goes on, and makes no login for the next `busy` seconds."""
        if not self._lease:
            return
        try:
            self._control.keep_people(self._lease, busy + LASTING)
        except ControlError as error:
            if error.status != 409:
                raise
            reason = f"the case took so long that other cases were given its people: {error}"
            raise Concluded(Verdict.INCONCLUSIVE, reason=reason) from None

    def give_back(self) -> None:
        """The attempts of a case are over: others may use its people. May be called at any time."""
        lease, self._lease, self._leased = self._lease, "", []
        try:
            if lease:
                self._control.give_people_back(lease)
        except ControlError as error:
            if error.status != 404:  # expired, and others have them already
                raise

    def _borrow(self) -> tuple[str, list[str]]:
        end = time.monotonic() + self._patience
        while True:
            wait = max(0.0, min(CALL_WAIT, end - time.monotonic()))
            try:
                return self._control.take_people(list(self.people), PER_CASE, lasting=LASTING, wait=wait)
            except ControlError as error:
                if error.status != 409:
                    raise
            if time.monotonic() >= end:
                raise SetupError(
                    f"{self._target.name}: fewer than two of the {len(self.people)} people in [identities] pool were "
                    f"free for {self._patience:g} s: every worker needs two at a time. Declare more people, or use "
                    "fewer --workers.",
                    BAD_INPUT,
                )
            self._pause.wait(LOOK_AGAIN)


def _complete(sub: str, email: str, name: str) -> Identity:
    """The same person in every worker, and in every run: the target may remember whom it has seen."""
    made = _person(hashlib.sha256("\0".join((sub, email, name)).encode()).hexdigest())
    return Identity(sub or made.sub, email or made.email, name or made.name)


def _person(digits: str) -> Identity:
    """Somebody made of at least 26 hexadecimal digits."""
    tag = digits[16:26]
    return Identity(f"00u{digits[:16]}0g", f"canary.{tag}@example.com", f"Canary {tag.capitalize()}")
