"""The control API's calls that stand for a person's answer to device authorization and CIBA.

    GET    /approvals            {pending: [request, …]}
    POST   /approvals            {code or attempt, approve, user?} → {answered: [{code, state, refusal?}, …]}

A request is what `mock_idp.protocol.waiting.requests` keeps: `code` is its device_code or auth_req_id. In POST `code`
may be the user_code, too; `attempt` means all that wait in this attempt; `approve` is true or false. `user` (an id or
login) is who answers: the attempt's person where there is one, or whom CIBA asks, unless it is named. An answer is what
the person would get: somebody whom a policy refuses makes `state` refused, and `refusal` says why.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from flask import Flask, jsonify

from mock_idp.attempts.lease_routes import Answer, missing, sent_object
from mock_idp.attempts.request import AttemptError
from mock_idp.idp import Idp
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in.authentication import Authentication, present
from mock_idp.protocol.waiting import requests
from mock_idp.store import Document

_MEMBERS = ("code", "attempt", "approve", "user")


def add_approval_routes(app: Flask, idp: Idp) -> None:
    @app.get("/approvals")
    def waiting() -> Answer:
        return jsonify(pending=requests.pending(idp))

    @app.post("/approvals")
    def answer() -> Answer:
        sent = _understood(sent_object())
        found = [waiting for waiting in requests.pending(idp) if sent.means(waiting)]
        if not found:
            return missing("pending request of", sent.code or sent.attempt)
        return jsonify(answered=[_answered(idp, waiting, sent) for waiting in found])


@dataclass(frozen=True)
class _Sent:
    approve: bool
    code: str
    attempt: str
    user: str

    def means(self, waiting: Document) -> bool:
        if self.attempt:
            return bool(waiting["attempt"] == self.attempt)
        return self.code in (waiting["code"], waiting.get("user_code"))


def _understood(sent: Document) -> _Sent:
    unknown = sorted(set(sent) - set(_MEMBERS))
    if unknown:
        raise AttemptError(f"unknown members: {', '.join(unknown)}; known: {', '.join(_MEMBERS)}")
    code, attempt, user = (sent.get(name) or "" for name in ("code", "attempt", "user"))
    if not all(isinstance(value, str) for value in (code, attempt, user)) or bool(code) == bool(attempt):
        raise AttemptError("expected either code (device_code, user_code or auth_req_id) or attempt (its id)")
    if not isinstance(sent.get("approve"), bool):
        raise AttemptError(f"approve: expected true or false, got {sent.get('approve')!r}")
    return _Sent(sent["approve"], code, attempt, user)


def _answered(idp: Idp, waiting: Document, sent: _Sent) -> Document:
    parties = requests.parties(idp, waiting)
    if not sent.approve or parties is None:
        requests.refuse(idp, waiting)
    else:
        server, app = parties
        scope = LoginScope(idp, server, idp.attempts.get(waiting["attempt"]), waiting)
        with contextlib.suppress(OAuthError):  # it is kept as the refusal
            requests.approve(scope, app, waiting, _who(scope, waiting, sent.user))
    now = requests.find(idp, waiting["code"]) or waiting
    return {name: now[name] for name in ("code", "state", "refusal") if name in now}


def _who(scope: LoginScope, waiting: Document, named: str) -> Authentication:
    """The person who answers, signed in just now; AttemptError where nobody is known."""
    idp, asked = scope.idp, waiting.get("user")
    canary = present(scope, None)
    if canary and not named and asked in (None, canary.user.id):
        return canary
    wanted = named or asked
    if wanted is None:
        raise AttemptError("user: a device does not say who activates it; name somebody (an id or login)")
    user = idp.user(wanted) or idp.user_by_login(wanted)
    if user is None or user.status != "ACTIVE":
        raise AttemptError(f"user: nobody who may sign in has the id or login {wanted!r}")
    if asked not in (None, user.id):
        raise AttemptError(f"user: {named!r} is not whom this request is about")
    return Authentication(user, scope.now(), ("pwd",))
