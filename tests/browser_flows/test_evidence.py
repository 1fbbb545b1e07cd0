"""A flow that breaks leaves a picture, the console's log and a trace, in which nothing can be used to sign in."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from targets.errors import NO_BROWSER
from tests.front_door.running import Running, checking

pytestmark = pytest.mark.browser

CASE = "browser-flows.keeps-no-session-after-logout"
LIMIT = 180.0
CREDENTIALS = re.compile(rb"rp_session=|eyJ[\w-]+\.[\w-]+\.[\w-]+|[?&]code=(?!\[code )")


def test_evidence_of_a_broken_flow(tmp_path: Path) -> None:
    command = checking("broken", "--browser", "chromium", "--case", CASE, report=tmp_path)
    finished = Running(command, tmp_path, {"WEAKNESS": "keeps-session-after-logout"}).finish(LIMIT)
    if finished.code == NO_BROWSER:
        pytest.skip(finished.err)
    [row] = finished.results["cases"]
    stem = f"files/{CASE.replace('.', '-')}"
    assert (row["verdict"], row["evidence"]["files"]) == (
        "FAIL",
        [f"{stem}.png", f"{stem}.console.log", f"{stem}.trace.zip"],
    )
    assert (tmp_path / f"{stem}.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "index.html").read_text()
    assert all(f'<a href="{name}">' in page for name in row["evidence"]["files"])

    with zipfile.ZipFile(tmp_path / f"{stem}.trace.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    network = [json.loads(line)["snapshot"] for line in members["trace.network"].splitlines()]
    asked = [(one["request"]["method"], one["request"]["url"].rpartition("/")[2]) for one in network]
    assert ("POST", "logout") in asked
    assert {name: found for name, text in members.items() if (found := CREDENTIALS.search(text))} == {}
