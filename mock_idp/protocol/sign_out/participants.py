"""Which apps a session has signed in to: those that hear of it when it ends (OIDC Front- and Back-Channel Logout).

A session is a browser's (its key is the cookie's value), or that of an attempt, whose person is signed in without a
page and thus without a cookie. What apps see of it is its `sid`, never the key, which would be the cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from mock_idp.idp import Idp
from mock_idp.org.ids import okta_id
from mock_idp.org.model import App
from mock_idp.protocol.sign_in import sessions
from mock_idp.store import Document

KIND = "session_app"
ATTEMPT = "attempt/"
"""What the key of an attempt's session begins with; no cookie value holds a slash."""


@dataclass(frozen=True)
class Participant:
    """An app that somebody signed in to: at which authorization server (and under which of its names), as whom, in
    which session."""

    client_id: str
    server: str
    issuer: str
    user: str
    sid: str
    attempt: str | None = None


def session_id(session_key: str) -> str:
    """The `sid` of a session: always the same, and of no use as a cookie."""
    return okta_id("idx", f"session/{session_key}")


def session_of(session_key: str | None, grant: Document) -> str | None:
    """The key of the session that a grant comes from: the attempt's own when it is about the attempt's person."""
    return f"{ATTEMPT}{grant['attempt']}" if grant.get("identity") else session_key


def note_login(idp: Idp, session_key: str | None, grant: Document) -> None:
    """The session (a cookie's value, None without one) has signed in to the grant's app; the grant gets its `sid`."""
    key = session_of(session_key, grant)
    if key is None:
        return
    sid = grant["sid"] = session_id(key)
    server, client_id = idp.server(grant["server"]), grant["client_id"]
    issuer = idp.issuer(server, idp.app(client_id), grant.get("base_url", "")) if server else ""
    added = asdict(Participant(client_id, grant["server"], issuer, grant["user"], sid, grant.get("attempt")))

    def with_it(known: Document) -> Document:
        return {"apps": [entry for entry in known["apps"] if entry["client_id"] != client_id] + [added]}

    if idp.store.update(KIND, key, with_it) is None:
        idp.store.put(KIND, key, {"apps": [added]})


def end(idp: Idp, *session_keys: str | None) -> list[Participant]:
    """The sessions are over: the apps that they had signed in to, which nobody remembers from now on."""
    found = []
    for key in filter(None, session_keys):
        idp.store.take("session", key)
        found += _apps(idp.store.take(KIND, key))
    return found


def end_of_user(idp: Idp, user_id: str) -> list[Participant]:
    """The same for every session of a person; session tokens that nobody has spent yet begin none."""
    sessions.forget_tokens(idp, user_id)
    keys = [key for key in idp.store.keys("session") if (idp.store.get("session", key) or {}).get("user") == user_id]
    keys += [key for key in idp.store.keys(KIND) if any(p.user == user_id for p in _apps(idp.store.get(KIND, key)))]
    return end(idp, *dict.fromkeys(keys))


def of_session(idp: Idp, session_key: str) -> list[Participant]:
    """The apps that a session has signed in to."""
    return _apps(idp.store.get(KIND, session_key))


def of_attempt(idp: Idp, attempt_id: str) -> list[Participant]:
    """The apps that an attempt has signed in to, in whatever session."""
    return _those(idp, lambda participant: participant.attempt == attempt_id)


def of_user(idp: Idp, user_id: str) -> list[Participant]:
    """The apps that a person has signed in to, in whatever session."""
    return _those(idp, lambda participant: participant.user == user_id)


def takes_part_in_slo(idp: Idp, app: App) -> bool:
    """Whether the app takes part in front-channel single logout, for which its ID Tokens carry `sid` (okta.md 7)."""
    return bool(
        idp.org.settings.frontchannel_slo
        and app.participate_slo
        and app.frontchannel_logout_uri
        and app.application_type in ("web", "browser")
    )


def _those(idp: Idp, wanted: Callable[[Participant], bool]) -> list[Participant]:
    known = [participant for key in idp.store.keys(KIND) for participant in _apps(idp.store.get(KIND, key))]
    return [participant for participant in known if wanted(participant)]


def _apps(document: Document | None) -> list[Participant]:
    return [Participant(**entry) for entry in (document or {"apps": ()})["apps"]]
