"""Rate limits as a switch: `Settings.rate_limit` requests per minute and bucket; 0 turns them off (okta.md 6.1).

A bucket is one client at one endpoint; metadata and keys are not counted. Okta's own limits differ by endpoint and
contract, what an app sees of them does not: the three headers, and 429 with E0000047. Windows are whole minutes.
"""

from __future__ import annotations

import base64
import binascii
import contextlib

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from mock_idp.protocol import cors
from mock_idp.protocol.errors import management_body
from mock_idp.protocol.exchange import bind, carried, current_idp

SECONDS = 60
TOO_MANY = ("E0000047", "API call exceeded rate limit due to too many requests.")
_COUNTED = frozenset(
    {"authorize", "token", "userinfo", "introspect", "revoke", "par", "logout", "device/authorize", "bc/authorize"}
)
_ARTEFACTS = {
    "code": "code",
    "refresh_token": "refresh_token",
    "token": "access_token",
    "device_code": "waiting",
    "auth_req_id": "waiting",
}


def install(app: Flask) -> None:
    """Count the requests of this application."""
    app.before_request(_count)
    app.after_request(_tell)


def _count() -> Response | None:
    """Count this request; 429 when its bucket is empty."""
    idp = current_idp()
    limit, endpoint = idp.org.settings.rate_limit, _endpoint()
    if not limit or not endpoint or request.method == "OPTIONS":
        return None
    window = int(idp.clock.now() // SECONDS)
    bucket = f"{endpoint}/{_client()}"
    used = idp.store.append("rate", f"{bucket}/{window}", {}, limit=limit + 1)
    idp.store.forget("rate", f"{bucket}/{window - 1}")
    g.rate = (limit, max(limit - used, 0), (window + 1) * SECONDS)
    if used <= limit:
        return None
    g.endpoint = endpoint
    _bind()
    response = jsonify(management_body(*TOO_MANY))
    response.status_code = 429
    response.headers["Cache-Control"] = "no-cache, no-store"
    return response if endpoint in ("authorize", "logout") else cors.any_origin(response)


def _tell(response: Response) -> Response:
    if "rate" in g:
        limit, remaining, reset = g.rate
        response.headers["x-rate-limit-limit"] = str(limit)
        response.headers["x-rate-limit-remaining"] = str(remaining)
        response.headers["x-rate-limit-reset"] = str(reset)
    return response


def _endpoint() -> str | None:
    """The name of the endpoint whose requests are counted; None for the others."""
    if request.path.startswith("/api/v1/"):
        return "/".join(request.path.split("/")[1:4])
    name = request.path.partition("/v1/")[2]
    return name if request.path.startswith("/oauth2/") and name in _COUNTED else None


def _client() -> str:
    """Who asks: the client_id where there is one, the bearer of a token, else the address."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, ValueError):
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
    if value:
        return value
    with contextlib.suppress(HTTPException):  # a body that is too large is refused by whoever reads it next
        if "client_id" in request.form:
            return request.form["client_id"]
    return request.args.get("client_id") or request.remote_addr or ""


def _bind() -> None:
    """The refused request belongs to its attempt, too."""
    idp = current_idp()
    bind(carried())
    for parameter, kind in _ARTEFACTS.items():
        with contextlib.suppress(HTTPException):
            grant = idp.store.get(kind, request.form.get(parameter, ""))
            bind((grant or {}).get("attempt"))
    bearer = request.headers.get("Authorization", "").partition(" ")[2]
    bind((idp.store.get("access_token", bearer) or {}).get("attempt"))
