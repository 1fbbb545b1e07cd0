"""PKCE at the authorization endpoint (RFC 7636 4.2 to 4.4.1, okta.md 2.1 and 2.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mock_idp.org.model import App
from mock_idp.protocol.errors import PageError, RedirectError

_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 4.2
_S256 = re.compile(r"[A-Za-z0-9_-]{43}")
_REQUIRED = "PKCE code challenge is required by the application."


def check_challenge(app: App, params: Mapping[str, str], *, okta: bool, required_error: str) -> None:
    """Raises RedirectError; PageError for a missing challenge where the switch `pkce_required_error` says `page`."""
    challenge, method = params.get("code_challenge"), params.get("code_challenge_method")
    if not challenge:
        if not (app.needs_pkce and okta):
            return
        if required_error == "page":
            raise PageError("invalid_request", _REQUIRED)
        raise RedirectError("invalid_request", _REQUIRED)
    if method != "S256" and (okta or method not in (None, "plain")):
        raise RedirectError("invalid_request", "PKCE code challenge method is not supported. Valid values: [S256]")
    if not (_S256 if method == "S256" else _CHALLENGE).fullmatch(challenge):
        raise RedirectError("invalid_request", "PKCE code challenge contains illegal characters.")
