"""`gauntlet demo`: the reference RP (all green), then one broken RP, so that you see what red looks like."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from gauntlet import check

WEAKNESS = "ignores-audience"
EXPECTED = "id-token.audience.rejects-token-for-another-client"


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `demo` to the command line."""
    demo = commands.add_parser("demo", help="a first look: one good and one broken RP", description=__doc__)
    demo.add_argument("--report-dir", type=Path, default=Path("reports/out"), help="default: %(default)s")
    demo.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the good RP passed and the broken one was found out, else 1."""
    base: Path = arguments.report_dir
    print("── 1 of 2: the reference relying party, which should pass everything ──\n", flush=True)
    good = _check("reference", base / "reference")
    print(
        f"\n── 2 of 2: the same with one check removed ({WEAKNESS}); this is what red looks like ──\n",
        flush=True,
    )
    os.environ["WEAKNESS"] = WEAKNESS
    bad = _check("broken", base / "broken")
    found = _verdict(base / "broken" / "results.json")
    print("\nThe reports, to open in a browser:")
    for name in ("reference", "broken"):
        print(f"  {(base / name / 'index.html').absolute()}")
    if good == 0 and bad == 1 and found == "FAIL":
        print("\nBoth came out as expected. Next: gauntlet check YOUR-TARGET (see README.md).")
        return 0
    print(f"\nNot as expected: the good one ended with {good} (0 expected), the broken one with {bad} (1 expected).")
    return 1


def _check(target: str, directory: Path) -> int:
    options = argparse.ArgumentParser()
    check.add_arguments(options)
    return check.run(options.parse_args([target, "--workers", "auto", "--report-dir", str(directory)]))


def _verdict(path: Path) -> str:
    rows = json.loads(path.read_text())["cases"] if path.exists() else []
    return next((row["verdict"] for row in rows if row["id"] == EXPECTED), "")
