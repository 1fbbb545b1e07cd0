"""Exit codes and waivers, from rows to numbers; real runs are in the other modules."""

from __future__ import annotations

import datetime
from typing import Any, cast

import pytest

from gauntlet.__main__ import main
from suites._core import selection
from suites._core.session import GauntletRun
from suites.engine.results import exit_code
from suites.engine.waivers import apply_waivers
from targets.target_schema import Waiver

TODAY = datetime.datetime.now(datetime.UTC).date()
DAY = datetime.timedelta(days=1)


def rows(*verdicts: str, **more: Any) -> list[dict[str, Any]]:
    made = {"caused_by": None, "waived": None, **more}
    return [{"id": f"suite.case-{number}", "verdict": verdict, **made} for number, verdict in enumerate(verdicts)]


def waiver(case: str, expires: datetime.date = TODAY) -> Waiver:
    return Waiver(case, "known", "qa", expires)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (["PASS"], 0),
        (["PASS", "WARN", "NOT_APPLICABLE"], 0),
        (["WARN", "NOT_APPLICABLE"], 10),
        ([], 10),
        (["PASS", "INCONCLUSIVE"], 10),
        (["PASS", "INCONCLUSIVE", "FAIL"], 1),
        (["PASS", "INCONCLUSIVE", "FAIL", "ERROR"], 11),
    ],
    ids=lambda value: "+".join(value) or "none" if isinstance(value, list) else None,
)
def test_the_worst_verdict_decides(verdicts: list[str], code: int) -> None:
    assert exit_code(rows(*verdicts), []) == code


def test_precedence_above_verdicts() -> None:
    worst = rows("PASS", "ERROR", "FAIL")
    assert exit_code(rows("PASS"), [], faulty=True) == 11
    assert exit_code(worst, [], stop_code=29) == 29
    assert exit_code(worst, [], stop_code=29, interrupted=True) == 2


def test_what_follows_from_a_root_finding_does_not_count() -> None:
    assert exit_code([*rows("PASS"), *rows("FAIL", caused_by="preflight.root")], []) == 0
    assert exit_code([*rows("PASS"), *rows("FAIL", waived={"reason": "known"})], []) == 0


@pytest.mark.parametrize("status", ["stale", "expired"])
def test_a_waiver_that_does_not_hold_fails_the_run(status: str) -> None:
    assert exit_code(rows("PASS"), [{"status": status}]) == 1
    assert exit_code(rows("PASS"), [{"status": "used"}]) == 0


@pytest.mark.parametrize(
    ("verdicts", "given", "status"),
    [
        (["FAIL"], waiver("suite.case-0"), "used"),
        (["WARN"], waiver("suite.*"), "used"),
        (["PASS"], waiver("suite.*"), "stale"),
        (["NOT_APPLICABLE"], waiver("suite.*"), "stale"),
        (["FAIL"], waiver("suite.*", TODAY - DAY), "expired"),
        (["PASS"], waiver("suite.*", TODAY - DAY), "expired"),
        (["PASS"], waiver("siute.*"), "stale"),
        (["INCONCLUSIVE"], waiver("suite.*"), None),
        (["ERROR"], waiver("suite.*"), None),
    ],
)
def test_the_status_of_a_waiver(verdicts: list[str], given: Waiver, status: str | None) -> None:
    listed = apply_waivers(rows(*verdicts), [given], ["suite.case-0"])
    assert [one["status"] for one in listed] == ([status] if status else [])


@pytest.mark.parametrize("verdict", ["INCONCLUSIVE", "ERROR"])
def test_only_findings_are_excused(verdict: str) -> None:
    judged = rows("PASS", verdict)
    apply_waivers(judged, [waiver("*")], [row["id"] for row in judged])
    assert exit_code(judged, []) in (10, 11)


def test_a_waiver_is_not_stale_when_its_cases_did_not_all_run() -> None:
    known = ["suite.case-0", "suite.case-1", "other.case"]
    assert apply_waivers(rows("PASS"), [waiver("suite.*"), waiver("other.*")], known) == []
    assert apply_waivers(rows("PASS", "PASS"), [waiver("suite.*")], known, complete=False) == []
    assert [one["status"] for one in apply_waivers(rows("PASS", "PASS"), [waiver("suite.*")], known)] == ["stale"]


@pytest.mark.parametrize("when", ["teardown", "???"])
def test_a_report_without_a_row_is_a_fault_of_the_harness(when: str) -> None:
    """xdist reports a worker that died so; its case would otherwise just be missing."""
    run = GauntletRun(cast(pytest.Config, None))
    node_id = "suites/state/test_state.py::test_rejects_empty_state"
    place = ("suites/state/test_state.py", 1, "test")
    report = pytest.TestReport(node_id, place, {}, "failed", "worker 'gw1' crashed", cast(Any, when))
    run.pytest_runtest_logreport(report)
    assert run.record.fault == f"{node_id}: worker 'gw1' crashed"
    assert exit_code(rows("PASS"), [], faulty=bool(run.record.fault)) == 11


def test_a_bug_of_ours_is_no_finding(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(selection, "selected_rows", fails)
    assert main(["check", "reference"]) == 11
    assert "RuntimeError: a bug" in capsys.readouterr().err
