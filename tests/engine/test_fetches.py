"""How often a target may ask for keys; that the logins were slow is not held against it."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from suites._core.own_issuer import OwnIssuer
from suites.engine.case_run import CaseRun
from suites.engine.instance import Instance
from suites.engine.verdicts import Concluded, Verdict


class Asked:
    """Stands for an instance whose target asked for keys at these times, in seconds."""

    def __init__(self, times: Sequence[float]) -> None:
        self._times = times

    def requests(self, endpoint: str) -> list[dict[str, Any]]:
        return [{"endpoint": endpoint, "at": at} for at in self._times]


def judged(*times: float, most: int, since: int = 0) -> Verdict:
    run = SimpleNamespace(
        broken=lambda observed: Concluded(Verdict.WARN, observed=observed),
        undecided=lambda reason: Concluded(Verdict.INCONCLUSIVE, reason=reason),
    )
    issuer = OwnIssuer(cast(CaseRun, run), cast(Instance, Asked(times)))
    try:
        issuer.must_fetch_at_most(most, "keys", since=since)
    except Concluded as concluded:
        return concluded.verdict
    return Verdict.PASS


def test_as_many_as_allowed_are_no_fault() -> None:
    assert judged(0, 0.1, most=2) is Verdict.PASS


def test_more_than_allowed_are_a_fault() -> None:
    assert judged(0, 0.1, 0.2, most=2) is Verdict.WARN
    assert judged(0, most=0) is Verdict.WARN


def test_requests_before_do_not_count() -> None:
    assert judged(0, 0.1, 0.2, most=2, since=1) is Verdict.PASS


@pytest.mark.parametrize("times", [(0, 5, 10), (10, 0, 5)])
def test_requests_that_are_far_apart_are_no_fault_of_the_target(times: Sequence[float]) -> None:
    assert judged(*times, most=2) is Verdict.INCONCLUSIVE


def test_two_that_are_close_show_that_it_has_no_patience() -> None:
    assert judged(0, 5, 10, 10.5, most=2) is Verdict.WARN
