"""How it talks to the IdP: settings, documents and keys."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import Any

import requests
from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header

from targets.reference.strict import parse_object

SECONDS = 10  # for one answer
KEEP = 600  # seconds for keys whose answer does not say
PAUSE = 10  # seconds between two fetches of keys because of an unknown kid
Json = dict[str, Any]


class Refused(Exception):
    """The login ends here; the message goes to the user and to stderr."""


@dataclass(frozen=True)
class Config:
    """`base_url` without a slash at its end; `ca_file`: the only authority to trust, empty for the usual ones."""

    issuer: str
    client_id: str
    client_secret: str
    base_url: str
    port: int
    ca_file: str

    @classmethod
    def from_environment(cls) -> Config:
        """Reads ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, PORT and CA_FILE. Exits when one is missing."""
        needed = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "PORT")
        if missing := [name for name in needed if not os.environ.get(name)]:
            sys.exit(f"handmade: set {', '.join(missing)} in the environment")
        issuer, client_id, secret, base_url, port = (os.environ[name] for name in needed)
        return cls(issuer, client_id, secret, base_url.rstrip("/"), int(port), os.environ.get("CA_FILE", ""))


class Idp:
    """The issuer as seen from here. The discovery document is kept; keys are, for as long as their answer allows."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._kept: dict[str, Json] = {}
        self._keys_until = self._keys_again = 0.0

    def call(self, what: str, method: str, url: str, **request: Any) -> requests.Response:
        """The answer, whatever its status. Redirects are not followed."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.verify = self.config.ca_file or True
                return session.request(method, url, timeout=SECONDS, allow_redirects=False, **request)
        except requests.RequestException as error:
            raise Refused(f"{what}: no answer ({type(error).__name__})") from error

    def document(self, what: str, url: str, **request: Any) -> Json:
        """A JSON object that came with status 200."""
        return self.read(what, self.call(what, "GET", url, **request))

    def read(self, what: str, answer: requests.Response) -> Json:
        try:
            if answer.status_code == 200:
                return parse_object(answer.content)
        except ValueError as error:
            raise Refused(f"{what}: {error}") from error
        raise Refused(f"{what}: HTTP {answer.status_code}")

    def discovery(self) -> Json:
        """OIDC Discovery 4.3: only the issuer that was asked for may answer."""
        if "discovery" not in self._kept:
            well_known = f"{self.config.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = self.document("discovery", well_known)
            if found.get("issuer") != self.config.issuer:
                raise Refused("discovery: it is another issuer's")
            schemes = ("https://",) if self.config.issuer.startswith("https://") else ("https://", "http://")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not str(found.get(name, "")).startswith(schemes):
                    raise Refused(f"discovery: {name} is no URL, or has no TLS")
            self._kept["discovery"] = found
        return self._kept["discovery"]

    def keys(self, *, fresh: bool = False) -> list[Json]:
        """The published JWKs; `fresh`: fetched now, but not for everybody who asks within PAUSE."""
        now = time.monotonic()
        again = fresh and now >= self._keys_again
        if again:
            self._keys_again = now + PAUSE
        if again or now >= self._keys_until:
            answer = self.call("key set", "GET", self.discovery()["jwks_uri"])
            self._kept["keys"] = self.read("key set", answer)
            kept = parse_cache_control_header(answer.headers.get("Cache-Control"), cls=ResponseCacheControl)
            self._keys_until = now + (KEEP if kept.max_age is None else kept.max_age)
        published = self._kept["keys"].get("keys")
        return [key for key in published if isinstance(key, dict)] if isinstance(published, list) else []
