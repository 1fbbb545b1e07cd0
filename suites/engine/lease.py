"""A target that runs already has one issuer, which others use too: one login at a time has it to itself.

The exclusive lease keeps every other login away meanwhile. What the target then has read of the issuer it has to
forget again: by its `[restart]`, or by the time after which it looks for itself (docs/decisions/0010, 2).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mock_idp.client import ControlError
from mock_idp.misbehaviour import Misbehaviour
from suites.engine.oracle import SELF
from suites.engine.verdicts import Concluded, Verdict
from targets.errors import UNREACHABLE, TargetError
from targets.process import run_restart
from targets.shapes import Page

if TYPE_CHECKING:
    from suites.engine.driver import Attempt, Driver, Registered

WAIT = 120.0
"""Seconds for which others may go on with what they are doing before the lease is had."""
PAUSE = 5.0
"""Seconds between two logins that show whether the target has forgotten."""


class Leased:
    """The target as it is, while the whole issuer misbehaves. See `suites.engine.instance.Instance`."""

    def __init__(self, driver: Driver, behaviour: Misbehaviour) -> None:
        """Concluded: INCONCLUSIVE when others do not leave the issuer, NOT_APPLICABLE for what needs other paths."""
        if behaviour.needs_own_issuer:
            reason = "the case needs an issuer with other paths, and this target, which we do not start, has its own"
            raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)
        self._driver, self.behaviour, self.refusal = driver, behaviour, ""
        self.target = driver.context.target
        try:
            self._lease = driver.control.exclusive_lease(WAIT)
        except ControlError as error:
            raise Concluded(Verdict.INCONCLUSIVE, reason=str(error)) from None
        self._held = True
        try:
            self._made = driver.register(behaviour, lease=self._lease)
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self) -> None:
        """Restart the target, where that can be done; one that does not come back refuses."""
        self.refusal = ""
        try:
            run_restart(self.target)
        except TargetError as error:
            if error.code != UNREACHABLE:
                raise
            self.refusal = error.message

    def stop(self) -> None:
        """Give the issuer back, honest, once the target has forgotten. May be called twice."""
        if not self._held:
            return
        self._held = False
        try:
            with contextlib.suppress(ControlError):  # the lease expires by itself, and the mock may have ended
                honest = self._driver.register(lease=self._lease)
                # Before the others may come back: they must not meet a target that is not there.
                self.start()
                self._driver.control.forget_attempts([honest.id])
        finally:
            with contextlib.suppress(ControlError):
                self._driver.control.release(self._lease)
        if self.target.restart is None:
            self._until_honest_logins_succeed()

    def _until_honest_logins_succeed(self) -> None:
        patience = self.target.idp.refetch_within
        while not self._signs_in() and patience > 0:
            self._driver.wait(pause := min(patience, PAUSE))
            patience -= pause

    def _signs_in(self) -> bool:
        attempt = self._driver.login(role="control")
        attempt.profile.close()
        self._driver.control.forget_attempts([attempt.id])
        return attempt.signed_in is not None and attempt.signed_in.who == SELF

    def registered(self, misbehaviour: Misbehaviour, *, hold: bool) -> Registered:  # noqa: ARG002
        """The attempt that holds the lease."""
        return self._made

    def seen_as_first(self, page: Page) -> Page:
        return page

    def output(self) -> str:
        return ""

    def require_read(self, attempt: Attempt) -> None:
        """Concluded (NOT_APPLICABLE) when the target never asked for what is wrong, and cannot be made to."""
        edits = enumerate(attempt.misbehaviour)
        wide = {index for index, edit in edits if Misbehaviour((edit,)).issuer_wide}
        delivered = {delivery["edit"] for delivery in attempt.transcript(again=True)["deliveries"]}
        if self.target.restart is None and not wide & delivered:
            reason = "the target goes on with the metadata and keys that it has, and its file has no [restart]"
            raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)
