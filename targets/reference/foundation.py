"""What every part of the relying party stands on: settings, clock, metadata and keys of the issuer."""

from __future__ import annotations

import time
from typing import Any

import requests

from targets.reference.idp_client import TIMEOUT, IdpClient, http_session
from targets.reference.rejection import Rejected, shown
from targets.reference.settings import Settings
from targets.reference.strict import parse_object

Claims = dict[str, Any]
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Foundation:
    """Caches discovery and JWKS for the life of the process; the JWKS is fetched again for an unknown kid."""

    registered_algorithm = "RS256"
    leeway = 60
    """Seconds by which the IdP's clock may differ from ours."""

    def __init__(self, settings: Settings, client: IdpClient) -> None:
        self.settings, self.client = settings, client
        self.http = http_session(settings)
        self._published: list[dict[str, Any]] | None = None

    def now(self) -> float:
        return time.time()

    def parse_json(self, data: bytes) -> dict[str, Any]:
        """Raises ValueError."""
        return parse_object(data)

    def metadata(self) -> dict[str, Any]:
        """The issuer's discovery document (OIDC Discovery 4.3)."""
        try:
            metadata: dict[str, Any] = self.client.load_server_metadata()
        except (requests.RequestException, ValueError, TypeError) as error:
            raise Rejected("Discovery", f"it cannot be read ({type(error).__name__})") from error
        try:
            self.check_metadata(metadata)
        except Rejected:
            metadata.clear()  # so that it is fetched again once the IdP is mended
            raise
        return metadata

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        if metadata.get("issuer") != self.settings.issuer:
            raise Rejected("Discovery", f"issuer is {shown(metadata.get('issuer'))}, not {self.settings.issuer}")
        for name in NEEDED:
            if not str(metadata.get(name)).startswith(("http://", "https://")):
                raise Rejected("Discovery", f"{name} is {shown(metadata.get(name))}")

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        """The JWKs of the issuer; `again` bypasses the cache. The token's header has no say in it."""
        del header
        if self._published is None or again:
            self._published = self.fetch_keys(self.metadata()["jwks_uri"])
        return self._published

    def fetch_keys(self, url: str) -> list[dict[str, Any]]:
        response = self.fetch("JWKS", url)
        try:
            keys = self.parse_json(response.content)["keys"]
            return [key for key in keys if isinstance(key, dict)]
        except (ValueError, KeyError, TypeError) as error:
            raise Rejected("JWKS", f"HTTP {response.status_code} is not a JWK Set: {error}") from error

    def fetch(self, what: str, url: str, method: str = "GET", **request: Any) -> requests.Response:
        """Without following redirects; Rejected when there is no answer."""
        try:
            return self.http.request(method, url, timeout=TIMEOUT, allow_redirects=False, **request)
        except requests.RequestException as error:
            raise Rejected(what, f"it cannot be fetched ({type(error).__name__})") from error
