"""The identity provider's state and lookups, shared by all endpoints."""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mock_idp.attempts.issuers import OwnIssuers
from mock_idp.attempts.registry import Attempts
from mock_idp.attempts.request import user_of_identity
from mock_idp.clock import Clock, SystemClock
from mock_idp.crypto.keys import USUAL, Key, KeyRing, purpose_of
from mock_idp.crypto.rotation import SigningKeys
from mock_idp.doctor.facts import Guide
from mock_idp.org.authorization_server import SYSTEM_SCOPES, Scope
from mock_idp.org.live import LiveOrg
from mock_idp.org.model import ORG_SERVER, App, AuthorizationServer, Org, User, default_org
from mock_idp.state import StateDirectory
from mock_idp.store import Document, MemoryStore, Store

API_TOKEN_FILE = "api_token.json"


class Idp:
    """One mock Okta org.

    `public_url` is the org URL without a trailing slash (`https://dev-123.okta.com` at Okta). With a state
    directory, keys, API token and what was changed in the org are the same after a restart; StateError when it
    cannot be used. `api_token` is what the Management API accepts as SSWS token; without one it is random.
    """

    def __init__(
        self,
        public_url: str,
        org: Org | None = None,
        *,
        store: Store | None = None,
        clock: Clock | None = None,
        state_directory: Path | None = None,
        api_token: str | None = None,
    ) -> None:
        self.public_url = public_url.rstrip("/")
        self.store: Store = store or MemoryStore()
        self.clock: Clock = clock or SystemClock()
        self.state = StateDirectory(state_directory) if state_directory else None
        self.org = LiveOrg(org or default_org(), self.store, self.state, self.clock)
        self.keys = KeyRing(self.state)
        self.attempts = Attempts(self.store, self.clock, OwnIssuers(self.store, self.org))
        self.untrusted_urls: dict[str, str] = {}  # the same behind bad certificates, where there is TLS
        self.plain_url = ""  # the same without TLS, where there is TLS
        self.guides: dict[str, Guide] = {}  # vendors' guides that the console's doctor can compare with, by name
        self.outgoing: Any = None  # an httpx transport instead of the network, for tests
        self.api_token = api_token or _api_token(self.state)
        scopes = tuple(Scope(name, metadata_publish="ALL_CLIENTS", system=True) for name in (*SYSTEM_SCOPES, "groups"))
        self._org_server = AuthorizationServer(ORG_SERVER, self.org.name, audiences=(self.public_url,), scopes=scopes)

    @property
    def keys(self) -> SigningKeys:
        return self._keys

    @keys.setter
    def keys(self, ring: KeyRing) -> None:
        """Other key material; when it rotates stays the business of this org."""
        self._keys = SigningKeys(ring, self.store, self.clock, self.state, self._rotates)

    def _rotates(self, server_id: str) -> bool:
        """Whether a server rotates its keys by itself; the org server always does (okta.md 8)."""
        server = self.server(server_id)
        return server is None or server.is_org or server.rotation_mode == "AUTO"

    # ---- authorization servers ----------------------------------------------------------------------------

    def server(self, server_id: str) -> AuthorizationServer | None:
        """The org server (`org`), the custom one with this id, in whatever status, or one that an attempt has."""
        if server_id == ORG_SERVER:
            return self._org_server
        return self.org.servers.get(server_id) or self.attempts.issuers.server(server_id, self._org_server)

    def issuer(self, server: AuthorizationServer, app: App | None = None, base_url: str = "") -> str:
        """The issuer identifier. `base_url` (see `base_url_of`) is where the request came in.

        The issuer mode decides, a custom server's own or, at the org server, the app's: the org URL, the custom URL
        where there is one, or (DYNAMIC) that of the request.
        """
        settings = self.org.settings
        mode = server.issuer_mode if not server.is_org else app.issuer_mode if app else "DYNAMIC"
        chosen = {"CUSTOM_URL": settings.custom_url.rstrip("/"), "DYNAMIC": base_url}.get(mode, "")
        base = chosen or self.public_url
        return base if server.is_org else f"{base}/oauth2/{server.id}"

    def issuers(self, server: AuthorizationServer) -> list[str]:
        """Every name that this server may go by: an `iss` that it accepts as its own."""
        paths = "" if server.is_org else f"/oauth2/{server.id}"
        return [f"{base}{paths}" for base in self.base_urls()]

    def base_urls(self) -> list[str]:
        """The org URL and, where there is one, the custom URL."""
        return [base for base in (self.public_url, self.org.settings.custom_url.rstrip("/")) if base]

    def base_url_of(self, host: str) -> str:
        """The org URL or the custom URL, whichever a `Host` header names; the org URL for any other host."""
        custom = self.org.settings.custom_url.rstrip("/")
        return custom if custom and host.lower() == custom.split("://")[-1].lower() else self.public_url

    def endpoint(self, server: AuthorizationServer, name: str, base_url: str = "") -> str:
        path = "/oauth2" if server.is_org else f"/oauth2/{server.id}"
        return f"{base_url or self.public_url}{path}/v1/{name}"

    def pinned_key(self, server: AuthorizationServer, app: App | None) -> Key | None:
        """The key of the org server that an app without automatic key rotation stays with (okta.md 1.4)."""
        if app is None or app.auto_key_rotation or not app.signing_kid or not server.is_org:
            return None
        return self.keys.with_kid(server.id, app.signing_kid)

    def signing_key(self, server: AuthorizationServer, app: App | None) -> Key:
        """What signs the ID Tokens of this app: Okta's key, unless the app is registered for another algorithm."""
        alg = app.id_token_signed_response_alg if app else USUAL
        if app and alg.startswith("HS"):
            return Key.of_secret(app.client_secret.encode(), alg)
        return (self.pinned_key(server, app) if alg == USUAL else None) or self.keys.key(server.id, purpose_of(alg))

    def signing_algorithms(self) -> list[str]:
        """RS256, and what else an app is registered for."""
        wanted = {app.id_token_signed_response_alg for app in self.org.apps.all()}
        return [USUAL, *sorted(wanted - {USUAL})]

    def strictness(self, attempt: Document | None, server: AuthorizationServer) -> str:
        """`okta` or `core`: the attempt's own, else the server's, else the org's."""
        return (attempt or {}).get("strictness") or server.strictness or self.org.settings.strictness

    # ---- clients ------------------------------------------------------------------------------------------

    def app(
        self,
        client_id: str | None,
        at: AuthorizationServer | None = None,
        settings: Callable[[App], App] = lambda app: app,
    ) -> App | None:
        """The active app with this client_id; `at` an issuer of an attempt's own its keys may be elsewhere.

        `settings` puts those of an attempt over its own.
        """
        app = self.org.apps.get(client_id)
        app = settings(app) if app else None
        if app is None or app.status != "ACTIVE":
            return None
        elsewhere = self.attempts.issuers.jwks_uri(at.id, app.client_id) if at else ""
        return dataclasses.replace(app, jwks_uri=elsewhere) if elsewhere else app

    def persist_clients(self, wanted: bool) -> None:
        """Whether changes of the org outlive this process, from now on; True also writes those made so far.

        A program that tries settings that may be wrong says False until it knows that they are right.
        """
        self.org.journal.keep(wanted)

    # ---- people -------------------------------------------------------------------------------------------

    def user(self, user_id: str) -> User | None:
        return self.org.users.get(user_id)

    def user_by_login(self, login: str) -> User | None:
        return self.org.user_by_login(login)

    def person(self, grant: Document) -> User | None:
        """Whom a grant stands for: an attempt's person, or someone of the directory as they are now."""
        if grant.get("identity"):
            return user_of_identity(grant["identity"])
        return self.org.users.get(grant["user"])


def _api_token(state: StateDirectory | None) -> str:
    """The state directory's API token, or a new one (of Okta's shape: 42 characters that begin with 00)."""
    made = "00" + secrets.token_urlsafe(30)
    if state is None:
        return made
    with state.locked():  # another mock with the same directory may make one at the same time
        known: str = state.read_json(API_TOKEN_FILE, str)
        if not known:
            state.write(API_TOKEN_FILE, json.dumps(made))
        return known or made
