"""`Visit`: somebody signs in, and does more in the same browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt
from suites.engine.oracle import SELF


class Visit:
    """A login whose attempt stays open. Every step is done in the control, too."""

    def __init__(self, run: CaseRun) -> None:
        self._run = run
        run.then.clear()
        self._attempt = run.add(run.driver.start(run.misbehaviour, role="attack"))
        self._attempt.delivered_to_rp = True
        if run.driver.look(self._attempt).who != SELF:
            run.control()
            raise run.undecided("nobody is signed in to go on with, although nothing was wrong with the login")
        self._logins = self._asked_to_log_in()

    def reload(self) -> Self:
        """Load the page at which the login ended anew."""

        def step(attempt: Attempt) -> None:
            attempt.page = attempt.profile.reload()

        return self._then(step, "the last page of the login loaded anew")

    def log_out(self) -> Self:
        """Sign out, as the target file says."""

        def step(attempt: Attempt) -> None:
            attempt.page = attempt.profile.log_out()

        return self._then(step, "signed out")

    def open_callback(self) -> Self:
        """Open the authorization response of the login once more, as the browser's history would."""

        def step(attempt: Attempt) -> None:
            response = self._run.driver.response(attempt)
            if response is None:
                raise self._run.undecided("the login had no authorization response")
            attempt.page = attempt.profile.deliver(response)

        return self._then(step, "the callback's URL opened from the history")

    def _then(self, step: Callable[[Attempt], None], told: str) -> Self:
        step(self._attempt)
        self._run.then.append(step)
        self._run.steps.append(told)
        return self

    # ---- what must be true afterwards -------------------------------------------------------------------------

    def must_stay_signed_in(self) -> None:
        """The login's own person is still signed in."""
        self._run.driver.finish(self._attempt)
        if not self._run.misbehaviour:
            self._run.then.clear()  # an RP that cannot do it at all fails, and is no RP that cannot be judged
        self._run.judge_sign_in(self._attempt)

    def must_be_signed_out(self) -> None:
        """Nobody is signed in any more, or the RP began a new login; a login without these steps signs in."""
        run, attempt = self._run, self._attempt
        signed_in = run.driver.finish(attempt)
        run.then.clear()
        if signed_in.anybody and self._asked_to_log_in() > self._logins:
            run.expected, run.observed = "no session, or a new login", f"{signed_in.text}, by a new login"
            return
        run.judge_rejection(attempt)

    def _asked_to_log_in(self) -> int:
        """How many authorization requests the RP has made so far."""
        self._attempt.transcript(again=True)
        return len(self._attempt.requests("authorize"))
