"""Back-channel logout (OpenID Connect Back-Channel Logout 1.0): an extension, which Okta does not have (okta.md 7).

An app with a `backchannel_logout_uri` gets a Logout Token by POST when a session that signed in to it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from mock_idp.idp import Idp
from mock_idp.org.model import ORG_SERVER
from mock_idp.protocol.contents.logout_tokens import logout_claims, signed
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_out.outgoing import Message
from mock_idp.protocol.sign_out.participants import Participant


def messages(idp: Idp, participants: Sequence[Participant]) -> list[Message]:
    """A Logout Token for each of these apps that wants one, with the edits of the app's attempt."""
    made = []
    for participant in participants:
        app = idp.app(participant.client_id)
        if app and app.backchannel_logout_uri:
            made.append(_message(idp, participant, app.backchannel_logout_uri))
    return made


def _message(idp: Idp, participant: Participant, url: str) -> Message:
    token = logout_token(idp, participant)
    return Message(
        kind="backchannel",
        client_id=participant.client_id,
        url=url,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode({"logout_token": token}),
        token=token,
        attempt=participant.attempt,
    )


def logout_token(idp: Idp, participant: Participant) -> str:
    """The compact Logout Token (section 2.4), signed as the ID Tokens of the server that the app used."""
    attempt = idp.attempts.get(participant.attempt)
    server = idp.server(participant.server) or idp.server(ORG_SERVER)  # one that was deleted meanwhile
    assert server is not None
    scope = LoginScope(idp, server, attempt, {"client_id": participant.client_id, "request": {}})
    now, key = scope.now(), idp.signing_key(server, idp.app(participant.client_id))
    claims = logout_claims(participant.issuer, participant.user, participant.client_id, now, participant.sid)
    claims = idp.attempts.editor(attempt).json("logout_token", claims, scope)
    return signed(claims, key)
