"""Weaknesses of keys: each fails exactly the rows that its snapshot names."""

from __future__ import annotations

import pytest

from tests.kill_matrix.expectations import fails_exactly_its_rows, weaknesses_of


@pytest.mark.parametrize("weakness", weaknesses_of("keys", "keys_without_kid"))
def test_fails_exactly_its_rows(weakness: str) -> None:
    fails_exactly_its_rows(weakness)
