"""All state of the mock behind one interface.

Values are JSON documents (dicts) under a kind and a key; lists are append-only. The shapes are those a shared
store such as Redis offers, so that several mock processes can serve one run later; today it is memory.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol

Document = dict[str, Any]


class Store(Protocol):
    """Documents by kind and key, and append-only lists. Every call is atomic.

    Callers do not change a document that they got; they `put` or `update` a new one.
    """

    def get(self, kind: str, key: str) -> Document | None: ...
    def put(self, kind: str, key: str, document: Document) -> None: ...
    def update(self, kind: str, key: str, change: Callable[[Document], Document | None]) -> Document | None:
        """Replace a document by `change(document)`; None leaves it. Returns what is stored after."""
        ...

    def take(self, kind: str, key: str) -> Document | None:
        """Get and delete."""
        ...

    def keys(self, kind: str) -> list[str]: ...
    def append(self, kind: str, key: str, item: Document, limit: int = 2000) -> int:
        """Append to a list; the oldest items go when it grows over `limit`. Returns its length."""
        ...

    def items(self, kind: str, key: str) -> list[Document]: ...
    def forget(self, kind: str, key: str) -> None:
        """Delete a list."""
        ...


class MemoryStore:
    """The store of one process."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._documents: dict[str, dict[str, Document]] = defaultdict(dict)
        self._lists: dict[tuple[str, str], list[Document]] = defaultdict(list)

    def get(self, kind: str, key: str) -> Document | None:
        with self._lock:
            return self._documents[kind].get(key)

    def put(self, kind: str, key: str, document: Document) -> None:
        with self._lock:
            self._documents[kind][key] = document

    def update(self, kind: str, key: str, change: Callable[[Document], Document | None]) -> Document | None:
        with self._lock:
            current = self._documents[kind].get(key)
            if current is None:
                return None
            changed = change(current)
            if changed is not None:
                self._documents[kind][key] = changed
            return self._documents[kind][key]

    def take(self, kind: str, key: str) -> Document | None:
        with self._lock:
            return self._documents[kind].pop(key, None)

    def keys(self, kind: str) -> list[str]:
        with self._lock:
            return list(self._documents[kind])

    def append(self, kind: str, key: str, item: Document, limit: int = 2000) -> int:
        with self._lock:
            entries = self._lists[(kind, key)]
            entries.append(item)
            if len(entries) > limit:
                del entries[: len(entries) - limit]
            return len(entries)

    def items(self, kind: str, key: str) -> list[Document]:
        with self._lock:
            return list(self._lists.get((kind, key), ()))

    def forget(self, kind: str, key: str) -> None:
        with self._lock:
            self._lists.pop((kind, key), None)
