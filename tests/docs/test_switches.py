"""docs/switches.md has one row for each switch, and nothing that is none."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import get_type_hints

import pytest

from mock_idp.org.file import _CHOICES
from mock_idp.org.model import Settings
from tests.docs.named_tests import assert_tests_exist

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "switches.md"
FIELDS = dataclasses.fields(Settings)
KINDS = get_type_hints(Settings)


def rows() -> dict[str, list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row for row in cells}


def test_each_switch_has_its_row_and_no_row_is_stale() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]

    assert list(rows()) == [spec.name for spec in FIELDS]
    assert len(lines) == len(FIELDS)


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
def test_the_row_has_default_and_values(spec: dataclasses.Field[object]) -> None:
    _, values, what, source, _ = rows()[spec.name]
    default, *others = re.findall(r"`([^`]*)`", values) or ["", ""]

    if KINDS[spec.name] is bool:
        assert [default, *others] == [str(spec.default).lower(), str(not spec.default).lower()]
    elif spec.name in _CHOICES:
        assert (default, {default, *others}) == (spec.default, set(_CHOICES[spec.name]))
    else:
        assert default == str(spec.default)
        assert spec.default != "" or values.startswith("empty")
    assert what.endswith(".")
    assert source


@pytest.mark.parametrize("name", [spec.name for spec in FIELDS])
def test_the_row_names_a_test_that_exists(name: str) -> None:
    assert_tests_exist(rows()[name][-1])
