"""The users of Identity Platform and their tokens, of which Okta knows nothing.

Sources: Identity Toolkit's REST reference (accounts.signInWithIdp, accounts.lookup), and Firebase's page on verifying
ID tokens.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from targets.reference.foundation import Claims
from targets.reference.relying_party import text
from targets.upflow.settings import PROJECT, PROVIDER_ID

ISSUER = f"https://securetoken.google.com/{PROJECT}"
LIFETIME = 3600  # seconds
MOST = 10_000  # users, and refresh tokens


class InvalidToken(ValueError):
    """Not a token of ours, or not any more; the message is Identity Toolkit's code."""


@dataclass(frozen=True)
class User:
    """What the provider said of somebody when they signed in last. `sub` is the provider's, `local_id` is ours."""

    local_id: str
    sub: str
    email: str
    email_verified: bool
    name: str
    auth_time: int

    @classmethod
    def of(cls, claims: Claims, *, by_email: bool) -> User:
        """Known by issuer and subject, or by the address in lower case."""
        known_by = text(claims.get("email")).lower() if by_email else json.dumps([claims["iss"], claims["sub"]])
        return cls(
            hashlib.sha256(known_by.encode()).hexdigest()[:28],
            text(claims["sub"]),
            text(claims.get("email")),
            claims.get("email_verified") is True,
            text(claims.get("name")),
            int(time.time()),
        )


class Accounts:
    """Users and refresh tokens; the oldest make room. Tokens end with the process."""

    def __init__(self, *, one_user_per_email: bool = False) -> None:
        self._by_email = one_user_per_email
        self._key = RSAKey.generate_key(2048, {"kid": "1", "alg": "RS256", "use": "sig"})
        self._users: dict[str, User] = {}
        self._refresh_tokens: dict[str, str] = {}
        self._lock = Lock()

    def sign_in(self, claims: Claims) -> tuple[User, str, str]:
        """The user with a new ID token and refresh token."""
        user = User.of(claims, by_email=self._by_email)
        refresh_token = secrets.token_urlsafe(48)
        with self._lock:
            _put(self._users, user.local_id, user)
            _put(self._refresh_tokens, refresh_token, user.local_id)
        return user, self.id_token(user), refresh_token

    def refreshed(self, refresh_token: str) -> User:
        """Raises InvalidToken."""
        user = self._users.get(self._refresh_tokens.get(refresh_token, ""))
        if user is None:
            raise InvalidToken("INVALID_REFRESH_TOKEN")
        return user

    def id_token(self, user: User) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": PROJECT,
            "sub": user.local_id,
            "user_id": user.local_id,
            "auth_time": user.auth_time,
            "iat": now,
            "exp": now + LIFETIME,
            "name": user.name,
            "email": user.email,
            "email_verified": user.email_verified,
            "firebase": {"identities": {PROVIDER_ID: [user.sub]}, "sign_in_provider": PROVIDER_ID},
        }
        return jwt.encode({"alg": "RS256", "kid": "1", "typ": "JWT"}, claims, self._key)

    def user(self, id_token: str) -> User:
        """Whose ID token this is. Raises InvalidToken."""
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": PROJECT},
            exp={"essential": True},
        )
        try:
            token = jwt.decode(id_token, self._key, algorithms=["RS256"])
            rules.validate(token.claims)
        except (JoseError, ValueError) as error:
            raise InvalidToken("INVALID_ID_TOKEN") from error
        found = self._users.get(token.claims["sub"])
        if found is None:
            raise InvalidToken("USER_NOT_FOUND")
        return found


def _put(store: dict[str, Any], key: str, value: Any) -> None:
    store[key] = value
    if len(store) > MOST:
        del store[next(iter(store))]
