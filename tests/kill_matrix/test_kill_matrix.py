"""Every case is failed by a broken relying party that lacks what the case names, and by no correct one.

In the files beside this one, each weakness meets the rows that it must fail and a fixed sample of the others;
`make kill-matrix` runs all of them against all.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suites.engine.harness import Harness, RunOptions
from suites.engine.verdicts import NO_HONEST_LOGIN, NOT_JUDGEABLE, SetupError
from targets import zoo
from targets.broken.registry import all_weaknesses
from tests.kill_matrix.matrix import (
    ADVICE,
    ALL_CORRECT,
    CORRECT,
    REFERENCE,
    passes,
    rows,
    run_one,
    snapshot,
)
from tests.kill_matrix.shared_kills import SHARED, own

KILLERS: dict[str, list[str]] = json.loads(Path(__file__).with_name("killers.json").read_text())


def test_the_snapshot_has_every_weakness() -> None:
    assert sorted(snapshot()) == sorted([*ALL_CORRECT, *zoo.weaknesses()])


@pytest.mark.parametrize("target", CORRECT)
def test_a_correct_relying_party_fails_nothing_in_the_snapshot(target: str) -> None:
    assert snapshot()[target] == ADVICE.get(target, {})


def test_every_row_is_passed_by_a_correct_relying_party() -> None:
    ids = {info.result_id(member) for info, member in rows()}
    assert sorted(passes()) == sorted(ids)
    assert all(set(targets) <= set(ALL_CORRECT) for targets in passes().values())


@pytest.mark.parametrize("case_id", sorted({info.id for info, _ in rows()}))
def test_every_row_of_a_case_is_killed_by_what_it_names(case_id: str) -> None:
    found = snapshot()
    for info, member in rows():
        if info.id == case_id:
            row = info.result_id(member)
            assert any(row in found[weakness] for weakness in KILLERS[case_id]), row


def test_every_case_has_a_weakness_of_its_own_or_says_why_not() -> None:
    assert sorted(KILLERS.keys() - own(KILLERS)) == sorted(SHARED)


def test_every_weakness_has_its_file_of_tests() -> None:
    topics = {kind.__module__.rpartition(".")[2] for kind in all_weaknesses().values()}
    tested = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert [topic for topic in topics if f'"{topic}"' not in tested] == []


def test_the_reference_passes_every_row() -> None:
    outcome = run_one(REFERENCE)
    assert outcome.failing == {}, outcome.details
    assert len(outcome.tried) == len(rows())
    assert outcome.passed == {row for row, targets in passes().items() if REFERENCE in targets}


@pytest.mark.parametrize(("target", "code"), [("mute", NO_HONEST_LOGIN), ("gullible", NOT_JUDGEABLE)])
def test_a_target_that_shows_nothing_gets_no_verdict(target: str, code: int, tmp_path: Path) -> None:
    harness = Harness(RunOptions(target, report_directory=tmp_path))
    try:
        with pytest.raises(SetupError) as caught:
            harness.start()
    finally:
        harness.stop()
    assert caught.value.code == code
