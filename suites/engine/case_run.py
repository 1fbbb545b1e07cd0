"""One case on one target: its attempts, its controls, and how a verdict is reached (design 6)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mock_idp.misbehaviour import Edit, Misbehaviour
from suites.engine.driver import HONEST, Attempt, Driver
from suites.engine.instance import Instance
from suites.engine.lease import Leased
from suites.engine.oracle import SELF, UNCLEAR
from suites.engine.verdicts import Concluded, Verdict
from targets.shapes import AuthorizationResponse

if TYPE_CHECKING:
    from suites._core.grades import Grade

NO_SESSION = "no session"


def faults(misbehaviour: Misbehaviour) -> list[Edit]:
    """The edits that the RP has to meet; settings of the app only where nothing else is wrong.

    check_off is a permission, not a fault: the RP may well stop before the IdP has anything to check.
    """
    others = [edit for edit in misbehaviour if edit.seam not in ("check", "app")]
    return others or [edit for edit in misbehaviour if edit.seam == "app"]


@dataclass
class CaseRun:
    """Collects what a case did and decides. `grade`: how binding the requirement is for an RP of this kind.

    `attempts` are the case's own; `shared` were made by an earlier case, and this one is judged from them, too. `then`:
    what the case does after the login, and so its control.
    `replay`: options that try the case again exactly so, where its id alone does not.
    `second`: it is about logins at the target's second IdP. `opening`: with what its logins begin where that is not the
    start page, and `control_opening` those of the control.
    """

    driver: Driver
    misbehaviour: Misbehaviour
    grade: Grade
    baseline: Misbehaviour = HONEST
    attempts: list[Attempt] = field(default_factory=list)
    shared: list[Attempt] = field(default_factory=list)
    expected: str = ""
    observed: str = ""
    control_failed: bool = False
    started: float = field(default_factory=time.monotonic)
    logins: int = 0
    stepwise: bool = False
    then: list[Callable[[Attempt], None]] = field(default_factory=list)
    repeated: bool = False
    steps: list[str] = field(default_factory=list)
    replay: str = ""
    about: Attempt | None = None
    second: bool = False
    opening: AuthorizationResponse | None = None
    control_opening: AuthorizationResponse | None = None

    # ---- attempts -----------------------------------------------------------------------------------------

    def add(self, attempt: Attempt) -> Attempt:
        self.attempts.append(attempt)
        self.logins += 1
        return attempt

    def attack(self, role: str = "attack") -> Attempt:
        return self.add(self.driver.login(self.misbehaviour, role=role, second=self.second, opening=self.opening))

    @property
    def witnesses(self) -> list[Attempt]:
        """All attempts on which the verdict rests."""
        return [*self.attempts, *self.shared]

    @property
    def subject(self) -> Attempt | None:
        """The attempt that the case is about: the first one, if the case says nothing else."""
        return self.about or (self.attempts[0] if self.attempts else None)

    # ---- verdicts -----------------------------------------------------------------------------------------

    def broken(self, observed: str) -> Concluded:
        """The requirement does not hold: FAIL for a MUST, WARN for what is only advised."""
        self.observed = observed
        verdict = Verdict.FAIL if self.grade.level == "MUST" else Verdict.WARN
        return Concluded(verdict, observed=observed)

    def undecided(self, reason: str) -> Concluded:
        return Concluded(Verdict.INCONCLUSIVE, reason=reason, observed=self.observed)

    def control(self) -> Attempt:
        """The matched control: a login without the fault must sign in; tried twice, else INCONCLUSIVE."""
        for again in (False, True):
            attempt = self.add(self._control_login())
            if attempt.signed_in and attempt.signed_in.who == SELF:
                return attempt
            if again:
                self.control_failed = True
                saw = attempt.signed_in.text if attempt.signed_in else "nothing"
                raise self.undecided(
                    f"the control, a login without the fault, did not sign in either: {saw}; the RP's page "
                    f"({attempt.page.status}) says: {attempt.page.text[:200]}"
                )
        raise AssertionError

    def _control_login(self) -> Attempt:
        """The same steps without the fault: a case that delivers responses by hand has a control that does, too."""
        at = self._where_control_logs_in()
        if not (self.stepwise or self.then):
            return self.driver.login(
                self.baseline, role="control", at=at, second=self.second, opening=self.control_opening
            )
        attempt = self.driver.start(self.baseline, role="control", hold=self.stepwise, at=at, second=self.second)
        for step in self.then:
            step(attempt)
        response = self.driver.response(attempt) if self.stepwise else None
        if response is not None:
            self.driver.deliver(attempt, response, attempt)
        else:
            self.driver.finish(attempt)
        return attempt

    def _where_control_logs_in(self) -> Instance | Leased | None:
        """A second instance, where the case had one; one that refused to start says that starting matters."""
        instances = [attempt.at for attempt in self.attempts if attempt.at]
        if not instances:
            return None
        return self.driver.instances.control(self.baseline, afresh=any(one.refusal for one in instances))

    def require_clear(self, attempt: Attempt) -> None:
        """The probe page must be one that was learned; what was never seen before proves neither side."""
        if attempt.signed_in and attempt.signed_in.who == UNCLEAR:
            raise self.undecided(f"the probe shows {attempt.signed_in.text}: {attempt.probe_text}")

    def require_consumed(self, attempt: Attempt) -> None:
        """A rejection counts only if the RP was handed what was edited."""
        wanted = [i for i, edit in enumerate(attempt.misbehaviour) if edit in faults(attempt.misbehaviour)]
        for again in (False, True):
            transcript = attempt.transcript(again=again)
            delivered = {delivery["edit"] for delivery in transcript["deliveries"]}
            if transcript["bound"] and (not wanted or delivered & set(wanted)):
                return
        if not transcript["bound"]:
            raise self.undecided("the login never reached the IdP")
        edits = [str(edit) for edit in faults(attempt.misbehaviour)]
        raise self.undecided(f"the RP was never handed what was changed: {', '.join(edits)}")

    def reproduced(self, attempt: Attempt, again: Callable[[], Attempt] | None, bad: Callable[[Attempt], bool]) -> None:
        """A finding is made twice, else it is none."""
        if again is None:
            return  # the whole case is repeated instead (suites/_core/repeat.py)
        if self.repeated:
            return
        self.repeated = True
        repeat = again()
        if not bad(repeat):
            first = attempt.signed_in.text if attempt.signed_in else ""
            raise self.undecided(f"seen once ({first}) but not a second time")

    def judge_rejection(
        self, attempt: Attempt, again: Callable[[], Attempt] | None = None, subject: Attempt | None = None
    ) -> None:
        """Nobody may be signed in; late sign-ins count; the control must sign in.

        `attempt` is where somebody would be signed in, `subject` the attempt that carries the fault.
        """
        self.expected = NO_SESSION

        def accepted(tried: Attempt) -> bool:
            return bool(tried.signed_in and tried.signed_in.anybody)

        if not accepted(attempt):
            self.control()
            self.driver.finish(attempt)
        assert attempt.signed_in is not None
        self.observed = attempt.signed_in.text
        if accepted(attempt):
            self.require_consumed(subject or attempt)
            self.reproduced(attempt, again, accepted)
            raise self.broken(attempt.signed_in.text)
        self.require_clear(attempt)
        self.require_consumed(subject or attempt)
        self.require_no_crash(attempt)

    def judge_sign_in(
        self, attempt: Attempt, again: Callable[[], Attempt] | None = None, subject: Attempt | None = None
    ) -> None:
        """The attempt's own person must be signed in."""
        self.expected = "a session for the user"
        assert attempt.signed_in is not None
        self.observed = attempt.signed_in.text
        if attempt.signed_in.who == SELF:
            self.require_consumed(subject or attempt)
            return
        self.control()
        self.require_clear(attempt)
        self.require_consumed(subject or attempt)
        self.reproduced(attempt, again, lambda tried: bool(tried.signed_in and tried.signed_in.who != SELF))
        raise self.broken(f"{attempt.signed_in.text}; the RP's page says: {attempt.page.text[:160]}")

    def judge_identity(
        self, attempt: Attempt, again: Callable[[], Attempt] | None = None, subject: Attempt | None = None
    ) -> None:
        """Whoever is signed in is the attempt's own person; nobody is fine too."""
        self.expected = "no session, or one for the user alone"

        def another(tried: Attempt) -> bool:
            return bool(tried.signed_in and tried.signed_in.anybody and tried.signed_in.who != SELF)

        if not (attempt.signed_in and attempt.signed_in.anybody):
            self.control()
            self.driver.finish(attempt)
        assert attempt.signed_in is not None
        self.observed = attempt.signed_in.text
        if attempt.signed_in.anybody and not self.driver.names_people:
            raise self.undecided("somebody is signed in, but the probe page does not say who")
        if another(attempt):
            self.require_consumed(subject or attempt)
            self.reproduced(attempt, again, another)
            raise self.broken(attempt.signed_in.text)
        self.require_clear(attempt)
        self.require_consumed(subject or attempt)
        self.require_no_crash(attempt)

    def require_no_crash(self, attempt: Attempt) -> None:
        """WARN where the RP ended in a server error or gave no answer."""
        if not attempt.crashed:
            return
        how = f"status {attempt.page.status}" if attempt.page.status else "no answer"
        raise Concluded(
            Verdict.WARN,
            observed=f"{self.observed}, but the RP broke down over it: {how} at {attempt.page.url}",
        )

    def own_fault(self) -> Concluded | None:
        """What the mock could not serve as it was told: then the case says nothing about the RP."""
        for attempt in self.witnesses:
            for failure in attempt.transcript().get("failures", ()):
                edit = failure.get("text", "an exchange")
                return Concluded(Verdict.ERROR, reason=f"the mock could not serve {edit}: {failure['reason']}")
        return None

    # ---- for the report -----------------------------------------------------------------------------------

    def changed(self) -> list[dict[str, Any]]:
        """What was delivered of the misbehaviour in the first attempt, else what was meant to be."""
        subject = self.subject
        if subject is None:
            return []
        return [
            {
                "seam": d["seam"],
                "path": [str(step) for step in d["path"]],
                "edit": d["text"],
                **{side: d[side] for side in ("before", "after") if side in d},
            }
            for d in subject.transcript()["deliveries"]
        ]
