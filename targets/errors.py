"""The one exception of this package: a target that cannot be described, reached, started or trusted."""

from __future__ import annotations

from typing import Final

BAD_TARGET_FILE: Final = 20
UNREACHABLE: Final = 21
CERTIFICATE: Final = 25
PORT_IN_USE: Final = 26
NO_BROWSER: Final = 27


class TargetError(Exception):
    """A set-up fault on the target's side.

    `code` is the exit code of the run (20 to 29, see the table in the docs); the message says what is wrong,
    on which side, and what to do about it.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __reduce__(self) -> tuple[type[TargetError], tuple[str, int]]:
        # The default would call TargetError(message) and lose the code between pytest-xdist workers.
        return type(self), (self.message, self.code)
