"""docs/coverage.md says what the cases cover, and they never cover less."""

from __future__ import annotations

from pathlib import Path

from suites import coverage
from suites._core import load_cases
from suites._core.catalogue import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
README = PAGE.parents[1] / "README.md"
COVERED = 260
"""Rows of the protocol. Raise it with what the cases cover."""


def test_the_page_is_the_one_that_would_be_written() -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage.page(), "make coverage writes it"


def test_the_readme_counts_right() -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    named = {row for info in load_cases() for row in info.covers}
    ours = coverage.protocol()
    assert f"{len(load_cases())} cases" in text
    assert f"{sum(row.id in named for row in ours)} of {len(ours)} requirements" in text


def test_the_cases_cover_no_less_than_before() -> None:
    named = {row for info in load_cases() for row in info.covers}
    assert sum(row.id in named for row in coverage.protocol()) >= COVERED


def test_something_is_left_out_only_of_what_is_covered() -> None:
    named = {row for info in load_cases() for row in info.covers}
    assert [row.id for row in catalogue().values() if row.left_out and row.id not in named] == []


def test_no_row_is_covered_that_cannot_be() -> None:
    named = {row for info in load_cases() for row in info.covers}
    assert [row.id for row in catalogue().values() if row.not_applicable and row.id in named] == []
