"""Whether a text that the IdP sent has become markup in a page of the RP."""

from __future__ import annotations

from html.parser import HTMLParser

BREAKING_OUT = "\"'></title></textarea></script>"
"""Leaves attributes and those elements in which a tag is mere text."""


def markup(element: str) -> str:
    """A text that makes an element of this name wherever it is written into a page unescaped."""
    return f"{BREAKING_OUT}<{element}>"


def has_element(page: str, element: str) -> bool:
    """Whether a browser would make an element of this name from the page; text and attributes do not count."""
    found = _Elements()
    found.feed(page)
    found.close()
    return element in found.names


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.names.add(tag)
