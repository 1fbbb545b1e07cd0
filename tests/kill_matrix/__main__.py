"""`python -m tests.kill_matrix [--write] [NAME …]`: the whole zoo, in parallel; compared with the snapshot.

`--write` writes the snapshot instead, and docs/accuracy.md from it.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
import time

from targets import zoo
from targets.target_file import ROOT
from tests.kill_matrix import accuracy
from tests.kill_matrix.matrix import (
    ALL_CORRECT,
    PASSES,
    SNAPSHOT,
    Named,
    Outcome,
    passes,
    passes_with,
    rows,
    run_one,
    snapshot,
)
from tests.worker_pool import worker_pool

PAGE = ROOT / "docs" / "accuracy.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill_matrix", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="write the snapshot and docs/accuracy.md instead of comparing"
    )
    parser.add_argument(
        "--case", action="append", default=[], metavar="GLOB", help="only these rows; what is recorded of others stays"
    )
    parser.add_argument("weakness", nargs="*", metavar="NAME", help="only these: a weakness, or a correct one")
    arguments = parser.parse_args()
    names = _startable(arguments.weakness or [*ALL_CORRECT, *zoo.weaknesses()])
    known = snapshot() if SNAPSHOT.exists() else {}
    passed = passes() if PASSES.exists() else {}
    began = time.monotonic()
    changed = []
    # Three for each core: a good part of the time is spent in waiting for who does not answer.
    with worker_pool(for_each_core=3) as pool:
        for outcome in pool.map(functools.partial(run_one, wanted=Named(tuple(arguments.case))), names):
            outcome = outcome.with_recorded(known.get(outcome.weakness, {}))
            same = known.get(outcome.weakness) == outcome.failing
            if not same:
                changed.append(outcome.weakness)
            _print(outcome, same)
            known[outcome.weakness] = outcome.failing
            if outcome.weakness in ALL_CORRECT:
                passed = passes_with(outcome, passed)
            if arguments.write:
                SNAPSHOT.write_text(json.dumps(dict(sorted(known.items())), indent=1, sort_keys=True) + "\n")
                PASSES.write_text(json.dumps(passed, indent=1) + "\n")
    killed = {row for failing in known.values() for row in failing}
    alive = sorted({info.result_id(member) for info, member in rows()} - killed)
    print(f"{len(names)} relying parties in {time.monotonic() - began:.0f} s")
    print(f"rows that kill nothing: {', '.join(alive) or 'none'}")
    if arguments.write:
        PAGE.write_text(accuracy.page(), encoding="utf-8")
        return 0
    if changed:
        print(f"different from the snapshot: {', '.join(changed)}")
    return 1 if changed or alive else 0


def _startable(names: list[str]) -> list[str]:
    """Those that can start here; why the others cannot is printed, once for each reason."""
    lacking = {name: zoo.not_there(name) for name in names}
    for reason in sorted(set(filter(None, lacking.values()))):
        print(f"left out {sum(reason == why for why in lacking.values())}: {reason}", flush=True)
    return [name for name in names if not lacking[name]]


def _print(outcome: Outcome, same: bool) -> None:
    print(f"{'same   ' if same else 'CHANGED'} {outcome.weakness} ({len(outcome.tried)} rows)")
    for row, detail in outcome.details.items():
        print(f"          {outcome.failing[row]:12} {row}: {detail[:150]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
