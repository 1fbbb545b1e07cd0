"""Where the weaknesses of the relying party written by hand are listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from targets.handmade.party import Party

Weak = TypeVar("Weak", bound=type[Party])
WEAKNESSES: dict[str, type[Party]] = {}


def weakness(name: str) -> Callable[[Weak], Weak]:
    def register(kind: Weak) -> Weak:
        WEAKNESSES[name] = kind
        return kind

    return register
