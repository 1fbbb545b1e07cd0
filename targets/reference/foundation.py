"""What every part of the relying party stands on: settings, clock, metadata and keys of the issuer."""

from __future__ import annotations

import re
import time
from typing import Any

import requests
from joserfc.jwk import Key

from targets.reference.idp_client import TIMEOUT, IdpClient, http_session
from targets.reference.rejection import Rejected, shown
from targets.reference.settings import ENDPOINTS, Settings
from targets.reference.strict import parse_object

Claims = dict[str, Any]


class Foundation:
    """Caches discovery for the life of the process, and the JWKS for as long as its answer says.

    An unknown kid has the JWKS fetched again, but not for every token: who sends many such tokens shall not make us
    send as many requests.
    """

    leeway = 60
    """Seconds by which the IdP's clock may differ from ours."""
    refetch_pause = 30
    """Seconds between two fetches of the JWKS for the sake of an unknown kid."""

    siblings: tuple[Foundation, ...] = ()
    """The relying parties of all the app's IdPs, this one too."""

    def __init__(self, settings: Settings, client: IdpClient) -> None:
        self.settings, self.client = settings, client
        self.http = http_session(settings)
        self._published: list[dict[str, Any]] | None = None
        self._published_until = self._refetch_from = 0.0
        self.used: dict[str, float] = {}
        """ID Tokens that nobody asked for and that have signed in, by jti, and until when they could do so again."""

    @property
    def registered_algorithm(self) -> str:
        """What the issuer signs our ID Tokens with (OIDC Registration 2)."""
        return self.settings.id_token_signed_response_alg

    def own_keys(self) -> list[Key]:
        """Our key pairs; their public halves are the JWK Set that the IdP fetches from us."""
        return []

    def now(self) -> float:
        return time.time()

    def parse_json(self, data: bytes) -> dict[str, Any]:
        """Raises ValueError."""
        return parse_object(data)

    def metadata(self) -> dict[str, Any]:
        """The issuer's discovery document (OIDC Discovery 4.3), or what the settings have in its place."""
        if self.settings.endpoints:
            return {"issuer": self.settings.issuer, **self.settings.endpoints}
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
        if not self.same_issuer(metadata.get("issuer"), self.settings.issuer):
            raise Rejected("Discovery", f"issuer is {shown(metadata.get('issuer'))}, not {self.settings.issuer}")
        for name in ENDPOINTS:
            if not str(metadata.get(name)).startswith(("http://", "https://")):
                raise Rejected("Discovery", f"{name} is {shown(metadata.get(name))}")
            self.check_transport(name, metadata[name])

    def check_transport(self, name: str, url: str) -> None:
        """An issuer with TLS has no endpoint without (OIDC Discovery 3, OIDC Core 3.1.3)."""
        if self.settings.issuer.startswith("https://") and not url.startswith("https://"):
            raise Rejected("Discovery", f"{name} has no TLS: {shown(url)}")

    def same_issuer(self, given: Any, expected: str) -> bool:
        """Issuers are compared to the letter (OIDC Discovery 4.3, OIDC Core 3.1.3.7 item 2)."""
        return bool(given == expected)

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        """The JWKs of the issuer; `again` bypasses the cache. The token's header has no say in it."""
        del header
        again = again and self.may_refetch()
        if self._published is None or again or self.now() >= self._published_until:
            self._published = self.fetch_keys(self.metadata()["jwks_uri"])
        return self._published

    def may_refetch(self) -> bool:
        """Whether it is time to ask for the JWKS once more because of a kid that nobody knows."""
        if self.now() < self._refetch_from:
            return False
        self._refetch_from = self.now() + self.refetch_pause
        return True

    def fetch_keys(self, url: str) -> list[dict[str, Any]]:
        response = self.fetch("JWKS", url)
        if response.status_code != 200:
            raise Rejected("JWKS", f"HTTP {response.status_code}")
        self._published_until = self.now() + self.max_age(response)
        try:
            keys = self.parse_json(response.content)["keys"]
            return [key for key in keys if isinstance(key, dict)]
        except (ValueError, KeyError, TypeError) as error:
            raise Rejected("JWKS", f"HTTP {response.status_code} is not a JWK Set: {error}") from error

    def max_age(self, response: requests.Response) -> float:
        """Seconds for which the answer may be used (RFC 9111 5.2.2.1); an hour where it does not say."""
        found = re.search(r"(?:^|[ ,])max-age=(\d{1,9})", response.headers.get("Cache-Control", ""))
        return float(found[1]) if found else 3600.0

    def fetch(self, what: str, url: str, method: str = "GET", **request: Any) -> requests.Response:
        """Without following redirects; Rejected when there is no answer."""
        try:
            return self.http.request(method, url, timeout=TIMEOUT, allow_redirects=False, **request)
        except requests.RequestException as error:
            raise Rejected(what, f"it cannot be fetched ({type(error).__name__})") from error
