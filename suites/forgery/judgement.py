"""What a model says of a token, and what it knows when it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REFUSE, AVOID, FREE, ACCEPT = "refuse", "avoid", "leave free", "accept"
STRICTEST_FIRST = (REFUSE, AVOID, FREE, ACCEPT)
Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Login:
    """What the RP knows when the token arrives: its registration, its request, the issuer's keys, the time.

    `keys` are public JWKs; `secret` is the client's, None where it has none;
    `now` is in seconds since the epoch; `nonce` None: none was sent. `max_age` (seconds) and `acr_values` as they were
    asked for. `access_tokens` and `codes` came in the same response as the token; `front_channel`: in the
    authorization response.
    """

    issuer: str
    client_id: str
    nonce: str | None
    keys: tuple[Mapping[str, Any], ...]
    now: float
    algorithm: str = "RS256"
    secret: str | None = None
    front_channel: bool = False
    access_tokens: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    state: str | None = None
    max_age: float | None = None
    acr_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """REFUSE, AVOID, FREE or ACCEPT, and the rule from which it follows.

    `spelling`: to be refused for how it is written down alone, so that whoever takes it takes what the issuer signed.
    """

    answer: str
    rule: str = ""
    spelling: bool = False


def strictest(found: list[Judgement]) -> Judgement:
    """The judgement that decides; ACCEPT when no rule has anything to say."""

    def place(judgement: Judgement) -> tuple[int, bool]:
        return STRICTEST_FIRST.index(judgement.answer), judgement.spelling

    return min(found, key=place, default=Judgement(ACCEPT))
