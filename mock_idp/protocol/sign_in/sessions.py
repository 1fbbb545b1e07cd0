"""The browser's session at the org (okta.md 6.2 and 8), and session tokens, which become one (2.7).

A document of kind `session`, by the value of its cookie: `{"id", "cookie", "user", "created", "expires", "auth_time",
"amr", "attempt"}`; `id` ("102…") is its name in the Sessions API, times are seconds since the epoch. One of kind
`session_token`, by the token: `{"user", "expires", "amr", "attempt"}`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import Response, g, request

from mock_idp.idp import Idp
from mock_idp.org.model import User
from mock_idp.store import Document

SESSION_TOKEN_TTL = 300
"""Seconds (okta.md 2.7)."""


def cookie_name(idp: Idp) -> str:
    """`sid` in the Classic Engine, `idx` in the Identity Engine."""
    return "sid" if idp.org.settings.engine == "classic" else "idx"


def current(idp: Idp) -> Document | None:
    """The session of this request's browser; using it puts off its end."""
    return use(idp, request.cookies.get(cookie_name(idp), ""))


def use(idp: Idp, cookie: str) -> Document | None:
    """The session with this cookie while it lasts and its person may sign in; its idle time begins anew."""
    session = idp.store.get("session", cookie)
    if session is None:
        return None
    user = idp.user(session["user"])
    if user is None or user.status != "ACTIVE" or session["expires"] <= idp.clock.now():
        idp.store.take("session", cookie)
        return None
    return refresh(idp, cookie)


def refresh(idp: Idp, cookie: str) -> Document | None:
    expires = idp.clock.now() + idp.org.settings.session_ttl
    return idp.store.update("session", cookie, lambda session: {**session, "expires": expires})


def start(
    idp: Idp, user: User, *, auth_time: float, amr: Sequence[str] = ("pwd",), attempt: str | None = None
) -> Document:
    """This browser's session after a sign-in; the answer to this request sets its cookie.

    Whoever signs in again goes on with their session; that of another person ends.
    """
    old = current(idp)
    now = idp.clock.now()
    made: Document = {
        "user": user.id,
        "expires": now + idp.org.settings.session_ttl,
        "auth_time": int(auth_time),
        "amr": list(amr),
        "attempt": idp.attempts.registered(attempt),
    }
    if old and old["user"] == user.id:
        g.session_cookie = old["cookie"]
        return idp.store.update("session", old["cookie"], lambda known: {**known, **made}) or made
    idp.store.take("session", (old or {}).get("cookie", ""))
    name = "102" + secrets.token_urlsafe(16)
    cookie = name if idp.org.settings.engine == "classic" else secrets.token_urlsafe(24)
    session: Document = {"id": name, "cookie": cookie, "created": now, **made}
    idp.store.put("session", cookie, session)
    g.session_cookie = cookie
    return session


def add_factor(idp: Idp, cookie: str, auth_time: float) -> Document | None:
    """The person has shown a second factor, too; `amr` as Okta writes it (okta.md 4.2)."""
    made = {"amr": ["mfa", "otp", "pwd"], "auth_time": int(auth_time)}
    return idp.store.update("session", cookie, lambda session: {**session, **made})


def end(idp: Idp) -> Document | None:
    """Ends the session of this request's browser; returns what it was."""
    g.session_cookie = ""
    return idp.store.take("session", request.cookies.get(cookie_name(idp), ""))


def by_id(idp: Idp, session_id: str) -> Document | None:
    """The session with this id of the Sessions API."""
    documents = (idp.store.get("session", key) for key in idp.store.keys("session"))
    return next((found for found in documents if found and found["id"] == session_id), None)


def new_token(idp: Idp, user: User, *, amr: Sequence[str] = ("pwd",), attempt: str | None = None) -> tuple[str, float]:
    """A one-time session token and when it expires."""
    token, expires = "20111" + secrets.token_urlsafe(32), idp.clock.now() + SESSION_TOKEN_TTL
    idp.store.put("session_token", token, {"user": user.id, "expires": expires, "amr": list(amr), "attempt": attempt})
    return token, expires


def redeem(idp: Idp, token: str) -> tuple[User, Document] | None:
    """Whom a session token stands for, once, and its document; None for a token that is no good (any more)."""
    found = idp.store.take("session_token", token) if token else None
    user = idp.user(found["user"]) if found and found["expires"] > idp.clock.now() else None
    return (user, found) if found and user and user.status == "ACTIVE" else None


def forget_tokens(idp: Idp, user_id: str) -> None:
    """The person's session tokens are no good any more."""
    for token in idp.store.keys("session_token"):
        if (idp.store.get("session_token", token) or {}).get("user") == user_id:
            idp.store.take("session_token", token)


def set_cookie(idp: Idp, response: Response) -> Response:
    """The cookie of the session that this request has started, or none any more where it has ended one."""
    value = g.pop("session_cookie", None)
    if value is None:
        return response
    secure = idp.public_url.startswith("https")
    same_site = "None" if secure else "Lax"
    if value:
        response.set_cookie(cookie_name(idp), value, httponly=True, secure=secure, samesite=same_site)
    else:
        response.delete_cookie(cookie_name(idp), httponly=True, secure=secure, samesite=same_site)
    return response
