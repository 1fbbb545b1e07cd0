"""Front-channel single logout (okta.md 7, OpenID Connect Front-Channel Logout 1.0).

The browser calls the other apps of the session in frames that nobody sees, then goes where the logout leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from mock_idp.idp import Idp
from mock_idp.org.model import ORG_SERVER
from mock_idp.protocol.authorization.response import Parameters, edited
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_out.participants import Participant, takes_part_in_slo
from mock_idp.store import Document


@dataclass(frozen=True)
class LogoutRequest:
    """What the browser sends to one app. For GET the parameters are in `url`, for POST in the form."""

    client_id: str
    method: str
    url: str
    parameters: Parameters

    def item(self) -> Document:
        """As the transcript and the control API show it."""
        return {
            "kind": "frontchannel",
            "client_id": self.client_id,
            "method": self.method,
            "url": self.url,
            "parameters": [list(pair) for pair in self.parameters],
        }


def requests(idp: Idp, participants: Sequence[Participant], initiator: str | None) -> list[LogoutRequest]:
    """One request for each app that takes part, except the one where the person has signed out themselves."""
    made = []
    for participant in participants:
        app = idp.app(participant.client_id)
        if app is None or app.client_id == initiator or not takes_part_in_slo(idp, app):
            continue
        attempt = idp.attempts.get(participant.attempt)
        server = idp.server(participant.server) or idp.server(ORG_SERVER)  # one that was deleted meanwhile
        assert server is not None
        scope = LoginScope(idp, server, attempt, {"client_id": app.client_id, "request": {}})
        parameters: Parameters = []
        if app.frontchannel_logout_session_required:
            parameters = [("iss", participant.issuer), ("sid", participant.sid)]
        parameters = edited(idp.attempts.editor(attempt), scope, parameters, "frontchannel_logout")
        found = _request(
            app.client_id, idp.org.settings.frontchannel_logout_method, app.frontchannel_logout_uri, parameters
        )
        idp.attempts.note("message", (attempt or {}).get("id"), found.item())
        made.append(found)
    return made


def _request(client_id: str, method: str, uri: str, parameters: Parameters) -> LogoutRequest:
    if method == "GET" and parameters:
        uri = f"{uri}{'&' if '?' in uri else '?'}{urlencode(parameters)}"
    return LogoutRequest(client_id, method, uri, parameters)
