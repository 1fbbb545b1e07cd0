"""python -m targets.handmade [WEAKNESS]"""

from __future__ import annotations

import sys

from targets.handmade.app import main
from targets.handmade.weaknesses import WEAKNESSES

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif len(sys.argv) == 2 and sys.argv[1] in WEAKNESSES:
        main(WEAKNESSES[sys.argv[1]])
    else:
        sys.exit(f"usage: python -m targets.handmade [WEAKNESS]; there are: {', '.join(WEAKNESSES)}")
