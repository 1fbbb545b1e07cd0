"""Three files, each whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import reports

from .sample import sample


def test_writes_the_three_files_into_a_new_directory(tmp_path: Path) -> None:
    paths = reports.write(sample(), tmp_path / "new" / "out")
    assert {name: path.name for name, path in paths.items()} == {
        "json": "results.json",
        "junit": "junit.xml",
        "html": "index.html",
    }
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == [
        "index.html",
        "junit.xml",
        "results.json",
    ]
    assert json.loads(paths["json"].read_text(encoding="utf-8")) == sample()


def test_replaces_an_older_report_and_leaves_no_draft(tmp_path: Path) -> None:
    reports.write(sample(), tmp_path)
    reports.write(sample() | {"profile": "security"}, tmp_path)
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["profile"] == "security"
    assert len(list(tmp_path.iterdir())) == 3


def test_does_not_write_through_a_link_in_the_report_directory(tmp_path: Path) -> None:
    elsewhere = tmp_path / "precious"
    elsewhere.write_text("mine", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").symlink_to(elsewhere)
    reports.write(sample(), out)
    assert elsewhere.read_text(encoding="utf-8") == "mine"


def test_invalid_results_leave_the_older_report_alone(tmp_path: Path) -> None:
    reports.write(sample(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(reports.ReportError, match="profile"):
        reports.write(sample() | {"profile": 7}, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_directory_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(reports.ReportError, match=r"cannot create the report directory .*out: .*another directory"):
        reports.write(sample(), tmp_path / "out")


def test_a_report_that_cannot_be_replaced_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").mkdir()
    with pytest.raises(reports.ReportError, match=r"cannot write the report .*junit\.xml"):
        reports.write(sample(), tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


def test_file_mode_follows_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        paths = reports.write(sample(), tmp_path)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in paths.values()} == {0o640}
