"""docs/okta-fidelity.md says what the mock does like Okta: each claim of ours names a test, and that test exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.named_tests import assert_tests_exist

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "okta-fidelity.md"


def rows() -> list[list[str]]:
    """The cells of each row of the table that has the column `This mock`."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] not in ("Feature", "") and set(row[0]) - set("-: ")]


def test_the_table_is_there() -> None:
    assert len(rows()) > 40
    assert {len(row) for row in rows()} == {4}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_our_cell_names_tests_that_exist(row: list[str]) -> None:
    assert_tests_exist(row[2])
