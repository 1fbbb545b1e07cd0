"""Cases give the verdicts of the matrices; nothing is found but what is waived; and every waiver is needed."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch

import pytest

from suites._core.selection import all_rows
from suites.engine.results import exit_code
from suites.engine.verdicts import FINDINGS, OK
from suites.engine.waivers import apply_waivers
from targets.target_file import load
from tests.front_door.running import Finished
from tests.seed_targets.matrix import group, names, rows

NAMES = [pytest.param(name, marks=group(name)) for name in names()]
pytestmark = pytest.mark.third_party


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def run(name: str, checks: Callable[[str], Finished]) -> Finished:
    return checks(name)


def test_nothing_is_found_but_what_is_waived(run: Finished) -> None:
    assert run.code == OK, run.out


def test_verdicts_equal_the_matrix(name: str, run: Finished) -> None:
    expected = {case: row["verdict"] for row in rows(name) for case in row["cases"]}
    assert {case: run.verdicts[case] for case in expected} == expected


def test_no_pattern_excuses_a_refusal_of_what_must_be_accepted(name: str) -> None:
    """A waiver for many cases is about what the product takes; each other one has its own."""
    ids = [info.result_id(member) for info, member in all_rows()]
    patterns = [waiver.case for waiver in load(name).waivers if "*" in waiver.case]
    assert [one for one in ids for pattern in patterns if ".accepts-" in one and fnmatch(one, pattern)] == []


def test_without_any_one_waiver_the_run_fails(name: str, run: Finished) -> None:
    waivers, known = load(name).waivers, [info.result_id(member) for info, member in all_rows()]
    for left_out in waivers:
        found = [{**row, "waived": None} for row in run.results["cases"]]
        applied = apply_waivers(found, [waiver for waiver in waivers if waiver is not left_out], known)
        assert exit_code(found, applied) == FINDINGS, left_out.case
