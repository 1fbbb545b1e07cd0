"""What the cases cover, as a page: `python -m suites.coverage --write docs/coverage.md`.

Row × case × comparable tests elsewhere × RFC 9700, 8725 and 9207 × ASVS 5.0 × CVE, with the counts.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from suites._core.case import CaseInfo, load_cases
from suites._core.catalogue import Row, catalogue

PROTOCOL = (
    *("discovery", "jwks", "authorize-request", "redirect-uri", "state", "nonce", "pkce", "token-endpoint"),
    *("client-auth", "id-token-claims", "id-token-signature", "encryption", "userinfo", "claims-sources"),
    *("implicit", "hybrid", "form-post", "request-object", "mix-up", "refresh", "idp-initiated"),
)
"""The groups of the catalogue that are about the login itself."""
JOSE_OF_OTHERS = (
    "ssrf-jku",
    "ssrf-x5u",
    "ssrf-nested-jwk-pointers",
    "ssrf-jwk-is-uri",
    "ssrf-kid-is-uri",
)
"""Rows of other groups that are about a token's header all the same."""
_BCP = re.compile(r"RFC (?:9700|8725|9207)\b[^;()]*")
_HEADER = (
    "| Row | What is tried | Case | OpenID Foundation | PrOfESSOS | RFC 9700, 8725, 9207 | ASVS 5.0 | CVE |\n"
    "|---|---|---|---|---|---|---|---|"
)


def protocol() -> list[Row]:
    """The rows that are about the login itself, in the order of the catalogue."""
    return [row for row in catalogue().values() if row.group in PROTOCOL or row.id in JOSE_OF_OTHERS]


def page() -> str:
    """The whole page."""
    cases = _by_row(load_cases())
    ours = protocol()
    others = [row for row in catalogue().values() if row not in ours]
    covered = [row for row in ours if row.id in cases]
    excused = [row for row in ours if row.not_applicable]
    results = sum(len(info.members) for info in load_cases())
    groups = {group: [row for row in ours if row.group == group] for group in [*PROTOCOL, "ssrf"]}
    sections = [section for group, rows in groups.items() for section in _section(group, rows, cases)]
    left = [row for row in ours if row not in covered and row not in excused]
    open_rows = ["", "## Not covered yet", "", *(f"- `{row.id}`: {_text(row.tried)}" for row in left)] if left else []
    counts = [
        f"- {len(ours)} rows of the protocol, {len(covered)} of them covered by cases, "
        f"{len(excused)} not applicable, {len(left)} open.",
        f"- {sum(row.id in cases for row in others)} of the {len(others)} rows of other topics "
        "(sessions, logout, account linking …) are covered as well.",
        f"- {len(load_cases())} cases with {results} result rows.",
        f"- Of the covered rows {sum(bool(row.oidf) for row in covered)} have a test of the OpenID Foundation, "
        f"{sum(bool(row.professos) for row in covered)} one of PrOfESSOS, "
        f"{sum(not (row.oidf or row.professos or row.oidctest) for row in covered)} have none there nor in oidctest.",
    ]
    return "\n".join([_INTRODUCTION, *counts, *sections, *open_rows, ""])


_INTRODUCTION = """# What the cases cover

Written by `python -m suites.coverage`; a test compares. A row is a requirement on a relying party; what is tried is
what the IdP, or whoever attacks, does in the cases. What would belong to the row and no case tries is *left out*, with
the reason. The OpenID Foundation's column names modules of its conformance suite (commit 12f2a4d, August 2026),
PrOfESSOS its test steps (commit 4e89b3f, May 2021).
"""


def _section(group: str, rows: list[Row], cases: Mapping[str, list[CaseInfo]]) -> list[str]:
    if not rows:
        return []
    title = f"## {group} ({sum(row.id in cases for row in rows)} of {len(rows)})"
    return ["", title, "", _HEADER, *(_line(row, cases.get(row.id, [])) for row in rows)]


def _line(row: Row, cases: list[CaseInfo]) -> str:
    case = "<br>".join(f"`{info.id}`" for info in cases)
    if not case:
        case = f"not applicable: {_text(row.not_applicable)}" if row.not_applicable else "–"
    cited = [info.spec.text for info in cases if _BCP.match(info.spec.text)]
    practice = [*(found.strip() for found in _BCP.findall(row.specifications)), *cited]
    cells = [
        f"`{row.id}`",
        _text(row.tried) + (f"<br>*Left out:* {_text(row.left_out)}" if row.left_out else ""),
        case,
        _items(row.oidf.split(";")),
        _items(row.professos.split(";")),
        _items(practice),
        _items(info.asvs or "" for info in cases),
        _items(cve for info in cases for cve in info.cve),
    ]
    return f"| {' | '.join(cells)} |"


def _by_row(cases: Iterable[CaseInfo]) -> dict[str, list[CaseInfo]]:
    found: dict[str, list[CaseInfo]] = {}
    for info in cases:
        for row in info.covers:
            found.setdefault(row, []).append(info)
    return found


def _items(values: Iterable[str]) -> str:
    return "<br>".join(dict.fromkeys(_text(value.strip()) for value in values if value.strip()))


def _text(value: str) -> str:
    """For a cell of a table: what Markdown or HTML would take for its own is escaped."""
    return re.sub(r"([|<>*_`\\])", r"\\\1", value)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m suites.coverage", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there instead of printing it")
    file = parser.parse_args().write
    if file:
        file.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")


if __name__ == "__main__":
    main()
