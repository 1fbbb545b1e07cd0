"""What the workers of a run share through the mock: the people of a pool, and the target's pace."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from mock_idp.client import ControlError
from suites.engine import identities
from suites.engine.driver import Attempt, Driver
from suites.engine.verdicts import Concluded, SetupError, Verdict
from tests.engine.mock import Mock, running_mock

A, B, C, D = (f"{name}@example.com" for name in ("ann", "bob", "cyd", "dan"))
BRIEF = 0.05


@pytest.fixture
def mock() -> Iterator[Mock]:
    with running_mock() as found:
        yield found


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as found:
        yield found


def login(driver: Driver) -> Attempt:
    return driver.start(role="attack")


def waits(future: Future[Attempt]) -> bool:
    try:
        future.result(BRIEF)
    except TimeoutError:
        return True
    return False


def emails(*attempts: Attempt) -> set[str]:
    return {attempt.own.email for attempt in attempts}


def test_a_case_has_two_people_and_no_other_worker_uses_them(mock: Mock, threads: ThreadPoolExecutor) -> None:
    one, two, three = (mock.worker(A, B, C, D) for _ in range(3))
    attacker, victim = login(one), login(one)
    assert len(emails(attacker, victim)) == 2
    assert {attacker.victim, victim.victim} == {attacker.own, victim.own}
    others = login(two)
    assert {others.own.email, others.victim.email} == {A, B, C, D} - emails(attacker, victim)

    waiting = threads.submit(login, three)
    assert waits(waiting)
    one.release([attacker, victim])
    assert emails(waiting.result(10)) <= emails(attacker, victim)


def test_a_control_is_part_of_the_case(mock: Mock, threads: ThreadPoolExecutor) -> None:
    one, two = mock.worker(A, B), mock.worker(A, B)
    attack = login(one)
    one.control.close_attempt(attack.id)
    waiting = threads.submit(login, two)
    assert waits(waiting)
    control = login(one)

    one.release([attack, control])
    assert waiting.result(10)


def test_cases_with_two_people_each_do_not_wait_for_each_other_for_ever(
    mock: Mock, threads: ThreadPoolExecutor
) -> None:
    together = threading.Barrier(3)

    def cases(driver: Driver) -> set[str]:
        seen: set[str] = set()
        for _ in range(5):
            together.wait(10)
            attempts = [login(driver), login(driver)]
            seen |= emails(*attempts)
            driver.release(attempts)
        return seen

    workers = [threads.submit(cases, mock.worker(A, B, C)) for _ in range(3)]
    assert {email for worker in workers for email in worker.result(30)} == {A, B, C}


def test_a_worker_that_stops_gives_its_people_back(mock: Mock) -> None:
    one, two = mock.worker(A, B), mock.worker(A, B)
    login(one)
    one.close()
    assert login(two)


def test_a_worker_that_died_keeps_its_people_for_a_while(mock: Mock, threads: ThreadPoolExecutor) -> None:
    dead, alive = mock.worker(A, B), mock.worker(A, B)
    login(dead)
    waiting = threads.submit(login, alive)
    assert waits(waiting)
    mock.clock.advance(identities.LASTING)
    assert waiting.result(10)

    with pytest.raises(Concluded, match="other cases were given its people") as caught:
        login(dead)  # it was only slow
    assert caught.value.verdict is Verdict.INCONCLUSIVE
    dead.release([])


def test_a_case_that_goes_on_keeps_its_people(mock: Mock, threads: ThreadPoolExecutor) -> None:
    slow, other = mock.worker(A, B), mock.worker(A, B)
    for _ in range(3):
        login(slow)
        mock.clock.advance(identities.LASTING - 1)
    assert waits(waiting := threads.submit(login, other))
    slow.release([])
    assert waiting.result(10)


def test_waiting_in_vain_is_told_once_and_clearly(mock: Mock) -> None:
    one, two = mock.worker(A, B, C), mock.worker(A, B, C)
    login(one)
    two.identities = identities.Identities(two.context.target, two.control, patience=BRIEF)
    with pytest.raises(SetupError) as caught:
        login(two)
    assert caught.value.code == 20
    assert "fewer than two of the 3 people in [identities] pool were free for 0.05 s" in caught.value.message
    assert "fewer --workers" in caught.value.message


def test_a_pool_of_one_is_refused_before_anything_waits(mock: Mock) -> None:
    with pytest.raises(SetupError, match="at least two people") as caught:
        mock.worker(A)
    assert caught.value.code == 20


def test_a_person_is_the_same_for_every_worker(mock: Mock) -> None:
    seen = set()
    for _ in range(4):
        driver = mock.worker(A, B)
        attempt = login(driver)
        seen |= {attempt.own, attempt.victim}
        driver.close()
    assert len(seen) == 2


def test_fresh_people_need_no_lease(mock: Mock) -> None:
    attempts = [login(mock.worker()) for _ in range(3)]
    assert len({person for attempt in attempts for person in (attempt.own, attempt.victim)}) == 6


def paced(mock: Mock, *pool: str) -> tuple[Driver, list[float]]:
    """A worker for a target with a pace of 10 s, and the seconds that it has waited."""
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        mock.clock.advance(seconds)

    return mock.worker(*pool, pace=10, wait=wait), waited


def test_the_first_login_of_a_run_waits_for_nothing(mock: Mock) -> None:
    driver, waited = paced(mock)
    login(driver)
    assert waited == []


def test_only_what_is_left_of_the_pace_is_waited_for(mock: Mock) -> None:
    driver, waited = paced(mock)
    login(driver)
    mock.clock.advance(6)
    login(driver)
    mock.clock.advance(11)
    login(driver)
    login(driver)
    assert waited == [4, 10]


def test_the_pace_is_kept_between_workers(mock: Mock) -> None:
    (one, first), (two, second) = paced(mock), paced(mock)
    for driver in (one, two, one):
        login(driver)
    assert (first, second) == ([10], [10])


def test_without_a_pace_nobody_waits(mock: Mock) -> None:
    waited: list[float] = []
    driver = mock.worker(wait=waited.append)
    login(driver)
    login(driver)
    assert waited == []


def test_people_are_kept_while_their_login_waits_for_its_slot(mock: Mock) -> None:
    driver, waited = paced(mock, A, B)
    for _ in range(40):
        driver.control.next_slot(10)
    attempt = login(driver)
    assert waited == [400]
    assert waited[0] > identities.LASTING
    pool = [attempt.own.sub, attempt.victim.sub]
    with pytest.raises(ControlError, match="fewer than 1 of a pool of 2 were free"):
        driver.control.take_people(pool, 1, lasting=1, wait=0)


def test_who_waits_for_people_lets_no_slot_go_by(mock: Mock, threads: ThreadPoolExecutor) -> None:
    (one, _), (two, _) = paced(mock, A, B), paced(mock, A, B)
    attempt = login(one)
    waiting = threads.submit(login, two)
    assert waits(waiting)
    mock.clock.advance(100)
    one.release([attempt])
    waiting.result(10)
    assert one.control.next_slot(10) == 10
