"""Makes attempts: registers one with the IdP, drives the RP through it, and asks who is signed in."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from mock_idp.client import Control, ControlError
from mock_idp.misbehaviour import Misbehaviour
from mock_idp.org.app import EMBED_LINK
from suites.engine.context import RunContext
from suites.engine.flows import asked
from suites.engine.identities import Identities, Identity
from suites.engine.instance import Instance, Instances, Unopened, endpoint_of, refused, server_of
from suites.engine.lease import Leased
from suites.engine.oracle import NOBODY, VICTIM, SignedIn
from targets.agent import NOTHING, Profile, UserAgent
from targets.shapes import AuthorizationResponse, Carrier, Page

HONEST = Misbehaviour()


@dataclass
class Attempt:
    """One login as both sides saw it: the RP's pages, and (by `transcript()`) the IdP's record.

    `own` is who should be signed in where `profile` looks; `others` are people who must not be. `shared`: it is part
    of a sample from which several cases are judged. `at`: the second instance of the target where it was made, if any.
    `took`: seconds from the start page to the last page.
    """

    id: str
    role: str
    misbehaviour: Misbehaviour
    own: Identity
    victim: Identity
    profile: Profile
    control: Control
    page: Page
    others: dict[str, Identity] = field(default_factory=dict)
    probe: Page | None = None
    signed_in: SignedIn | None = None
    delivered_to_rp: bool = False
    shared: bool = False
    closed: bool = False
    at: Instance | Leased | None = None
    took: float = 0.0
    _transcript: dict[str, Any] | None = None

    def transcript(self, *, again: bool = False) -> dict[str, Any]:
        """What the IdP saw (`mock_idp.attempts.registry.Attempts.transcript`); kept until asked for `again`."""
        if self._transcript is None or again:
            self._transcript = self.control.transcript(self.id)
        return self._transcript

    def seen(self, transcript: dict[str, Any]) -> None:
        """Keep a transcript that came along with another call."""
        self._transcript = transcript

    @property
    def probe_text(self) -> str:
        """The beginning of what the probe page says."""
        return " ".join(self.probe.text.split())[:160] if self.probe else ""

    def requests(self, endpoint: str) -> list[dict[str, Any]]:
        """The exchanges with one endpoint of the IdP, in order."""
        return [e for e in self.transcript()["exchanges"] if e["endpoint"] == endpoint]

    @property
    def crashed(self) -> bool:
        """The RP ended in a server error or gave no answer."""
        return self.page.status >= 500 or (self.page.status == 0 and not refused(self))


@dataclass(frozen=True)
class Registered:
    """A new attempt at the IdP. `issuer` is `{"id", "url"}` where it has an issuer of its own."""

    id: str
    own: Identity
    victim: Identity
    issuer: dict[str, str]


class Driver:
    """One worker's hands: a control client and a user agent. Not for several threads."""

    def __init__(self, context: RunContext, wait: Callable[[float], object] | None = None) -> None:
        """`wait` lets seconds pass until a login may begin; SetupError(20) for a pool that is too small."""
        self.context = context
        self.control = Control(context.control_url, context.control_token)
        self.identities = Identities(context.target, self.control)
        self._agent: UserAgent | None = None
        self.instances = Instances(self)
        self.wait = wait or threading.Event().wait

    @property
    def agent(self) -> UserAgent:
        if self._agent is None:
            self._agent = self.context.user_agent()
        return self._agent

    def close(self) -> None:
        self.instances.close()
        if self._agent is not None:
            self._agent.close()
        with contextlib.suppress(ControlError):  # the mock may have ended before us, and its leases with it
            self.identities.give_back()
        self.control.close()

    def register(
        self,
        misbehaviour: Misbehaviour = HONEST,
        *,
        hold: bool = False,
        own: Identity | None = None,
        victim: Identity | None = None,
        issuer: Mapping[str, Any] | None = None,
        lease: str | None = None,
        beside: str | None = None,
    ) -> Registered:
        """A new attempt at the IdP: its id, its person and the other person that edits can name.

        `issuer`: see `mock_idp.attempts.issuers.OwnIssuers.of`. `beside`: the id of the other IdP's authorization
        server, where the target has two.
        """
        own = own or self.identities.take()
        victim = victim or self.identities.other(own)
        made = self.control.create(
            misbehaviour,
            identity=own.to_json(),
            victim=victim.to_json(),
            hold=hold,
            clock_offset=self.context.clock_offset,
            strictness=self.context.strictness,
            issuer=issuer,
            lease=lease,
            beside=beside,
        )
        return Registered(made["id"], own, victim, made["issuer"] or {})

    @property
    def names_people(self) -> bool:
        """Whether the probe page says who is signed in."""
        return self.context.oracle is None or self.context.oracle.names_people

    def carrier(self, attempt_id: str) -> Carrier:
        context = self.context
        return Carrier(context.idp_origin, context.cookie, context.header, attempt_id)

    def pace(self) -> None:
        """Wait until the target's pace lets the next login begin, whichever worker of the run made the last one."""
        if not self.context.target.pace:
            return
        due = self.control.next_slot(self.context.target.pace)
        if due > 0:
            self.identities.keep(due)
            self.wait(due)

    def start(
        self,
        misbehaviour: Misbehaviour = HONEST,
        *,
        role: str,
        hold: bool = False,
        query: Mapping[str, str] = NOTHING,
        headers: Mapping[str, str] = NOTHING,
        own: Identity | None = None,
        victim: Identity | None = None,
        opening: AuthorizationResponse | None = None,
        framed: str = "",
        at: Instance | Leased | None = None,
        second: bool = False,
        browser: Attempt | None = None,
    ) -> Attempt:
        """Open the RP's start page in a fresh profile and follow to the last page; nothing is judged yet.

        `opening`: this is opened in place of the start page, as another page leads there; `framed`: this URL, in a
        frame of another site's page. `at`: the login is made there, at a second instance of the target with an issuer
        of its own. `second`: at the target's second IdP. `browser`: in the profile of that attempt, and not in a fresh
        one.
        """
        target = at.target if at else self.context.target
        target = target.at_second_idp if second else target
        if at is not None:
            self.pace()
            made = at.registered(misbehaviour, hold=hold)
        else:
            own = own or self.identities.take()
            # After the person: who waits for one must not let a slot go by and then log in next to somebody else's.
            self.pace()
            made = self.register(misbehaviour, hold=hold, own=own, victim=victim, beside=self._beside(second))
        profile: Profile
        if at and at.refusal:
            profile = Unopened(at.refusal, at.target.login_url)
        elif browser:
            profile = browser.profile
            profile.recarry(self.carrier(made.id))
            profile.retarget(target)
        else:
            profile = self.agent.open(self.carrier(made.id), target)
        began = time.monotonic()
        try:
            if framed:
                page = profile.frame(framed)
            else:
                page = profile.deliver(opening) if opening else profile.start_login(query=query, headers=headers)
        except BaseException:
            profile.close()
            with contextlib.suppress(ControlError):
                self.control.close_attempt(made.id)  # else nobody could have the issuer for himself for a long time
            raise
        return Attempt(
            made.id,
            role,
            misbehaviour,
            made.own,
            made.victim,
            profile,
            self.control,
            page,
            {VICTIM: made.victim},
            at=at,
            took=time.monotonic() - began,
        )

    def tile(self) -> AuthorizationResponse:
        """What opens the app's tile on the dashboard: its App Embed Link."""
        app = quote(self.context.target.client.client_id, safe="")
        return AuthorizationResponse(f"{self.context.idp_origin}/home/oidc_client/{app}/{EMBED_LINK}", "query", ())

    def _beside(self, second: bool) -> str | None:
        """The authorization server of the IdP at which a login is not made; None for a target that has one."""
        other = self.context.issuer if second else self.context.second_issuer
        return server_of(other) if self.context.second_issuer else None

    def login(
        self,
        misbehaviour: Misbehaviour = HONEST,
        *,
        role: str,
        at: Instance | Leased | None = None,
        second: bool = False,
        opening: AuthorizationResponse | None = None,
    ) -> Attempt:
        """A whole login, and who is signed in after it; what everybody would see has an instance of its own."""
        if at is None and misbehaviour.issuer_wide:
            at = self.instances.for_one_login(misbehaviour)
        attempt = self.start(misbehaviour, role=role, at=at, second=second, opening=opening)
        attempt.delivered_to_rp = True
        self.finish(attempt)
        if isinstance(at, Leased):
            at.require_read(attempt)
        return attempt

    def finish(self, attempt: Attempt) -> SignedIn:
        """Close the attempt and ask who is signed in; may be asked again later (late sign-ins)."""
        if not attempt.closed:
            attempt.closed = True
            attempt.seen(self.control.close_attempt(attempt.id))
        return self.look(attempt)

    def look(self, attempt: Attempt) -> SignedIn:
        """Ask who is signed in, and leave the attempt open for what comes next."""
        assert self.context.oracle is not None
        attempt.probe = attempt.profile.probe()
        if refused(attempt):
            attempt.signed_in = SignedIn(NOBODY, "nobody: the target refused to start")
            return attempt.signed_in
        if attempt.at:
            attempt.probe = attempt.at.seen_as_first(attempt.probe)
        attempt.signed_in = self.context.oracle.ask(attempt.probe, attempt.own, attempt.others)
        return attempt.signed_in

    # ---- stepwise -----------------------------------------------------------------------------------------

    def response(self, attempt: Attempt) -> AuthorizationResponse | None:
        """The authorization response that the IdP holds back; None when the RP never asked for one."""
        found = attempt.transcript(again=True)["authorization_responses"]
        if not found:
            return None
        parameters = tuple((str(name), str(value)) for name, value in found[-1]["parameters"])
        return AuthorizationResponse(found[-1]["redirect_uri"], found[-1]["mode"], parameters)

    def deliver(self, attempt: Attempt, response: AuthorizationResponse, browser: Attempt) -> Attempt:
        """Open `response` of `attempt` in the browser of `browser` (its own, or another person's)."""
        browser.page = browser.profile.deliver(response)
        attempt.delivered_to_rp = True
        if browser is not attempt:
            self.control.close_attempt(attempt.id)
        self.finish(browser)
        attempt.transcript(again=True)
        return browser

    def answer_again(self, attempt: Attempt) -> Attempt:
        """The IdP answers the attempt's authorization request once more, held back, for the same person.

        A new attempt, because the old one may be over; its code is the new attempt's.
        """
        exchange = attempt.requests("authorize")[0]
        form = dict(exchange["request"]["form"]) or None
        return self._asked(attempt, attempt.misbehaviour, exchange["method"], exchange["url"], form)

    def answer_at_first_idp(self, attempt: Attempt) -> Attempt:
        """The first IdP answers what the target asked the second one for, as its own client's request, held back.

        So does the second one make its users' browsers ask (RFC 9700 4.4.1).
        """
        first = self.context.target.client
        ours = {"client_id": first.client_id, "redirect_uri": first.redirect_uris[0]}
        sent = {**asked(attempt.requests("authorize")[0]), **ours}
        url = f"{endpoint_of(self.context.issuer, 'authorize')}?{urlencode(sent)}"
        return self._asked(attempt, HONEST, "GET", url)

    def _asked(
        self, attempt: Attempt, misbehaviour: Misbehaviour, method: str, url: str, form: dict[str, str] | None = None
    ) -> Attempt:
        made = self.register(misbehaviour, hold=True, own=attempt.own)
        carrier = self.carrier(made.id)
        profile = self.agent.open(carrier)
        with httpx.Client(verify=self.trust(), trust_env=False, timeout=15) as client:
            client.request(method, url, headers={carrier.header: carrier.value}, data=form)
        return Attempt(made.id, "observation", misbehaviour, made.own, made.victim, profile, self.control, attempt.page)

    def trust(self) -> ssl.SSLContext:
        """For requests to the IdP that the harness makes itself."""
        context = ssl.create_default_context()
        for path in self.context.ca_files:
            context.load_verify_locations(path)
        return context

    def release(self, attempts: list[Attempt]) -> None:
        """The attempts of a case are over: close the profiles, let the IdP forget them, give their people back."""
        try:
            for profile in {id(attempt.profile): attempt.profile for attempt in attempts}.values():
                profile.close()
            if attempts:
                self.control.forget_attempts([attempt.id for attempt in attempts])
        finally:
            self.instances.release()
            self.identities.give_back()
