"""Pushed authorization requests (RFC 9126, okta.md 1.7).

A document of kind `request_uri`, by the request_uri: `{"server", "client_id", "params", "attempt", "expires"}`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol.errors import PageError

LIFETIME = 3600
"""Seconds."""
_PREFIX = "urn:okta:"
_UNKNOWN = "The authorize request_uri is invalid."
_BOTH = "The authorize request must not contain both a request object and a request uri."
_OTHER_CLIENT = "The 'client_id' parameter does not match the expected value for the provided request_uri."
_OTHER_SERVER = "The request_uri was issued for another authorization server."
CREDENTIALS = ("client_secret", "client_assertion", "client_assertion_type")


def push(
    idp: Idp, server: AuthorizationServer, app: App, params: Mapping[str, str], attempt: str | None
) -> dict[str, object]:
    """Keep a request that was checked; the body of the answer."""
    request_uri = _PREFIX + secrets.token_urlsafe(32)
    kept = {name: value for name, value in params.items() if name not in CREDENTIALS}
    document = {
        "server": server.id,
        "client_id": app.client_id,
        "params": {**kept, "client_id": app.client_id},
        "attempt": attempt,
        "expires": idp.clock.now() + LIFETIME,
    }
    idp.store.put("request_uri", request_uri, document)
    return {"request_uri": request_uri, "expires_in": LIFETIME}


def resolve(idp: Idp, server: AuthorizationServer, params: dict[str, str]) -> tuple[dict[str, str], str | None]:
    """The parameters that a request stands for, and the id of its attempt, if any.

    Without a request_uri these are `params`. Raises PageError: the request does not say where to an error could go.
    """
    request_uri = params.get("request_uri")
    if request_uri is None:
        return params, None
    if "request" in params:
        raise PageError("invalid_request", _BOTH)
    pushed = idp.store.get("request_uri", request_uri)
    if pushed is None or pushed["expires"] <= idp.clock.now():
        raise PageError("invalid_request_uri", _UNKNOWN)
    if pushed["client_id"] != params.get("client_id"):
        raise PageError("invalid_client", _OTHER_CLIENT)
    if pushed["server"] != server.id:
        raise PageError("invalid_request_uri", _OTHER_SERVER)
    return dict(pushed["params"]), pushed["attempt"]
