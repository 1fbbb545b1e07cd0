"""What a walk is: a guide's steps as clicks, and what may go wrong at each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tests.walks.clicks import Click

Way = Mapping[str, Sequence[Click]]


@dataclass(frozen=True)
class Wrong:
    """One step left out or done wrong; the doctor has to name `step`.

    `instead`: what is clicked in place of this and that step. `environment`: what the application is told besides.
    `usual`: `make acceptance` tries it, too.
    """

    step: str
    how: str
    instead: Way = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    usual: bool = False


@dataclass(frozen=True)
class Walk:
    """The page of a vendor, from an empty org to a login.

    `target` is the folder under targets/ with the guide's [guide]. `way`: by the id of the guide's step; ids that the
    guide does not have are ways between its steps. At its end `client_id`, `issuer` and, where there is one,
    `client_secret` have been noted for the application. `login`: where people start it.
    `environment`: what makes the reference relying party one of that product's addresses and habits.
    """

    target: str
    label: str
    way: Way
    wrong: Sequence[Wrong]
    login: Literal["tile", "app"]
    environment: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.target


def left_out(step: str, *others: str, usual: bool = False) -> Wrong:
    """Without this step, and others that cannot be done without it."""
    return Wrong(step, "left out", dict.fromkeys((step, *others), ()), usual=usual)


def instead(step: str, how: str, *clicks: Click, usual: bool = False) -> Wrong:
    """Other clicks in place of this step's."""
    return Wrong(step, how, {step: clicks}, usual=usual)
