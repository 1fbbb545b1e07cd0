"""docs/setup.md and its pictures (`make pictures`)."""

from __future__ import annotations

import re

from tests.walks.pictures import FOLDER, MOST


def test_it_shows_every_picture_and_none_is_large() -> None:
    text = (FOLDER.parent / "setup.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]{20,}\]\(pictures/([\w-]+\.png)\)", text)
    assert sorted(shown) == sorted(path.name for path in FOLDER.iterdir())
    assert [path.name for path in FOLDER.iterdir() if path.stat().st_size > MOST] == []
    assert "docs/setup.md" in (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
