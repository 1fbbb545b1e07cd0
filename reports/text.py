"""What the terminal says. Plain lines without colour codes; every value of the target is made harmless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.text import Text

from .clean import one_line
from .edits import changed_lines
from .words import (
    VERDICTS,
    Case,
    counts,
    followers,
    is_finding,
    is_warning,
    not_counted,
    severity_rank,
    spec_label,
    warned_of,
)

_BLOCK = 8  # lines of a failure, at most
_WARNINGS = 12  # lines of the summary's warnings, at most; the report has all of them
_LINE = 160  # characters of a told value

_STYLES = {
    "PASS": "green",
    "FAIL": "bold red",
    "ERROR": "bold magenta",
    "WARN": "yellow",
    "INCONCLUSIVE": "cyan",
    "NOT_APPLICABLE": "dim",
}


def case_line(case: Case) -> str:
    """One case on one line: verdict, id, seconds and, where it is no plain PASS or FAIL, why."""
    head = f"{case['verdict']:<4}  {one_line(case['id'])}"
    why = not_counted(case) or case["reason"]
    line = f"{head:<72}  {case['duration_s']:>5.2f}s"
    return f"{line}  {one_line(why, 80)}" if why else line


def failure_block(case: Case, target_name: str) -> list[str]:
    """A case that did not pass, in at most eight lines of a fixed shape.

    Verdict, id, target, level and severity; requirement; what we changed; expected; observed; why (when the
    verdict needs a reason); spec and link; the command that tries it again. The last two are never shortened.
    """
    head = f"{case['verdict']}  {one_line(case['id'])}"
    title = f"{head:<50}  {one_line(target_name, 40):<16}  {case['level']} · {case['severity']}"
    lines = [title, f"      {one_line(case['title'], _LINE)}"]
    spec = f"{one_line(spec_label(case['spec']))}  {one_line(case['spec']['url'])}".rstrip()
    tail = [_row("expected", case["expected"]), _row("observed", case["observed"])]
    why = not_counted(case) or case["reason"]
    if why:
        tail.append(_row("because", why))
    tail += [f"  {'spec':<11} {spec}", f"  {'again':<11} {one_line(case['replay'])}"]
    return lines + changed_lines(case, _BLOCK - len(lines) - len(tail)) + tail


def summary_lines(results: Mapping[str, Any], paths: Mapping[str, Path] | None = None) -> list[str]:
    """The end of a run: counts, findings by severity, warnings, what stayed open, waivers, `paths`, and the exit."""
    cases: list[Case] = results["cases"]
    tally = counts(cases)
    told = ", ".join(f"{tally[verdict]} {verdict}" for verdict in VERDICTS if tally[verdict])
    noun = "case" if len(cases) == 1 else "cases"
    lines = [f"{len(cases)} {noun} in {results['duration_s']:.1f}s: {told or 'none ran'}"]
    lines += _section("Findings", _findings(cases))
    lines += _section("Warnings", _warnings(cases))
    lines += _section("Not counted", (_told(case, not_counted(case)) for case in _excused(cases)))
    for verdict, title in (("ERROR", "The harness failed"), ("INCONCLUSIVE", "No verdict could be given")):
        rows = (_told(case, case["reason"]) for case in cases if case["verdict"] == verdict)
        lines += _section(title, rows)
    lines += _section("Waivers to remove or renew", _waivers(results["waivers"]))
    lines += _section("Reports", (f"{name:<6} {one_line(str(path))}" for name, path in (paths or {}).items()))
    return [*lines, f"exit {results['exit']['code']}: {one_line(results['exit']['meaning'])}"]


def styled(lines: Iterable[str]) -> Text:
    """The same lines for a rich console: a line that starts with a verdict has that word coloured."""
    text = Text()
    for number, line in enumerate(lines):
        word, space, rest = line.partition(" ")
        text.append("\n" if number else "")
        text.append(word, style=_STYLES.get(word, ""))
        text.append(space + rest)
    return text


def _row(name: str, value: str) -> str:
    return f"  {name:<11} {one_line(value, _LINE) or '-'}"


def _findings(cases: list[Case]) -> Iterator[str]:
    follow = followers(cases)
    for case in sorted(filter(is_finding, cases), key=severity_rank):
        yield f"{case['severity']:<8}  {_told(case, case['title'])}{_more(follow[case['id']])}"


def _warnings(cases: list[Case]) -> list[str]:
    found = sorted(filter(is_warning, cases), key=severity_rank)
    follow = followers(cases)
    told = [
        f"{case['severity']:<8}  {_told(case, warned_of(case))}{_more(follow[case['id']])}"
        for case in found[:_WARNINGS]
    ]
    return [*told, f"and {len(found) - _WARNINGS} more"] if len(found) > _WARNINGS else told


def _more(number: int) -> str:
    return f"  ({number} more follow from it)" if number else ""


def _told(case: Case, text: str) -> str:
    return f"{one_line(case['id'])}  {one_line(text, _LINE)}"


def _excused(cases: list[Case]) -> list[Case]:
    return [case for case in cases if case["verdict"] == "FAIL" and not is_finding(case)]


def _waivers(waivers: list[Mapping[str, Any]]) -> Iterator[str]:
    for waiver in waivers:
        if waiver["status"] != "used":
            told = f"{waiver['status']:<7}  {waiver['case']}  {waiver['reason']}"
            yield one_line(f"{told} (owner {waiver['owner']}, expires {waiver['expires']})")


def _section(title: str, rows: Iterable[str]) -> list[str]:
    listed = [f"  {row}" for row in rows]
    return [title, *listed] if listed else []
