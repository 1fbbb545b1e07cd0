"""Universal Logout: Okta tells apps by Global Token Revocation that a person's sessions and tokens are to end.

okta.md 7. Okta has this instead of OpenID Connect's back-channel logout. An app takes part that has a
`global_token_revocation_uri` and to which the person is assigned.
"""

from __future__ import annotations

import json
import secrets
import threading
from typing import Any

from mock_idp.idp import Idp
from mock_idp.org.model import ORG_SERVER, App, User
from mock_idp.protocol import policy
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.sign_out import backchannel, participants
from mock_idp.protocol.sign_out.outgoing import Message, deliver

WINDOW = 300
"""Seconds: `nbf` lies so long before and `exp` so long after the moment of sending."""


def universal_logout(idp: Idp, user: User) -> threading.Thread:
    """The person's sessions end, and apps hear of it, in the background (the thread that does it).

    For operations on people: deactivated, suspended, sessions deleted. The apps hear by Global Token Revocation, and
    by a Logout Token where they have a `backchannel_logout_uri`.
    """
    ended = participants.end_of_user(idp, user.id)
    pending = messages(idp, user) + backchannel.messages(idp, ended)
    thread = threading.Thread(target=deliver, args=(idp, pending), name="universal-logout", daemon=True)
    thread.start()
    return thread


def messages(idp: Idp, user: User, attempt: str | None = None) -> list[Message]:
    """The Global Token Revocation requests about this person; an attempt's person is at home in every app."""
    made = []
    for app in idp.org.apps.all():
        if app.status != "ACTIVE" or not app.global_token_revocation_uri:
            continue
        try:
            policy.check_assignment(idp, policy.Request(app, "", (), user, canary=attempt is not None))
        except OAuthError:
            continue
        made.append(_message(idp, app, user, attempt))
    return made


def _message(idp: Idp, app: App, user: User, attempt: str | None) -> Message:
    token = authorization(idp, app, attempt)
    return Message(
        kind="universal",
        client_id=app.client_id,
        url=app.global_token_revocation_uri,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        body=json.dumps({"sub_id": subject(idp, app, user)}),
        token=token,
        attempt=attempt,
    )


def subject(idp: Idp, app: App, user: User) -> dict[str, str]:
    """The subject identifier (RFC 9493) of the format that the app wants: `email` or `iss_sub`."""
    if app.global_token_revocation_subject == "iss_sub":
        return {"format": "iss_sub", "iss": idp.public_url, "sub": user.id}
    return {"format": "email", "email": user.email}


def authorization(idp: Idp, app: App, attempt: str | None) -> str:
    """The JWT that shows the app that it is Okta who asks, signed with a published key of the org server."""
    key = idp.keys.key(ORG_SERVER)
    now = int(idp.clock.now() + (idp.attempts.get(attempt) or {}).get("clock_offset", 0))
    claims: dict[str, Any] = {
        "iss": idp.public_url,
        "sub": app.client_id,
        "aud": app.global_token_revocation_uri,
        "iat": now,
        "nbf": now - WINDOW,
        "exp": now + WINDOW,
        "jti": secrets.token_urlsafe(24),
    }
    return key.signed(claims, typ="global-token-revocation+jwt")
