"""What goes for all tests."""

from __future__ import annotations

import signal

# A shell starts what it puts into the background with SIGINT ignored, and nohup does so with SIGHUP; programs that the
# tests start would inherit it, and those that are told to end by these signals would stay.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
