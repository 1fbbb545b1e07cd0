"""The Logout Token (OpenID Connect Back-Channel Logout 1.0, 2.4)."""

from __future__ import annotations

import secrets
from typing import Any

from mock_idp.crypto.keys import Key

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = 120
"""Seconds: "preferably at most two minutes in the future" (section 4)."""


def logout_claims(issuer: str, user: str, client_id: str, now: int, sid: str) -> dict[str, Any]:
    """The claims of a Logout Token for one session of one person at one app."""
    return {
        "iss": issuer,
        "sub": user,
        "aud": client_id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": secrets.token_urlsafe(24),
        "events": {EVENT: {}},
        "sid": sid,
    }


def signed(claims: dict[str, Any], key: Key) -> str:
    """The compact Logout Token."""
    return key.signed(claims, typ="logout+jwt")
