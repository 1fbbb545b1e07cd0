"""`TwoIdps`: logins of one browser at both IdPs of a target that has two (`login.two_idps()`).

The first IdP is honest in these cases; whoever runs the second one is the attacker (RFC 9700 4.4).
"""

from __future__ import annotations

from dataclasses import replace

from mock_idp.misbehaviour import Misbehaviour
from suites._core.outcome import HeldLogin, Outcome
from suites.engine.case_run import CaseRun
from suites.engine.driver import HONEST, Attempt


class TwoIdps:
    """Logins of one browser, each held back at its authorization response. The case is about the first of them."""

    def __init__(self, run: CaseRun) -> None:
        self._run = run
        self._browser: Attempt | None = None

    def first(self, misbehaviour: Misbehaviour = HONEST) -> HeldLogin:
        """A login at the first IdP, which is honest unless the case says otherwise here."""
        return self._held(misbehaviour, second=False)

    def second(self) -> HeldLogin:
        """A login at the second IdP, under the case's misbehaviour."""
        return self._held(self._run.misbehaviour, second=True)

    def _held(self, misbehaviour: Misbehaviour, *, second: bool) -> HeldLogin:
        run, opened = self._run, self._browser
        which = "second" if second else "first"
        run.steps.append(f"a login at the {which} IdP{', in the same browser,' if opened else ''} is held back")
        attempt = run.driver.start(misbehaviour, role="attack", hold=True, second=second, browser=opened)
        run.add(attempt)
        if opened is None:
            self._browser, run.second, run.stepwise = attempt, second, True
        return HeldLogin(run, attempt, run.driver.response(attempt))

    def deliver_from_first_idp(self, login: HeldLogin) -> Outcome:
        """What `login` asked the second IdP for is answered by the first one, and delivered where that one says."""
        run = self._run
        run.steps.append("the second IdP has the browser ask the first one, with the same state")
        answered = run.driver.answer_at_first_idp(login.attempt)
        run.attempts.append(answered)
        response = run.driver.response(answered)
        if response is None:
            raise run.undecided("the first IdP did not answer what the second one was asked for")
        return login.deliver(response)

    def deliver_at_callback_of_second_idp(self, login: HeldLogin) -> Outcome:
        """The response of `login` is delivered at the redirect URI that the target uses at its second IdP."""
        registered = self._run.driver.context.target.at_second_idp.client.redirect_uris[0]
        self._run.steps.append("the response comes to the redirect URI of the second IdP")
        return login.deliver(replace(login.response, redirect_uri=registered))
