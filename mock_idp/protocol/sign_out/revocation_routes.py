"""Inbound Global Token Revocation: somebody else's identity provider says that a person must be signed out (okta.md 7).

The person's sessions and tokens here end, and the apps that take part in Universal Logout hear of it in turn.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, g, request

from mock_idp.idp import Idp
from mock_idp.json_body import json_object
from mock_idp.org import problems
from mock_idp.org.model import User
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import current_idp
from mock_idp.protocol.sign_out.universal_logout import universal_logout
from mock_idp.protocol.token import dpop_requests
from mock_idp.protocol.token.revocation import is_revoked

blueprint = Blueprint("revocation", __name__)
SCOPE = "okta.universalLogout.manage"


@blueprint.post("/oauth2/v1/global-token-revocation")
def global_token_revocation() -> Response:
    """204 without a body; 400 for a subject that is not understood or is nobody here, 401 and 403 for the caller."""
    g.endpoint = "global_token_revocation"
    idp = current_idp()
    _authenticate(idp)
    user = _user(idp, (json_object(any_type=True) or {}).get("sub_id"))
    if user is None:
        raise problems.malformed()
    idp.store.put("revoked_user", user.id, {"at": idp.clock.now()})  # protocol.revocation: every code and token
    universal_logout(idp, user)
    made = Response(status=204)
    del made.headers["Content-Type"]
    return made


def _authenticate(idp: Idp) -> None:
    """The API token may call, or an access token of the org server with the scope; raises ApiError."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.upper() == "SSWS" and hmac.compare_digest(token.encode(), idp.api_token.encode()):
        return
    grant = idp.store.get("access_token", token) if scheme.lower() in ("bearer", "dpop") else None
    if grant is None or grant["server"] != "org" or grant["expires"] < idp.clock.now() or is_revoked(idp, grant):
        raise problems.invalid_token()
    try:
        dpop_requests.check_resource_request(idp, grant, token)
    except OAuthError:
        raise problems.invalid_token() from None
    if SCOPE not in grant["scopes"]:
        raise problems.forbidden()


def _user(idp: Idp, subject: Any) -> User | None:
    """The person of a subject identifier (RFC 9493): `opaque`, `iss_sub` or `email`."""
    if not isinstance(subject, dict):
        return None
    form = subject.get("format")
    if form == "email":
        return idp.user_by_login(str(subject.get("email", "")))
    if form == "opaque":
        return idp.user(str(subject.get("id", "")))
    if form == "iss_sub" and isinstance(subject.get("iss"), str):
        wanted = str(subject.get("sub", ""))
        return idp.user(wanted) or idp.user_by_login(wanted)
    return None
