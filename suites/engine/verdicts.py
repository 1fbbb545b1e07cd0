"""What a case concluded, as values and as exceptions that end it."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Design 6: what each word promises."""

    PASS = "PASS"
    FAIL = "FAIL"
    WARN = "WARN"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"


class Concluded(Exception):
    """Ends a case with a verdict other than PASS.

    `observed` says what happened in the RP's terms; `reason` why nothing could be said.
    """

    def __init__(self, verdict: Verdict, *, observed: str = "", reason: str = "") -> None:
        super().__init__(observed or reason)
        self.verdict, self.observed, self.reason = verdict, observed, reason


class SetupError(Exception):
    """The target and the IdP do not fit together; `code` is the exit code (20 to 29)."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message, self.code = message, code

    def __reduce__(self) -> tuple[type[SetupError], tuple[str, int]]:
        return type(self), (self.message, self.code)


OK, FINDINGS, INTERRUPTED, NOTHING_SHOWN = 0, 1, 2, 10
HARNESS_FAULT = 11
BAD_INPUT = 20
UNREACHABLE = 21
OTHER_ISSUER = 22
CLIENT_MISMATCH = 23
REDIRECT_URI = 24
CERTIFICATE = 25
PORT_IN_USE = 26
NO_BROWSER = 27
NO_HONEST_LOGIN = 28
NOT_JUDGEABLE = 29
