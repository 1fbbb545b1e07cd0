"""How fast is a run? Start-up of the mock, overhead over bare logins, and two workers against one.

    python -m benchmarks.speed [--target reference] [--profile core] [--seconds 30] [--json FILE]

1. *ready*: the time from starting the mock until its ready line (goal: at most 1 s).
2. *overhead*: the cases of the profile with the HTTP user agent, first to last, divided by (logins made × the time of
   one bare scripted login through the same RP and mock + further instances of the target × the time of one bare start
   and end; both measured in the same run before and after; goal: at most 1.5).
3. *scaling*: the case list, repeated until one worker needs at least `--seconds`, with one and with two worker
   processes on the same mock and target (goal: at least 1.6 times faster on two cores). Start-up is not counted.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from mock_idp.launcher import RunningIdp
from suites._core import CaseInfo, load_cases
from suites._core.runner import run_row
from suites.engine.context import RunContext
from suites.engine.driver import Driver
from suites.engine.harness import Harness, RunOptions
from targets.process import StartedTarget

BARE_LOGINS, BARE_STARTS = 60, 5
Row = tuple[CaseInfo, str | None]


def ready_times(count: int = 5) -> list[float]:
    """Seconds from starting the mock to its ready line; a fresh state directory each time."""
    times = []
    for _ in range(count):
        with tempfile.TemporaryDirectory() as directory:
            began = time.perf_counter()
            with RunningIdp(["--state-dir", directory]):
                times.append(time.perf_counter() - began)
    return times


def bare_logins(context: RunContext, count: int = BARE_LOGINS) -> list[float]:
    """Seconds of each login that a script makes: start page, IdP, callback, landing page, and the probe page."""
    driver = Driver(context)
    # Without verification a client needs no CA bundle, whose loading would dwarf a login over plain http.
    times = []
    for _ in range(count):
        attempt_id = driver.register().id
        began = time.perf_counter()
        with httpx.Client(trust_env=False, timeout=15, verify=False) as client:
            _follow(client, context, attempt_id, context.target.login_url)
            probe = client.get(context.target.probe_url)
        times.append(time.perf_counter() - began)
        if probe.status_code != 200:
            raise SystemExit(f"the bare login did not sign in: {probe.status_code} at {context.target.probe_url}")
        driver.control.forget_attempts([attempt_id])
    driver.close()
    return times


def bare_starts(context: RunContext, count: int = BARE_STARTS) -> list[float]:
    """Seconds of each start and end of one more instance of the target, which nobody uses."""
    assert context.template is not None
    times = []
    for _ in range(count):
        client = context.target.client
        values = {"issuer": context.issuer, "client_id": client.client_id, "client_secret": client.client_secret}
        values |= {"idp_origin": context.idp_origin, "ca_file": str(next(iter(context.ca_files), ""))}
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, StartedTarget(context.template, values, Path(folder) / "log"):
            pass
        times.append(time.perf_counter() - began)
    return times


def _follow(client: httpx.Client, context: RunContext, attempt_id: str, url: str) -> None:
    for _ in range(10):
        headers = {context.header: attempt_id} if url.startswith(context.idp_origin) else {}
        response = client.get(url, headers=headers)
        if not response.has_redirect_location:
            return
        url = str(response.next_request.url) if response.next_request else url


def run_list(context: RunContext, rows: Sequence[Row]) -> tuple[float, int, int]:
    """Wall seconds from the first to the last case, the logins made, and the instances started for them."""
    driver = Driver(context)
    began, logins = time.perf_counter(), 0
    for info, member in rows:
        logins += run_row(driver, info, member)[1]
    driver.close()
    return time.perf_counter() - began, logins, driver.instances.starts


def _worker(dumped: str, profile: str, rounds: int, taken: Any, barrier: Any, results: Any) -> None:
    context = RunContext.load(dumped)
    rows = _rows(profile) * rounds
    driver = Driver(context)
    run_row(driver, *rows[0])
    barrier.wait(60)
    began = time.perf_counter()
    while (index := _take(taken)) < len(rows):
        run_row(driver, *rows[index])
    results.put((began, time.perf_counter()))
    driver.close()


def _take(taken: Any) -> int:
    """The next row that nobody has taken, as xdist's workers steal theirs."""
    with taken.get_lock():
        taken.value += 1
        return int(taken.value) - 1


def parallel(context: RunContext, profile: str, workers: int, rounds: int) -> float:
    """Wall seconds of the repeated list of cases with so many processes, from the common start to the last end."""
    spawn = multiprocessing.get_context("spawn")
    taken, barrier, results = spawn.Value("i", 0), spawn.Barrier(workers), spawn.Queue()
    arguments = (context.dump(), profile, rounds, taken, barrier, results)
    processes = [spawn.Process(target=_worker, args=arguments) for _ in range(workers)]
    for process in processes:
        process.start()
    spans = [results.get(timeout=600) for _ in processes]
    for process in processes:
        process.join()
    return float(max(end for _, end in spans) - min(start for start, _ in spans))


def _rows(profile: str) -> list[Row]:
    return [(info, member) for info in load_cases() if profile in info.profiles for member in info.members]


def measure(target: str, profile: str, seconds: float) -> dict[str, Any]:
    ready = ready_times()
    with tempfile.TemporaryDirectory() as directory:
        began = time.perf_counter()
        harness = Harness(RunOptions(target, report_directory=Path(directory)))
        try:
            context = harness.start()
            startup = time.perf_counter() - began
            before, starts_before = bare_logins(context), bare_starts(context)
            wall, logins, starts = run_list(context, _rows(profile))
            after, starts_after = bare_logins(context), bare_starts(context)
            bare, bare_start = statistics.median(before + after), statistics.median(starts_before + starts_after)
            rounds = max(1, round(seconds / wall + 0.5))
            one, two = (parallel(context, profile, workers, rounds) for workers in (1, 2))
        finally:
            harness.stop()
    return {
        "profile": profile,
        "load": os.getloadavg(),
        "cores": len(os.sched_getaffinity(0)),
        "ready_s": {"median": statistics.median(ready), "max": max(ready)},
        "startup_s": startup,
        "bare_login_s": bare,
        "cases_wall_s": wall,
        "logins": logins,
        "bare_start_s": bare_start,
        "starts": starts,
        "overhead": wall / (logins * bare + starts * bare_start),
        "rounds": rounds,
        "one_worker_s": one,
        "two_workers_s": two,
        "speed_up": one / two,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description=__doc__.split("\n")[0] if __doc__ else ""
    )
    parser.add_argument("--target", default="reference")
    parser.add_argument("--profile", default="core", choices=("core", "security", "okta", "all"))
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.target, arguments.profile, arguments.seconds)
    print(f"load average       {', '.join(f'{value:.1f}' for value in found['load'])} on {found['cores']} core(s)")
    print(f"mock ready         {found['ready_s']['median']:.2f} s median, {found['ready_s']['max']:.2f} s max")
    print(f"run start-up       {found['startup_s']:.2f} s (mock, target, preflight)")
    print(f"bare login         {found['bare_login_s'] * 1000:.1f} ms median")
    print(f"bare start         {found['bare_start_s']:.2f} s median (one more instance of the target, and its end)")
    made = f"{found['logins']} logins and {found['starts']} starts"
    print(f"{f'profile {arguments.profile}':<19}{found['cases_wall_s']:.1f} s for {made}")
    print(f"overhead           {found['overhead']:.2f} × the bare logins and starts (goal ≤ 1.5)")
    one, two = found["one_worker_s"], found["two_workers_s"]
    print(f"list × {found['rounds']:<12}{one:.1f} s with one worker, {two:.1f} s with two")
    print(f"two workers        {found['speed_up']:.2f} × faster (goal ≥ 1.6 on two cores)")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
