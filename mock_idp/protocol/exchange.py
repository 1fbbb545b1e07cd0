"""The HTTP exchange that is going on: which IdP, which authorization server, which attempt it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app, g, request

from mock_idp.attempts.registry import COOKIE, HEADER
from mock_idp.crypto.jose import decode_unverified
from mock_idp.edits import app_settings
from mock_idp.edits.editor import HONEST_EDITOR, Editor
from mock_idp.edits.symbols import resolve
from mock_idp.idp import Idp
from mock_idp.misbehaviour import Edit
from mock_idp.org.model import ORG_SERVER, App, AuthorizationServer
from mock_idp.store import Document

_OF_SERVER = re.compile(r"(?:/\.well-known/[^/]+)?/oauth2/([^/]+)/")
Artefacts = list[tuple[str, str]]
"""What the IdP hands out in one exchange: `(kind, value)`; kind is code, access_token, refresh_token or id_token."""


class NoServerError(Exception):
    """An authorization server that does not exist (Okta: E0000007)."""


def current_idp() -> Idp:
    found: Idp = current_app.extensions["idp"]
    return found


def base_url() -> str:
    """The org URL or the custom URL, whichever of them this request came in at: what the browser sees of the org."""
    return current_idp().base_url_of(request.host)


def server_of(server_id: str | None) -> AuthorizationServer:
    """The active authorization server of the URL; raises NoServerError."""
    server = current_idp().server(server_id or ORG_SERVER)
    own = current_idp().attempts.issuers.find(server_id)
    if own and own["id"] == server_id and request.path.rpartition("/")[2] in own["moved"]:
        raise NoServerError(f"{request.path.rpartition('/')[2]} has moved")
    if (
        server is None or server.status != "ACTIVE" or (server_id and server.is_org)
    ):  # /oauth2/org/… is no URL of the org server
        raise NoServerError(server_id)
    return server


def carried() -> Document | None:
    """The attempt that the browser carries, cookie first, then header; else the one that has the issuer to itself."""
    attempts = current_idp().attempts
    found = attempts.get(request.cookies.get(COOKIE)) or attempts.get(request.headers.get(HEADER))
    return found or attempts.of_issuer(_server_in_path())


def _server_in_path() -> str | None:
    """The authorization server that a URL names, also one that leads to no endpoint of it."""
    found = _OF_SERVER.match(request.path)
    return found[1] if found else None


def bind(attempt: Document | str | None) -> Document | None:
    """Say to which attempt this exchange belongs."""
    if isinstance(attempt, str):
        attempt = current_idp().attempts.get(attempt)
    if attempt:
        if bound() is None:
            g.pop("editor", None)  # what was asked of it before now was about no attempt
        g.attempt = attempt
    return attempt


def observe(params: Mapping[str, str], request_uri: str | None = None) -> None:
    """Bind to the attempt of a login that nobody registered, where this exchange is bound to none.

    What was armed for the next login is for a person: a browser's page, and not a silent check (prompt=none).
    """
    if bound():
        return
    asked = [params, (decode_unverified(params.get("request", "")) or ({}, {}))[1]]
    silent = any("none" in str(one.get("prompt", "")).split() for one in asked)
    is_page = "text/html" in request.headers.get("Accept", "")
    bind(current_idp().attempts.observe(request_uri, takes_armed=is_page and not silent))


def bind_to_grant(grant: Document | None) -> Document | None:
    """Bind to the attempt of a code or token; what the browser carries counts only without one."""
    return bind((grant or {}).get("attempt")) or bind(carried())


def bound() -> Document | None:
    found: Document | None = g.get("attempt")
    return found


def editor() -> Editor:
    """The edits of the attempt that this exchange is bound to; one editor per exchange."""
    if "editor" not in g:
        attempt = bound()
        g.editor = current_idp().attempts.editor(attempt) if attempt else HONEST_EDITOR
    found: Editor = g.editor
    return found


def app_of(client_id: str | None, at: AuthorizationServer | None = None) -> App | None:
    """The active app, with the settings that the attempt of this exchange puts over its own."""
    return current_idp().app(client_id, at, _with_settings if bound() else lambda app: app)


def is_assigned() -> bool:
    """Whether the attempt's person is assigned to the app: unless the attempt says otherwise."""
    for index, edit in _settings(assigned=True):
        editor().deliver(index, edit, True, edit.value)
        return bool(edit.value)
    return True


def _with_settings(app: App) -> App:
    for index, edit in _settings(assigned=False):
        with editor().trying(index, edit):
            name = str(edit.path[0])
            before, value = app_settings.value_of(app, name), resolve(edit.value, AppScope(app))
            app = app_settings.overlaid(app, name, value)
            editor().deliver(index, edit, before, app_settings.value_of(app, name))
    return app


def _settings(*, assigned: bool) -> Iterator[tuple[int, Edit]]:
    return editor().selected("app", fits=lambda edit: (edit.path == (app_settings.ASSIGNED,)) is assigned)


class AppScope:
    """What symbols see of an app whose settings are being changed."""

    def __init__(self, app: App) -> None:
        self._app = app

    def lookup(self, name: str, args: tuple[Any, ...]) -> Any:
        assert name == "app_url"
        return app_settings.url_of(self._app, *args)


def strictness(server: AuthorizationServer) -> str:
    return current_idp().strictness(bound(), server)


def note_artefacts(made: Artefacts) -> None:
    """Note what was handed out in the attempt's transcript; JWTs with their parts for the reader."""
    attempt = bound()
    if not attempt:
        return
    for kind, value in made:
        parts = decode_unverified(value)
        item: dict[str, Any] = {"kind": kind, "value": value}
        if parts:
            item |= {"header": parts[0], "claims": parts[1]}
        current_idp().attempts.note("artefact", attempt["id"], item)
        if kind == "id_token":  # as id_token_hint it leads back to this attempt
            current_idp().store.put("id_token", value, {"attempt": attempt["id"]})
