"""`OwnIssuer`: a sequence of logins at an issuer that nobody else uses (`login.own_issuer()`)."""

from __future__ import annotations

from itertools import pairwise

from mock_idp.misbehaviour import Misbehaviour
from suites._core.outcome import HeldLogin, Outcome
from suites.engine.case_run import CaseRun
from suites.engine.driver import HONEST, Attempt
from suites.engine.instance import Instance
from suites.engine.oracle import SELF
from suites.engine.watch import Watch

PAUSE = 5.0
"""Seconds between two logins of a target that is given time to look for new keys."""
SELDOM = 4.0
"""Seconds between two requests for keys that nobody would call a flood."""
RESPONSIVE = 5.0
"""Seconds in which a page that needs nothing of the IdP is to be answered."""


class OwnIssuer:
    """One instance of the target at an issuer of its own, for cases that are a sequence of logins."""

    def __init__(self, run: CaseRun, instance: Instance) -> None:
        self._run, self._instance = run, instance
        self._read: Attempt | None = None

    def login(self, also: Misbehaviour = HONEST) -> Outcome:
        """A login under what the issuer does now, and `also` what is wrong in this login alone."""
        attempt = self._login(self._instance.behaviour if not also else self._instance.behaviour & also)
        return Outcome(self._run, attempt, attempt)

    def logins(self, count: int) -> None:
        """So many logins, whatever comes of them."""
        for _ in range(count):
            self.login()

    def _login(self, misbehaviour: Misbehaviour, role: str = "attack") -> Attempt:
        run, behaviour = self._run, self._instance.behaviour
        attempt = run.add(run.driver.login(misbehaviour, role=role, at=self._instance))
        run.about = self._read or attempt
        self._instance.behaviour = behaviour
        return attempt

    def held(self) -> HeldLogin:
        """A login up to its authorization response, which is held back."""
        run = self._run
        attempt = run.add(run.driver.start(self._instance.behaviour, role="attack", hold=True, at=self._instance))
        run.about = attempt
        return HeldLogin(run, attempt, run.driver.response(attempt))

    def start_at_second_idp(self) -> None:
        """A login at the second IdP is begun, for which its metadata is read, and never finished."""
        run = self._run
        run.steps.append("a login at the second IdP is begun")
        instance = self._instance
        self._read = run.add(run.driver.start(instance.behaviour, role="attack", hold=True, at=instance, second=True))

    def control(self, count: int = 1) -> None:
        """Logins in which nothing is to be refused; who cannot even do that here is not to be judged."""
        for _ in range(count):
            attempt = self._login(self._instance.behaviour, "control")
            if not _signed_in(attempt):
                self._run.control_failed = True
                saw = attempt.signed_in.text if attempt.signed_in else "nothing"
                raise self._run.undecided(f"a login in which nothing was to be refused did not sign in: {saw}")

    def misbehave(self) -> None:
        """The issuer does what the case names, from now on."""
        self._run.steps.append("the issuer begins to misbehave")
        self._instance.behave(self._run.misbehaviour)

    def mend(self) -> None:
        """The issuer is honest, from now on; a target that refused to start is started, as any service would be."""
        self._run.steps.append("the issuer is mended")
        self._instance.behave(HONEST)
        if self._instance.refusal:
            self.restart()

    def restart(self) -> None:
        """The instance is ended and started again."""
        self._run.steps.append("the target is started again")
        self._instance.behave(self._instance.behaviour)  # what it asks for when it starts belongs to the next login
        self._instance.start()

    def rotate_keys(self, *, announced: bool = True) -> None:
        """The next key signs from now on; where it was not announced, one that nobody has seen before."""
        self._run.steps.append(f"the issuer signs with {'its next' if announced else 'a new'} key")
        self._instance.rotate_keys(announced=announced)

    def pass_time(self, seconds: float) -> None:
        """Caches go by the clock, so there is nothing else to wait for."""
        self._run.steps.append(f"{seconds:g} s pass")
        self._run.driver.wait(seconds)

    def must_sign_in_soon(self) -> None:
        """A login signs in, at the latest when the target may be expected to look for keys and metadata again."""
        patience = self._run.driver.context.target.idp.refetch_within
        attempt = self._login(self._instance.behaviour)
        while not _signed_in(attempt) and patience > 0:
            self._run.driver.wait(pause := min(patience, PAUSE))
            patience -= pause
            self._run.repeated = True
            attempt = self._login(self._instance.behaviour)
        self._must_have_signed_in(attempt)

    def must_sign_in_after_restart(self) -> None:
        """A login signs in; where it does not, one after a restart does."""
        attempt = self._login(self._instance.behaviour)
        if not _signed_in(attempt):
            self.restart()
            attempt = self._login(self._instance.behaviour)
        self._must_have_signed_in(attempt)

    def _must_have_signed_in(self, attempt: Attempt) -> None:
        """Also of a target that asks the IdP for nothing any more: that is what it is blamed for."""
        run = self._run
        run.expected = "a session for the user"
        assert attempt.signed_in is not None
        run.observed = attempt.signed_in.text
        if not _signed_in(attempt):
            run.control()
            run.require_clear(attempt)
            raise run.broken(f"{attempt.signed_in.text}; the RP's page says: {attempt.page.text[:160]}")

    def fetches(self, endpoint: str) -> int:
        """How often this instance has asked for `keys` or `discovery` so far."""
        return len(self._instance.requests(endpoint))

    def must_fetch_at_most(self, count: int, endpoint: str, *, since: int = 0) -> None:
        """It has asked for `keys` or `discovery` so often, not counting the first `since` requests.

        Concluded (INCONCLUSIVE) where each request came so long after the one before that a target with patience
        between two of them would have made as many: then it is the logins that were slow.
        """
        run = self._run
        run.expected = f"at most {count} requests for the issuer's {endpoint}"
        times = sorted(exchange["at"] for exchange in self._instance.requests(endpoint))[since:]
        run.observed = f"{len(times)} requests for the issuer's {endpoint}"
        if len(times) <= count:
            return
        if min((later - earlier for earlier, later in pairwise(times)), default=0.0) >= SELDOM:
            raise run.undecided(f"{run.observed}, none within {SELDOM:g} s of another: the logins are too slow to tell")
        raise run.broken(run.observed)

    def must_stay_responsive(self) -> None:
        """During a login, and after it, other pages of the target are served, and the login has an answer itself."""
        run, target = self._run, self._instance.target
        run.expected = f"an answer, and other pages within {RESPONSIVE:g} s"
        with Watch(target.probe_url) as watch:
            attempt = self._login(self._instance.behaviour)
        if self._instance.refusal:  # which it said in time: nobody waits for a target that has ended
            Outcome(run, attempt, attempt).must_be_rejected()
            return
        run.control()
        run.require_consumed(attempt)
        answer = f"status {attempt.page.status}" if attempt.page.status else "no answer before the user agent gave up"
        run.observed = f"{answer}; meanwhile other pages took {watch.longest:.1f} s at most"
        # To say that the IdP cannot be reached, with a status 5xx, is no breakdown.
        if watch.longest > RESPONSIVE or not attempt.page.status:
            run.repeated = True
            raise run.broken(run.observed)


def _signed_in(attempt: Attempt) -> bool:
    return bool(attempt.signed_in and attempt.signed_in.who == SELF)
