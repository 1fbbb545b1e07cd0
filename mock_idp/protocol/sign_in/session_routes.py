"""The session of a browser by API, and primary authentication (okta.md 2.7 and 6.2).

`/api/v1/sessions/me` is about the session of the request's cookie. `/api/v1/authn` gives a session token for a
password. It knows no app, and the org has no sign-on policy of its own, so that it never answers MFA_REQUIRED: the app
or the request that wants a second factor asks for it at the authorization endpoint.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, g, jsonify, request

from mock_idp.idp import Idp
from mock_idp.json_body import json_object
from mock_idp.org.model import User
from mock_idp.protocol import cors
from mock_idp.protocol.errors import management_body
from mock_idp.protocol.exchange import bind, carried, current_idp
from mock_idp.protocol.sign_in import sessions
from mock_idp.store import Document

blueprint = Blueprint("sessions", __name__)


@blueprint.after_request
def _set_cookie(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache, no-store"
    if request.method != "OPTIONS":
        cors.trusted_only(current_idp(), response, _methods())
    return sessions.set_cookie(current_idp(), response)


@blueprint.route("/api/v1/authn", methods=["OPTIONS"])
@blueprint.route("/api/v1/sessions/me", methods=["OPTIONS"])
@blueprint.route("/api/v1/sessions/me/lifecycle/refresh", methods=["OPTIONS"])
def preflight() -> Response:
    g.endpoint = "preflight"
    return cors.trusted_preflight(current_idp(), _methods())


def _methods() -> str:
    """What Okta's recorded preflights name (okta.md 8)."""
    return "GET, DELETE, OPTIONS" if request.path.endswith("/me") else "POST, OPTIONS"


@blueprint.get("/api/v1/sessions/me", provide_automatic_options=False)
def read_session() -> Response:
    found = _session()
    return jsonify(session_json(current_idp(), found)) if found else _none()


@blueprint.post("/api/v1/sessions/me/lifecycle/refresh", provide_automatic_options=False)
def refresh_session() -> Response:
    """Its idle time begins anew (as with every use)."""
    return read_session()


@blueprint.delete("/api/v1/sessions/me", provide_automatic_options=False)
def close_session() -> Response:
    if not _session():
        return _none()
    sessions.end(current_idp())
    return Response(status=204)


def session_json(idp: Idp, session: Document) -> Document:
    """Okta's JSON of a session."""
    user = idp.user(session["user"])
    me = f"{idp.public_url}/api/v1/sessions/me"
    person = f"{idp.public_url}/api/v1/users/{session['user']}"
    return {
        "id": session["id"],
        "userId": session["user"],
        "login": user.login if user else "",
        "createdAt": _time(session["created"]),
        "expiresAt": _time(session["expires"]),
        "status": "ACTIVE",
        "lastPasswordVerification": _time(session["auth_time"]),
        "lastFactorVerification": _time(session["auth_time"]) if "mfa" in session["amr"] else None,
        "amr": session["amr"],
        "idp": {"id": idp.org.id, "type": "OKTA"},
        "mfaActive": bool(user and user.factors),
        "_links": {
            "self": {"href": me, "hints": {"allow": ["GET", "DELETE"]}},
            "refresh": {"href": f"{me}/lifecycle/refresh", "hints": {"allow": ["POST"]}},
            "user": {"name": user.name if user else "", "href": person, "hints": {"allow": ["GET"]}},
        },
    }


@blueprint.post("/api/v1/authn", provide_automatic_options=False)
def authn() -> Response:
    """Primary authentication: `{"username", "password"}` → a session token for five minutes."""
    g.endpoint = "authn"
    idp = current_idp()
    sent = json_object()
    if sent is None:
        return _error(400, "E0000003", "The request body was not well-formed.")
    username, password = sent.get("username"), sent.get("password")
    if not isinstance(username, str) or not isinstance(password, str) or not username or not password:
        cause = "The 'username' and 'password' attributes are required in this context."
        return _error(400, "E0000001", "Api validation failed: authRequest", cause)
    attempt = bind(carried()) or bind(idp.attempts.of_login_hint(username))
    user = idp.user_by_login(username)
    if user is None or not user.password or user.password != password:
        return _error(401, "E0000004", "Authentication failed")
    if user.status in ("LOCKED_OUT", "PASSWORD_EXPIRED"):
        return jsonify(_stopped(idp, user))
    if user.status != "ACTIVE":
        return _error(401, "E0000004", "Authentication failed")
    token, expires = sessions.new_token(idp, user, attempt=(attempt or {}).get("id"))
    cancel = {"href": f"{idp.public_url}/api/v1/authn/cancel", "hints": {"allow": ["POST"]}}
    return jsonify(
        {
            "expiresAt": _time(expires),
            "status": "SUCCESS",
            "sessionToken": token,
            "_embedded": {"user": _user_json(user)},
            "_links": {"cancel": cancel},
        }
    )


def _stopped(idp: Idp, user: User) -> Document:
    """A state in which somebody with the right password gets no session token."""
    if user.status == "LOCKED_OUT":
        href = f"{idp.public_url}/api/v1/authn/recovery/unlock"
        return {
            "status": "LOCKED_OUT",
            "_embedded": {},
            "_links": {"next": {"name": "unlock", "href": href, "hints": {"allow": ["POST"]}}},
        }
    expires = _time(idp.clock.now() + sessions.SESSION_TOKEN_TTL)
    return {"expiresAt": expires, "status": "PASSWORD_EXPIRED", "_embedded": {"user": _user_json(user)}}


def _user_json(user: User) -> Document:
    profile = {
        "login": user.login,
        "firstName": user.given_name,
        "lastName": user.family_name,
        "locale": user.locale,
        "timeZone": user.zoneinfo,
    }
    return {
        "id": user.id,
        "passwordChanged": _time(user.password_changed) if user.password_changed else None,
        "profile": profile,
    }


def _session() -> Document | None:
    g.endpoint = "session"
    found = sessions.current(current_idp())
    bind(carried()) or bind((found or {}).get("attempt"))
    return found


def _none() -> Response:
    return _error(404, "E0000007", "Not found: Resource not found: me (Session)")


def _error(status: int, code: str, summary: str, *causes: str) -> Response:
    body = management_body(code, summary) | {"errorCauses": [{"errorSummary": cause} for cause in causes]}
    response = jsonify(body)
    response.status_code = status
    return response


def _time(at: float) -> str:
    """A moment as Okta writes it, with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
