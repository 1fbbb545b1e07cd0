"""ID Tokens and access tokens as Okta makes them, with an attempt's edits applied.

Sources: OIDC Core 2, 3.1.3.6, 5.4 and 12.2; okta.md 1.5 and 4.1 to 4.4 (claim order, thin and fat tokens, no `typ`).
"""

from __future__ import annotations

import secrets
from typing import Any

from mock_idp.crypto.jose import dumps, left_half_hash, sign
from mock_idp.crypto.keys import ACTIVE, INTERNAL
from mock_idp.edits.editor import Editor
from mock_idp.edits.id_token import compact, signing
from mock_idp.misbehaviour import FRONT, REFRESH
from mock_idp.org.model import User
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document

_THIN = frozenset({"name", "preferred_username", "email"})
_BY_SCOPE = {
    "name": "profile",
    "locale": "profile",
    "email": "email",
    "preferred_username": "profile",
    "given_name": "profile",
    "family_name": "profile",
    "zoneinfo": "profile",
    "updated_at": "profile",
    "email_verified": "email",
}
"""The claims of a person in Okta's order, and the scope that gives each."""


def profile(user: User, scopes: list[str], *, thin: bool = False, groups: bool = False) -> dict[str, Any]:
    """The claims that the scopes give (OIDC Core 5.4); `thin` is the short list of Okta's code flow.

    `groups`: whether this server knows the scope of that name.
    """
    values: dict[str, Any] = {**vars(user), "preferred_username": user.login}
    claims = {
        name: values[name] for name, scope in _BY_SCOPE.items() if scope in scopes and not (thin and name not in _THIN)
    }
    claims |= user.claims
    if groups and "groups" in scopes and user.groups and not thin:
        claims["groups"] = list(user.groups)
    return {name: value for name, value in claims.items() if value not in ("", None)}


def access_token(
    scope: LoginScope, editor: Editor, grant: Document, user: User | None, *, channel: str, refresh_id: str = ""
) -> str:
    """A JWT; of an app that acts for itself (no `user`) it has no `uid`, and the client_id as `sub` (okta.md 4.3).

    The org server's is signed with a key that is not published and has Okta's internal `typ`.
    """
    now, server = scope.now(), scope.server
    jti = f"AT.{secrets.token_urlsafe(32)}"
    claims: dict[str, Any] = {
        "ver": 1,
        "jti": f"{jti}.{refresh_id}" if refresh_id else jti,
        "iss": scope.idp.issuer(server),
        "aud": server.audiences[0],
        "iat": now,
        "exp": now + grant["access_token_ttl"],
        "cid": grant["client_id"],
        "uid": user.id if user else None,
        "scp": grant["scopes"],
        "auth_time": grant["auth_time"],
        "sub": user.login if user else grant["client_id"],
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    key = scope.idp.keys.key(server.id, INTERNAL if server.is_org else ACTIVE)
    header = {"kid": key.kid, "alg": key.alg}
    if server.is_org:
        header = {"kid": key.kid, "typ": "application/okta-internal-at+jwt", "alg": key.alg}
    claims = editor.json("access_token", claims, scope, channel)
    return sign(header, dumps(claims), key.alg, key.private)


def honest_claims(scope: LoginScope, grant: Document, user: User, channel: str) -> dict[str, Any]:
    """The ID Token's claims in Okta's order, without the hashes."""
    now = scope.now()
    types = grant["request"].get("response_type", "code").split()
    # okta.md 4.4: all claims only where the RP has no other way to them, i.e. gets no access token.
    thin = channel != FRONT or "token" in types
    if scope.server.is_org and channel != FRONT:
        thin = scope.idp.org.settings.org_code_flow_id_token == "thin"
    wanted = profile(user, grant["scopes"], thin=thin, groups=scope.server.is_org)
    claims: dict[str, Any] = {"sub": user.id}
    claims |= {name: wanted.pop(name) for name in ("name", "email") if name in wanted}
    claims |= {
        "ver": 1,
        "iss": scope.idp.issuer(scope.server),
        "aud": grant["client_id"],
        "iat": now,
        "exp": now + scope.idp.org.settings.id_token_ttl,
        "jti": f"ID.{secrets.token_urlsafe(32)}",
        "amr": grant.get("amr", ["pwd"]),
        "idp": scope.idp.org.id,
    }
    if grant.get("nonce") and channel != REFRESH:  # OIDC Core 12.2: a refreshed ID Token should have none
        claims["nonce"] = grant["nonce"]
    if "preferred_username" in wanted:
        claims["preferred_username"] = wanted.pop("preferred_username")
    claims["auth_time"] = grant["auth_time"]
    if grant.get("acr"):
        claims["acr"] = grant["acr"]
    return claims | wanted


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
    alg, key, kid = signing(scope, editor, channel)
    header: dict[str, Any] = {"kid": kid, "alg": alg} if kid else {"alg": alg}
    header = editor.json("id_token.header", header, scope, channel)
    claims = honest_claims(scope, grant, user, channel)
    # No hash belongs to `none` (OIDC Core 3.1.3.6): an at_hash beside it would be a second fault.
    if access_token and alg != "none":
        claims["at_hash"] = left_half_hash(alg, access_token)
    if code and alg != "none":
        claims["c_hash"] = left_half_hash(alg, code)
    scope.access_token = access_token
    scope.replay = lambda: _earlier(scope, grant, user, channel)
    claims = editor.json("id_token.claims", claims, scope, channel)
    return compact(scope, editor, channel, sign(header, dumps(claims), alg, key))


def _earlier(scope: LoginScope, grant: Document, user: User, channel: str) -> str:
    """A whole, still valid token of the same person from an earlier login: its nonce is another one."""
    claims = honest_claims(scope, grant, user, channel)
    claims |= {"nonce": secrets.token_urlsafe(16), "iat": claims["iat"] - 60, "exp": claims["exp"] - 60}
    key = scope.idp.keys.key(scope.server.id)
    return sign({"kid": key.kid, "alg": key.alg}, dumps(claims), key.alg, key.private)
