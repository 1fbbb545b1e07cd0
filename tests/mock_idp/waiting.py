"""Calls of the control API that wait for what others hold."""

from __future__ import annotations

import threading
from typing import Any

from tests.mock_idp.okta import Okta

BRIEF = 0.05
"""Seconds that a call may wait in vain here."""


def refused(okta: Okta, path: str, document: dict[str, Any]) -> str:
    answer = okta.control("POST", path, document)
    assert answer.status_code == 409, answer.text
    return str((answer.json or {})["error"])


class Waiting:
    """A call of the control API in a thread of its own, known to be waiting."""

    def __init__(self, okta: Okta, path: str, document: dict[str, Any]) -> None:
        self.answer: Any = None
        self._call = lambda: setattr(self, "answer", okta.control("POST", path, document))
        self._thread = threading.Thread(target=self._call, daemon=True)
        self._thread.start()

    @property
    def still(self) -> bool:
        self._thread.join(BRIEF)
        return self._thread.is_alive()

    def done(self) -> Any:
        self._thread.join(10)
        assert not self._thread.is_alive()
        return self.answer
