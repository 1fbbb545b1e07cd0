"""The state directory: keys, clients and the CA that survive a restart, safe with several mocks at once.

Every file is replaced whole (mode 0600), and whoever changes one holds the directory's lock and reads it again
first, so that two mocks with the same directory end up with the same keys.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RUNNING_FILE = "running.json"
"""What a mock that people have started says of itself while it runs: the members of its ready line."""


class StateError(RuntimeError):
    """A state directory that cannot be used: which file, and what to do about it."""


def write_whole(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all; OSError or UnicodeError if not."""
    content = text.encode()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
    os.replace(temporary, path)


class StateDirectory:
    """A directory of private files. Raises StateError when it cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.write(".probe", "")
            (path / ".probe").unlink(missing_ok=True)
        except OSError as error:
            raise StateError(f"{path}: cannot use this state directory: {error.strerror}") from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes the directory meanwhile, in this process or another."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def write(self, name: str, text: str) -> Path:
        """Replace a file; see `write_whole`."""
        path = self.path / name
        write_whole(path, text)
        return path

    def read_json(self, name: str, kind: type[Any]) -> Any:
        """The JSON document of a file, an empty `kind` without the file; StateError when it is damaged."""
        path = self.path / name
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return kind()
        except OSError as error:
            raise StateError(f"{path}: cannot read it: {error.strerror}") from None
        except ValueError:
            raise self.damaged(name) from None
        if not isinstance(document, kind):
            raise self.damaged(name)
        return document

    def damaged(self, name: str) -> StateError:
        """The error for a file whose content is not what the mock wrote."""
        return StateError(f"{self.path / name}: damaged; delete it and the mock makes a new one")
