"""Cases give the verdicts of the matrices; and a target's waivers are all needed."""

from __future__ import annotations

import copy

import pytest

from suites._core.selection import all_rows
from suites.engine.results import exit_code
from suites.engine.verdicts import FINDINGS, OK
from suites.engine.waivers import apply_waivers
from targets.target_file import load
from tests.front_door.running import Finished
from tests.seed_targets.matrix import rows, run_without_waivers

NAMES = ("tooljet", "openmetadata-confidential", "openmetadata-implicit", "openmetadata", "upflow")
# One run for each target, also with several workers.
pytestmark = [pytest.mark.third_party, pytest.mark.xdist_group("seed-matrices")]


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def run(name: str, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return run_without_waivers(name, tmp_path_factory.mktemp(name))


def test_verdicts_equal_the_matrix(name: str, run: Finished) -> None:
    expected = {case: row["verdict"] for row in rows(name) for case in row["cases"]}
    assert {case: run.verdicts[case] for case in expected} == expected


def test_without_any_one_waiver_the_run_fails(name: str, run: Finished) -> None:
    waivers, known = load(name).waivers, [info.result_id(member) for info, member in all_rows()]

    def code(kept: tuple[int, ...]) -> int:
        found = copy.deepcopy(run.results["cases"])
        applied = apply_waivers(found, [waivers[number] for number in kept], known)
        return exit_code(found, applied)

    numbers = tuple(range(len(waivers)))
    assert code(numbers) == OK
    for left_out in numbers:
        kept = tuple(number for number in numbers if number != left_out)
        assert code(kept) == FINDINGS, waivers[left_out].case
