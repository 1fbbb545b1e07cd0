"""Who may use the admin console: a browser that opened the link which the mock prints, or that gave the API token.

The mock may be reached by others (a tunnel, a container's network), so nothing under /admin is for everybody. A session
is a document of kind `admin_session`, by the value of its cookie: `{"expires", "said"}`; the time in seconds since the
epoch, and what the next page has to say about the change before it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from urllib.parse import quote

from flask import g, redirect, request
from werkzeug.wrappers import Response

from mock_idp.idp import Idp
from mock_idp.protocol.exchange import current_idp

PREFIX = "/admin"
COOKIE = "gauntlet_admin"
TTL = 12 * 3600
"""Seconds without a request after which a session ends."""
SIGN_IN = f"{PREFIX}/sign-in"
_OWN = re.compile(rf"{PREFIX}/[\w./?=&%:~-]*")


def key(idp: Idp) -> str:
    """What the link carries. Not the API token itself: addresses stay in histories and logs."""
    return hmac.new(idp.api_token.encode(), b"admin console", "sha256").hexdigest()


def link(idp: Idp) -> str:
    """The address that lets a browser in."""
    return f"{idp.public_url}{PREFIX}/?key={key(idp)}"


def is_right(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.strip().encode(), wanted.encode())


def begin(idp: Idp, response: Response) -> Response:
    """A session for this browser."""
    value = secrets.token_urlsafe(24)
    idp.store.put("admin_session", value, {"expires": idp.clock.now() + TTL, "said": ""})
    secure = idp.public_url.startswith("https")
    response.set_cookie(COOKIE, value, path=PREFIX, httponly=True, secure=secure, samesite="Lax")
    return response


def end(idp: Idp, response: Response) -> Response:
    """No session any more."""
    idp.store.take("admin_session", request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path=PREFIX)
    return response


def is_signed_in(idp: Idp) -> bool:
    """Whether this browser has a session; using it puts off its end."""
    now, value = idp.clock.now(), request.cookies.get(COOKIE, "")
    known = idp.store.get("admin_session", value)
    if known is None or known["expires"] <= now:
        idp.store.take("admin_session", value)
        return False
    idp.store.update("admin_session", value, lambda session: {**session, "expires": now + TTL})
    return True


def say(idp: Idp, text: str) -> None:
    """For the next page of this browser."""
    idp.store.update("admin_session", request.cookies.get(COOKIE, ""), lambda session: {**session, "said": text})


def said(idp: Idp) -> str:
    """What there is to say, once."""
    known = idp.store.get("admin_session", request.cookies.get(COOKIE, ""))
    if not known or not known["said"]:
        return ""
    say(idp, "")
    text: str = known["said"]
    return text


def required() -> Response | None:
    """For `blueprint.before_request`: who has no session is sent to the sign-in page, and back afterwards."""
    g.endpoint = "console"
    if is_signed_in(current_idp()):
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return leave_to(f"{SIGN_IN}?from={quote(wanted, safe='')}" if is_own(wanted) else SIGN_IN)


def leave_to(path: str) -> Response:
    """A redirect that nobody keeps."""
    response = redirect(path, 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_own(path: str) -> bool:
    """Whether a path leads to a page of the console, and to nothing else."""
    return bool(_OWN.fullmatch(path)) and ".." not in path
