"""A finding is made twice: a case that found something without trying it again is run once more as a whole."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from suites.engine.verdicts import Concluded, Verdict

FINDINGS = (Verdict.FAIL, Verdict.WARN)


def made_twice(function: Callable[..., Any]) -> Callable[..., Any]:
    """The case, whose FAIL or WARN stands only if a second run comes to the same verdict; else INCONCLUSIVE."""

    @functools.wraps(function)
    def run(login: Any) -> Any:
        try:
            return function(login)
        except Concluded as first:
            if first.verdict not in FINDINGS or login.repeated:
                raise
            second = _again(function, login)
            if second != first.verdict:
                seen = f"seen once ({first.observed or first.reason}) but not a second time ({second})"
                raise Concluded(Verdict.INCONCLUSIVE, reason=seen) from None
            raise

    return run


def _again(function: Callable[..., Any], login: Any) -> Verdict:
    try:
        function(login.second_round())
    except Concluded as concluded:
        return concluded.verdict
    return Verdict.PASS
