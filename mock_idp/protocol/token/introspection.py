"""What a token is worth now (RFC 7662 2.2, okta.md 1.6).

Okta has three shapes, for access tokens, refresh tokens and ID Tokens; whatever is not good is `{"active": false}`.
"""

from __future__ import annotations

from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mock_idp.crypto.jose import decode_unverified, is_numeric_date
from mock_idp.idp import Idp
from mock_idp.org.ids import okta_id
from mock_idp.org.model import AuthorizationServer
from mock_idp.protocol import metadata
from mock_idp.protocol.token import refresh_tokens
from mock_idp.protocol.token.revocation import is_orphaned, is_revoked, person_of
from mock_idp.store import Document

INACTIVE: dict[str, Any] = {"active": False}
_OF_ACCESS_TOKEN = ("exp", "iat", "sub", "aud", "iss", "jti", "uid", "cnf")
_OF_ID_TOKEN = ("exp", "iat", "sub", "aud", "iss", "jti", "auth_time", "amr", "idp", "nonce", "preferred_username")


def introspect(idp: Idp, server: AuthorizationServer, token: str, now: float) -> dict[str, Any]:
    """The members for this token of this server; `now` is the time as the token's attempt sees it."""
    grant = idp.store.get("access_token", token)
    if grant:
        return _access_token(idp, server, token, grant, now)
    grant = idp.store.get("refresh_token", token)
    if grant:
        return _refresh_token(idp, server, grant)
    return _id_token(idp, server, token, now)


def _access_token(idp: Idp, server: AuthorizationServer, token: str, grant: Document, now: float) -> dict[str, Any]:
    decoded = decode_unverified(token)
    if decoded is None or grant["server"] != server.id or grant["expires"] < now or is_revoked(idp, grant):
        return INACTIVE
    members = {name: decoded[1][name] for name in _OF_ACCESS_TOKEN if name in decoded[1]}
    token_type = "DPoP" if grant.get("jkt") else "Bearer"
    return {"active": True, "token_type": token_type, **_about(idp, grant), **members}


def _refresh_token(idp: Idp, server: AuthorizationServer, grant: Document) -> dict[str, Any]:
    app = idp.app(grant["client_id"])
    if app is None or grant["server"] != server.id or is_revoked(idp, grant):
        return INACTIVE
    if refresh_tokens.is_expired(idp, grant) or refresh_tokens.is_used_up(idp, app, grant):
        return INACTIVE
    about = _about(idp, grant)
    ends = [end for end in (grant["expires"], grant["idle_expires"]) if end is not None]
    return {
        "active": True,
        "token_type": "Bearer",
        **about,
        **({"exp": int(min(ends))} if ends else {}),
        "sub": about["username"],
        "device_id": okta_id("guo", f"device/{grant['family']}"),
    }


def _about(idp: Idp, grant: Document) -> dict[str, Any]:
    person = person_of(idp, grant)
    username = person.login if person else grant["client_id"]
    return {"scope": " ".join(grant["scopes"]), "client_id": grant["client_id"], "username": username}


def _id_token(idp: Idp, server: AuthorizationServer, token: str, now: float) -> dict[str, Any]:
    """An ID Token is not kept: its signature says that it is this server's."""
    try:
        keys = KeySet.import_key_set({"keys": metadata.jwks(idp, server)["keys"]})
        claims = jwt.decode(token, keys, algorithms=[*idp.signing_algorithms(), "ES256"]).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        return INACTIVE
    expires, audience = claims.get("exp"), claims.get("aud")
    if not isinstance(expires, int | float) or expires < now or claims.get("iss") not in idp.issuers(server):
        return INACTIVE
    if not isinstance(audience, str) or idp.app(audience) is None or "cid" in claims:
        return INACTIVE  # `cid`: an access token that is not known any more
    subject, issued_at = str(claims.get("sub")), claims.get("iat")
    # Its time has no fractions: what was issued in the second of a deletion counts as the new one's.
    after = int(issued_at) + 1 if is_numeric_date(issued_at) else 0
    if is_orphaned(idp, audience, server.id, subject, after):
        return INACTIVE
    known = idp.user(subject)
    if known and person_of(idp, {"user": known.id}) is None:
        return INACTIVE
    members = {name: claims[name] for name in _OF_ID_TOKEN if name in claims}
    username = {"username": known.login} if known else {}
    return {"active": True, "token_type": "Bearer", "client_id": audience, **username, **members}
