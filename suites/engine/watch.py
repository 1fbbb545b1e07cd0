"""Looks again and again whether a page of the target is answered, while something else goes on."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

import httpx

PAUSE = 0.2
"""Seconds between an answer and the next request."""
LIMIT = 20.0
"""Seconds after which a page is taken not to answer at all."""


class Watch:
    """Within the `with` block a page is asked for by a thread of its own; `longest`: the slowest answer in seconds."""

    def __init__(self, url: str) -> None:
        self._url, self._over, self.longest = url, threading.Event(), 0.0
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def _ask(self) -> None:
        # Only whether it answers counts here; its certificate is judged by the user agent.
        with httpx.Client(verify=False, trust_env=False, timeout=LIMIT) as client:
            while True:
                began = time.monotonic()
                try:
                    client.get(self._url)
                    took = time.monotonic() - began
                except httpx.HTTPError:
                    took = LIMIT
                self.longest = max(self.longest, took)
                if self._over.wait(PAUSE):
                    return

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(2 * LIMIT)
