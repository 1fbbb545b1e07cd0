"""What the RP sent in the course of one login, and what it made of tokens, codes and secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from suites._core import exposure
from suites._core.observations import bearer_places
from suites._core.token_requests import must_assert_to_this_idp, must_keep_secret, shown_secrets
from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt
from suites.engine.verdicts import Concluded, Verdict


class Traffic:
    """One finished login: `attempt` is looked at, `subject` is the one that was misbehaved towards."""

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

    def must_not_fetch(self, name: str, place: str = "header") -> None:
        """The RP never asked for the canary URL of this name."""
        told = f"the URL in the {name} {place}"
        self._run.expected = f"no request for {told}"
        self._run.control()
        hits = [hit for hit in fetches(self._run, self._subject) if hit["name"] == name]
        if hits:
            agent = hits[0]["headers"].get("User-Agent", "no User-Agent")
            raise self._run.broken(f"{len(hits)} request(s) for {told} ({agent})")
        self._run.require_consumed(self._subject)
        self._run.observed = f"no request for {told}"

    def must_fetch_nothing(self) -> None:
        """The RP never asked for a canary URL, whatever its name."""
        for hit in fetches(self._run, self._subject):
            self.must_not_fetch(hit["name"])

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


def fetches(run: CaseRun, attempt: Attempt) -> list[dict[str, Any]]:
    """Requests of the RP for canary URLs (`name`, `headers`); a browser, which has the attempt's header, may."""
    own = run.driver.context.header.lower()
    hits = attempt.transcript(again=True)["canary_hits"]
    return [hit for hit in hits if own not in {field.lower() for field in hit["headers"]}]
