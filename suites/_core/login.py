"""`Login`: what a case may do. Every `must_…` either returns (the requirement holds) or ends the case."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mock_idp.misbehaviour import Misbehaviour
from suites._core import exposure
from suites._core.display import Display
from suites._core.markup import has_element
from suites._core.observations import Request, Requests, Verifier, bearer_places, forget_samples, samples
from suites._core.renewal import Session
from suites._core.request_objects import RequestObject
from suites._core.token_requests import TokenRequest, must_assert_to_this_idp, must_keep_secret, shown_secrets
from suites.engine.case_run import CaseRun
from suites.engine.driver import HONEST, Attempt
from suites.engine.oracle import ATTACKER, SELF, VICTIM, shown
from suites.engine.verdicts import Concluded, Verdict
from targets.agent import NOTHING
from targets.shapes import AuthorizationResponse

if TYPE_CHECKING:
    from suites._core.own_issuer import OwnIssuer

__all__ = ["HeldLogin", "Login", "Outcome"]


class Outcome:
    """One finished login, to be judged."""

    def __init__(
        self,
        run: CaseRun,
        attempt: Attempt,
        subject: Attempt,
        again: Callable[[], Attempt] | None = None,
        code: str | None = None,
    ) -> None:
        self._run, self._attempt, self._subject, self._again = run, attempt, subject, again
        self._code = code

    def must_be_rejected(self) -> None:
        """Nobody is signed in, and a matched control is."""
        self._delivered()
        self._run.judge_rejection(self._attempt, self._again, self._subject)

    def must_start_no_login(self) -> None:
        """The RP asks for no authorization, nobody is signed in, and a matched control is."""
        self._run.expected = "no authorization request"
        if self._subject.requests("authorize"):
            self._run.require_consumed(self._subject)
            raise self._run.broken("an authorization request")
        self.must_be_rejected()

    def must_sign_in(self) -> None:
        """The login's own person is signed in."""
        self._run.judge_sign_in(self._attempt, self._again, self._subject)

    def must_keep_identity(self) -> None:
        """Nobody is signed in, or the login's own person; anybody else is a failure."""
        self._delivered()
        self._run.judge_identity(self._attempt, self._again, self._subject)

    def must_not_sign_in_victim(self) -> None:
        """Whoever is signed in, it is not the person who signed in before, whose subject is another one."""
        run, attempt = self._run, self._attempt
        run.expected = "no session for the account of the person who signed in before"
        assert attempt.signed_in is not None
        run.observed = attempt.signed_in.text
        if attempt.signed_in.who == VICTIM:
            raise run.broken(run.observed)
        if not run.driver.names_people:
            raise run.undecided("the probe page does not say who is signed in")
        if not attempt.signed_in.anybody:
            run.control()
        run.require_clear(attempt)
        run.require_consumed(self._subject)

    def must_answer_within(self, seconds: float) -> None:
        """Nobody is signed in, and the answer took at most so much longer than that of the control."""
        self._run.expected = f"no session, and an answer at most {seconds:g} s later than without the fault"
        self._run.require_consumed(self._subject)
        later = self._attempt.took - self._run.control().took
        if later > seconds:
            raise self._run.broken(f"an answer {later:.1f} s later than without the fault")
        self._run.judge_rejection(self._attempt)

    def must_not_fetch(self, name: str, place: str = "header") -> None:
        """The RP never asked for the canary URL of this name; a browser, which has the attempt's header, may."""
        told = f"the URL in the {name} {place}"
        self._run.expected = f"no request for {told}"
        self._run.control()
        own = self._run.driver.context.header.lower()
        found = [hit for hit in self._subject.transcript(again=True)["canary_hits"] if hit["name"] == name]
        hits = [hit for hit in found if own not in {field.lower() for field in hit["headers"]}]
        if hits:
            agent = hits[0]["headers"].get("User-Agent", "no User-Agent")
            raise self._run.broken(f"{len(hits)} request(s) for {told} ({agent})")
        self._run.require_consumed(self._subject)
        self._run.observed = f"no request for {told}"

    def must_redeem_code_at_most(self, times: int) -> None:
        """The code of the login reached the token endpoint at most so often (and at least once)."""
        self._run.expected = f"the code is redeemed at most {times} time(s)"
        count = len(self._token_requests())
        self._run.observed = f"{count} token request(s) with the code"
        if count > times:
            raise self._run.broken(self._run.observed)
        if count == 0:
            raise self._run.undecided("the RP never redeemed the code, not even the first time")

    def must_ask_at_most(self, times: int) -> None:
        """The login sent the browser to the IdP at most so often."""
        self._run.expected = f"at most {times} authorization request(s)"
        self._delivered()
        self._run.control()
        self._run.require_consumed(self._subject)
        count = len(self._subject.requests("authorize"))
        self._run.observed = f"{count} authorization request(s)"
        if count > times:
            raise self._run.broken(f"{self._run.observed} before the user agent gave up")

    def must_not_redeem_code(self) -> None:
        """The code that was delivered last never reached the token endpoint."""
        self._run.expected = "the code is not redeemed"
        self._run.control()
        count = len(self._token_requests())
        self._run.observed = f"{count} token request(s) with the code"
        if count:
            raise self._run.broken(self._run.observed)

    def must_get_no_tokens(self) -> None:
        """The IdP gave no tokens for the code that was delivered last, so what was sent with it did not fit."""
        self._run.expected = "the IdP gives no tokens for the code"
        requests = self._token_requests()
        granted = sum(exchange["status"] == 200 for exchange in requests)
        self._run.observed = f"{len(requests)} token request(s) with the code, {granted} of them granted"
        if granted:
            signed_in = self._attempt.signed_in
            raise self._run.broken(f"{self._run.observed}; {signed_in.text if signed_in else 'nobody was looked for'}")

    def must_send_no_query_token(self) -> None:
        """No UserInfo request carries the access token in its URL (RFC 6750 5.3)."""
        self._run.expected = "the access token travels in the Authorization header"
        requests = self._userinfo()
        if any(name == "access_token" for e in requests for name, _ in e["request"]["query"]):
            raise self._run.broken("a UserInfo request with access_token in the query")
        self._run.observed = f"{len(requests)} UserInfo request(s) without a token in the URL"

    def must_not_expose_tokens(self) -> None:
        """No access or refresh token is in the RP's pages, their URLs, or what their scripts can read."""
        run, target = self._run, self._run.driver.context.target
        run.expected = "no token where a script of the page could read it"
        run.driver.finish(self._attempt)
        made = self._subject.transcript(again=True)["artefacts"]
        tokens = [(a["kind"], a["value"]) for a in made if a["kind"] in ("access_token", "refresh_token")]
        if not tokens:
            raise run.undecided("the IdP gave no tokens")
        places = exposure.places(self._attempt, target)
        found = sorted({f"{kind} in {place}" for place, text in places.items() for kind, t in tokens if t in text})
        run.observed = f"{len(tokens)} token(s) given; {', '.join(found) or 'none of them readable'}"
        if found:
            raise run.broken(run.observed)

    def must_send_bearer_header(self) -> None:
        """Every UserInfo request carries its access token in the Authorization header, and nowhere else."""
        if "bearer-body" in self._run.driver.context.features:
            reason = "the target file says that the RP sends it in the form (bearer-body)"
            raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)
        self._run.expected = "Authorization: Bearer"
        self._sent_tokens("header")

    def must_send_token_in_form(self) -> None:
        """Every UserInfo request is a POST of a form with the access token, which is nowhere else."""
        self._run.expected = "a POST with access_token in the form, and nowhere else"
        self._sent_tokens("form")

    def _sent_tokens(self, expected: str) -> None:
        found = [bearer_places(e) for e in self._userinfo()]
        self._run.observed = f"access token sent in: {'; '.join(' and '.join(places) or 'nothing' for places in found)}"
        if any(places != [expected] for places in found):
            raise self._run.broken(self._run.observed)

    def must_not_use_access_token(self) -> None:
        """No UserInfo request was made with the access token."""
        self._run.expected = "the access token is not used"
        self._run.control()
        requests = [e for e in self._subject.transcript(again=True)["exchanges"] if e["endpoint"] == "userinfo"]
        self._run.require_consumed(self._subject)
        self._run.observed = f"{len(requests)} UserInfo request(s)"
        if requests:
            raise self._run.broken("a UserInfo request with the access token")

    def must_show_no_markup(self, element: str) -> None:
        """The page at which the RP ends does not have the element that the IdP's words would make."""
        self._run.expected = f"a page without the element {element} of the IdP's text"
        self._delivered()
        self._run.control()
        self._run.require_consumed(self._subject)
        self._run.observed = f"the page {self._attempt.page.url.partition('?')[0]} has no such element"
        if has_element(self._attempt.page.body, element):
            raise self._run.broken(f"the RP's page has the IdP's text as markup: an element {element}")

    @property
    def issuer(self) -> str:
        """The issuer of the login."""
        return self._run.driver.context.issuer

    @property
    def display(self) -> Display:
        """What the RP's probe page shows."""
        return Display(self._run, self._attempt)

    @property
    def request(self) -> Request:
        """The authorization request of this login, to be looked at."""
        found = self._subject.requests("authorize") or self._subject.requests("sign_in")
        registered = self._run.driver.context.target.client.redirect_uris
        return Request(self._run, found[0] if found else None, self._subject.page, registered)

    @property
    def request_object(self) -> RequestObject:
        """The request object of this login (RFC 9101), to be looked at."""
        found = self._subject.requests("authorize")
        return RequestObject(self._run, found[0] if found else None)

    @property
    def verifier(self) -> Verifier:
        """The code verifier of this login's token request."""
        requests = self._subject.requests("token")
        form = dict(requests[0]["request"]["form"]) if requests else {}
        return Verifier(self._run, form.get("code_verifier"))

    @property
    def token_request(self) -> TokenRequest:
        """The token request of this login, to be looked at."""
        return TokenRequest(self._run, self._subject)

    def must_keep_secret(self) -> None:
        """No request but those with client authentication has the client secret."""
        must_keep_secret(self._run, self._subject)

    def must_assert_to_this_idp(self) -> None:
        """Every client assertion that the IdP got is meant for it, and for nobody else."""
        self._run.control()
        self._run.require_consumed(self._subject)
        must_assert_to_this_idp(self._run, self._subject)

    def must_reveal_no_secret(self) -> None:
        """The page on which the login ended shows nothing with which the RP has authenticated."""
        self._run.expected = "a page without the RP's secrets"
        self._delivered()
        self._run.require_consumed(self._subject)
        if found := shown_secrets(self._run, self._attempt):
            raise self._run.broken(f"{' and '.join(found)} in the page at {self._attempt.page.url}")
        self._run.observed = f"a page (status {self._attempt.page.status}) without secrets"

    def must_show(self, member: str) -> None:
        """The page that names the user shows this member (email, name) of whoever signed in, as it does otherwise."""
        self._run.expected = f"the user's {member} on the page"
        usual = self._run.control()
        if not _shows(usual, member):
            reason = f"the page does not show the user's {member} after any login"
            raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)
        self._run.require_consumed(self._subject)
        self._run.observed = f"{self._attempt.signed_in.text if self._attempt.signed_in else ''}, with the {member}"
        if not _shows(self._attempt, member):
            raise self._run.broken(f"no {member} on the page")

    def must_not_follow(self) -> None:
        """The request was not sent on to the canary URL to which it was redirected."""
        self._run.expected = "the token request is not sent on to another host"
        self._run.control()
        hits = [hit for hit in self._subject.transcript(again=True)["canary_hits"] if hit["name"] == "redirected"]
        self._run.require_consumed(self._subject)
        self._run.observed = f"{len(hits)} request(s) at the other host"
        if hits:
            raise self._run.broken(self._run.observed)

    def must_keep_its_people(self, *beside: HeldLogin) -> None:
        """Signed in is this login's person, or one of those of the logins `beside` it, or nobody; nothing broke."""
        self._run.expected = "a session for somebody who signed in in this browser, or none"
        attempt = self._attempt
        assert attempt.signed_in is not None
        known = any(attempt.probe and shown(attempt.probe, login.attempt.own) for login in beside)
        self._run.observed = attempt.signed_in.text
        if attempt.signed_in.anybody and attempt.signed_in.who != SELF and not known:
            raise self._run.broken(self._run.observed)
        self._run.require_no_crash(attempt)

    def look_again(self) -> Outcome:
        """The same browser, after something else has happened."""
        self._run.driver.finish(self._attempt)
        return self

    def _userinfo(self) -> list[dict[str, Any]]:
        requests = self._subject.requests("userinfo")
        if not requests:
            raise self._run.undecided("the RP made no UserInfo request")
        return requests

    def _delivered(self) -> None:
        if not self._subject.delivered_to_rp:
            raise self._run.undecided("the authorization response was never delivered to the RP")

    def _token_requests(self) -> list[dict[str, Any]]:
        """Token requests with the code that was delivered last, whichever attempt of the case made them."""
        transcripts = [attempt.transcript(again=True) for attempt in self._run.attempts]
        exchanges = [e for t in transcripts for e in t["exchanges"] if e["endpoint"] == "token"]
        return [e for e in exchanges if dict(e["request"]["form"]).get("code") == self._code]


def _shows(attempt: Attempt, member: str) -> bool:
    return bool(attempt.probe and getattr(attempt.own, member) in html.unescape(attempt.probe.body))


def code_of(response: AuthorizationResponse | None) -> str | None:
    return response.get("code") if response else None


class HeldLogin:
    """A login whose authorization response the IdP holds back, so that the case can do what it likes with it."""

    def __init__(self, run: CaseRun, attempt: Attempt, response: AuthorizationResponse | None) -> None:
        self._run, self.attempt, self._response = run, attempt, response

    @property
    def response(self) -> AuthorizationResponse:
        """What the IdP would have sent to the browser."""
        if self._response is None:
            raise self._run.undecided("the RP's authorization request was not answered, so nothing is held")
        return self._response

    @property
    def code(self) -> str:
        """The authorization code in the response."""
        code = self.response.get("code")
        if code is None:
            raise self._run.undecided("the authorization response has no code")
        return code

    @property
    def access_token(self) -> str:
        """The access token in the response."""
        token = self.response.get("access_token")
        if token is None:
            raise self._run.undecided("the authorization response has no access token")
        return token

    def answer_again(self) -> AuthorizationResponse:
        """The same authorization request answered once more: the same state, a fresh code."""
        again = self._run.driver.answer_again(self.attempt)
        self._run.attempts.append(again)
        response = self._run.driver.response(again)
        if response is None:
            raise self._run.undecided("the IdP did not answer the authorization request again")
        return response

    def deliver(self, response: AuthorizationResponse | None = None) -> Outcome:
        """Open the response (or another one) in this login's own browser."""
        return self.deliver_to(self, response)

    def deliver_to(self, other: HeldLogin, response: AuthorizationResponse | None = None) -> Outcome:
        """Open this login's response (or another one) in the browser of `other`."""
        sent = response or self.response
        whose = "its own browser" if other is self else "another person's browser"
        changed = "" if sent == self.response else ", changed,"
        self._run.steps.append(f"the authorization response of a login{changed} opened in {whose}")
        own = other.attempt.own
        for known in self._run.attempts:
            if known.own != own and sent.get("code") == code_of(self._run.driver.response(known)):
                # Whose code it is matters: in somebody else's browser that person is the attacker, and no victim.
                strangers = {who: one for who, one in other.attempt.others.items() if one != known.own}
                other.attempt.others = {**strangers, ATTACKER if known is self.attempt else VICTIM: known.own}
        self._run.driver.deliver(self.attempt, sent, other.attempt)
        return Outcome(self._run, other.attempt, self.attempt, code=sent.get("code"))


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

    def session(self) -> Session:
        """A login under the case's misbehaviour whose session is to be renewed."""
        return Session(self._run)

    def posted(self, **form: str) -> Outcome:
        """An honest login that begins with a form, posted to the RP's start page."""
        run = self._run
        attempt = run.add(run.driver.start(HONEST, role="observation", form=form))
        return Outcome(run, attempt, attempt)

    def starts(self, count: int) -> Requests:
        """So many authorization requests, half of them from fresh browsers; shared by the cases of a worker."""
        return samples(self._run, count)

    def held(self, honest: bool = False, beside: HeldLogin | None = None) -> HeldLogin:
        """A login up to its authorization response, which is held back; `beside` another one in the same browser."""
        run = self._run
        run.stepwise = True
        misbehaviour, browser = HONEST if honest else run.misbehaviour, beside.attempt if beside else None
        attempt = run.add(run.driver.start(misbehaviour, role="attack", hold=True, beside=browser))
        return HeldLogin(run, attempt, run.driver.response(attempt))

    def own_issuer(self, *, honest: bool = False) -> OwnIssuer:
        """A fresh instance of the target at an issuer of its own, which misbehaves from the start unless `honest`."""
        from suites._core.own_issuer import OwnIssuer

        instance = self._run.driver.instances.open(HONEST if honest else self._run.misbehaviour)
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
