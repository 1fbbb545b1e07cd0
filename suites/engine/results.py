"""The results document: rows of cases, waivers, and what the run's exit code says (design 6)."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suites.engine.context import RunContext
from suites.engine.preflight import ID_TOKEN_ROOT, SIGNATURE_ROOT, Preflight
from suites.engine.verdicts import FINDINGS, HARNESS_FAULT, INTERRUPTED, NOTHING_SHOWN, OK, Verdict
from suites.engine.waivers import apply_waivers

SCHEMA = "rp-gauntlet/results/1"

MEANINGS = {
    OK: "no requirement is broken",
    FINDINGS: "at least one requirement is broken, or a waiver must be removed or renewed",
    INTERRUPTED: "interrupted; only what ran before is reported",
    NOTHING_SHOWN: "nothing is broken, but some cases could not be decided or none passed",
    HARNESS_FAULT: "the harness itself failed; please report it",
}


@dataclass
class RunRecord:
    """What the controller gathers while cases run."""

    started: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    rows: list[dict[str, Any]] = field(default_factory=list)
    stopped: str = ""
    """Why the run was stopped before its end, with the exit code in `stop_code`."""
    stop_code: int = 0
    fault: str = ""
    """What went wrong with the harness outside of any case."""
    interrupted: bool = False


def root_rows(preflight: Preflight) -> list[dict[str, Any]]:
    """Root findings as result rows: they count; the cases that follow from them do not."""
    rows = []
    for root, observed in preflight.roots.items():
        code_flow = "code" in preflight.context.kinds
        signature = root == SIGNATURE_ROOT
        graded = signature and code_flow
        rows.append(
            {
                "id": root,
                "title": _TITLES[root],
                "verdict": str(Verdict.WARN if graded else Verdict.FAIL),
                "caused_by": None,
                "waived": None,
                "level": "HARDENING" if graded else "MUST",
                "severity": "low" if graded else "critical",
                "spec": {
                    "name": "OIDC Core",
                    "section": "3.1.3.7",
                    "item": 6 if signature else None,
                    "url": "https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation",
                    "text": "OIDC Core 3.1.3.7 (6)" if signature else "OIDC Core 3.1.3.7",
                },
                "cwe": 347 if signature else 287,
                "asvs": None,
                "cve": [],
                "covers": [],
                "profiles": ["all", "core", "security"],
                "changed": [],
                "expected": "no session",
                "observed": observed,
                "reason": _TLS if graded else "",
                "identity": None,
                "evidence": {"attempts": [], "target_output": "", "files": []},
                "replay": preflight.context.command,
                "duration_s": 0.0,
            }
        )
    return rows


_TITLES = {
    ID_TOKEN_ROOT: "The ID Token is checked before anybody is signed in.",
    SIGNATURE_ROOT: "The signature of the ID Token is verified.",
}
_TLS = (
    "In the code flow an RP may rely on TLS to the token endpoint instead of the signature (OIDC Core 3.1.3.7 item 6)."
)


def document(
    context: RunContext, preflight: Preflight, record: RunRecord, profile: str, known: Collection[str]
) -> dict[str, Any]:
    """results.json. Waivers are applied to the rows; `known` are the ids of all cases, selected or not."""
    roots = root_rows(preflight)
    rows = sorted([*roots, *record.rows], key=lambda row: row["id"])
    complete = not (record.stopped or record.fault or record.interrupted)
    waivers = apply_waivers(rows, context.target.waivers, known, complete)
    code = exit_code(
        rows,
        waivers,
        stop_code=record.stop_code,
        faulty=bool(record.fault),
        interrupted=record.interrupted and not record.stopped,
    )
    now = datetime.datetime.now(datetime.UTC)
    return {
        "schema": SCHEMA,
        "tool": {"name": "rp-gauntlet", "version": _version()},
        "started": record.started.isoformat(timespec="seconds"),
        "duration_s": round((now - record.started).total_seconds(), 3),
        "target": {
            "name": context.target.name,
            "base_url": context.target.base_url,
            "issuer": context.issuer,
            "client_id": context.target.client.client_id or None,
            "user_agent": context.agent_name,
            "kind": dict.fromkeys(sorted(context.features), True) | {"kinds": list(context.kinds)},
            "strictness": context.strictness,
        },
        "profile": profile,
        "seed": context.forgery.seed,
        "summary": dict(Counter(row["verdict"] for row in rows)),
        "exit": {"code": code, "meaning": _meaning(code, record)},
        "preflight": preflight.rows,
        "waivers": waivers,
        "cases": rows,
    }


def _meaning(code: int, record: RunRecord) -> str:
    if code == record.stop_code and record.stopped:
        return record.stopped
    return f"{MEANINGS[code]}: {record.fault}" if code == HARNESS_FAULT and record.fault else MEANINGS[code]


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("rp-gauntlet")
    except PackageNotFoundError:
        return "0"


def exit_code(
    rows: Sequence[Mapping[str, Any]],
    waivers: Sequence[Mapping[str, Any]],
    *,
    stop_code: int = 0,
    faulty: bool = False,
    interrupted: bool = False,
) -> int:
    """Precedence: 20 to 29 (why the run was stopped), 11, 1, 10, 0; an interrupted run is 2 whatever it found."""
    if interrupted:
        return INTERRUPTED
    if stop_code:
        return stop_code
    verdicts = Counter(row["verdict"] for row in rows)
    if faulty or verdicts["ERROR"]:
        return HARNESS_FAULT
    findings = [row for row in rows if row["verdict"] == "FAIL" and not (row["caused_by"] or row["waived"])]
    if findings or any(waiver["status"] != "used" for waiver in waivers):
        return FINDINGS
    if verdicts["INCONCLUSIVE"] or not verdicts["PASS"]:
        return NOTHING_SHOWN
    return OK
