"""python -m targets.broken WEAKNESS"""

from __future__ import annotations

import difflib
import sys

from targets.broken.registry import all_weaknesses
from targets.reference.app import main


def run(arguments: list[str]) -> None:
    known = all_weaknesses()
    name = arguments[0] if len(arguments) == 1 else ""
    if name not in known:
        near = difflib.get_close_matches(name, known, 3)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are: {', '.join(sorted(known))}"
        sys.exit(f"usage: python -m targets.broken WEAKNESS; {hint}")
    main(known[name])


if __name__ == "__main__":
    run(sys.argv[1:])
