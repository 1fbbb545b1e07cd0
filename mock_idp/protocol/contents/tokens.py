"""ID Tokens and access tokens as Okta makes them, with an attempt's edits applied.

Sources: OIDC Core 2, 3.1.3.6, 5.4 and 12.2; okta.md 4.1 to 4.4 (claim order, thin and fat tokens, no `typ`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from mock_idp.crypto.jose import dumps, left_half_hash
from mock_idp.crypto.keys import ACTIVE, INTERNAL
from mock_idp.edits.editor import Editor
from mock_idp.edits.encryption import encrypted
from mock_idp.edits.id_token import compact, payload, signing
from mock_idp.misbehaviour import FRONT, REFRESH
from mock_idp.org.model import User
from mock_idp.protocol.contents.claims import BY_SCOPE, has_session_id, identity, resource
from mock_idp.protocol.contents.logout_tokens import logout_claims, signed
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document

INTERNAL_TYP = "application/okta-internal-at+jwt"


def access_token(
    scope: LoginScope, editor: Editor, grant: Document, user: User | None, *, channel: str, refresh_id: str = ""
) -> str:
    """A JWT; of an app that acts for itself (no `user`) it has no `uid`, and the client_id as `sub` (okta.md 4.3).

    One that is bound to a key has its thumbprint in `cnf` (RFC 9449 6.1). The org server's is signed with a key that is
    not published and has Okta's internal `typ`.
    """
    now, server = scope.now(), scope.server
    jti = f"AT.{secrets.token_urlsafe(32)}"
    issuer = scope.issuer()
    claims: dict[str, Any] = {
        "ver": 1,
        "jti": f"{jti}.{refresh_id}" if refresh_id else jti,
        "iss": issuer,
        "aud": issuer if server.is_org else server.audiences[0],
    }
    times: dict[str, Any] = {"iat": now, "exp": now + grant["access_token_ttl"]}
    if grant.get("jkt"):
        times["cnf"] = {"jkt": grant["jkt"]}
    about = {
        "cid": grant["client_id"],
        "uid": user.id if user else None,
        "scp": grant["scopes"],
        "auth_time": grant["auth_time"] if user else None,
    }
    about = {name: value for name, value in about.items() if value is not None}
    if server.is_org:
        claims |= {"sub": user.login if user else grant["client_id"], **times, **about}
        key = scope.idp.keys.key(server.id, INTERNAL)
    else:
        claims |= {**times, **about, **resource(scope, grant, user)}
        key = scope.idp.keys.key(server.id, ACTIVE)
    typ = {"typ": INTERNAL_TYP} if server.is_org and scope.idp.org.settings.org_access_token_typ else {}
    claims = editor.json("access_token", claims, scope, channel)
    return key.signed(claims, **typ)


def honest_claims(
    scope: LoginScope, grant: Document, user: User, channel: str, hashes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The ID Token's claims in Okta's order (okta.md 4.2)."""
    idp, now = scope.idp, scope.now()
    person = identity(scope, grant, user, thin=_is_thin(scope, grant, channel))
    claims: dict[str, Any] = {"sub": user.id}
    claims |= {name: person.pop(name) for name in ("name", "email") if name in person}
    claims |= {
        "ver": 1,
        "iss": scope.issuer(),
        "aud": grant["client_id"],
        "iat": now,
        "exp": now + idp.org.settings.id_token_ttl,
        "jti": f"ID.{secrets.token_urlsafe(32)}",
        "amr": list(grant.get("amr") or ["pwd"]),
        "idp": idp.org.id,
    }
    # OIDC Core 12.2: a refreshed ID Token should have none; what Okta does is not documented (okta.md 3.6).
    if grant.get("nonce") and (channel != REFRESH or idp.org.settings.refreshed_id_token_nonce):
        claims["nonce"] = grant["nonce"]
    if "preferred_username" in person:
        claims["preferred_username"] = person.pop("preferred_username")
    claims["auth_time"] = grant["auth_time"]
    if grant.get("acr"):
        claims["acr"] = grant["acr"]
    claims |= {name: person.pop(name) for name in BY_SCOPE if name in person}
    claims |= hashes or {}
    if has_session_id(scope, idp.app(grant["client_id"])) and grant.get("sid"):
        claims["sid"] = grant["sid"]
    return claims | person


def _is_thin(scope: LoginScope, grant: Document, channel: str) -> bool:
    """okta.md 4.4: all claims only where the RP has no other way to them, i.e. gets no access token."""
    if channel == FRONT:
        return "token" in grant["request"].get("response_type", "code").split()
    return not scope.server.is_org or scope.idp.org.settings.org_code_flow_id_token == "thin"


def id_token(
    scope: LoginScope,
    editor: Editor,
    grant: Document,
    user: User,
    *,
    channel: str,
    access_token: str | None = None,
    code: str | None = None,
) -> str:
    """A compact ID Token. Hashes and signature follow the edits, unless an edit is about them."""
    made = signing(scope, editor, channel)
    header = editor.json("id_token.header", made.header(), scope, channel)
    hashed = {"at_hash": access_token, "c_hash": code, "ds_hash": grant.get("device_secret")}
    # No hash belongs to `none` (OIDC Core 3.1.3.6): an at_hash beside it would be a second fault.
    hashes = {name: left_half_hash(made.alg, value) for name, value in hashed.items() if value and made.alg != "none"}
    claims = honest_claims(scope, grant, user, channel, hashes)
    scope.access_token = access_token
    scope.replay = lambda: _earlier(scope, grant, user, channel)
    scope.front_channel_token = lambda: unedited_id_token(scope, grant, user)
    scope.logout_token = lambda: _logout_token(scope, grant, user)
    claims = editor.json("id_token.claims", claims, scope, channel)
    data = payload(scope, editor, channel, dumps(claims))
    token = compact(scope, editor, channel, made.sign(header, data))
    return encrypted(scope, editor, channel, token, data)


def _earlier(scope: LoginScope, grant: Document, user: User, channel: str) -> str:
    """A whole, still valid token of the same person from an earlier login: its nonce is another one."""
    claims = honest_claims(scope, grant, user, channel)
    claims |= {"nonce": secrets.token_urlsafe(16), "iat": claims["iat"] - 60, "exp": claims["exp"] - 60}
    return scope.signing_key().signed(claims)


def unedited_id_token(scope: LoginScope, grant: Document, user: User) -> str:
    """A valid ID Token for the front channel, without hashes, whatever the edits say."""
    return scope.signing_key().signed(honest_claims(scope, grant, user, FRONT))


def _logout_token(scope: LoginScope, grant: Document, user: User) -> str:
    """What back-channel logout of this login would send."""
    sid = grant.get("sid") or secrets.token_urlsafe(16)
    return signed(logout_claims(scope.issuer(), user.id, grant["client_id"], scope.now(), sid), scope.signing_key())
