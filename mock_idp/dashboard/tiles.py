"""Which apps a person sees at My Apps, and where a click on them leads (okta.md 5.1 and 5.4)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from mock_idp.idp import Idp
from mock_idp.org.app import App
from mock_idp.org.model import ORG_SERVER
from mock_idp.protocol import pages, policy
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.sign_in.authentication import Authentication
from mock_idp.protocol.sign_in.launch_routes import embed_link


@dataclass(frozen=True)
class Tile:
    """`logo` is empty where the app has none that a browser can load; `opens_itself`: after the sign-in."""

    label: str
    href: str
    logo: str = ""
    note: str = ""
    opens_itself: bool = False


def tiles(idp: Idp, person: Authentication, base_url: str) -> list[Tile]:
    """The tiles of a person, by label; an attempt's person has those of all apps."""
    found = [_tile(app, base_url) for app in idp.org.apps.all() if _shown(idp, app, person)]
    return sorted(found, key=lambda tile: (_letters(tile.label), tile.label))


def _letters(label: str) -> str:
    """For the order that people expect: accents and cases count for nothing."""
    found = unicodedata.normalize("NFKD", label.casefold())
    return "".join(letter for letter in found if not unicodedata.combining(letter))


def _shown(idp: Idp, app: App, person: Authentication) -> bool:
    """Active, not App Only, displayed to users, and theirs."""
    if app.status != "ACTIVE" or app.idp_initiated_login_mode == "DISABLED" or app.hide_web:
        return False
    server = idp.server(ORG_SERVER)
    strictness = idp.strictness(None, server) if server else "okta"
    try:
        policy.check_assignment(idp, policy.Request(app, "implicit", (), strictness, person.user, person.canary))
    except OAuthError:
        return False
    return True


def _tile(app: App, base_url: str) -> Tile:
    return Tile(
        label=app.label or app.client_id,
        href=embed_link(app.client_id, base_url),
        logo=app.logo_uri if pages.is_web(app.logo_uri) else "",
        note=app.notes_enduser,
        opens_itself=app.auto_launch,
    )
