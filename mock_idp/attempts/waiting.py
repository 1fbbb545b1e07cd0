"""Waiting for what another caller gives back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def wait_until(changed: threading.Condition, free: Callable[[], bool], wait: float, look_again: float) -> bool:
    """Wait with the lock of `changed` held until `free()`; False after `wait` seconds.

    Nobody announces an expiry, so look for one every `look_again` seconds.
    """
    deadline = time.monotonic() + wait
    while not free():
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            return False
        changed.wait(min(remaining, look_again))
    return True
