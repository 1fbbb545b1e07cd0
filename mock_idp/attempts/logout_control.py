"""The control API's call that tells relying parties of a logout.

    POST   /logout               {attempt or user, kind} → {kind, messages}

`kind`: `backchannel` and `universal` are sent by the mock, and `messages` says what the relying party answered (see
`mock_idp.protocol.sign_out.outgoing.deliver`). `frontchannel` needs a browser: `messages` has what it must load. No
session ends by it, so that the same login can be told twice.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify

from mock_idp.attempts.lease_routes import Answer, missing, sent_object
from mock_idp.attempts.request import AttemptError, user_of_identity
from mock_idp.idp import Idp
from mock_idp.org.model import User
from mock_idp.protocol.sign_out import backchannel, frontchannel, participants, universal_logout
from mock_idp.protocol.sign_out.outgoing import deliver
from mock_idp.store import Document

KINDS = ("frontchannel", "backchannel", "universal")


def add_logout_routes(app: Flask, idp: Idp) -> None:
    @app.post("/logout")
    def logout() -> Answer:
        sent = sent_object()
        attempt_id, user_id, kind = _understood(sent)
        attempt = idp.attempts.get(attempt_id)
        if attempt_id and attempt is None:
            return missing("attempt", attempt_id)
        user = _user(idp, attempt, user_id)
        if user_id and user is None:
            return missing("user", user_id)
        return jsonify(kind=kind, messages=_messages(idp, kind, attempt, user))


def _understood(sent: Document) -> tuple[str, str, str]:
    unknown = sorted(set(sent) - {"attempt", "user", "kind"})
    if unknown:
        raise AttemptError(f"unknown members: {', '.join(unknown)}; known: attempt, user, kind")
    attempt, user, kind = sent.get("attempt") or "", sent.get("user") or "", sent.get("kind")
    if kind not in KINDS:
        raise AttemptError(f"kind: expected {', '.join(KINDS)}, got {kind!r}")
    if not isinstance(attempt, str) or not isinstance(user, str) or bool(attempt) == bool(user):
        raise AttemptError("expected either attempt (its id) or user (an id or login)")
    return attempt, user, kind


def _user(idp: Idp, attempt: Document | None, wanted: str) -> User | None:
    if attempt:
        return user_of_identity(attempt["identity"]) if attempt["identity"] else None
    return idp.user(wanted) or idp.user_by_login(wanted)


def _messages(idp: Idp, kind: str, attempt: Document | None, user: User | None) -> list[dict[str, Any]]:
    if kind == "universal":
        if user is None:
            raise AttemptError("this attempt has no person whom apps could be told about")
        return deliver(idp, universal_logout.messages(idp, user, attempt["id"] if attempt else None))
    if attempt:
        apps = participants.of_attempt(idp, attempt["id"])
    else:
        apps = participants.of_user(idp, user.id) if user else []
    if kind == "backchannel":
        return deliver(idp, backchannel.messages(idp, apps))
    return [call.item() for call in frontchannel.requests(idp, apps, None)]
