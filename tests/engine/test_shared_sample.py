"""Cases that are judged from one sample of started logins: each shows on what its verdict rests."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from suites._core import load_cases
from suites._core.observations import forget_samples
from suites._core.runner import run_row
from suites.engine.driver import Driver
from tests.engine.mock import Mock, running_mock

CASES = {info.id: info for info in load_cases()}
STATE, NONCE = "state.sends-unguessable-state", "nonce.sends-unguessable-nonce"


class Rp:
    """A relying party whose authorization requests reach the mock; `guessable` ones are all alike."""

    def __init__(self, mock: Mock, guessable: bool = False) -> None:
        self.mock, self.guessable, self.starts = mock, guessable, 0

    def start(self, attempt: str) -> None:
        self.starts += 1
        values = ["s", "n"] if self.guessable else [secrets.token_urlsafe(32), secrets.token_urlsafe(32)]
        query = [["client_id", "rp"], ["state", values[0]], ["nonce", values[1]]]
        exchange = {
            "at": "2027-01-15T08:00:00Z",
            "endpoint": "authorize",
            "method": "GET",
            "url": "http://idp/authorize",
            "status": 200,
            "request": {"headers": {}, "query": query, "form": []},
            "response": {"headers": {}, "body": ""},
        }
        self.mock.idp.attempts.note("exchange", attempt, exchange)


@pytest.fixture
def mock() -> Iterator[Mock]:
    forget_samples()
    with running_mock() as found:
        yield found
    forget_samples()


def judged(driver: Driver, case: str) -> dict[str, Any]:
    return run_row(driver, CASES[case], None)[0]


def test_a_later_case_shows_the_attempts_that_it_is_judged_from(mock: Mock) -> None:
    rp = Rp(mock)
    driver = mock.worker(start=rp.start)
    first, later = judged(driver, STATE), judged(driver, NONCE)
    assert (first["verdict"], later["verdict"], rp.starts) == ("PASS", "PASS", 24)
    assert later["observed"].startswith("nonce: about")
    assert later["expected"] == "nonce with at least 128 random bits"
    seen = later["evidence"]["attempts"]
    assert seen == first["evidence"]["attempts"]
    assert sum(len(attempt["exchanges"]) for attempt in seen) == 24
    assert all(attempt["shared"] for attempt in seen)


def test_a_finding_shows_the_shared_sample_and_the_second_one(mock: Mock) -> None:
    rp = Rp(mock, guessable=True)
    driver = mock.worker(start=rp.start)
    first, later = judged(driver, STATE), judged(driver, NONCE)
    assert (first["verdict"], later["verdict"]) == ("FAIL", "FAIL")
    assert rp.starts == 3 * 24
    of_first, of_later = ({a["id"] for a in one["evidence"]["attempts"]} for one in (first, later))
    assert len(of_first) == len(of_later) == 40
    assert len(of_first & of_later) == 20


def test_the_mock_s_own_fault_in_a_sample_counts_for_all_who_share_it(mock: Mock) -> None:
    rp = Rp(mock)

    def start(attempt: str) -> None:
        rp.start(attempt)
        mock.idp.attempts.note("failure", attempt, {"text": "an edit", "reason": "no secret"})

    driver = mock.worker(start=start)
    assert [judged(driver, case)["verdict"] for case in (STATE, NONCE)] == ["ERROR", "ERROR"]


def test_a_login_of_the_case_s_own_is_not_shared(mock: Mock) -> None:
    row = judged(mock.worker(start=Rp(mock).start), "state.sends-state")
    assert [attempt.get("shared") for attempt in row["evidence"]["attempts"]] == [None]


def test_every_start_of_a_sample_keeps_the_pace(mock: Mock) -> None:
    waited: list[float] = []
    rp = Rp(mock)
    row = judged(mock.worker(pace=10, wait=waited.append, start=rp.start), STATE)
    assert (row["verdict"], rp.starts) == ("PASS", 24)
    # The mock's clock stands still, so that every slot is 10 s after the one before it.
    assert waited == [10 * n for n in range(1, 24)]
