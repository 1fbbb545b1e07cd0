"""The identity provider's state and lookups, shared by all endpoints."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from mock_idp.attempts import Attempts
from mock_idp.clock import Clock, SystemClock
from mock_idp.keys import KeyRing, write_private
from mock_idp.org import (
    ORG_SERVER,
    App,
    AuthorizationServer,
    Org,
    OrgError,
    User,
    app_from,
    build,
    default_org,
    user_from,
)
from mock_idp.store import Document, MemoryStore, Store


class Idp:
    """One mock Okta org.

    `public_url` is the org URL without a trailing slash (`https://dev-123.okta.com` at Okta). With a state
    directory, keys and clients are the same after a restart.
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
        self.keys = KeyRing(state_directory)
        self.attempts = Attempts(self.store)
        self._clients_file = state_directory / "clients.json" if state_directory else None
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

    def strictness(self, attempt: Document | None) -> str:
        return (attempt or {}).get("strictness") or self.org.settings.strictness

    # ---- clients ------------------------------------------------------------------------------------------

    def app(self, client_id: str | None) -> App | None:
        """The active app with this client_id."""
        found = self.store.get("app", client_id) if client_id else None
        app = app_from(found) if found else None
        return app if app and app.status == "ACTIVE" else None

    def register(self, settings: dict[str, Any], *, source: str = "client") -> App:
        """Create or replace an app; raises OrgError for settings that are not understood."""
        app: App = build(App, settings, source)
        if app.token_endpoint_auth_method not in ("client_secret_basic", "client_secret_post", "none"):
            raise OrgError(
                f"{source}.token_endpoint_auth_method: expected client_secret_basic, client_secret_post or none"
            )
        self.store.put("app", app.client_id, dataclasses.asdict(app))
        self._persist_clients()
        return app

    def adopt(self, client_id: str, redirect_uri: str, response_type: str) -> App | None:
        """Learn a client from its first authorization request; None when adoption is off."""
        if not self.org.settings.adopt_clients or not redirect_uri:
            return None
        return self.register(
            {
                "client_id": client_id,
                "redirect_uris": [redirect_uri],
                "response_types": [response_type],
                "grant_types": ["authorization_code", "refresh_token", "implicit"],
                "token_endpoint_auth_method": "none",
                "adopted": True,
            }
        )

    def adopt_credentials(self, app: App, method: str, secret: str) -> App:
        """An adopted client's first token request says how it authenticates and with which secret."""
        adopted = dataclasses.replace(app, token_endpoint_auth_method=method, client_secret=secret, adopted=False)
        return self.register(dataclasses.asdict(adopted))

    def _persisted_clients(self) -> list[App]:
        if not self._clients_file or not self._clients_file.exists():
            return []
        return [app_from(entry) for entry in json.loads(self._clients_file.read_text())]

    def _persist_clients(self) -> None:
        if self._clients_file:
            apps = [self.store.get("app", key) for key in self.store.keys("app")]
            write_private(self._clients_file, json.dumps(apps, indent=1))

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

    def attempt_user(self, identity: dict[str, Any]) -> User:
        """The person of an attempt: `{"sub", "email", "name", …}` from the control API."""
        values = {
            "id": identity["sub"],
            "email": identity["email"],
            "login": identity.get("preferred_username", identity["email"]),
            "name": identity["name"],
            "given_name": identity.get("given_name", identity["name"].split(" ")[0]),
            "family_name": identity.get("family_name", identity["name"].split(" ")[-1]),
            "groups": list(identity.get("groups", ["Everyone"])),
            "claims": dict(identity.get("claims", {})),
        }
        user: User = build(User, values, "identity")
        return user
