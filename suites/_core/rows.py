"""From a case that ran to its row in results.json."""

from __future__ import annotations

from typing import Any

from mock_idp.misbehaviour import Edit, Misbehaviour
from suites._core.case import CaseInfo
from suites.engine.case_run import CaseRun
from suites.engine.context import RunContext
from suites.engine.driver import Attempt
from suites.engine.evidence import Redactor, of_case
from suites.engine.oracle import SELF, UNCLEAR
from suites.engine.preflight import SIGNATURE_ROOT
from suites.engine.verdicts import Concluded, Verdict


def caused_by(context: RunContext, misbehaviour: Misbehaviour, verdict: Verdict) -> str | None:
    """The root finding from which this verdict follows: everything that was changed is never checked."""
    edits = [edit for edit in misbehaviour if edit.seam != "check"]
    if verdict not in (Verdict.FAIL, Verdict.WARN) or not edits:
        return None
    roots = {context.roots.get(edit.seam) for edit in edits}
    root = next(iter(roots)) if len(roots) == 1 else None
    # An RP that verifies no signature may still be blamed for a token whose signature is valid.
    return root if root != SIGNATURE_ROOT or any(map(_breaks_signature, edits)) else None


def _breaks_signature(edit: Edit) -> bool:
    return (
        edit.seam == "id_token.signing"
        or (edit.seam == "id_token.compact" and bool(edit.path))
        or (edit.seam == "id_token.header" and edit.path == ("alg",))
        or (edit.seam == "id_token.encryption" and edit.path == ("content",))
    )


def row(
    context: RunContext,
    info: CaseInfo,
    member: str | None,
    run: CaseRun | None,
    concluded: Concluded | None,
    duration: float,
    target_output: str = "",
    files: list[str] | None = None,
) -> dict[str, Any]:
    """One row; `concluded` None means PASS."""
    verdict = concluded.verdict if concluded else Verdict.PASS
    grade = run.grade if run else info.graded(context.kinds)
    result_id = info.result_id(member)
    replay = (run.replay if run else "") or f"--case '{result_id}'"
    if not replay.startswith("--case"):
        replay = f"--case '{result_id}' {replay}"
    browser = "" if context.browser == "none" else f" --browser {context.browser}"
    attempts = run.witnesses if run else []
    redactor = Redactor(context, attempts)
    subject = run.subject if run else None
    reason = concluded.reason if concluded else ""
    if verdict is Verdict.WARN and grade.why:
        reason = grade.why
    return {
        "id": result_id,
        "title": info.title,
        "verdict": str(verdict),
        "caused_by": caused_by(context, run.misbehaviour if run else info.misbehaviour(member), verdict),
        "waived": None,
        "level": str(grade.level),
        "severity": str(grade.severity),
        "spec": info.spec.to_json(),
        "cwe": info.cwe,
        "asvs": info.asvs,
        "cve": list(info.cve),
        "covers": list(info.covers),
        "profiles": list(info.profiles),
        "changed": redactor.json(run.changed()) if run else [],
        "steps": list(run.steps) if run else [],
        "expected": run.expected if run else "",
        "observed": redactor.text((concluded.observed if concluded else "") or (run.observed if run else "")),
        "reason": redactor.text(reason),
        "identity": _identity(subject),
        "evidence": of_case(redactor, attempts, target_output, files or []),
        "replay": f"{context.command} {replay}{browser}",
        "duration_s": round(duration, 3),
    }


def _identity(subject: Attempt | None) -> dict[str, Any] | None:
    """Who was signed in at the end, as far as that is known."""
    if subject is None or subject.signed_in is None or subject.signed_in.who == UNCLEAR:
        return None
    who = subject.signed_in.who
    person = {SELF: subject.own, **subject.others}.get(who)
    named = {"sub": person.sub, "email": person.email, "name": person.name} if person else {}
    return {**named, "result": who}
