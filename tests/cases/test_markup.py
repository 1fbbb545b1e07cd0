"""Text of the IdP counts as markup only where a browser would make an element of it."""

from __future__ import annotations

from html import escape

import pytest

from suites._core.markup import has_element, markup

TEXT = markup("x-mark")


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{TEXT}</p>",
        f'<a title="{TEXT}">',
        f"<a title='{TEXT}'>",
        f"<script>let told = {TEXT};</script>",
        f"<title>{TEXT}</title>",
        f"<textarea>{TEXT}</textarea>",
        "<X-MARK>",
    ],
)
def test_markup(page: str) -> None:
    assert has_element(page, "x-mark")


@pytest.mark.parametrize(
    "page",
    [
        "",
        f"<p>{escape(TEXT)}</p>",
        f'<a title="{escape(TEXT)}">',
        "<p>x-mark</p>",
        "<!-- <x-mark> -->",
        '<script>let told = "<x-mark>";</script>',
        '<a title="<x-mark>">',
        "<x-marks>",
    ],
)
def test_text(page: str) -> None:
    assert not has_element(page, "x-mark")
