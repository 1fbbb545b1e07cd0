"""Inbound Global Token Revocation: somebody else's identity provider says that a person must be signed out (okta.md 7).

The person's sessions and tokens here end, and the apps that take part in Universal Logout hear of it in turn.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from mock_idp.idp import Idp
from mock_idp.org.model import User
from mock_idp.protocol.errors import management_body
from mock_idp.protocol.exchange import current_idp
from mock_idp.protocol.universal_logout import universal_logout

blueprint = Blueprint("revocation", __name__)
SCOPE = "okta.universalLogout.manage"


@blueprint.post("/oauth2/v1/global-token-revocation")
def global_token_revocation() -> Response:
    """204 without a body; 400 for a subject that is not understood or is nobody here, 401 and 403 for the caller."""
    g.endpoint = "global_token_revocation"
    idp = current_idp()
    refusal = _refusal(idp)
    if refusal:
        return refusal
    sent = request.get_json(force=True, silent=True)
    user = _user(idp, sent.get("sub_id")) if isinstance(sent, dict) else None
    if user is None:
        return _refused(400, "E0000003", "The request body was not well-formed.")
    end_tokens(idp, user)
    universal_logout(idp, user)
    made = Response(status=204)
    del made.headers["Content-Type"]
    return made


def end_tokens(idp: Idp, user: User) -> None:
    """None of the person's codes and tokens works any more."""
    for kind in ("code", "access_token", "refresh_token"):
        for key in idp.store.keys(kind):
            if (idp.store.get(kind, key) or {}).get("user") == user.id:
                idp.store.take(kind, key)


def _refusal(idp: Idp) -> Response | None:
    """The API token may call, or an access token of the org server with the scope."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.upper() == "SSWS" and hmac.compare_digest(token.encode(), idp.api_token.encode()):
        return None
    grant = idp.store.get("access_token", token) if scheme.lower() == "bearer" else None
    if grant is None or grant["server"] != "org" or grant["expires"] < idp.clock.now():
        return _refused(401, "E0000011", "Invalid token provided")
    if SCOPE not in grant["scopes"]:
        return _refused(403, "E0000006", "You do not have permission to perform the requested action")
    return None


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


def _refused(status: int, code: str, summary: str) -> Response:
    made = jsonify(management_body(code, summary))
    made.status_code = status
    return made
