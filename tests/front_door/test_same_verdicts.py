"""One worker or two, our command or plain pytest: the same verdicts, from one mock, one target and one preflight."""

from __future__ import annotations

from pathlib import Path

import pytest

from suites._core.selection import selected_rows
from tests.front_door.running import Finished, Process, Running, check, checking, wait_for
from tests.front_door.target_files import started

SUITES = ("state", "redirect_uri")
CASES = tuple(word for suite in SUITES for word in ("--suite", suite))
WAYS = {"check-2": 2, "pytest": 1, "pytest-2": 2}


def run(way: str, file: str, folder: Path) -> tuple[Finished, set[Process], int]:
    """The run, every process that was seen in it, and the number of logins that the target saw."""
    workers = str(WAYS.get(way, 1))
    command = checking(file, *CASES, "--workers", workers, report=folder)
    if way.startswith("pytest"):
        command = ["-m", "pytest", "suites", "-p", "no:cacheprovider", "--target", file, *CASES]
        command += ["--report-dir", str(folder), *(["-n", workers] if workers != "1" else [])]
    going = Running(command, folder, {"LOGINS": str(folder / "logins")})
    seen: set[Process] = set()

    def over() -> bool:
        seen.update(going.processes())
        return going.process.poll() is not None

    assert wait_for(over, 60)
    return going.finish(), seen, len((folder / "logins").read_text().splitlines())


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finished, int]:
    folder = tmp_path_factory.mktemp("first")
    finished, _, logins = run("check", started(folder), folder)
    return finished, logins


def test_all_ways_are_one(first: tuple[Finished, int], way: str, tmp_path: Path) -> None:
    finished, seen, logins = run(way, started(tmp_path), tmp_path)
    assert finished.code == 0, finished.out + finished.err
    assert finished.left == []
    assert finished.verdicts == first[0].verdicts
    assert set(finished.verdicts) == {info.result_id(member) for info, member in selected_rows((), SUITES, "all")}
    assert set(finished.verdicts.values()) == {"PASS", "NOT_APPLICABLE"}
    assert [row["name"] for row in finished.results["preflight"]] == [
        row["name"] for row in first[0].results["preflight"]
    ]
    assert _roots(seen, "mock_idp") == 1
    assert _roots(seen, "tests.front_door.relying_party") == 1
    assert _roots(seen, "exec(eval(") == (2 if WAYS[way] == 2 else 0), "workers of pytest-xdist"
    # Every worker samples the start of logins for itself; a second preflight would be nine logins more.
    samples = 5 if WAYS[way] == 2 else 0
    assert first[1] <= logins <= first[1] + samples


def test_a_broken_rp_fails_the_same_cases_with_two_workers(tmp_path: Path) -> None:
    def judged(workers: str) -> Finished:
        words = ("broken", "--case", "id-token.audience.*", "--case", "nonce.*", "--workers", workers)
        return check(*words, report=tmp_path / workers, WEAKNESS="ignores-audience")

    one, two = judged("1"), judged("2")
    assert (one.code, two.code) == (1, 1)
    assert one.verdicts == two.verdicts
    assert list(one.verdicts.values()).count("FAIL") == 9
    assert one.out.count("\nFAIL  id-token.audience.") == two.out.count("\nFAIL  id-token.audience.") == 9


def _roots(seen: set[Process], word: str) -> int:
    """How many programs of this name were started: those whose parent is none of them."""
    named = {one for one in seen if word in one.command}
    inner = {one for one in named if one.parent in {other.pid for other in named}}
    return len({one.pid for one in named - inner})
