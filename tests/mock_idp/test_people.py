"""People of a pool: each is leased to one case at a time, and slots: logins keep their distance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.mock_idp.okta import Okta
from tests.mock_idp.waiting import BRIEF, Waiting, refused

FOUR = ("ann", "bob", "cyd", "dan")
LASTING = 100.0


def asked(pool: Sequence[str] = FOUR, count: int = 2, wait: float = 0) -> dict[str, Any]:
    return {"pool": list(pool), "count": count, "lasting": LASTING, "wait": wait}


def take(okta: Okta, pool: Sequence[str] = FOUR, count: int = 2) -> tuple[str, list[str]]:
    answer = okta.control("POST", "/people", asked(pool, count))
    assert answer.status_code == 201, answer.text
    found = answer.json or {}
    return found["lease"], found["people"]


def give_back(okta: Okta, lease: str) -> int:
    return okta.control("DELETE", f"/people/{lease}").status_code


def keep(okta: Okta, lease: str) -> int:
    return okta.control("PUT", f"/people/{lease}", {"lasting": LASTING}).status_code


def test_nobody_is_leased_twice(okta: Okta) -> None:
    first, some = take(okta)
    _, others = take(okta)
    assert sorted(some + others) == sorted(FOUR)
    assert "fewer than 1 of a pool of 4 were free" in refused(okta, "/people", asked(count=1))

    assert give_back(okta, first) == 200
    assert sorted(take(okta)[1]) == sorted(some)


def test_who_waits_is_told_at_once(okta: Okta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_idp.attempts.people.LOOK_AGAIN", 60)
    lease, some = take(okta, FOUR[:2])
    waiting = Waiting(okta, "/people", asked(FOUR[:2], wait=30))
    assert waiting.still

    give_back(okta, lease)
    assert sorted((waiting.done().json or {})["people"]) == sorted(some)


def test_who_waits_for_two_holds_nobody_meanwhile(okta: Okta) -> None:
    take(okta, FOUR[:3])
    refused(okta, "/people", asked(FOUR[:3], wait=BRIEF))
    assert len(take(okta, FOUR[:3], count=1)[1]) == 1


def test_first_come_first_served(okta: Okta) -> None:
    lease, _ = take(okta, FOUR[:3])
    first = Waiting(okta, "/people", asked(FOUR[:3], wait=30))
    assert first.still
    # One person is free, but whoever wants only one does not overtake those who want two for ever.
    second = Waiting(okta, "/people", asked(FOUR[:3], count=1, wait=30))
    assert second.still

    give_back(okta, lease)
    assert first.done().status_code == second.done().status_code == 201


def test_a_caller_that_gave_up_holds_up_nobody(okta: Okta) -> None:
    take(okta, FOUR[:3])
    first = Waiting(okta, "/people", asked(FOUR[:3], wait=10 * BRIEF))
    assert first.still
    second = Waiting(okta, "/people", asked(FOUR[:3], count=1, wait=30))
    assert first.done().status_code == 409
    assert second.done().status_code == 201


def test_only_so_many_callers_wait(okta: Okta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_idp.attempts.people.QUEUE", 1)
    lease, _ = take(okta, FOUR[:2])
    waiting = Waiting(okta, "/people", asked(FOUR[:2], wait=30))
    assert waiting.still
    answer = Waiting(okta, "/people", asked(FOUR[:2], wait=30)).done()
    assert answer.status_code == 409

    give_back(okta, lease)
    assert waiting.done().status_code == 201


@pytest.mark.parametrize("pool", [["ann"], ["ann", "ann"], []])
def test_a_pool_that_is_too_small_is_refused_at_once(okta: Okta, pool: list[str]) -> None:
    answer = Waiting(okta, "/people", asked(pool, wait=30)).done()
    assert answer.status_code == 400
    assert (answer.json or {})["error"] == f"count: 2 of a pool of {len(set(pool))}"


def test_who_rested_longest_comes_first(okta: Okta) -> None:
    seen = []
    for _ in range(4):
        lease, people = take(okta, FOUR[:3])
        seen.append(people)
        give_back(okta, lease)
    assert seen == [["ann", "bob"], ["cyd", "ann"], ["bob", "cyd"], ["ann", "bob"]]


def test_the_lease_of_a_dead_worker_ends(okta: Okta) -> None:
    lease, _ = take(okta, FOUR[:2])
    okta.clock.advance(LASTING - 1)
    refused(okta, "/people", asked(FOUR[:2]))
    okta.clock.advance(1)
    take(okta, FOUR[:2])

    # Should it live after all, it is told that others have its people.
    assert keep(okta, lease) == 409
    assert give_back(okta, lease) == 404


def test_who_waits_notices_an_expiry(okta: Okta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_idp.attempts.people.LOOK_AGAIN", BRIEF)
    take(okta, FOUR[:2])
    waiting = Waiting(okta, "/people", asked(FOUR[:2], wait=30))
    assert waiting.still
    okta.clock.advance(LASTING)
    assert waiting.done().status_code == 201


def test_a_lease_can_be_kept(okta: Okta) -> None:
    lease, _ = take(okta, FOUR[:2])
    okta.clock.advance(LASTING - 1)
    assert keep(okta, lease) == 200
    okta.clock.advance(LASTING - 1)
    refused(okta, "/people", asked(FOUR[:2]))

    okta.clock.advance(LASTING)
    assert keep(okta, lease) == 200, "it has expired, but nobody wanted its people"
    refused(okta, "/people", asked(FOUR[:2]))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"pool": "ann"}, "pool: expected a list of names"),
        ({"pool": [1, 2]}, "pool: expected a list of names"),
        ({"count": True}, "count: expected a number of people, got True"),
        ({"count": 0}, "count: 0 of a pool of 4"),
        ({"lasting": None}, "lasting: expected seconds, got None"),
        ({"wait": "soon"}, "wait: expected seconds, got None"),
    ],
)
def test_what_is_not_understood(okta: Okta, changed: dict[str, Any], error: str) -> None:
    answer = okta.control("POST", "/people", asked() | changed)
    assert (answer.status_code, answer.json) == (400, {"error": error})


def slot(okta: Okta, distance: float = 10) -> float:
    answer = okta.control("POST", "/slots", {"distance": distance})
    assert answer.status_code == 201, answer.text
    return float((answer.json or {})["in"])


def test_the_first_slot_is_now_and_the_others_keep_their_distance(okta: Okta) -> None:
    assert [slot(okta), slot(okta), slot(okta)] == [0, 10, 20]


def test_time_that_has_passed_counts(okta: Okta) -> None:
    slot(okta)
    okta.clock.advance(7)
    assert slot(okta) == 3
    okta.clock.advance(60)
    assert slot(okta) == 0
    assert slot(okta) == 10


@pytest.mark.parametrize("distance", [-1, "soon", None, 1e300])
def test_bad_distance(okta: Okta, distance: Any) -> None:
    answer = okta.control("POST", "/slots", {"distance": distance})
    assert answer.status_code == 400
    assert (answer.json or {})["error"].startswith("distance: expected seconds")
