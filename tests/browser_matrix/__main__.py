"""`python -m tests.browser_matrix`: all rows, reference and single-page RP in Chromium against the HTTP user agent."""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.browser_matrix.matrix import differences, verdicts


def main() -> int:
    http = verdicts("reference", "none")
    print(f"reference, http: {dict(Counter(http.values()))}", flush=True)
    bad = 0
    for target in ("reference", "spa"):
        began = time.monotonic()
        browser = verdicts(target, "chromium")
        print(f"{target}, chromium: {dict(Counter(browser.values()))} in {time.monotonic() - began:.0f} s", flush=True)
        for row, (left, right) in differences(http, browser).items():
            bad += 1
            print(f"  {row}: http {left}, chromium {right}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
