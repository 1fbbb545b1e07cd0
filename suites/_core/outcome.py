"""`Outcome`: one finished login, to be judged; `HeldLogin`: one whose response the case delivers itself."""

from __future__ import annotations

from mock_idp.edits.app_urls import APP_URLS
from suites._core.display import Display
from suites._core.landing import foreign
from suites._core.leaks import sent_to_second_idp
from suites._core.markup import has_element
from suites._core.observations import Request, Verifier
from suites._core.refusals import must_be_refused
from suites._core.request_objects import RequestObject
from suites._core.token_requests import TokenRequest
from suites._core.traffic import Traffic
from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt
from suites.engine.oracle import ATTACKER, SELF, VICTIM, shown
from targets.shapes import AuthorizationResponse


class Outcome(Traffic):
    """One finished login, to be judged."""

    def must_be_rejected(self) -> None:
        """Nobody is signed in, and a matched control is."""
        self._delivered()
        self._run.judge_rejection(self._attempt, self._again, self._subject)

    def must_be_refused(self, *errors: str) -> None:
        """The IdP refuses the login with one of these errors, and the RP bears it: nobody signed in, no circle."""
        must_be_refused(self._run, self._subject, errors)
        self.must_be_rejected()

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

    def must_show_no_markup(self, element: str) -> None:
        """The page at which the RP ends does not have the element that the IdP's words would make."""
        self._run.expected = f"a page without the element {element} of the IdP's text"
        self._delivered()
        self._run.control()
        self._run.require_consumed(self._subject)
        self._run.observed = f"the page {self._attempt.page.url.partition('?')[0]} has no such element"
        if has_element(self._attempt.page.body, element):
            raise self._run.broken(f"the RP's page has the IdP's text as markup: an element {element}")

    def must_be_told(self) -> None:
        """Nobody is signed in, and the browser ends at the RP, at a page with words on it."""
        run, page = self._run, self._attempt.page
        self.must_be_rejected()
        run.expected, run.observed = "a page of the RP that says something", f"the page says: {page.text[:160]}"
        if page.url.startswith(f"{run.driver.context.idp_origin}/"):
            raise run.broken(f"the browser ends at the IdP, at {page.url.partition('?')[0]}")
        if not page.text.strip():
            raise run.broken(f"an empty page at {page.url.partition('?')[0]}")

    def must_not_follow(self, host: str) -> None:
        """The browser is not sent to this host, nor made to run a script, and a matched control signs in."""
        run, page = self._run, self._attempt.page
        self._delivered()
        run.expected = f"no way to {host}"
        run.control()
        run.require_consumed(self._subject)
        if found := foreign(page, host):
            raise run.broken(f"the browser was sent to {found}")
        run.observed = f"the browser ends at {page.url.partition('?')[0]}"
        run.require_no_crash(self._attempt)

    def must_land_on(self, kind: str) -> None:
        """The login ends at `app_url(kind)`, with its own person signed in."""
        run = self._run
        self.must_sign_in()
        wanted, page = APP_URLS[kind](run.driver.context.target.client.redirect_uris[0]), self._attempt.page
        run.expected, run.observed = f"the browser ends at {wanted}", f"the browser ends at {page.url}"
        if page.url != wanted:
            raise run.broken(run.observed)

    def must_keep_from_second_idp(self) -> None:
        """No code, token or secret of the first IdP was sent to the second one."""
        run = self._run
        run.expected = "nothing of the first IdP is sent to the second one"
        self._delivered()
        code = self._code or code_of(run.driver.response(self._attempt)) or ""
        if leaked := sent_to_second_idp(run, self._attempt, code):
            raise run.broken(leaked)
        run.control()
        assert run.subject is not None
        run.require_consumed(run.subject)
        run.observed = run.expected

    @property
    def attempt(self) -> Attempt:
        """The login that is looked at."""
        return self._attempt

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

    def deliver_stray_error(self) -> None:
        """Open an error response without a state in this login's browser, as any page can have it do."""
        response, browser = self.response, self.attempt
        error = AuthorizationResponse(response.redirect_uri, response.mode, (("error", "access_denied"),))
        self._run.steps.append("an error response without a state opened in the same browser")
        browser.page = browser.profile.deliver(error)

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
