"""What the IdP refused in the course of a login, and what the RP made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt
from suites.engine.verdicts import Concluded, Verdict

MOST = 3
"""Authorization requests; a user agent that is sent to the IdP more often goes round in circles."""
_PAGE = re.compile(r"Error Code: ([^<]*)<")


def refused(attempt: Attempt) -> list[str]:
    """The errors that the IdP told during this login: by redirect, at an endpoint of the RP's, or on its own page."""
    return list(_refused(attempt.transcript(again=True)))


def _refused(transcript: dict[str, Any]) -> Iterator[str]:
    for response in transcript["authorization_responses"]:
        yield from (value for name, value in response["parameters"] if name == "error")
    for exchange in transcript["exchanges"]:
        body = exchange["response"]["body"]
        if exchange["endpoint"] == "authorize" and exchange["status"] == 400:
            yield from map(unescape, _PAGE.findall(body))
        elif exchange["endpoint"] == "token" and exchange["status"] >= 400:
            yield str(json.loads(body).get("error"))


def must_be_refused(run: CaseRun, attempt: Attempt, errors: tuple[str, ...]) -> None:
    """The IdP says one of these errors, and the browser is not sent to it time and again for it."""
    error = " or ".join(errors)
    run.expected = f"the IdP's {error} ends the login: no session, no circle, no crash"
    told = refused(attempt)
    if not set(errors) & set(told):
        if run.driver.context.strictness == "core":
            reason = "the RP is judged by the specifications, and this is a rule of Okta's"
            raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)
        raise run.undecided(f"the IdP refused nothing with {error}; it said: {', '.join(told) or 'no error'}")
    count = len(attempt.requests("authorize"))
    if count > MOST:
        raise run.broken(f"{count} authorization requests, before the user agent gave up")
