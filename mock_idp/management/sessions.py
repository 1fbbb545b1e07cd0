"""`/api/v1/sessions` by id (okta.md 6.2). One's own: `mock_idp.protocol.sign_in.session_routes`."""

from __future__ import annotations

from flask import Response, g

from mock_idp.management.frame import PREFIX, answer, body, link, nothing, resource
from mock_idp.management.members import Members
from mock_idp.org.problems import authentication_failed, not_found
from mock_idp.protocol.exchange import current_idp
from mock_idp.protocol.sign_in import sessions
from mock_idp.protocol.sign_in.session_routes import session_json
from mock_idp.protocol.sign_out import backchannel, participants
from mock_idp.protocol.sign_out.outgoing import deliver
from mock_idp.store import Document

blueprint = resource("sessions")


@blueprint.post("/sessions")
def create_session() -> Response:
    """A session for a session token, which is spent by this. No cookie: the caller is no browser."""
    idp = current_idp()
    found = sessions.redeem(idp, Members(body()).text("sessionToken"))
    if found is None:
        raise authentication_failed()
    user, token = found
    made = sessions.start(idp, user, auth_time=idp.clock.now(), amr=token["amr"], attempt=token["attempt"])
    g.pop("session_cookie", None)
    return answer(_shown(made))


@blueprint.get("/sessions/<session_id>")
def get_session(session_id: str) -> Response:
    return answer(_shown(_session(session_id)))


@blueprint.post("/sessions/<session_id>/lifecycle/refresh")
def refresh_session(session_id: str) -> Response:
    cookie = _session(session_id)["cookie"]
    return answer(_shown(sessions.refresh(current_idp(), cookie) or _session(session_id)))


@blueprint.delete("/sessions/<session_id>")
def end_session(session_id: str) -> Response:
    idp = current_idp()
    ended = participants.end(idp, _session(session_id)["cookie"])
    deliver(idp, backchannel.messages(idp, ended))
    return nothing()


def _session(session_id: str) -> Document:
    """The session while it lasts; E0000007. Reading it does not put off its end."""
    idp = current_idp()
    found = sessions.by_id(idp, session_id)
    if found is None or found["expires"] <= idp.clock.now():
        raise not_found(session_id, "AppSession")
    return found


def _shown(session: Document) -> Document:
    here = f"{PREFIX}/sessions/{session['id']}"
    made = session_json(current_idp(), session)
    own = {"self": link(here, "GET", "DELETE"), "refresh": link(f"{here}/lifecycle/refresh", "POST")}
    return made | {"_links": made["_links"] | own}
