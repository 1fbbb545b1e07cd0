"""A finding is made twice."""

from __future__ import annotations

import pytest

from suites._core.repeat import made_twice
from suites.engine.verdicts import Concluded, Verdict


class Rounds:
    """Stands for Login: counts rounds."""

    def __init__(self, repeated: bool = False) -> None:
        self.repeated, self.rounds = repeated, 1

    def second_round(self) -> Rounds:
        self.repeated, self.rounds = True, self.rounds + 1
        return self


def conclude(*verdicts: Verdict, repeated: bool = False) -> tuple[Verdict, int]:
    """What a case concludes that comes to these verdicts in turn, and how many rounds it took."""
    turns = list(verdicts)

    def case(_: Rounds) -> None:
        verdict = turns.pop(0)
        if verdict is not Verdict.PASS:
            raise Concluded(verdict, observed="something")

    login = Rounds(repeated)
    try:
        made_twice(case)(login)
    except Concluded as concluded:
        return concluded.verdict, login.rounds
    return Verdict.PASS, login.rounds


@pytest.mark.parametrize("finding", [Verdict.FAIL, Verdict.WARN])
def test_a_finding_that_is_seen_again_stands(finding: Verdict) -> None:
    assert conclude(finding, finding) == (finding, 2)


@pytest.mark.parametrize("second", [Verdict.PASS, Verdict.INCONCLUSIVE])
def test_a_finding_that_is_not_seen_again_is_none(second: Verdict) -> None:
    assert conclude(Verdict.FAIL, second) == (Verdict.INCONCLUSIVE, 2)


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.ERROR])
def test_nothing_else_is_repeated(verdict: Verdict) -> None:
    assert conclude(verdict) == (verdict, 1)


def test_what_was_repeated_already_is_not_repeated_again() -> None:
    assert conclude(Verdict.FAIL, repeated=True) == (Verdict.FAIL, 1)
