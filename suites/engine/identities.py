"""Canary identities: people whose names occur nowhere else, so that a page that shows one says who is signed in."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from suites.engine.verdicts import BAD_INPUT, SetupError
from targets.target_schema import Target


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
        return (self.sub, self.email, self.name)


def fresh() -> Identity:
    """A person nobody has seen before."""
    tag = secrets.token_hex(5)
    return Identity(f"00u{secrets.token_hex(8)}0g", f"canary.{tag}@example.com", f"Canary {tag.capitalize()}")


class Identities:
    """Hands out people for attempts: fresh ones, or those of the target's pool in turn."""

    def __init__(self, target: Target) -> None:
        pool = target.identities.pool if target.identities.kind == "pool" else ()
        self._people = [_complete(entry.sub, entry.email, entry.name) for entry in pool]
        if target.identities.kind == "pool" and len(self._people) < 2:
            raise SetupError(
                f'{target.name}: [identities] kind = "pool" needs at least two people: one to sign in, one to be '
                "attacked",
                BAD_INPUT,
            )
        self._turn: Iterator[Identity] = itertools.cycle(self._people)

    def take(self) -> Identity:
        return next(self._turn) if self._people else fresh()

    def other(self, own: Identity) -> Identity:
        """Somebody else whom the target would let in, too: the person that an attack is about."""
        return next((person for person in self._people if person != own), None) or fresh()


def _complete(sub: str, email: str, name: str) -> Identity:
    made = fresh()
    return Identity(sub or made.sub, email or made.email, name or made.name)
