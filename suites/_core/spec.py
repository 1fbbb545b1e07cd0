"""References to specifications, checked when a case is imported.

A case cites what it tries: `Ref("OIDC Core", "3.1.3.7", item=3)`. Only sections that are listed in
`suites/_core/specifications.py` can be cited, so that a wrong number, or an item that a list does not have,
never reaches a report.
"""

from __future__ import annotations

from dataclasses import dataclass

from suites._core.specifications import ASVS_IDS, SPECIFICATIONS, Section

__all__ = ["ASVS_IDS", "SPECIFICATIONS", "Ref", "UnknownReference"]


class UnknownReference(ValueError):
    """A specification, section or item that is not in the registry."""


@dataclass(frozen=True)
class Ref:
    """Where a requirement stands; `item` counts in the section's numbered list, from 1.

    Raises UnknownReference for a specification, section or item that does not exist.
    """

    spec: str
    section: str
    item: int | None = None

    def __post_init__(self) -> None:
        known = SPECIFICATIONS.get(self.spec)
        if known is None:
            names = ", ".join(sorted(SPECIFICATIONS))
            raise UnknownReference(f"unknown specification {self.spec!r}; known: {names}")
        if self.section not in known.sections:
            raise UnknownReference(f"{self.spec} has no section {self.section!r} that can be cited")
        items = self._section.items
        if self.item is not None and not 1 <= self.item <= items:
            raise UnknownReference(f"{self.spec} {self.section} has {items} items, no item {self.item}")

    @property
    def _section(self) -> Section:
        return SPECIFICATIONS[self.spec].sections[self.section]

    @property
    def title(self) -> str:
        """The section's own title."""
        return self._section.title

    @property
    def url(self) -> str:
        """A deep link to the section."""
        return self._section.url

    @property
    def text(self) -> str:
        """For humans: `OIDC Core 3.1.3.7 (3)`."""
        return f"{self.spec} {self.section}" + (f" ({self.item})" if self.item is not None else "")

    def __str__(self) -> str:
        return self.text

    def to_json(self) -> dict[str, str | int | None]:
        """`{"name", "section", "item", "url", "text"}`, the shape of results.json."""
        return {
            "name": self.spec,
            "section": self.section,
            "item": self.item,
            "url": self.url,
            "text": self.text,
        }
