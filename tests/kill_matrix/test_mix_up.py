"""Weaknesses of mix-up, and of what somebody else has the RP fetch: each fails exactly the rows of its snapshot."""

from __future__ import annotations

import pytest

from tests.kill_matrix.expectations import fails_exactly_its_rows, weaknesses_of


@pytest.mark.parametrize("weakness", weaknesses_of("mix_up", "ssrf"))
def test_fails_exactly_its_rows(weakness: str) -> None:
    fails_exactly_its_rows(weakness)
