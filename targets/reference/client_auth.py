"""How the relying party says who it is at the token endpoint: exactly the registered method, and nothing else.

Sources: RFC 6749 2.3 and 2.3.1, OIDC Core 9, RFC 7523 3.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import quote_plus

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey

from targets.reference.foundation import Foundation

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME = 60
"""Seconds: enough for the way to the IdP, and for clocks that differ a little."""


class ClientAuthentication(Foundation):
    def credentials(self, endpoint: str) -> tuple[dict[str, str], dict[str, str]]:
        """Parameters and headers that authenticate a request to this endpoint of the IdP."""
        client_id = self.settings.client_id
        match self.settings.token_endpoint_auth_method:
            case "none":
                return {"client_id": client_id}, {}
            case "client_secret_post":
                return {"client_id": client_id, "client_secret": self.settings.client_secret}, {}
            case "client_secret_jwt" | "private_key_jwt":
                assertion = self.client_assertion(endpoint)
                return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}, {}
        pair = ":".join(map(self.form_encoded, (client_id, self.settings.client_secret)))
        return {}, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def form_encoded(self, value: str) -> str:
        """RFC 6749 2.3.1 and its appendix B; without it a colon in the id would end it."""
        return quote_plus(value)

    def client_assertion(self, endpoint: str) -> str:
        """A JWT that works once, for a short time, at this endpoint."""
        header, key = {"alg": "HS256"}, self.assertion_key()
        if isinstance(key, ECKey):
            header = {"alg": "ES256", "kid": str(key.kid)}
        return jwt.encode(header, self.assertion_claims(endpoint), key)

    def assertion_claims(self, endpoint: str) -> dict[str, Any]:
        client_id, now = self.settings.client_id, int(self.now())
        return {
            "iss": client_id,
            "sub": client_id,
            "aud": self.assertion_audience(endpoint),
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + ASSERTION_LIFETIME,
        }

    def assertion_audience(self, endpoint: str) -> str:
        """Okta wants the endpoint that is called, which no other IdP can have."""
        return endpoint

    def assertion_key(self) -> Key:
        """The client secret, or a private key that every instance of this deployment makes from it."""
        secret = self.settings.client_secret.encode()
        if self.settings.token_endpoint_auth_method == "client_secret_jwt":
            return OctKey.import_key(secret)
        seed = int.from_bytes(hashlib.sha256(secret).digest())
        key = ECKey.import_key(ec.derive_private_key(seed >> 1, ec.SECP256R1()), {"use": "sig"})
        key.ensure_kid()
        return key

    def own_keys(self) -> list[Key]:
        signs = self.settings.token_endpoint_auth_method == "private_key_jwt"
        return [*super().own_keys(), *([self.assertion_key()] if signs else [])]
