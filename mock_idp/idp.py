"""The identity provider's state and lookups, shared by all endpoints."""

from __future__ import annotations

import dataclasses
import json
import threading
from pathlib import Path
from typing import Any

from mock_idp.attempts.registry import Attempts
from mock_idp.clock import Clock, SystemClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.org.file import app_of
from mock_idp.org.model import (
    ORG_SERVER,
    App,
    AuthorizationServer,
    Org,
    OrgError,
    User,
    app_from,
    default_org,
    user_from,
)
from mock_idp.state import StateDirectory
from mock_idp.store import Document, MemoryStore, Store

CLIENTS_FILE = "clients.json"


class Idp:
    """One mock Okta org.

    `public_url` is the org URL without a trailing slash (`https://dev-123.okta.com` at Okta). With a state
    directory, keys and clients are the same after a restart; StateError when it cannot be used.
    """

    def __init__(
        self,
        public_url: str,
        org: Org | None = None,
        *,
        store: Store | None = None,
        clock: Clock | None = None,
        state_directory: Path | None = None,
    ) -> None:
        self.public_url = public_url.rstrip("/")
        self.org = org or default_org()
        self.store: Store = store or MemoryStore()
        self.clock: Clock = clock or SystemClock()
        self.state = StateDirectory(state_directory) if state_directory else None
        self.keys = KeyRing(self.state)
        self.attempts = Attempts(self.store, self.clock)
        self._registering = threading.RLock()
        self._unwritten: dict[str, App] | None = None
        for app in (*self._persisted_clients(), *self.org.apps):
            self.store.put("app", app.client_id, dataclasses.asdict(app))
        for user in self.org.users:
            self.store.put("user", user.id, dataclasses.asdict(user))

    # ---- authorization servers ----------------------------------------------------------------------------

    def server(self, server_id: str) -> AuthorizationServer | None:
        if server_id == ORG_SERVER:
            return AuthorizationServer(ORG_SERVER, audiences=(self.public_url,))
        return next((s for s in self.org.authorization_servers if s.id == server_id), None)

    def issuer(self, server: AuthorizationServer) -> str:
        return self.public_url if server.is_org else f"{self.public_url}/oauth2/{server.id}"

    def endpoint(self, server: AuthorizationServer, name: str) -> str:
        path = "/oauth2" if server.is_org else f"/oauth2/{server.id}"
        return f"{self.public_url}{path}/v1/{name}"

    def strictness(self, attempt: Document | None, server: AuthorizationServer) -> str:
        """`okta` or `core`: the attempt's own, else the server's, else the org's."""
        return (attempt or {}).get("strictness") or server.strictness or self.org.settings.strictness

    # ---- clients ------------------------------------------------------------------------------------------

    def app(self, client_id: str | None) -> App | None:
        """The active app with this client_id."""
        found = self.store.get("app", client_id) if client_id else None
        app = app_from(found) if found else None
        return app if app and app.status == "ACTIVE" else None

    def register(self, settings: dict[str, Any], *, where: str = "client") -> App:
        """Create or replace an app; raises OrgError for settings that are not understood."""
        app = app_of(settings, where)
        with self._registering:
            self.store.put("app", app.client_id, dataclasses.asdict(app))
            self._persist(app)
        return app

    def adopt(self, client_id: str, redirect_uri: str) -> App | None:
        """Learn a client from its first authorization request; None when adoption is off or it cannot be one."""
        if not self.org.settings.adopt_clients:
            return None
        wanted = {
            "client_id": client_id,
            "redirect_uris": [redirect_uri],
            "response_types": ["code", "id_token", "token"],
            "grant_types": ["authorization_code", "refresh_token", "implicit"],
            "token_endpoint_auth_method": "none",
            "adopted": True,
        }
        with self._registering:
            if self.store.get("app", client_id):
                return self.app(client_id)  # another request was first, or the app is inactive
            try:
                return self.register(wanted)
            except OrgError:
                return None

    def adopt_credentials(self, app: App, method: str, secret: str) -> App:
        """An adopted client's first token request says how it authenticates and with which secret."""
        known = dataclasses.replace(app, token_endpoint_auth_method=method, client_secret=secret, adopted=False)
        return self.register(dataclasses.asdict(known))

    def persist_clients(self, wanted: bool) -> None:
        """Whether clients outlive this process, from now on; True also writes those that were not written so far.

        A program that tries settings that may be wrong says False until it knows that they are right.
        """
        with self._registering:
            unwritten = self._unwritten or {}
            self._unwritten = None if wanted else unwritten
            for app in unwritten.values() if wanted else ():
                self._persist(app)

    def _persisted_clients(self) -> list[App]:
        if not self.state:
            return []
        try:
            return [app_from(entry) for entry in self.state.read_json(CLIENTS_FILE, list)]
        except (TypeError, AttributeError):
            raise self.state.damaged(CLIENTS_FILE) from None

    def _persist(self, app: App) -> None:
        """Add one app to the file: another mock with the same directory may have put its own there."""
        if self._unwritten is not None:
            self._unwritten[app.client_id] = app
            return
        if not self.state:
            return
        with self.state.locked():
            known = {entry["client_id"]: entry for entry in self.state.read_json(CLIENTS_FILE, list)}
            known[app.client_id] = dataclasses.asdict(app)
            self.state.write(CLIENTS_FILE, json.dumps(list(known.values()), indent=1))

    # ---- people -------------------------------------------------------------------------------------------

    def user(self, user_id: str) -> User | None:
        found = self.store.get("user", user_id)
        return user_from(found) if found else None

    def user_by_login(self, login: str) -> User | None:
        for key in self.store.keys("user"):
            found = self.store.get("user", key)
            if found and login.lower() in (found["login"].lower(), found["email"].lower()):
                return user_from(found)
        return None
