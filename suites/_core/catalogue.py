"""The catalogue of requirements on an RP: a row each, and the comparable tests of other tools.

`catalogue.csv`: `tried` is what the IdP (or whoever attacks) does in the cases; `left_out` what belongs to the row as
well and no case tries, with the reason; `oidf` the OpenID Foundation's modules, `professos` the steps of PrOfESSOS,
`oidctest` the flows of its forerunner, each separated by semicolons; `not_applicable` why no case can cover the row. A
case says which rows it covers.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One requirement; every member is text, empty where there is nothing to say."""

    id: str
    group: str
    tried: str
    specifications: str
    oidf: str
    professos: str
    oidctest: str
    not_applicable: str
    left_out: str


@cache
def catalogue() -> Mapping[str, Row]:
    """Every row by its id, in the order of the file."""
    with Path(__file__).with_name("catalogue.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: Row(**row) for row in csv.DictReader(file)}


def rows() -> frozenset[str]:
    """Every row id."""
    return frozenset(catalogue())
