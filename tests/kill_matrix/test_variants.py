"""The reference in other configurations."""

from __future__ import annotations

import pytest

from tests.kill_matrix.expectations import sampled
from tests.kill_matrix.matrix import CORRECT, REFERENCE, Row, passes, rows, run_one, snapshot


@pytest.mark.parametrize("variant", CORRECT[1:])
def test_a_variant_passes_what_the_reference_cannot_show(variant: str) -> None:
    """And a fixed sample of the other rows; `make kill-matrix` tries all."""
    recorded = passes()

    def wanted(row: Row) -> bool:
        only_variants = REFERENCE not in recorded[row[0].result_id(row[1])]
        return only_variants or sampled(variant, row)

    outcome = run_one(variant, wanted)
    assert outcome.failing.items() <= snapshot()[variant].items(), outcome.details
    tried = {info.result_id(member) for info, member in rows() if wanted((info, member))}
    assert outcome.passed == {row for row in tried if variant in recorded[row]}
