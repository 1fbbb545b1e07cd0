"""Weaknesses of the Node relying party: each fails exactly the rows that its snapshot names."""

from __future__ import annotations

import pytest

from tests.kill_matrix.expectations import fails_exactly_its_rows, weaknesses_on


@pytest.mark.parametrize("weakness", weaknesses_on("node-rp"))
def test_fails_exactly_its_rows(weakness: str) -> None:
    fails_exactly_its_rows(weakness)
