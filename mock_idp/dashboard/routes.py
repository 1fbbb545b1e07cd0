"""The end-user dashboard: My Apps, and who is signed in since when. At Okta: `/app/UserHome`, `/enduser/settings`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g

from mock_idp.dashboard.tiles import tiles
from mock_idp.idp import Idp
from mock_idp.protocol import pages
from mock_idp.protocol.authorization import response as authorize
from mock_idp.protocol.exchange import base_url, bind, carried, current_idp
from mock_idp.protocol.sign_in import sessions
from mock_idp.protocol.sign_in.authentication import Authentication
from mock_idp.protocol.sign_in.launch_routes import signed_in
from mock_idp.protocol.sign_in.pages import HOME, SIGN_IN_PAGE
from mock_idp.protocol.sign_out import participants
from mock_idp.store import Document
from mock_idp.web.policy import Policy
from mock_idp.web.templates import Templates

blueprint = Blueprint("dashboard", __name__)
SETTINGS, SIGN_OUT = "/enduser/settings", "/login/signout"
_WEB = ("http:", "https:")
_pages = Templates("mock_idp.dashboard")


@blueprint.get(HOME)
def user_home() -> Response:
    """My Apps; the apps that open by themselves do so once a sign-in."""
    person = _person()
    if person is None:
        return authorize.redirect_to(base_url() + SIGN_IN_PAGE)
    idp = current_idp()
    found = tiles(idp, person, base_url())
    fresh = _is_fresh(idp, person)
    opening = [tile for tile in found if tile.opens_itself] if fresh else []
    scripts = ("open.js",) if opening else ()
    return _page("home.html", "My Apps", person, tiles=found, opening=opening, scripts=scripts)


@blueprint.get(SETTINGS)
def settings() -> Response:
    """The session's details."""
    person = _person()
    if person is None:
        return authorize.redirect_to(base_url() + SIGN_IN_PAGE)
    idp, session = current_idp(), person.session or {}
    apps = [idp.app(entry.client_id) for entry in participants.of_session(idp, session.get("cookie", ""))]
    facts: list[tuple[str, str]] = [
        ("Name", person.user.name),
        ("Username", person.user.login),
        ("Primary email", person.user.email),
        ("Signed in since", _time(person.auth_time)),
        ("By", "password and a code" if "mfa" in person.amr else "password"),
    ]
    if session:
        facts += [("Ends without use at", _time(session["expires"])), ("Session", session["id"])]
    labels = [app.label or app.client_id for app in apps if app]
    return _page("settings.html", "Settings", person, facts=facts, apps=labels)


def _person() -> Authentication | None:
    """Who is signed in, which binds this exchange to their attempt."""
    g.endpoint = "dashboard"
    session = sessions.current(current_idp())
    bind(carried()) or bind((session or {}).get("attempt"))
    return signed_in()


def _is_fresh(idp: Idp, person: Authentication) -> bool:
    """Whether this is the first look at My Apps since the person signed in; an attempt's person has no session."""
    session = person.session
    if session is None or session.get("opened_apps") == person.auth_time:
        return False
    noted: Document = {"opened_apps": person.auth_time}
    idp.store.update("session", session["cookie"], lambda known: {**known, **noted})
    return True


def _page(template: str, title: str, person: Authentication, **context: Any) -> Response:
    org, home = current_idp().org.name, base_url() + HOME
    policy = Policy(ancestors=pages.ancestors(), images=_WEB)
    return _pages.page(
        template,
        title=f"{org} - {title}",
        policy=policy,
        heading=title,
        org=org,
        home=home,
        login=person.user.login,
        settings=base_url() + SETTINGS,
        sign_out=base_url() + SIGN_OUT,
        **context,
    )


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
