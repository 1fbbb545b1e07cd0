"""docs/okta-fidelity.md says what the mock does like Okta: each claim of ours names a test, and that test exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "okta-fidelity.md"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


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
    named = _TEST.findall(row[2])

    assert named or row[2].startswith("not built"), f"{row[0]}: our cell names no test"
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert name in defined, f"{row[0]}: {path} has no {name}"
