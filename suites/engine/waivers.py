"""Waivers of the target file: which findings they excuse, and which of them no longer hold (design 6.6)."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from targets.target_schema import Waiver

FINDINGS = ("FAIL", "WARN")
UNDECIDED = ("INCONCLUSIVE", "ERROR")


def terms(waiver: Waiver) -> dict[str, str]:
    """What a report says of a waiver beside its pattern."""
    return {"reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires.isoformat()}


def waiver_of(row: Mapping[str, Any], waivers: Sequence[Waiver]) -> Waiver | None:
    """The first waiver that excuses this row: a finding, on or before the waiver's last day."""
    if row["verdict"] not in FINDINGS:
        return None
    matching = (w for w in waivers if w.expires >= _today() and fnmatch.fnmatchcase(row["id"], w.case))
    return next(matching, None)


def apply_waivers(
    rows: Sequence[dict[str, Any]], waivers: Sequence[Waiver], known: Collection[str], complete: bool = True
) -> list[dict[str, str]]:
    """Mark the excused rows; every waiver with its status: used, stale or expired.

    `known` are the ids of all cases, selected or not. A waiver is stale when all that it matches ran and nothing
    was found, or when it matches nothing at all; one whose cases were not all run (or, not `complete`: whose run
    was cut short) is not listed.
    """
    for row in rows:
        if found := waiver_of(row, waivers):
            row["waived"] = terms(found)
    listed = []
    for waiver in waivers:
        if status := _status(waiver, rows, known, complete):
            listed.append({"case": waiver.case, **terms(waiver), "status": status})
    return listed


def _status(waiver: Waiver, rows: Sequence[Mapping[str, Any]], known: Collection[str], complete: bool) -> str | None:
    matched = [row["verdict"] for row in rows if fnmatch.fnmatchcase(row["id"], waiver.case)]
    meant = [one for one in known if fnmatch.fnmatchcase(one, waiver.case)]
    if waiver.expires < _today():
        return "expired" if matched or not meant else None
    if any(verdict in FINDINGS for verdict in matched):
        return "used"
    # A case that could not be decided says nothing against its waiver.
    ran = {row["id"] for row in rows if row["verdict"] not in UNDECIDED}
    return "stale" if complete and ran.issuperset(meant) else None


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
