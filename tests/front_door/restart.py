"""`restart.py PIDFILE`: ends the reference RP whose process id is in the file, if any, and starts another."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    file = Path(sys.argv[1])
    if file.exists():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(int(file.read_text()), signal.SIGKILL)
    command = [sys.executable, "-m", "targets.reference"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    file.write_text(str(process.pid))
