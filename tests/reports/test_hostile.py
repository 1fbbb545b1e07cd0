"""What the relying party says is shown and never acts: in the page, in the XML, on the terminal."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

import reports
from reports import html, junit
from reports.text import case_line, failure_block, styled, summary_lines

from .hostile import HOSTILE, is_hidden, replaced_everywhere
from .sample import SPEC, sample


def links(document: dict[str, Any]) -> set[str]:
    """Where the page's links lead."""
    found = lxml_html.document_fromstring(html.render(document)).cssselect("a")
    return {str(link.get("href")) for link in found}


def tags(page: str) -> set[str]:
    return {str(node.tag) for node in lxml_html.document_fromstring(page).iter()}


def test_the_page_has_no_element_or_attribute_from_a_string(hostile: dict[str, Any]) -> None:
    page = html.render(hostile)
    assert tags(page) <= tags(html.render(sample()))
    document = lxml_html.document_fromstring(page)
    attributes = {str(name) for node in document.iter() for name in node.attrib}
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")]
    assert "<script" not in page
    assert "&lt;script&gt;window.pwned" in page
    assert "{{ 7*191 }}" in page
    assert "1337" not in page


def test_the_page_links_nowhere_but_to_itself_and_to_specs() -> None:
    for url in ("javascript:alert(1)", "http://openid.net/", "data:text/html,x", "//evil.example", HOSTILE):
        document = sample()
        for case in document["cases"]:
            case["spec"]["url"] = url
        assert all(link.startswith("#") for link in links(document))
    assert {link for link in links(sample()) if not link.startswith("#")} == {SPEC}


def test_only_what_a_browser_leaves_is_linked() -> None:
    for name, linked in (("files/case-3f2a.png", True), ("files/../x", False), ("javascript:alert(1)", False)):
        document = sample()
        for case in document["cases"]:
            case["evidence"]["files"] = [name]
        assert (name in links(document)) == linked


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://a@evil.example/",
        "https://[::1",
        "HTTPS:evil",
        "https://a b",
        "https:\\\\evil",
        "https://é.example",
    ],
)
def test_an_odd_https_url_is_no_link(url: str) -> None:
    assert html.safe_link(url) is None


def test_no_acting_character_reaches_a_file(hostile: dict[str, Any], tmp_path: Path) -> None:
    paths = reports.write(hostile, tmp_path)
    for path in paths.values():
        assert not [c for c in path.read_bytes().decode("utf-8") if is_hidden(c)], path.name
    assert paths["json"].read_bytes().isascii()
    assert json.loads(paths["json"].read_text(encoding="utf-8")) == hostile


def test_the_xml_parses_and_has_no_element_from_a_string(hostile: dict[str, Any]) -> None:
    root, calm = ET.fromstring(junit.render(hostile)), ET.fromstring(junit.render(sample()))
    assert [node.tag for node in root.iter() if node.tag != "properties"] == [
        node.tag for node in calm.iter() if node.tag != "properties"
    ]
    assert any("<script>" in str(node.get("message")) for node in root.iter("failure"))


def test_nothing_acts_on_the_terminal() -> None:
    words = {"verdict", "level", "severity", "status", "caused_by"}
    document = replaced_everywhere(sample(), lambda path: path[-1] in words)
    lines = [case_line(case) for case in document["cases"]]
    lines += summary_lines(document, {"html": Path(HOSTILE.replace("\x00", ""))})
    for case in document["cases"]:
        block = failure_block(case, HOSTILE)
        assert len(block) <= 8
        lines += block
    assert not [c for line in lines for c in line if is_hidden(c) or c in "\n\t"]
    assert any("\\x1b[2J" in line for line in lines)
    assert styled(lines).plain == "\n".join(lines)
