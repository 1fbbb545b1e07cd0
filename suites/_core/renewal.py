"""`Session`: a visit with renewals of the session (OIDC Core 12, RFC 6749 6)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Self

from suites._core.visit import Visit
from suites.engine.driver import Attempt
from suites.engine.oracle import NOBODY
from suites.engine.renewals import given, refreshes, sent, tokens_at_userinfo
from suites.engine.verdicts import Concluded, Verdict


class Session(Visit):
    """A visit, and what must be true of the renewals in it."""

    def renew(self) -> Self:
        """Renew once, as the target file says."""

        def step(attempt: Attempt) -> None:
            attempt.page = attempt.profile.renew()

        return self._then(step, "the session renewed")

    def renew_at_once(self, count: int) -> Self:
        """So many renewals at the same time."""

        def step(attempt: Attempt) -> None:
            attempt.page = max(attempt.profile.renew_at_once(count), key=lambda page: page.status)

        return self._then(step, f"{count} renewals of the session at the same time")

    # ---- what must be true afterwards -------------------------------------------------------------------------

    def must_stay_signed_in(self) -> None:
        """The renewals were asked for, and the login's own person is still signed in."""
        self._asked()
        super().must_stay_signed_in()

    def must_keep_identity(self) -> None:
        """Nobody is signed in, or the login's own person."""
        self._asked()
        self._run.judge_identity(self._attempt)

    def must_refuse_tokens(self) -> None:
        """As `must_keep_identity`, and the access token of the refused answer is not used.

        NOT_APPLICABLE where the session goes on and the access token of an honest renewal is not used either.
        """
        self.must_keep_identity()
        seen, used = self._run.observed, _uses_new_token(self._attempt)
        assert self._attempt.signed_in is not None
        shown = used or self._attempt.signed_in.who == NOBODY
        if not shown and not _uses_new_token(self._run.control()):
            reason = "the RP does not ask UserInfo after a renewal, so it cannot be seen what it makes of the answer"
            raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)
        self._run.expected = "nobody else signed in, and the access token of the answer not used"
        self._run.observed = f"{seen}; the access token of the answer {'was' if used else 'was not'} used at UserInfo"
        if used:
            raise self._run.broken(self._run.observed)

    def must_use_new_access_token(self) -> None:
        """UserInfo requests after a renewal carry an access token of a renewal."""
        requests = self._asked()
        self._run.expected = "requests after the renewal carry its access token"
        new = {given(e, "access_token") for e in requests}
        old = [token for token in tokens_at_userinfo(self._attempt) if token not in new]
        self._run.observed = f"{len(old)} of {len(tokens_at_userinfo(self._attempt))} UserInfo requests with an old one"
        if old:
            raise self._run.broken(self._run.observed)

    def must_use_new_refresh_token(self) -> None:
        """Each refresh request carries the refresh token of the answer before."""
        requests = self._asked(2)
        self._run.expected = "each refresh request carries the refresh token that was given last"
        pairs = list(pairwise(requests))
        if all(given(a, "refresh_token") in ("", sent(a, "refresh_token")) for a, _ in pairs):
            raise Concluded(Verdict.NOT_APPLICABLE, reason="the IdP gives this client no new refresh tokens")
        old = sum(given(a, "refresh_token") != sent(b, "refresh_token") for a, b in pairs)
        self._run.observed = f"{len(requests)} refresh requests, {old} of them with a replaced refresh token"
        if old:
            raise self._run.broken(self._run.observed)

    def must_send_no_refresh_token_twice(self) -> None:
        """No refresh token is sent a second time."""
        tokens = [sent(e, "refresh_token") for e in self._asked()]
        self._run.expected = "no refresh token is sent twice"
        self._run.observed = f"{len(tokens)} refresh request(s) with {len(set(tokens))} refresh token(s)"
        if len(set(tokens)) < len(tokens):
            raise self._run.broken(self._run.observed)

    def must_refresh_at_least(self, times: int) -> None:
        """At least so many refresh requests were made."""
        count = len(self._asked())
        self._run.expected = f"at least {times} refresh requests"
        self._run.observed = f"{count} refresh request(s)"
        if count < times:
            raise self._run.broken(self._run.observed)

    def must_refresh_at_most(self, times: int) -> None:
        """No more than so many refresh requests were made, and the RP did not break down."""
        count = len(self._asked())
        self._run.judge_identity(self._attempt)
        self._run.expected = f"at most {times} refresh requests"
        self._run.observed = f"{count} refresh request(s)"
        if count > times:
            raise self._run.broken(self._run.observed)

    def must_ask_for_no_more_scope(self) -> None:
        """No refresh request asks for a scope that the login did not give."""
        requests = self._asked()
        first = given(self._attempt.requests("token")[0], "scope").split()
        more = sorted({word for e in requests for word in sent(e, "scope").split()} - set(first))
        self._run.expected = f"no scope but {' '.join(first)}"
        self._run.observed = f"{len(requests)} refresh request(s); scope beyond what was granted: {more or 'none'}"
        if more:
            raise self._run.broken(self._run.observed)
        self._run.require_consumed(self._attempt)

    def must_end(self) -> None:
        """Nobody is signed in any more, or the RP began a new login."""
        self._asked()
        self._run.require_consumed(self._attempt)
        assert self._attempt.signed_in is not None
        self._run.require_clear(self._attempt)
        logins = len(self._attempt.requests("authorize"))
        self._run.expected = "no session, or a new login"
        self._run.observed = f"{self._attempt.signed_in.text}, {logins} authorization request(s)"
        if self._attempt.signed_in.who != NOBODY and logins < 2:
            raise self._run.broken(self._run.observed)
        self._run.control()

    def _asked(self, least: int = 1) -> list[dict[str, Any]]:
        """The refresh requests; the attempt is over."""
        self._run.driver.finish(self._attempt)
        self._attempt.transcript(again=True)
        requests = refreshes(self._attempt)
        if len(requests) < least:
            raise self._run.undecided(f"the RP made {len(requests)} refresh request(s), {least} were expected")
        return requests


def _uses_new_token(attempt: Attempt) -> bool:
    """Whether an access token of a renewal reached UserInfo."""
    attempt.transcript(again=True)
    new = {given(e, "access_token") for e in refreshes(attempt)} - {""}
    return bool(new & set(tokens_at_userinfo(attempt)))
