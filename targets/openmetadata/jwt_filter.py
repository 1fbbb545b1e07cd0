"""What stands before the API: the bearer token's signature and expiry are checked, and nothing else of it.

Neither iss nor aud nor nonce is looked at, and a token without exp does not expire (docs/targets/openmetadata.md).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from targets.openmetadata.decoding import MalformedToken, decoded, parsed_object
from targets.openmetadata.http import Http

UNKNOWN_KEY = "Token signing key not found in configured public keys"
KEPT = 10
KEPT_FOR = 24 * 3600.0  # seconds


class Refused(Exception):
    """The request gets this message, with `status`."""

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.status = status


class JwtFilter:
    """Keys are looked for by kid at each URL, at once when a kid is new, and kept for a day."""

    def __init__(self, public_key_urls: Sequence[str], http: Http, status_without_kid: int = 401) -> None:
        self._urls, self._http, self._without_kid = public_key_urls, http, status_without_kid
        self._kept: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()

    def claims(self, authorization: str | None) -> dict[str, Any]:
        """The claims of the bearer token. Raises Refused."""
        if not authorization or not authorization.startswith("Bearer ") or not authorization[7:]:
            raise Refused("Not Authorized! Token not present")
        try:
            header, claims, signed, signature = decoded(authorization[7:])
        except MalformedToken as error:
            raise Refused("Invalid token.") from error
        if "exp" in claims and claims["exp"] < time.time():
            raise Refused("Expired token!")
        key = self._key(header.get("kid"))
        try:
            # RS256 is a setting: the header's alg has no say in it.
            key.verify(signature, signed, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            message = "Invalid token. Token verification failed. Public key mismatch."
            raise Refused(message) from error
        return claims

    def _key(self, kid: Any) -> RSAPublicKey:
        if not isinstance(kid, str):
            raise Refused(UNKNOWN_KEY, self._without_kid)
        until, jwk = self._kept.get(kid, (0.0, {}))
        if until < time.monotonic():
            jwk = self._found(kid)
            self._kept[kid] = time.monotonic() + KEPT_FOR, jwk
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        try:
            key = RSAKey.import_key(jwk).public_key
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Refused(UNKNOWN_KEY) from error
        return key

    def _found(self, kid: str) -> dict[str, Any]:
        for url in self._urls:
            for jwk in self._fetched(url):
                if isinstance(jwk, dict) and jwk.get("kid") == kid:
                    return jwk
        raise Refused(UNKNOWN_KEY)

    def _fetched(self, url: str) -> list[Any]:
        try:
            response = self._http.get(url)
            keys = parsed_object(response.content).get("keys")
        except (requests.RequestException, MalformedToken) as error:
            raise Refused(UNKNOWN_KEY) from error
        return keys if isinstance(keys, list) else []
