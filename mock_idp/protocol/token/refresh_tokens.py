"""Refresh tokens: STATIC and ROTATE with leeway, and what happens on reuse (RFC 6749 6, okta.md 3.6).

A stored refresh token is its grant with the token's `expires` and `idle_expires` (seconds; None: no end), a
`refresh_id` that shows in the access token's jti, and `rotated_at` once a newer one has been handed out. All tokens of
one authentication are one family; reuse of a rotated token after its leeway revokes the family, i.e. the newest refresh
token and all its access tokens. The refresh tokens of a public client are bound to the key of its DPoP proof, `jkt`
(RFC 9449 5: others prove themselves by their client authentication).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import errors
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.token.revocation import is_revoked, revoke_family
from mock_idp.store import Document

BAD_BINDING = OAuthError("invalid_dpop_proof", "Invalid DPoP Public Key binding in refresh token")


def redeem(
    idp: Idp, server: AuthorizationServer, app: App, form: Mapping[str, str], jkt: str | None = None
) -> Document:
    """The grant of the request's refresh token, its `scopes` narrowed as asked; raises OAuthError.

    `jkt` is the key that the request proves.
    """
    token = form.get("refresh_token")
    if not token:
        raise errors.missing("refresh_token")
    grant = idp.store.get("refresh_token", token)
    if grant is None or is_expired(idp, grant) or grant["client_id"] != app.client_id or is_revoked(idp, grant):
        raise errors.INVALID_REFRESH_TOKEN
    if grant["server"] != server.id:
        raise errors.OTHER_SERVER
    if grant.get("jkt") not in (None, jkt):
        raise BAD_BINDING
    if is_used_up(idp, app, grant):
        revoke_family(idp, grant)
        raise errors.INVALID_REFRESH_TOKEN
    scopes = list(dict.fromkeys(form.get("scope", "").split())) or grant["scopes"]
    denied = [scope for scope in scopes if scope not in grant["scopes"]]
    if denied:
        raise OAuthError(
            "access_denied",
            "Some of the scopes requested for the refresh request were not granted in the original authorize "
            f"request. Denied scopes: {', '.join(denied)}.",
        )
    return {**grant, "scopes": scopes, "refresh_token": token}


def is_expired(idp: Idp, grant: Document) -> bool:
    """Whether the token's life or its idle window is over."""
    ends = [end for end in (grant["expires"], grant["idle_expires"]) if end is not None]
    return any(end < idp.clock.now() for end in ends)


def is_used_up(idp: Idp, app: App, grant: Document) -> bool:
    """Whether a newer token has taken its place, and the time in which both work is over."""
    rotated_at, leeway = grant.get("rotated_at"), app.refresh_token_leeway
    return rotated_at is not None and (leeway == 0 or idp.clock.now() > rotated_at + leeway)


def issue(idp: Idp, app: App, grant: Document) -> tuple[str, str] | None:
    """`(token, id)` of the refresh token that goes into this response; None where there is none."""
    old = grant.get("refresh_token")
    if old is None and ("offline_access" not in grant["scopes"] or "refresh_token" not in app.grant_types):
        return None
    before = idp.store.get("refresh_token", old) if old else None
    now = idp.clock.now()
    window = grant["refresh_token_window"]
    idle = {"idle_expires": now + window if window else None}
    if old and before and app.refresh_token_rotation == "STATIC":
        idp.store.update("refresh_token", old, lambda known: {**known, **idle})
        return old, before["refresh_id"]
    # A new one has the scopes and the expiry of the one before, whatever this request asked for.
    life = grant["refresh_token_ttl"]
    bound_to = grant["jkt"] if app.token_endpoint_auth_method == "none" else None
    first = {"expires": now + life if life else None, "jkt": bound_to}
    kept = before or {k: v for k, v in grant.items() if k != "used"} | first
    fresh = secrets.token_urlsafe(32)
    made = {k: v for k, v in kept.items() if k != "rotated_at"} | {"refresh_id": f"oar{secrets.token_hex(9)[:17]}"}
    idp.store.put("refresh_token", fresh, made | idle)
    if old:
        idp.store.update("refresh_token", old, lambda known: {"rotated_at": now, **known})
    return fresh, made["refresh_id"]
