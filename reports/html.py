"""The page that a person opens: one file, no script, no network; everything from the target is escaped."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .clean import as_json, visible
from .edits import difference
from .words import (
    SYMBOLS,
    VERDICTS,
    Case,
    changed_place,
    clock,
    counts,
    followers,
    is_finding,
    is_warning,
    not_counted,
    severity_rank,
    spec_label,
    suite_of,
    warned_of,
    who,
)

BODY_LIMIT = 20_000
"""Characters of one value on the page; results.json has all of it."""

LIST_LIMIT = 200
"""Exchanges of an attempt, headers of a message, and the like, on the page."""

_HERE = Path(__file__).parent
_OF_A_BROWSER = re.compile(r"files/[A-Za-z0-9._-]+")
"""The names of what a browser leaves as evidence; only such a one is a link."""


def render(results: Mapping[str, Any]) -> str:
    """The page for a valid `results`. Cases are grouped by suite and keep their order."""
    style = (_HERE / "index.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            results=results,
            style=Markup(style),  # ours, from the package
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            counts={verdict: number for verdict, number in counts(results["cases"]).items() if number},
            **_arranged(results["cases"]),
        )
    )


def _arranged(cases: list[Case]) -> dict[str, Any]:
    anchors: dict[str, str] = {}
    taken: set[str] = set()
    entries: list[dict[str, Any]] = []
    suites: dict[str, list[dict[str, Any]]] = {}
    follow = followers(cases)
    for case in cases:
        anchor = _free(re.sub(r"[^A-Za-z0-9._-]", "-", str(case["id"])), taken)
        anchors.setdefault(case["id"], anchor)
        entry = {"case": case, "anchor": anchor, "finding": is_finding(case), "followers": follow[case["id"]]}
        entries.append(entry)
        suites.setdefault(suite_of(case), []).append(entry)
    entries.sort(key=lambda entry: severity_rank(entry["case"]))
    return {
        "suites": suites,
        "anchors": anchors,
        "findings": [entry for entry in entries if entry["finding"]],
        "warnings": _by_suite(entry for entry in entries if is_warning(entry["case"])),
        "unclear": [entry for entry in entries if entry["case"]["verdict"] in ("ERROR", "INCONCLUSIVE")],
    }


def _by_suite(entries: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    # There may be many of them, and what they share is the topic.
    grouped: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        grouped.setdefault(suite_of(entry["case"]), []).append(entry)
    return dict(sorted(grouped.items()))


def _free(anchor: str, taken: set[str]) -> str:
    # A case list may hold an id twice (a repeated run), or two that differ only in what no anchor can hold.
    candidate, number = f"case-{anchor}", 1
    while candidate in taken:
        number += 1
        candidate = f"case-{anchor}~{number}"
    taken.add(candidate)
    return candidate


def safe_link(url: str) -> str | None:
    """`url` when it may be a link: https, a host, and nothing that a browser would repair or hide."""
    if not url.isascii() or not url.isprintable() or any(c in url for c in " \\\"'<>`"):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme == "https" and host and "@" not in parts.netloc else None


def cut(text: str, end: str = "start") -> dict[str, Any]:
    """The part of a long text that the page shows (its `start` or its `end`), and how long it was."""
    whole = len(text)
    if whole > BODY_LIMIT:
        text = text[:BODY_LIMIT] if end == "start" else text[-BODY_LIMIT:]
    return {"text": text, "whole": whole, "cut": whole > BODY_LIMIT, "end": end}


def body_text(body: Any) -> str:
    """A message body to read: JSON is laid out on several lines, anything else is left as it is.

    Evidence must not change: a body that says more than its value (duplicate members, escapes, odd numbers)
    is left as it is, too.
    """
    if body is None:
        return ""
    if isinstance(body, str):
        # Far beyond the limit nothing is gained by parsing.
        if len(body) > 10 * BODY_LIMIT or body[:1] not in ("{", "["):
            return body
        try:
            laid_out = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return body
        return laid_out if _dense(laid_out) == _dense(body) else body
    return json.dumps(body, indent=2, ensure_ascii=False)


def _dense(text: str) -> str:
    return "".join(text.split())


def pairs(fields: Any) -> list[tuple[str, str]]:
    """Headers or parameters as rows, whether they came as an object, an object of lists, or pairs."""
    if not fields:
        return []
    rows: Iterable[tuple[Any, Any]] = fields.items() if isinstance(fields, Mapping) else fields
    listed: list[tuple[str, str]] = []
    for name, value in rows:
        for one in value if isinstance(value, list) else [value]:
            listed.append((str(name), one if isinstance(one, str) else as_json(one)))
    return listed


def _shown(value: Any) -> Any:
    # Runs on every value that the template prints, before escaping: no control or bidi character slips past.
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        as_json=as_json,
        body_text=body_text,
        clock=clock,
        cut=cut,
        difference=difference,
        of_a_browser=_OF_A_BROWSER.fullmatch,
        not_counted=not_counted,
        pairs=pairs,
        place=changed_place,
        safe_link=safe_link,
        spec_label=spec_label,
        warned_of=warned_of,
        who=who,
    )
    environment.globals.update(SYMBOLS=SYMBOLS, VERDICTS=VERDICTS, LIST_LIMIT=LIST_LIMIT)
    return environment
