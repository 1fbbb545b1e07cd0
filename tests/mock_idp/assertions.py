"""Client assertions as apps make them (RFC 7523), with any claim another one."""

from __future__ import annotations

import secrets
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from tests.mock_idp.okta import CALLBACK, Okta

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONG_SECRET = "a-secret-of-more-than-thirty-two-characters-for-all-hashes-even-for-sha-512"
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1"})
EC_KEYS = {
    "ES256": ECKey.generate_key("P-256", {"kid": "e1"}),
    "ES384": ECKey.generate_key("P-384", {"kid": "e2"}),
    "ES512": ECKey.generate_key("P-521", {"kid": "e3"}),
}
SHARED_KEY = OctKey.import_key(LONG_SECRET)
GRANTS = ["authorization_code", "client_credentials", "refresh_token"]


def public(*keys: RSAKey | ECKey) -> list[dict[str, Any]]:
    return [dict(key.as_dict(private=False)) for key in keys]


def register_key_app(okta: Okta, client_id: str = "keyed", **settings: Any) -> None:
    """An app with private_key_jwt."""
    members = {"jwks": public(KEY, *EC_KEYS.values()), "redirect_uris": [CALLBACK], "grant_types": GRANTS}
    okta.register(client_id, token_endpoint_auth_method="private_key_jwt", **members | settings)


def register_shared_app(okta: Okta, client_id: str = "shared", **settings: Any) -> None:
    """An app with client_secret_jwt."""
    members = {"client_secret": LONG_SECRET, "redirect_uris": [CALLBACK], "grant_types": GRANTS}
    okta.register(client_id, token_endpoint_auth_method="client_secret_jwt", **members | settings)


def assertion(
    okta: Okta,
    client_id: str = "keyed",
    *,
    key: Key = KEY,
    alg: str = "RS256",
    kid: str | None = None,
    endpoint: str = "token",
    server: str = "default",
    **claims: Any,
) -> str:
    """A signed assertion; a claim that is None is left out."""
    now = int(okta.clock.now())
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    honest = {
        "iss": client_id,
        "sub": client_id,
        "aud": okta.url(endpoint, server),
        "iat": now,
        "exp": now + 300,
        "jti": secrets.token_hex(8),
    }
    made = {name: value for name, value in (honest | claims).items() if value is not None}
    return jwt.encode(header, made, key, algorithms=[alg])


def form(signed: str) -> dict[str, str]:
    return {"client_assertion_type": TYPE, "client_assertion": signed}
