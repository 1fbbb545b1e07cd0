"""docs/targets/flows.md: the table of systems and flows is what `tests/browser_flows` compares with."""

from __future__ import annotations

import re

import pytest

from tests.browser_flows.test_flows import FLOWS, LACKS, NOT_PASSED
from tests.docs.named_tests import ROOT, assert_tests_exist

WORDS = {"PASS": "passes", "WARN": "warns", LACKS: "–"}


def tables() -> list[list[list[str]]]:
    """The rows of the page's tables, without their heads."""
    text = (ROOT / "docs/targets/flows.md").read_text(encoding="utf-8")
    found = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [[line.strip("|").split(" | ") for line in table.splitlines()[2:]] for table in found]


CASES, MATRIX, REASONS = ([[cell.strip(" `") for cell in row] for row in table] for table in tables())


def test_the_flows() -> None:
    assert {flow: case for flow, _, case in CASES} == FLOWS


def test_the_matrix() -> None:
    assert {row[0]: row[1:] for row in MATRIX} == {
        target: [WORDS[verdicts.get(flow, "PASS")] for flow in FLOWS] for target, verdicts in NOT_PASSED.items()
    }


def test_whatever_is_not_passed_has_a_reason() -> None:
    expected = sorted((target, flow) for target, verdicts in NOT_PASSED.items() for flow in verdicts)
    assert sorted((target, flow) for target, flow, *_ in REASONS) == expected


@pytest.mark.parametrize("row", [row for row in REASONS if row[3] != "–"], ids=lambda row: f"{row[0]}-{row[1]}")
def test_what_happens_instead_is_tested(row: list[str]) -> None:
    assert_tests_exist(f"`{row[3]}`")
