"""What the tests of this folder share: which weaknesses belong together, and what each must fail.

One file of tests per topic, so that pytest-xdist's `--dist loadfile` spreads them.
"""

from __future__ import annotations

import zlib

import pytest

from targets import zoo
from targets.broken.registry import all_weaknesses
from tests.kill_matrix.matrix import Row, run_one, snapshot

ONE_IN = 20


def weaknesses_of(*topics: str) -> list[str]:
    """The weaknesses that the modules `targets/broken/<topic>.py` define."""
    modules = {f"targets.broken.{topic}" for topic in topics}
    return sorted(name for name, kind in all_weaknesses().items() if kind.__module__ in modules)


def weaknesses_on(base: str) -> list[str]:
    """The weaknesses of a base, by id."""
    return [weakness.id for weakness in zoo.weaknesses().values() if weakness.base == base]


def sampled(weakness: str, row: Row, one_in: int = ONE_IN) -> bool:
    """A twentieth of the rows, another twentieth for each weakness, always the same."""
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
