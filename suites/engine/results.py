"""The results document: rows of cases, waivers, and what the run's exit code says (design 6)."""

from __future__ import annotations

import datetime
import fnmatch
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suites.engine.context import RunContext
from suites.engine.preflight import ID_TOKEN_ROOT, SIGNATURE_ROOT, Preflight
from suites.engine.verdicts import Verdict
from targets.target_schema import Waiver

SCHEMA = "rp-gauntlet/results/1"
OK, FINDINGS, NOTHING_SHOWN, HARNESS_FAULT = 0, 1, 10, 11

MEANINGS = {
    OK: "no requirement is broken",
    FINDINGS: "at least one requirement is broken, or a waiver is stale",
    2: "interrupted",
    NOTHING_SHOWN: "nothing is broken, but some cases could not be decided or none passed",
    HARNESS_FAULT: "the harness itself failed",
    29: "the run was stopped: logins without any fault failed three times in a row",
}


@dataclass
class RunRecord:
    """What the controller gathers while cases run."""

    started: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    rows: list[dict[str, Any]] = field(default_factory=list)
    stopped: str = ""


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
                "replay": f"gauntlet check {preflight.context.target_reference}",
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
    context: RunContext, preflight: Preflight, record: RunRecord, profile: str, interrupted: bool = False
) -> dict[str, Any]:
    """results.json. Waivers are applied to the rows."""
    rows = sorted([*root_rows(preflight), *record.rows], key=lambda row: row["id"])
    waivers = apply_waivers(rows, context.target.waivers, context)
    code = exit_code(rows, waivers, stopped=bool(record.stopped), interrupted=interrupted)
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
        "seed": None,
        "summary": dict(Counter(row["verdict"] for row in rows)),
        "exit": {"code": code, "meaning": record.stopped or MEANINGS[code]},
        "preflight": preflight.rows,
        "waivers": waivers,
        "cases": rows,
    }


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("rp-gauntlet")
    except PackageNotFoundError:
        return "0"


def apply_waivers(rows: list[dict[str, Any]], waivers: Sequence[Waiver], context: RunContext) -> list[dict[str, Any]]:
    """Mark waived rows; a waiver that matches no finding of a case that ran is stale.

    A waiver of cases that were not selected in this run is not reported at all.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    listed = []
    for waiver in waivers:
        entry = {
            "case": waiver.case,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "expires": waiver.expires.isoformat(),
        }
        matched = [row for row in rows if fnmatch.fnmatchcase(row["id"], waiver.case)]
        if not matched:
            continue
        # A case that could not be decided says nothing against its waiver.
        findings = [row for row in matched if row["verdict"] in ("FAIL", "WARN", "INCONCLUSIVE", "ERROR")]
        if waiver.expires < today:
            status = "expired"
        elif not findings:
            status = "stale"
        else:
            status = "used"
            for row in findings:
                row["waived"] = {name: entry[name] for name in ("reason", "owner", "expires")}
        listed.append({**entry, "status": status})
    return listed


def exit_code(
    rows: Sequence[Mapping[str, Any]],
    waivers: Sequence[Mapping[str, Any]],
    *,
    stopped: bool = False,
    interrupted: bool = False,
) -> int:
    """Precedence: 29 (stopped), 11, 1, 10, 0; an interrupted run is 2 whatever it found."""
    if interrupted:
        return 2
    if stopped:
        return 29
    counting = [row for row in rows if not row["waived"]]
    verdicts = Counter(row["verdict"] for row in counting)
    if verdicts["ERROR"]:
        return HARNESS_FAULT
    root_fails = [row for row in counting if row["verdict"] == "FAIL" and not row["caused_by"]]
    if root_fails or any(w["status"] in ("stale", "expired") for w in waivers):
        return FINDINGS
    if verdicts["INCONCLUSIVE"] or not any(row["verdict"] == "PASS" for row in rows):
        return NOTHING_SHOWN
    return OK
