"""Which pages of other origins may read Okta's answers (Fetch standard 3.2, okta.md 8).

Three kinds of endpoints: metadata, which anybody may read (`*`); those with a bearer token or client credentials,
which answer every origin by name; and those of the session cookie (`/api/v1/…`), for Trusted Origins only.
"""

from __future__ import annotations

from flask import Response, request

from mock_idp.idp import Idp

MAX_AGE = "3600"


def is_trusted(idp: Idp, origin: str) -> bool:
    """Whether this is an active Trusted Origin of the org with the scope CORS."""
    return any(
        known.status == "ACTIVE" and "CORS" in known.scopes and known.origin.rstrip("/") == origin
        for known in idp.org.origins.all()
    )


def any_origin(response: Response, methods: str = "POST") -> Response:
    """Let the asking page read the answer, whoever it is; nothing changes for a request without Origin."""
    origin = request.headers.get("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = methods
        wanted = request.headers.get("Access-Control-Request-Headers")
        if wanted:
            response.headers["Access-Control-Allow-Headers"] = wanted
        response.headers["Access-Control-Max-Age"] = MAX_AGE
        response.headers.add("Vary", "Origin")
    return response


def preflight(methods: str = "POST") -> Response:
    """204 for the asking page's question whether it may call (RFC 9110 9.3.7)."""
    return any_origin(Response(status=204), methods)


def trusted_only(idp: Idp, response: Response, methods: str) -> Response:
    """Let pages of Trusted Origins read the answer and send the session cookie; others get no header at all."""
    origin = request.headers.get("Origin")
    if origin and is_trusted(idp, origin):
        any_origin(response, methods)
        wanted = request.headers.get("Access-Control-Request-Headers", "")
        response.headers["Access-Control-Allow-Headers"] = f"{wanted},Content-Type" if wanted else "Content-Type"
        response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def trusted_preflight(idp: Idp, methods: str) -> Response:
    """200, whoever asks: only the headers tell a Trusted Origin from another (okta.md 8)."""
    return trusted_only(idp, Response(status=200), methods)
