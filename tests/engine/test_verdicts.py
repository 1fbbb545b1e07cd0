"""How a verdict is reached: controls, consumption, reproduction, late sign-ins, crashes, levels (design 6)."""

from __future__ import annotations

import pytest

from mock_idp.vocabulary import check_off, claim
from suites._core.login import Login
from suites.engine.oracle import NOBODY, SELF, SOMEBODY, UNCLEAR, VICTIM
from suites.engine.verdicts import Concluded, Verdict
from tests.engine.scripted import ScriptedDriver, case_run

BAD = claim("aud").set("somebody else")


def conclude(
    driver: ScriptedDriver, expectation: str, level: str = "MUST", misbehaviour: object = BAD
) -> Concluded | None:
    run = case_run(driver, misbehaviour, level)  # type: ignore[arg-type]
    try:
        getattr(Login(run)(), expectation)()
    except Concluded as concluded:
        return concluded
    return None


def verdict(driver: ScriptedDriver, expectation: str = "must_be_rejected", level: str = "MUST") -> Verdict:
    found = conclude(driver, expectation, level)
    return found.verdict if found else Verdict.PASS


def test_rejection_with_a_good_control_passes() -> None:
    driver = ScriptedDriver(NOBODY, SELF)
    assert verdict(driver) is Verdict.PASS
    assert driver.roles == ["attack", "control"]


def test_rejection_without_a_control_that_signs_in_is_inconclusive() -> None:
    driver = ScriptedDriver(NOBODY, NOBODY, NOBODY)
    found = conclude(driver, "must_be_rejected")
    assert found is not None
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "control" in found.reason
    assert driver.roles == ["attack", "control", "control"]


def test_a_control_is_tried_a_second_time() -> None:
    assert verdict(ScriptedDriver(NOBODY, NOBODY, SELF)) is Verdict.PASS


def test_a_control_that_signs_somebody_else_in_is_none() -> None:
    assert verdict(ScriptedDriver(NOBODY, SOMEBODY, SOMEBODY)) is Verdict.INCONCLUSIVE


def test_rejection_of_what_was_never_delivered_is_inconclusive() -> None:
    assert verdict(ScriptedDriver(NOBODY, SELF, delivered=False)) is Verdict.INCONCLUSIVE


def test_login_that_never_reached_the_idp_is_inconclusive() -> None:
    assert verdict(ScriptedDriver(NOBODY, SELF, bound=False)) is Verdict.INCONCLUSIVE


def test_a_check_that_the_idp_leaves_out_need_not_be_consumed() -> None:
    assert conclude(ScriptedDriver(NOBODY, SELF), "must_be_rejected", misbehaviour=check_off("pkce")) is None


def test_acceptance_is_reproduced_and_fails() -> None:
    driver = ScriptedDriver(SELF, SELF)
    assert verdict(driver) is Verdict.FAIL
    assert driver.roles == ["attack", "repeat"]


def test_acceptance_that_is_not_reproduced_is_inconclusive() -> None:
    assert verdict(ScriptedDriver(SELF, NOBODY)) is Verdict.INCONCLUSIVE


def test_late_sign_in_counts() -> None:
    driver = ScriptedDriver(NOBODY, SELF, SELF, late=SELF)
    assert verdict(driver) is Verdict.FAIL
    assert driver.roles == ["attack", "control", "repeat"]


@pytest.mark.parametrize("level", ["SHOULD", "HARDENING"])
def test_what_is_only_advised_is_a_warning(level: str) -> None:
    assert verdict(ScriptedDriver(SELF, SELF), level=level) is Verdict.WARN


@pytest.mark.parametrize("status", [500, 503, 0])
def test_rejection_with_a_crash_is_a_warning(status: int) -> None:
    found = conclude(ScriptedDriver(NOBODY, SELF, status=status), "must_be_rejected")
    assert found is not None
    assert found.verdict is Verdict.WARN
    assert "broke down" in found.observed


def test_sign_in_of_the_user_passes_without_a_control() -> None:
    driver = ScriptedDriver(SELF)
    assert verdict(driver, "must_sign_in") is Verdict.PASS
    assert driver.roles == ["attack"]


def test_missing_sign_in_fails_when_controls_work() -> None:
    assert verdict(ScriptedDriver(NOBODY, SELF, NOBODY), "must_sign_in") is Verdict.FAIL


def test_missing_sign_in_is_inconclusive_when_controls_fail_too() -> None:
    assert verdict(ScriptedDriver(NOBODY, NOBODY, NOBODY), "must_sign_in") is Verdict.INCONCLUSIVE


def test_sign_in_as_somebody_else_is_no_sign_in() -> None:
    assert verdict(ScriptedDriver(VICTIM, SELF, VICTIM), "must_sign_in") is Verdict.FAIL


@pytest.mark.parametrize("ending", [VICTIM, SOMEBODY])
def test_another_identity_fails(ending: str) -> None:
    assert verdict(ScriptedDriver(ending, ending), "must_keep_identity") is Verdict.FAIL


def test_own_identity_is_kept() -> None:
    assert verdict(ScriptedDriver(SELF), "must_keep_identity") is Verdict.PASS


def test_rejection_keeps_identity_only_with_a_control() -> None:
    assert verdict(ScriptedDriver(NOBODY, SELF), "must_keep_identity") is Verdict.PASS
    assert verdict(ScriptedDriver(NOBODY, NOBODY, NOBODY), "must_keep_identity") is Verdict.INCONCLUSIVE


def test_what_the_mock_could_not_serve_is_our_own_fault() -> None:
    driver = ScriptedDriver(NOBODY, SELF)
    run = case_run(driver, BAD)
    Login(run)().must_be_rejected()
    assert run.own_fault() is None
    run.attempts[0].transcript()["failures"] = [{"text": 'signing("key").set(client_secret())', "reason": "no secret"}]
    fault = run.own_fault()
    assert fault is not None
    assert fault.verdict is Verdict.ERROR
    assert "no secret" in fault.reason


def test_acceptance_of_what_was_never_delivered_is_inconclusive() -> None:
    assert verdict(ScriptedDriver(SELF, SELF, delivered=False)) is Verdict.INCONCLUSIVE
    assert verdict(ScriptedDriver(VICTIM, VICTIM, delivered=False), "must_keep_identity") is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("expectation", ["must_be_rejected", "must_sign_in", "must_keep_identity"])
def test_a_probe_page_that_was_never_seen_decides_nothing(expectation: str) -> None:
    assert verdict(ScriptedDriver(UNCLEAR, SELF), expectation) is Verdict.INCONCLUSIVE


def test_whose_session_it_is_cannot_be_judged_where_the_page_does_not_say() -> None:
    driver = ScriptedDriver(SELF)
    driver.names_people = False
    assert verdict(driver, "must_keep_identity") is Verdict.INCONCLUSIVE
