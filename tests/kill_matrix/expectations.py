"""What the tests of this folder share: which weaknesses belong together, and what each must fail.

Trying all takes about an hour, so that tests try a fixed slice. One file of tests per topic of weaknesses.
"""

from __future__ import annotations

import os
import zlib

import pytest

from targets import zoo
from targets.broken.registry import all_weaknesses
from tests.kill_matrix.matrix import Row, run_one, snapshot

ONE_IN = 40
"""Of the rows that a relying party is not known to fail."""
SLICE = 1 if os.environ.get("ZOO") == "all" else 9
"""Of the weaknesses one in so many is tried by the tests; ZOO=all (make zoo-tests) tries all."""


def weaknesses_of(*topics: str) -> list[str]:
    """The weaknesses of the slice that the modules `targets/broken/<topic>.py` define, and one at least."""
    modules = {f"targets.broken.{topic}" for topic in topics}
    found = sorted(name for name, kind in all_weaknesses().items() if kind.__module__ in modules)
    return [name for name in found if in_slice(name)] or found[:1]


def weaknesses_on(base: str) -> list[str]:
    """The weaknesses of a base, by id."""
    return [weakness.id for weakness in zoo.weaknesses().values() if weakness.base == base and in_slice(weakness.id)]


def in_slice(name: str) -> bool:
    """Whether the tests try this member of the zoo; always the same ones."""
    return zlib.crc32(name.encode()) % SLICE == 0


def sampled(weakness: str, row: Row, one_in: int = ONE_IN) -> bool:
    """A few of the rows, others for each weakness, always the same."""
    info, member = row
    return zlib.crc32(f"{weakness} {info.result_id(member)}".encode()) % one_in == 0


def needs(name: str) -> None:
    """Skips the test when this member of the zoo cannot start here."""
    if lacking := zoo.not_there(name):
        pytest.skip(lacking)


def fails_exactly_its_rows(weakness: str) -> None:
    """The rows of its snapshot fail with their verdicts; a fixed sample of the others does not."""
    needs(weakness)
    expected = snapshot()[weakness]

    def wanted(row: Row) -> bool:
        return row[0].result_id(row[1]) in expected or sampled(weakness, row)

    outcome = run_one(weakness, wanted)
    assert outcome.failing == expected, outcome.details
    assert len(outcome.tried) > len(expected)
