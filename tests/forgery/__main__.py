"""`python -m tests.forgery [WEAKNESS …]`: what the generated attacks find in every RP with a seeded weakness."""

from __future__ import annotations

import sys
import time

from tests.forgery.finding import NOT_BY_A_TOKEN, WITHIN, seeded, timed
from tests.worker_pool import worker_pool


def main() -> int:
    names = sys.argv[1:] or seeded()
    began, missed = time.monotonic(), []
    with worker_pool() as pool:
        for weakness, (observed, seconds) in zip(names, pool.map(timed, names), strict=True):
            missed += [] if observed else [weakness]
            print(f"{'found ' if observed else 'MISSED'} {weakness} ({seconds:.0f} s): {observed}", flush=True)
    print(f"{len(names)} weaknesses in {time.monotonic() - began:.0f} s, {len(missed)} not found in {WITHIN} examples")
    for weakness, reason in NOT_BY_A_TOKEN.items():
        print(f"not looked for: {weakness}: {reason}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
