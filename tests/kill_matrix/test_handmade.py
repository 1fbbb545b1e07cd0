"""Weaknesses of the relying party written by hand: each fails exactly the rows that its snapshot names."""

from __future__ import annotations

import pytest

from tests.kill_matrix.expectations import fails_exactly_its_rows, weaknesses_on


@pytest.mark.parametrize("weakness", weaknesses_on("handmade"))
def test_fails_exactly_its_rows(weakness: str) -> None:
    fails_exactly_its_rows(weakness)
