"""`TwoIdps`: logins of one browser at both IdPs of a target that has two (`login.two_idps()`).

The first IdP is honest in these cases; whoever runs the second one is the attacker (RFC 9700 4.4).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from mock_idp.misbehaviour import Misbehaviour
from suites._core.login import HeldLogin, Outcome, code_of
from suites.engine.case_run import CaseRun
from suites.engine.driver import HONEST, Attempt
from suites.engine.instance import Instance, endpoint_of


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


def sent_to_second_idp(run: CaseRun, about: Attempt, code: str | None) -> str:
    """What of the first IdP came to the second one's token or UserInfo endpoint; empty: nothing."""
    context = run.driver.context
    issuer = about.at.second_issuer if isinstance(about.at, Instance) else context.second_issuer
    theirs = {urlsplit(endpoint_of(issuer, name)).path: name for name in ("token", "userinfo")}
    exchanges = [e for attempt in run.attempts for e in attempt.transcript(again=True)["exchanges"]]
    code = code or code_of(run.driver.response(about))
    ours = {"code": code or "", **_tokens(e for e in exchanges if urlsplit(e["url"]).path not in theirs)}
    if context.target.client.client_secret != context.target.at_second_idp.client.client_secret:
        ours["client secret"] = context.target.client.client_secret
    for exchange in exchanges:
        endpoint = theirs.get(urlsplit(exchange["url"]).path)
        if endpoint and (found := [name for name, value in ours.items() if value and _carries(exchange, value)]):
            return f"the second IdP's {endpoint} endpoint got the {' and the '.join(found)} of the first"
    return ""


def _tokens(exchanges: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The newest access token and refresh token that these exchanges brought."""
    found: dict[str, str] = {}
    for exchange in exchanges:
        if exchange["endpoint"] == "token" and exchange["status"] == 200:
            body = json.loads(exchange["response"]["body"])
            found |= {name.replace("_", " "): body[name] for name in ("access_token", "refresh_token") if name in body}
    return found


def _carries(exchange: dict[str, Any], value: str) -> bool:
    """Whether the value is in a request, in its form, its query or its Authorization header."""
    request = exchange["request"]
    scheme, _, credentials = request["headers"].get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error):
            credentials = unquote_plus(base64.b64decode(credentials).decode(errors="replace").partition(":")[2])
    return value == credentials or any(value == sent for _, sent in [*request["form"], *request["query"]])
