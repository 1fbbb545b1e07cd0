"""The token requests of the grants that wait for a person, and what they are told (okta.md 1.7, RFC 8628 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mock_idp.idp import Idp
from mock_idp.org.model import App
from mock_idp.protocol import errors
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.token.revocation import is_revoked
from mock_idp.protocol.waiting import requests
from mock_idp.store import Document

MORE = 5
"""Seconds that are added to the interval by each poll that comes too early (RFC 8628 3.5)."""


@dataclass(frozen=True)
class Flow:
    """One of the two grants: what its token request names the request by, and what it is told in Okta's words."""

    grant_type: str
    parameter: str
    unknown: OAuthError
    expired: OAuthError
    pending: OAuthError
    slow_down: OAuthError


_NO_REQUEST = OAuthError(
    "expired_token", "The 'auth_req_id' is invalid or has expired. Make a new authentication request."
)
_DEVICE = Flow(
    requests.DEVICE,
    "device_code",
    OAuthError("invalid_grant", "The device code is invalid or has expired."),
    OAuthError("expired_token", "The device code has expired."),
    OAuthError("authorization_pending", "The device authorization is pending. Please try again later."),
    OAuthError("slow_down", "Slow down the polling frequency. Please try again later."),
)
_CIBA = Flow(
    requests.CIBA,
    "auth_req_id",
    _NO_REQUEST,
    _NO_REQUEST,
    OAuthError(
        "authorization_pending",
        "The authorization request is still pending as the user hasn't yet been authenticated.",
    ),
    OAuthError("slow_down", "Slow down the polling frequency. Try again later."),
)
FLOWS: Mapping[str, Flow] = {flow.grant_type: flow for flow in (_DEVICE, _CIBA)}


def redeem(scope: LoginScope, app: App, form: Mapping[str, str]) -> Document:
    """The grant of an approved request, once; raises OAuthError (okta.md 1.7) otherwise."""
    idp, flow = scope.idp, FLOWS[form["grant_type"]]
    code = form.get(flow.parameter)
    if not code:
        raise errors.missing(flow.parameter)
    waiting = requests.find(idp, code)
    if waiting is None or waiting["grant_type"] != flow.grant_type:
        raise flow.unknown
    if waiting["server"] != scope.server.id:
        raise errors.OTHER_SERVER
    if waiting["client_id"] != app.client_id:
        raise errors.OTHER_CLIENT
    if waiting["expires"] <= idp.clock.now():
        raise flow.expired
    if waiting["state"] == "refused":
        raise OAuthError(*waiting["refusal"])
    if waiting["state"] == "pending":
        raise flow.pending if _polled(idp, code) else flow.slow_down
    grant: Document = waiting["grant"]
    if is_revoked(idp, grant) or not requests.change(idp, code, _use):
        raise flow.unknown
    return grant


def _use(known: Document) -> Document | None:
    return None if known.get("used") else {**known, "used": True}


def _polled(idp: Idp, code: str) -> bool:
    """Note a poll; False when it came too early."""
    now, in_time = idp.clock.now(), True

    def note(known: Document) -> Document:
        nonlocal in_time
        in_time = known["polled"] is None or now >= known["polled"] + known["interval"]
        return {**known, "polled": now, "interval": known["interval"] + (0 if in_time else MORE)}

    requests.change(idp, code, note)
    return in_time
