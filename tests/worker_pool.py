"""Processes that work beside each other, and end when the one that started them does, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor


def worker_pool(for_each_core: int = 1) -> ProcessPoolExecutor:
    """So many fresh processes for each core that this process may use."""
    return ProcessPoolExecutor(
        for_each_core * len(os.sched_getaffinity(0)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_end_with_the_parent,
    )


def _end_with_the_parent() -> None:
    # A parent that SIGTERM or SIGKILL ends tells its workers nothing, and they would wait for work for ever. What they
    # have started ends when its standard input closes.
    threading.Thread(target=_wait_for_the_parent, daemon=True).start()


def _wait_for_the_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
