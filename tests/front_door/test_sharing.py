"""Workers share the people of a pool, and cases share samples: as seen in the reports."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from tests.front_door.running import ROOT, Running, check
from tests.front_door.target_files import started

POOL = """
[identities]
kind = "pool"
pool = [{ sub = "00uAnn", email = "ann@pool.example", name = "Ann Pool" }, { email = "bob@pool.example" }]
"""


def span(case: dict[str, Any]) -> tuple[str, str]:
    """When the case's first and last request reached the IdP."""
    times = [exchange["at"] for attempt in case["evidence"]["attempts"] for exchange in attempt["exchanges"]]
    return min(times), max(times)


def test_two_workers_never_use_a_person_at_the_same_time(tmp_path: Path) -> None:
    run = check(started(tmp_path, more=POOL), "--suite", "id-token", "--workers", "2", report=tmp_path)
    assert run.code == 0, run.out + run.err
    cases = [case for case in run.results["cases"] if case["verdict"] == "PASS"]
    assert len(cases) > 40
    seen = {case["identity"]["email"] for case in cases if case["identity"] and case["identity"].get("email")}
    assert seen <= {"ann@pool.example", "bob@pool.example"}
    # Every case has both people of the pool, so no two cases can be under way at a time.
    spans = sorted(span(case) for case in cases)
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans)), spans


def test_a_preflight_that_looks_twice_needs_no_second_pair(tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text(f'extends = "{ROOT}/targets/broken/target.toml"\n{POOL}')
    run = check(str(file), "--case", "nonce.sends-nonce", report=tmp_path, WEAKNESS="sends-no-state")
    assert run.code == 0, run.out + run.err
    assert "Okta's own rules" in [row["name"] for row in run.results["preflight"]]


def test_with_a_pool_of_two_the_attacker_is_not_taken_for_the_victim(tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text(f'extends = "{ROOT}/targets/broken/target.toml"\n{POOL}')
    run = check(str(file), "--case", "state.browser-binding.*", report=tmp_path, WEAKNESS="shares-pending-logins")
    found = {case["id"].rpartition(".")[2]: case for case in run.results["cases"]}
    assert found["rejects-state-of-another-browser"]["observed"].startswith("session for attacker")
    # Another answer for the same person, in that person's own browser, attacks nobody.
    assert found["rejects-replayed-state-with-new-code"]["identity"]["result"] == "self"


def test_waiting_for_people_in_vain_stops_the_run(tmp_path: Path) -> None:
    command = ["-m", "pytest", "suites", "-p", "no:cacheprovider", "-p", "tests.front_door.selfish"]
    command += ["--target", started(tmp_path, more=POOL), "--suite", "id-token", "--report-dir", str(tmp_path)]
    run = Running(command, tmp_path).finish()
    assert run.code == 20, run.out + run.err
    told = run.results["exit"]["meaning"]
    assert "fewer than two of the 2 people in [identities] pool were free for 0.1 s" in told
    assert list(run.verdicts.values()) == ["INCONCLUSIVE"]
    assert "Traceback" not in run.out + run.err
    assert run.left == []


def test_cases_that_share_a_sample_all_show_it(tmp_path: Path) -> None:
    words = [word for case in ("state.sends-un*", "nonce.sends-un*", "pkce.sends-fresh*") for word in ("--case", case)]
    run = check(started(tmp_path), *words, "--workers", "1", report=tmp_path)
    assert run.code == 0, run.out + run.err
    shown = [[attempt["id"] for attempt in case["evidence"]["attempts"]] for case in run.results["cases"]]
    assert len(shown) == 3
    assert len(set(shown[0])) == 20
    assert shown[0] == shown[1] == shown[2]
    assert (tmp_path / "index.html").read_text().count("of a sample that several cases share") == 60
