"""What the doctor looks at: settings as the Management API's JSON, one login as it was seen, the application, a guide.

Everything is plain data; nothing here asks anybody for more.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from mock_idp.doctor.login import Login

Document = Mapping[str, Any]
ALL_CLIENTS, EVERYBODY, ANY_SCOPE = "ALL_CLIENTS", "EVERYONE", "*"


@dataclass(frozen=True)
class Settings:
    """One app and what surrounds it, as the Management API shows them (okta.md 5.2 and 6.2).

    `app` is None where the org has no app with this client_id. `users` and `groups` are its assignments, `secrets` its
    client secrets (with their values). `servers` are the custom authorization servers, each with its `scopes`,
    `claims` and `policies`, each of these with its `rules`. `org_scopes` are the names that the org server knows.
    `admin_host` is the admin console's host; URLs have no trailing slash. `learned`: nobody has set the app up, its
    first request has made it known.
    """

    org_url: str
    client_id: str
    app: Document | None = None
    users: Sequence[Document] = ()
    groups: Sequence[Document] = ()
    secrets: Sequence[Document] = ()
    servers: Sequence[Document] = ()
    org_scopes: Sequence[str] = ()
    trusted_origins: Sequence[Document] = ()
    custom_url: str = ""
    admin_host: str = ""
    learned: bool = False

    @property
    def client(self) -> Document:
        """`settings.oauthClient`; empty without an app."""
        found: Document = (self.app or {}).get("settings", {}).get("oauthClient", {})
        return found

    @property
    def credentials(self) -> Document:
        """`credentials.oauthClient`; empty without an app."""
        found: Document = (self.app or {}).get("credentials", {}).get("oauthClient", {})
        return found

    @property
    def label(self) -> str:
        return str((self.app or {}).get("label") or self.client_id or "the app")

    @property
    def launch_mode(self) -> str:
        """`idp_initiated_login.mode`: DISABLED, SPEC or OKTA."""
        return str(self.client.get("idp_initiated_login", {}).get("mode", "DISABLED"))

    def uris(self, name: str = "redirect_uris") -> list[str]:
        return list(self.client.get(name) or ())

    def has_grant(self, name: str) -> bool:
        return name in self.client.get("grant_types", ())


@dataclass(frozen=True)
class RelyingParty:
    """What is known of the application itself.

    `issuer` is what somebody typed into it, to the letter, where that can be known. `base_url`: where people open it.
    `renews`: it was made to use its refresh token. `signed_in`: whether a page showed the user after the login, None
    when nobody looked; `page` is where that login ended. `strict_cookies`: names of its cookies with SameSite=Strict.
    """

    base_url: str = ""
    issuer: str = ""
    renews: bool = False
    signed_in: bool | None = None
    page: str = ""
    strict_cookies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing that a guide tells people to set.

    `where` and `label` are the console's path and control, `field` the place in `Facts.documents`, `expected` what has
    to be there and `match` how: `all` of it, `any` of it, `only` that and nothing else, `some`thing at all, or `none`
    of it. `needed`: `yes`, `no` (a choice), or `unneeded`, and `why` that is.
    """

    id: str
    where: str
    label: str
    field: str
    expected: tuple[str, ...] = ()
    match: str = "all"
    needed: str = "yes"
    why: str = ""


@dataclass(frozen=True)
class Guide:
    """A vendor's page on how to connect Okta: its steps in the page's order."""

    name: str
    source: str = ""
    steps: tuple[Step, ...] = ()

    @classmethod
    def from_json(cls, document: Document) -> Guide:
        """From the members as a target file has them."""
        steps = tuple(Step(**{**step, "expected": tuple(step.get("expected", ()))}) for step in document["steps"])
        return cls(document["name"], document.get("source", ""), steps)


@dataclass(frozen=True)
class Facts:
    """All that the rules may use. `login` is empty where none was observed."""

    settings: Settings
    login: Login = field(default_factory=Login)
    party: RelyingParty = RelyingParty()
    guide: Guide | None = None

    @property
    def issuer(self) -> str:
        """The issuer that the application uses: as it was typed, else as its requests tell; empty when unknown."""
        return self.party.issuer or self.login.issuer

    @property
    def server_id(self) -> str:
        """The authorization server that is used: `org`, a custom one's id, or empty when nobody knows."""
        path = urlsplit(self.login.issuer or self.party.issuer.strip()).path.strip("/")
        if not self.issuer:
            return ""
        return path.split("/")[1] if path.startswith("oauth2/") and path.count("/") else "org"

    @property
    def server(self) -> Document | None:
        """The custom authorization server that is used, if it is one that there is."""
        return next((server for server in self.settings.servers if server["id"] == self.server_id), None)

    @property
    def scopes(self) -> list[str]:
        """What the application's authorization request asked for."""
        return self.login.asked.get("scope", "").split()

    @property
    def response_types(self) -> list[str]:
        """What it asked for; `code` where no login was seen, because all but a few do."""
        return self.login.asked.get("response_type", "code").split()

    @property
    def origin(self) -> str:
        """The application's own origin, where it is known."""
        parts = urlsplit(self.party.base_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def documents(self) -> dict[str, Any]:
        """What a guide's `field` leads into, by its first name."""
        return {
            "app": self.settings.app or {},
            "assignments": [entry["id"] for entry in (*self.settings.users, *self.settings.groups)]
            + (["everyone"] if (self.settings.app or {}).get("settings", {}).get("implicitAssignment") else []),
            "authorizationServer": self.server or {},
            "trustedOrigins": list(self.settings.trusted_origins),
            "rp": {
                "issuer": self.issuer,
                "server": self.server_id,
                "client_id": self.login.asked.get("client_id", ""),
                "client_secret": self.login.credentials,
            },
            "login": {
                "idToken": sorted(self.login.claims("id_token")),
                "userinfo": sorted(self.login.claims("userinfo")),
            },
        }

    def placeholders(self) -> dict[str, str]:
        """What the strings of a guide may name; `redirect_uri` is what the application sends, once a login was seen."""
        sent = self.login.asked.get("redirect_uri", "")
        return {
            "base_url": self.party.base_url.rstrip("/"),
            "client_id": self.settings.client_id,
            "idp_origin": self.settings.org_url,
            "label": self.settings.label,
            "server": str((self.server or {}).get("name") or self.server_id or "the authorization server"),
            **({"redirect_uri": sent} if sent else {}),
        }


def settings_from(document: Document) -> Settings:
    """From `dataclasses.asdict(settings)`, as it travels in JSON; members that are not known are an error."""
    return Settings(**document)


def to_json(settings: Settings) -> dict[str, Any]:
    return dataclasses.asdict(settings)
