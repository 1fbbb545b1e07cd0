"""`python -m tests.third_party [--write] [TARGET …]`: every row on every relying party that we did not write.

Compares with `findings.toml`. `--write` runs nothing and writes the tables of docs/targets.md from it.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.third_party.findings import PAGE, TARGETS, differences, not_installed, page, run
from tests.worker_pool import worker_pool


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.third_party", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the tables of docs/targets.md, and run nothing")
    parser.add_argument("target", nargs="*", metavar="TARGET", help=f"only these of {', '.join(TARGETS)}")
    arguments = parser.parse_args()
    if unknown := set(arguments.target) - set(TARGETS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if arguments.write:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    return _compare(arguments.target or list(TARGETS))


def _compare(targets: list[str]) -> int:
    lacking = {target: reason for target in targets if (reason := not_installed(target))}
    for target, reason in lacking.items():
        print(f"left out {target}: {reason}")
    tried = [target for target in targets if target not in lacking]
    began, wrong = time.monotonic(), 0
    with worker_pool() as pool:
        for target, results in zip(tried, pool.map(run, tried), strict=True):
            lines = differences(target, results)
            wrong += len(lines)
            print(f"{target}: {len(results)} rows, {len(lines)} of them not as findings.toml explains", flush=True)
            for line in lines:
                print(f"    {line}", flush=True)
    print(f"{len(tried)} relying parties in {time.monotonic() - began:.0f} s")
    return 1 if wrong or lacking else 0


if __name__ == "__main__":
    sys.exit(main())
