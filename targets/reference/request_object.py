"""Authorization requests that are signed, or sent by another way than through the browser.

Sources: OIDC Core 6.1 and RFC 9101 4, 5 and 10 (request objects), RFC 9126 2 and 4 (pushed requests).
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

import requests
from joserfc import jwt
from joserfc.jwk import Key, OctKey, RSAKey

from targets.reference.callback import Callbacks
from targets.reference.client_auth import ClientAuthentication
from targets.reference.idp_client import TIMEOUT, IdpClient
from targets.reference.rejection import Rejected, shown
from targets.reference.settings import Settings

LIFETIME = 300
"""Seconds for which a signed request is good."""


class RequestObjects(Callbacks, ClientAuthentication):
    def __init__(self, settings: Settings, client: IdpClient) -> None:
        super().__init__(settings, client)
        self._own_key: Key | None = None
        if settings.request_object_signing_alg == "RS256":
            self._own_key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig"}, private=True)

    def own_keys(self) -> list[Key]:
        return [*super().own_keys(), *([self._own_key] if self._own_key else [])]

    def outside(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """What OIDC Core 6.1 wants beside the request object, and what an IdP needs that cannot read it."""
        return {name: parameters[name] for name in ("response_type", "scope", "redirect_uri", "state")}

    def request_object(self, parameters: dict[str, Any]) -> str:
        """The signed JWT that says all of the request."""
        algorithm = self.settings.request_object_signing_alg
        key = self._own_key or OctKey.import_key(self.settings.client_secret)
        header = {"alg": algorithm, "typ": "oauth-authz-req+jwt", **({"kid": key.kid} if self._own_key else {})}
        return jwt.encode(header, self.request_claims(parameters), key, algorithms=[algorithm])

    def request_claims(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """For this issuer alone, for a short time, once; without sub, so that it is no client assertion."""
        now, client_id = int(self.now()), self.settings.client_id
        registered = {"iss": client_id, "aud": self.settings.issuer, "iat": now, "exp": now + LIFETIME}
        sent = {name: value for name, value in parameters.items() if value is not None}
        return {**registered, "jti": secrets.token_urlsafe(16), "client_id": client_id, **sent}

    def pushed(self, endpoint: str, parameters: dict[str, Any]) -> str:
        """The URL of a request that the IdP has got from us directly."""
        what, client_id = "Pushed authorization response", self.settings.client_id
        url = str(self.metadata().get("pushed_authorization_request_endpoint"))
        fields, headers = self.credentials(url)
        given = {name: value for name, value in parameters.items() if value is not None}
        sent = {"client_id": client_id, **given, **fields}
        try:
            response = self.http.post(url, data=sent, headers=headers, timeout=TIMEOUT, allow_redirects=False)
            request_uri = self.parse_json(response.content)["request_uri"]
        except (requests.RequestException, ValueError, KeyError) as error:
            raise Rejected(what, f"it has no request_uri ({shown(str(error))})") from error
        return f"{endpoint}?{urlencode({'client_id': client_id, 'request_uri': request_uri})}"
