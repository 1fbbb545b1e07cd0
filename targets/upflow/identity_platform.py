"""Google's part, as far as the SDK and its two pages need it: it asks Okta, redeems the code and checks what comes.

Sources: Identity Toolkit's REST reference (accounts.createAuthUri, accounts.signInWithIdp); seeds.md section 4. What
Google checks is not published, so the checks are the reference's.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import MutableMapping
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import flask
from werkzeug.datastructures import MultiDict

from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.idp_client import IdpClient
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.token_response import Tokens
from targets.upflow.accounts import LIFETIME, Accounts
from targets.upflow.settings import PROVIDER_ID, Upflow

RESERVED = frozenset(("client_id", "response_type", "scope", "redirect_uri", "state"))
MOST = 10_000  # sessions: logins under way


class Refused(Exception):
    """The answer is an error of Identity Toolkit; the message is its code, or "CODE : what is the matter"."""


class IdentityPlatform(RelyingParty):
    """The reference, whose logins under way are known by a session id that the browser's tab keeps."""

    def __init__(self, settings: Upflow, client: IdpClient, accounts: Accounts) -> None:
        super().__init__(settings.provider, client)
        self._asks_userinfo = settings.userinfo
        self._accounts = accounts
        self._sessions: dict[str, dict[str, Any]] = {}
        self._lock = Lock()

    def create_auth_uri(self, asked: dict[str, Any]) -> dict[str, str]:
        """`accounts:createAuthUri`. Raises Refused, and Rejected where the metadata cannot be used."""
        if asked.get("providerId") != PROVIDER_ID:
            raise Refused("OPERATION_NOT_ALLOWED : The identity provider configuration is not found.")
        if asked.get("continueUri") != self.redirect_uri():
            raise Refused("INVALID_CONTINUE_URI")
        added = asked.get("customParameter") or {}
        if taken := sorted(RESERVED & set(added)):
            raise Refused(f"INVALID_REQUEST : {', '.join(taken)} cannot be a custom parameter")
        flask.g.pending = {}
        flask.g.scope, flask.g.added = f"openid {asked.get('oauthScope', '')}".strip(), added
        uri, session_id = self.start_login(login_hint=added.get("login_hint")), secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[session_id] = flask.g.pending
            if len(self._sessions) > MOST:
                del self._sessions[next(iter(self._sessions))]
        return {"authUri": uri, "providerId": PROVIDER_ID, "sessionId": session_id}

    def sign_in_with_idp(self, asked: dict[str, Any]) -> dict[str, Any]:
        """`accounts:signInWithIdp`, once for each session id. Raises Refused."""
        with self._lock:
            pending = self._sessions.pop(str(asked.get("sessionId")), None)
        if pending is None:
            raise Refused("INVALID_IDP_RESPONSE : The session is not known.")
        flask.g.pending = pending
        came = urlsplit(str(asked.get("requestUri", "")))
        # The handler takes the response from wherever it is.
        pairs = "&".join(filter(None, (came.query, came.fragment, asked.get("postBody"))))
        try:
            self.finish_login(MultiDict(parse_qsl(pairs, keep_blank_values=True)))
        except Rejected as error:
            raise Refused(f"INVALID_IDP_RESPONSE : {error}") from error
        claims, tokens = flask.g.claims, flask.g.tokens
        user, id_token, refresh_token = self._accounts.sign_in(claims)
        return {
            "providerId": PROVIDER_ID,
            "federatedId": f"{self.settings.issuer}/{user.sub}",
            "localId": user.local_id,
            "email": user.email,
            "emailVerified": user.email_verified,
            "displayName": user.name,
            "idToken": id_token,
            "refreshToken": refresh_token,
            "expiresIn": str(LIFETIME),
            "oauthIdToken": tokens["id_token"],
            "oauthAccessToken": tokens["access_token"],
            "rawUserInfo": json.dumps(claims),
        }

    def lookup(self, id_token: str) -> dict[str, Any]:
        """`accounts:lookup`. Raises InvalidToken."""
        user = self._accounts.user(id_token)
        known = {"email": user.email, "displayName": user.name}
        there = {"providerId": PROVIDER_ID, "rawId": user.sub, "federatedId": f"{self.settings.issuer}/{user.sub}"}
        about = {"localId": user.local_id, "emailVerified": user.email_verified, "providerUserInfo": [there | known]}
        return {"users": [known | about]}

    def pending_logins(self) -> MutableMapping[str, Any]:
        pending: dict[str, Any] = flask.g.pending
        return pending

    def new_state(self) -> str:
        """280 characters that begin as Google's do."""
        return f"AMbdmD{secrets.token_urlsafe(206)[:274]}"

    def scope(self) -> str:
        scope: str = flask.g.scope
        return scope

    def parameters(self, pending: PendingLogin) -> dict[str, Any]:
        own = {name: value for name, value in super().parameters(pending).items() if value is not None}
        return {**flask.g.added, **own}

    def with_userinfo(self, claims: Claims, access_token: str | None) -> Claims:
        return super().with_userinfo(claims, access_token) if self._asks_userinfo else claims

    def begin_session(self, claims: Claims) -> None:
        """The session is the SDK's."""
        flask.g.claims = claims

    def keep_tokens(self, claims: Claims, tokens: Tokens, pending: PendingLogin) -> None:
        """For the SDK, which hands them to the page."""
        del claims, pending
        flask.g.tokens = tokens
