"""What the tests of this folder share: which weaknesses belong together, and what each must fail.

One file of tests per topic, so that pytest-xdist's `--dist loadfile` spreads them.
"""

from __future__ import annotations

import zlib

from targets.broken.registry import all_weaknesses
from tests.kill_matrix.matrix import Row, run_one, snapshot

ONE_IN = 20


def weaknesses_of(*topics: str) -> list[str]:
    """The weaknesses that the modules `targets/broken/<topic>.py` define."""
    modules = {f"targets.broken.{topic}" for topic in topics}
    return sorted(name for name, kind in all_weaknesses().items() if kind.__module__ in modules)


def sampled(weakness: str, row: Row) -> bool:
    """A twentieth of the rows, another twentieth for each weakness, always the same."""
    info, member = row
    return zlib.crc32(f"{weakness} {info.result_id(member)}".encode()) % ONE_IN == 0


def fails_exactly_its_rows(weakness: str) -> None:
    """The rows of its snapshot fail with their verdicts; a fixed sample of the others does not."""
    expected = snapshot()[weakness]

    def wanted(row: Row) -> bool:
        return row[0].result_id(row[1]) in expected or sampled(weakness, row)

    outcome = run_one(weakness, wanted)
    assert outcome.failing == expected, outcome.details
    assert outcome.tried > len(expected)
