"""`Login`: what a case may do. Every `must_…` either returns (the requirement holds) or ends the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import app, claim, org_issuer, other_server_key, signing
from suites._core.observations import Requests, forget_samples, samples
from suites._core.outcome import HeldLogin, Outcome
from suites._core.own_issuer import OwnIssuer
from suites._core.renewal import Session
from suites._core.two_idps import TwoIdps
from suites._core.visit import Visit
from suites.engine.case_run import CaseRun
from suites.engine.driver import HONEST, Attempt
from suites.engine.instance import server_of
from suites.engine.oracle import ATTACKER, SELF, VICTIM
from targets.agent import NOTHING
from targets.shapes import AuthorizationResponse

__all__ = ["HeldLogin", "Login", "Outcome"]


TILE = app("idp_initiated_login").set({"mode": "SPEC"})
"""The app has a tile that leads to its initiate_login_uri."""


class Login:
    """The `login` fixture: makes attempts for one case on one target."""

    def __init__(self, run: CaseRun) -> None:
        self._run = run

    @property
    def run(self) -> CaseRun:
        """For steps that are made elsewhere (`suites.forgery`)."""
        return self._run

    @property
    def repeated(self) -> bool:
        """Whether what was found has been tried again already."""
        return self._run.repeated

    def second_round(self) -> Login:
        """The same case once more, with nothing remembered; its attempts are added to the evidence."""
        self._run.repeated = True
        self._run.steps.clear()
        forget_samples()
        return self

    def __call__(self) -> Outcome:
        """One whole login under the case's misbehaviour."""
        attempt = self._run.attack()
        return Outcome(self._run, attempt, attempt, lambda: self._run.attack("repeat"))

    def after_victim(self, first: Misbehaviour = HONEST) -> Outcome:
        """The other person signs in first, under `first`; then a login under the case's misbehaviour.

        Both subjects begin alike or contain one another, so that the other person is known by e-mail and name only.
        """
        run, driver = self._run, self._run.driver
        victim = driver.identities.take()
        own = driver.identities.other(victim)
        before = driver.start(first, role="observation", own=victim, victim=own)
        if driver.finish(before).who != SELF:
            run.attempts.append(before)
            raise run.undecided("the person who has to sign in before was not signed in")
        run.steps.append("another person has signed in before, in another browser")
        attempt = run.add(driver.start(run.misbehaviour, role="attack", own=own, victim=victim))
        run.attempts.append(before)
        attempt.others = {VICTIM: replace(victim, sub="")}
        attempt.delivered_to_rp = True
        driver.finish(attempt)
        return Outcome(run, attempt, attempt)

    def honest(self, *, query: Mapping[str, str] = NOTHING, headers: Mapping[str, str] = NOTHING) -> Outcome:
        """An honest login to look at; `query` and `headers` go to the RP's start page."""
        run = self._run
        attempt = run.add(run.driver.start(HONEST, role="observation", query=query, headers=headers))
        attempt.delivered_to_rp = True
        return Outcome(run, attempt, attempt)

    def under(self, misbehaviour: Misbehaviour) -> Attempt:
        """A login under another misbehaviour than the case's, to compare with."""
        return self._run.add(self._run.driver.login(misbehaviour, role="observation"))

    def launched(self) -> Outcome:
        """One whole login that begins at the app's tile: the dashboard leads to its initiate_login_uri."""
        self._run.steps.append("the app's tile opened on the dashboard (OIDC Compliant)")
        return self._from_tile(self._tile, alike=bool(self._run.misbehaviour))

    @property
    def _tile(self) -> Misbehaviour:
        """What gives the app a tile for one login; an app that has one is not changed, so nothing is delivered."""
        return HONEST if self._run.driver.context.target.client.idp_initiated_login_mode == "SPEC" else TILE

    def framed_beside_session(self) -> Outcome:
        """Somebody is signed in, and a page at another site has another person's tile in a frame."""
        run, driver = self._run, self._run.driver
        mine = run.add(driver.start(HONEST, role="observation"))
        if driver.look(mine).who != SELF:
            run.control()
            raise run.undecided("the person whose session it is was not signed in")
        tile = driver.tile().redirect_uri
        run.steps.append("the app's tile in a frame of another site, in the browser of somebody who is signed in")
        other = run.add(driver.start(self._tile, role="attack", browser=mine, framed=tile))
        other.delivered_to_rp = True
        mine.others = {ATTACKER: other.own}
        driver.finish(mine)
        return Outcome(run, mine, other)

    def unasked(self) -> Outcome:
        """The app's tile in the mode Okta Simplified: the dashboard posts an ID Token to the redirect URI.

        It is one of the org server, as Okta's are. A target that does not say that it takes those gets one of its own
        issuer, so that nothing is wrong with it but that nobody has asked for it.
        """
        run, context = self._run, self._run.driver.context
        taken = "okta-simplified" in context.features
        tile = app("idp_initiated_login").set({"mode": "OKTA", "default_scope": ["openid", "profile", "email"]})
        if not taken and server_of(context.issuer) == "default":
            tile = tile & claim("iss").set(org_issuer())
            if "alg-public" in context.features:  # the client secret is the same at all servers
                tile = tile & signing("key").set(other_server_key())
        run.steps.append("the app's tile opened on the dashboard (Okta Simplified)")
        return self._from_tile(tile, alike=taken and bool(run.misbehaviour))

    def _from_tile(self, tile: Misbehaviour, *, alike: bool) -> Outcome:
        """`alike`: the control is opened there, too. Where nothing but the tile is tried, it is a usual login."""
        run = self._run
        if run.opening is None:  # else this is the second round
            run.misbehaviour, run.opening = tile & run.misbehaviour, run.driver.tile()
            if alike:
                run.baseline, run.control_opening = tile & run.baseline, run.opening
        return self()

    def unasked_twice(self) -> Outcome:
        """The same, and the token that was posted then is posted once more, in another person's browser."""
        run = self._run
        first = self.unasked().attempt
        if first.signed_in is None or first.signed_in.who != SELF:
            raise run.undecided("the ID Token did not sign in the first time")
        used = HeldLogin(run, first, run.driver.response(first))
        return used.deliver_to(self.browser_without_login())

    def session(self) -> Session:
        """A login under the case's misbehaviour whose session is to be renewed."""
        return Session(self._run)

    def visit(self) -> Visit:
        """A login, after which the person does more in the same browser."""
        return Visit(self._run)

    def posted(self, **form: str) -> Outcome:
        """An honest login that begins with a form, posted to the RP's start page."""
        run = self._run
        # As any other page could have a form for it.
        posted = AuthorizationResponse(run.driver.context.target.login_url, "form_post", tuple(form.items()))
        attempt = run.add(run.driver.start(HONEST, role="observation", opening=posted))
        return Outcome(run, attempt, attempt)

    def starts(self, count: int) -> Requests:
        """So many authorization requests, half of them from fresh browsers; shared by the cases of a worker."""
        return samples(self._run, count)

    def held(self, honest: bool = False, beside: HeldLogin | None = None) -> HeldLogin:
        """A login up to its authorization response, which is held back; `beside` another one in the same browser."""
        run = self._run
        run.stepwise = True
        misbehaviour, browser = HONEST if honest else run.misbehaviour, beside.attempt if beside else None
        attempt = run.add(run.driver.start(misbehaviour, role="attack", hold=True, browser=browser))
        return HeldLogin(run, attempt, run.driver.response(attempt))

    def at_second_idp(self) -> Outcome:
        """One whole login at the target's second IdP under the case's misbehaviour."""
        self._run.second = True
        self._run.steps.append("a login at the second IdP")
        return self()

    def two_idps(self) -> TwoIdps:
        """One browser, and logins in it at both IdPs of the target."""
        return TwoIdps(self._run)

    def own_issuer(self, *, honest: bool = False, second: bool = False) -> OwnIssuer:
        """A fresh instance of the target at an issuer of its own, which misbehaves from the start unless `honest`.

        `second`: that issuer is its second IdP.
        """
        instance = self._run.driver.instances.open(HONEST if honest else self._run.misbehaviour, second=second)
        return OwnIssuer(self._run, instance)

    def browser_without_login(self) -> HeldLogin:
        """A fresh browser of somebody who never started a login; for `deliver_to`."""
        run = self._run
        made = run.driver.register(HONEST, hold=True)
        profile = run.driver.agent.open(run.driver.carrier(made.id))
        page = profile.probe()
        attempt = Attempt(made.id, "bystander", HONEST, made.own, made.victim, profile, run.driver.control, page)
        run.attempts.append(attempt)
        return HeldLogin(run, attempt, None)
