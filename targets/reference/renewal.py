"""Refresh tokens: kept on the server, used by one request at a time, replaced when the IdP gives another.

Sources: RFC 6749 6, RFC 9700 4.14, OIDC Core 12.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Any

import flask
import requests

from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.id_token import IdTokens
from targets.reference.idp_client import IdpClient
from targets.reference.rejection import Rejected, shown
from targets.reference.settings import Settings
from targets.reference.signature import WHAT as ID_TOKEN
from targets.reference.signature import Jws
from targets.reference.token_response import TokenResponses, Tokens
from targets.reference.userinfo import UserInfos

WHAT = "Renewal"
MOST_SESSIONS = 10_000


@dataclass
class Held:
    """The tokens of one session. `claims` and `pending` are those of the login, `renewals` counts."""

    refresh_token: str
    access_token: str
    claims: Claims
    pending: PendingLogin
    renewals: int = 0
    user: Claims = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Renewals(TokenResponses, IdTokens, UserInfos):
    def __init__(self, settings: Settings, client: IdpClient) -> None:
        super().__init__(settings, client)
        self._held: OrderedDict[str, Held] = OrderedDict()

    def keep_tokens(self, claims: Claims, tokens: Tokens, pending: PendingLogin) -> None:
        """Puts the tokens away; the browser gets a name for them that says nothing."""
        if "refresh_token" not in tokens:
            return
        name = secrets.token_urlsafe(32)
        self._held[name] = Held(str(tokens["refresh_token"]), tokens["access_token"], claims, pending)
        flask.session["tokens"] = name
        if len(self._held) > MOST_SESSIONS:
            self._held.popitem(last=False)

    def renew(self) -> Claims:
        """The user's data, renewed; raises Rejected, after which nobody knows whether the user may still come in."""
        held = self._held.get(str(flask.session.get("tokens", "")))
        if held is None:
            raise Rejected(WHAT, "there is no session with a refresh token", 401)
        try:
            return self.renew_once(held, held.renewals)
        except Rejected:
            self._held.pop(flask.session["tokens"], None)
            raise

    def renew_once(self, held: Held, seen: int) -> Claims:
        """Only one request at a time renews; those that waited for it take its result."""
        with held.lock:
            if held.renewals == seen:
                held.user = self.renewed_user(held)
            return held.user

    def renewed_user(self, held: Held) -> Claims:
        claims = self.refresh(held)
        endpoint = self.metadata().get("userinfo_endpoint")
        if not endpoint:
            return claims
        response = self.request_userinfo(endpoint, held.access_token)
        if self.is_refused(response):
            claims = self.refresh(held)
            response = self.request_userinfo(endpoint, held.access_token)
        return self.completed(claims, response)

    def is_refused(self, response: requests.Response) -> bool:
        """RFC 6750 3.1: a new access token may help."""
        return response.status_code == 401

    def refresh(self, held: Held) -> Claims:
        """Exchanges the refresh token; the claims of the new ID Token, or of the login's when there is none."""
        tokens = self.checked_tokens(self.request_refresh(held))
        claims = self.refreshed_claims(tokens, held)
        self.take_tokens(held, tokens)
        held.renewals += 1
        return claims

    def request_refresh(self, held: Held) -> requests.Response:
        """Without a scope: it stays what was granted (RFC 6749 6)."""
        return self.ask_for_tokens(grant_type="refresh_token", refresh_token=held.refresh_token)

    def take_tokens(self, held: Held, tokens: Tokens) -> None:
        """RFC 6749 6: a new refresh token replaces the old one."""
        held.access_token = tokens["access_token"]
        held.refresh_token = str(tokens.get("refresh_token", held.refresh_token))

    def refreshed_claims(self, tokens: Tokens, held: Held) -> Claims:
        if "id_token" not in tokens:
            return held.claims
        jws = self.verified(self.id_token(tokens))
        claims = self.claims_of(jws)
        self.check_refreshed_claims(jws.header, claims, held)
        self.check_at_hash(claims, tokens["access_token"], str(jws.header.get("alg")))
        return claims

    def verified(self, compact: str) -> Jws:
        jws = self.read(self.decrypt(compact))
        self.check_critical(jws.header)
        self.verify_signature(jws)
        return jws

    def check_refreshed_claims(self, header: dict[str, Any], claims: Claims, held: Held) -> None:
        """OIDC Core 12.2: the same user of the same IdP; a nonce may be absent, but not another."""
        for name in ("iss", "sub"):
            if claims.get(name) != held.claims[name]:
                raise Rejected(ID_TOKEN, f"{name} is {shown(claims.get(name))}, not that of the login")
        self.check_claims(header, claims, replace(held.pending, nonce=self.expected_nonce(claims, held)))

    def expected_nonce(self, claims: Claims, held: Held) -> str | None:
        return held.pending.nonce if "nonce" in claims else None
