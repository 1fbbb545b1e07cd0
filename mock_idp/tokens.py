"""ID Tokens and access tokens as Okta makes them, with an attempt's edits applied.

Sources: OIDC Core 2 and 3.1.3.6; okta.md 4.1 to 4.4 (claim order, thin and fat tokens, no `typ`).
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from mock_idp.edits import Editor
from mock_idp.jose import SigningKey, b64url, b64url_decode, dumps, left_half_hash, sign
from mock_idp.keys import ACTIVE, INTERNAL
from mock_idp.misbehaviour import FRONT
from mock_idp.org import User
from mock_idp.scope import LoginScope
from mock_idp.store import Document
from mock_idp.symbols import resolve

PROFILE_CLAIMS = ("name", "preferred_username", "given_name", "family_name", "locale", "zoneinfo")


def profile(user: User, scopes: list[str], *, thin: bool = False) -> dict[str, Any]:
    """The claims that the scopes give (OIDC Core 5.4); `thin` is the short list of Okta's code flow."""
    claims: dict[str, Any] = {}
    if "profile" in scopes:
        claims["name"] = user.name
        claims["preferred_username"] = user.login
        if not thin:
            claims |= {"given_name": user.given_name, "family_name": user.family_name}
            claims |= {"locale": user.locale, "zoneinfo": user.zoneinfo}
    if "email" in scopes:
        claims["email"] = user.email
        if not thin:
            claims["email_verified"] = user.email_verified
    claims |= user.claims
    return {name: value for name, value in claims.items() if value not in ("", None)}


def access_token(scope: LoginScope, editor: Editor, grant: Document, user: User) -> str:
    """A JWT. The org server's is signed with a key that is not published and has Okta's internal `typ`."""
    now, server = scope.now(), scope.server
    jti = f"AT.{secrets.token_urlsafe(32)}"
    claims: dict[str, Any] = {
        "ver": 1,
        "jti": jti,
        "iss": scope.idp.issuer(server),
        "aud": server.audiences[0],
        "iat": now,
        "exp": now + scope.idp.org.settings.access_token_ttl,
        "cid": grant["client_id"],
        "uid": user.id,
        "scp": grant["scopes"],
        "auth_time": grant["auth_time"],
        "sub": user.login,
    }
    key = scope.idp.keys.key(server.id, INTERNAL if server.is_org else ACTIVE)
    header = {"kid": key.kid, "alg": key.alg}
    if server.is_org:
        header = {"kid": key.kid, "typ": "application/okta-internal-at+jwt", "alg": key.alg}
    editor.json("access_token", claims, scope)
    return sign(header, dumps(claims), key.alg, key.private)


def honest_id_token_claims(
    scope: LoginScope, grant: Document, user: User, channel: str, response_type: str
) -> dict[str, Any]:
    """The claims in Okta's order, without the hashes."""
    now = scope.now()
    front_only = channel == FRONT and "token" not in response_type.split()
    thin = not front_only
    if scope.server.is_org and channel != FRONT:
        thin = scope.idp.org.settings.org_code_flow_id_token == "thin"
    wanted = profile(user, grant["scopes"], thin=thin)
    claims: dict[str, Any] = {"sub": user.id}
    claims |= {name: wanted.pop(name) for name in ("name", "email") if name in wanted}
    claims |= {
        "ver": 1,
        "iss": scope.idp.issuer(scope.server),
        "aud": grant["client_id"],
        "iat": now,
        "exp": now + scope.idp.org.settings.id_token_ttl,
        "jti": f"ID.{secrets.token_urlsafe(32)}",
        "amr": ["pwd"],
        "idp": scope.idp.org.id,
    }
    if grant.get("nonce"):
        claims["nonce"] = grant["nonce"]
    if "preferred_username" in wanted:
        claims["preferred_username"] = wanted.pop("preferred_username")
    claims["auth_time"] = grant["auth_time"]
    return claims | wanted


def id_token(
    scope: LoginScope,
    editor: Editor,
    grant: Document,
    user: User,
    *,
    channel: str,
    response_type: str = "code",
    access_token: str | None = None,
    code: str | None = None,
) -> str:
    """A compact ID Token. Hashes and signature follow the edits, unless an edit is about them."""
    alg, key, kid = _signing(scope, editor, channel)
    header: dict[str, Any] = {"kid": kid, "alg": alg} if kid else {"alg": alg}
    editor.json("id_token.header", header, scope, channel)
    claims = honest_id_token_claims(scope, grant, user, channel, response_type)
    if access_token:
        claims["at_hash"] = left_half_hash(alg, access_token)
    if code:
        claims["c_hash"] = left_half_hash(alg, code)
    scope.access_token = access_token
    scope.replay = lambda: _earlier(scope, grant, user, channel, response_type)
    editor.json("id_token.claims", claims, scope, channel)
    return _compact(scope, editor, channel, sign(header, dumps(claims), alg, key))


def _earlier(scope: LoginScope, grant: Document, user: User, channel: str, response_type: str) -> str:
    """A whole, still valid token of the same person from an earlier login: its nonce is another one."""
    claims = honest_id_token_claims(scope, grant, user, channel, response_type)
    claims |= {"nonce": secrets.token_urlsafe(16), "iat": claims["iat"] - 60, "exp": claims["exp"] - 60}
    key = scope.idp.keys.key(scope.server.id)
    return sign({"kid": key.kid, "alg": key.alg}, dumps(claims), key.alg, key.private)


def _signing(scope: LoginScope, editor: Editor, channel: str) -> tuple[str, SigningKey, str | None]:
    active = scope.idp.keys.key(scope.server.id)
    alg: str = active.alg
    key: SigningKey = active.private
    kid: str | None = active.kid
    alg_given = False
    for index, edit in editor.selected("id_token.signing", channel):
        value = resolve(edit.value, scope)
        if edit.path == ("key",):
            before = kid
            key_alg, key, kid = scope.key(value)
            if kid == scope.idp.keys.rogue().kid:
                kid = None  # nobody could look it up
            alg = alg if alg_given else key_alg
            editor.deliver(index, edit, before, kid or "a key that is not published", channel)
        else:
            editor.deliver(index, edit, alg, value, channel)
            alg, alg_given = str(value), True
    if isinstance(key, bytes) and not alg.startswith("HS"):
        alg = "HS256"
    return alg, key, kid


def _compact(scope: LoginScope, editor: Editor, channel: str, token: str) -> str:
    for index, edit in editor.selected("id_token.compact", channel):
        head, payload, mark = [*token.split("."), "", ""][:3]
        if not edit.path:
            token = editor.text(index, edit, token, scope, channel)
        elif edit.path == ("signature",) and edit.op == "corrupt":
            raw = bytearray(b64url_decode(mark))
            raw[len(raw) // 2] ^= 0xFF
            token = f"{head}.{payload}.{b64url(bytes(raw))}"
            editor.deliver(index, edit, "the honest signature", "the same with eight bits flipped", channel)
        elif edit.path == ("signature",) and edit.op == "drop":
            token = f"{head}.{payload}"
            editor.deliver(index, edit, "header.payload.signature", "header.payload", channel)
        elif edit.path == ("signature",):
            token = f"{head}.{payload}.{editor.text(index, edit, mark, scope, channel)}"
        elif edit.path[0] == "payload":
            token = _payload(scope, editor, index, edit, channel, head, payload, mark)
    return token


def _payload(
    scope: LoginScope, editor: Editor, index: int, edit: Any, channel: str, head: str, payload: str, mark: str
) -> str:
    """One claim changed after signing; the signature stays that of the honest payload."""
    claims = json.loads(b64url_decode(payload))
    name = edit.path[1]
    before = claims.get(name)
    claims[name] = resolve(edit.value, scope, before)
    editor.deliver(index, edit, before, claims[name], channel)
    return f"{head}.{b64url(dumps(claims).encode())}.{mark}"
