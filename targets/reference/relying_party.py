"""The relying party as a whole: one login from its start to a session."""

from __future__ import annotations

import json
from typing import Any

import flask
from werkzeug.datastructures import MultiDict

from targets.reference.authorization_request import AuthorizationRequests
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.id_token import IdTokens
from targets.reference.rejection import Rejected
from targets.reference.token_response import TokenResponses, Tokens
from targets.reference.userinfo import UserInfos


class RelyingParty(AuthorizationRequests, TokenResponses, IdTokens, UserInfos):
    """Every check is a method of its own, so that a weakness is this class with one method changed."""

    def finish_login(self, received: MultiDict[str, str]) -> None:
        """Signs the user in, or raises Rejected and leaves the session as it was."""
        parameters = self.callback_parameters(received)
        pending = self.take_pending_login(parameters)
        self.check_response_issuer(parameters)
        self.check_error(parameters)
        front = self.identify_by_front_channel(parameters, pending)
        if "code" not in self.response_types():
            self.begin_session(self.with_userinfo(front, parameters.get("access_token")))
            return
        tokens = self.redeem(self.code(parameters), pending)
        claims = self.identify(tokens, pending)
        if any(front[name] != claims[name] for name in ("iss", "sub") if name in front):
            raise Rejected("ID Token", "its iss or sub differs from that of the front channel")
        self.begin_session(self.with_userinfo(claims, tokens.get("access_token")))

    def identify(self, tokens: Tokens, pending: PendingLogin) -> Claims:
        """Who signs in: only the ID Token says so."""
        return self.validate_id_token(self.id_token(tokens), pending, tokens.get("access_token"))

    def identify_by_front_channel(self, parameters: dict[str, str], pending: PendingLogin) -> Claims:
        """The claims of the authorization response's ID Token; empty when none was asked for."""
        asked = self.response_types()
        if "id_token" not in asked:
            return {}
        access_token = parameters.get("access_token")
        code = self.code(parameters) if "code" in asked else None
        claims = self.validate_id_token(parameters.get("id_token", ""), pending, access_token, code)
        if "token" in asked and (not access_token or "at_hash" not in claims):
            raise Rejected("ID Token", "access token or at_hash is missing (OIDC Core 3.2.2.10)")
        return claims

    def begin_session(self, claims: Claims) -> None:
        """A new session for this user; of the old one only other logins under way survive."""
        session = flask.session
        kept = {key: value for key, value in session.items() if key.startswith("_state_")}
        session.clear()
        session.update(kept)
        session["user"] = {name: text(claims.get(name)) for name in ("sub", "email", "name")}

    def user(self) -> dict[str, str] | None:
        """Who is signed in in this browser."""
        return flask.session.get("user")


def text(value: Any) -> str:
    """A claim for display."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
