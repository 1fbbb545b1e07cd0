"""The relying party as a whole: one login from its start to a session."""

from __future__ import annotations

import json
from typing import Any

import flask
from werkzeug.datastructures import MultiDict

from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.idp_client import IdpClient
from targets.reference.initiated_login import InitiatedLogins
from targets.reference.logout import Logouts
from targets.reference.rejection import Rejected
from targets.reference.renewal import Renewals
from targets.reference.settings import Settings
from targets.reference.token_response import Tokens

MOST_ACCOUNTS = 10_000
HOME = "/me"


class RelyingParty(InitiatedLogins, Renewals, Logouts):
    """Every check is a method of its own, so that a weakness is this class with one method changed."""

    def __init__(self, settings: Settings, client: IdpClient) -> None:
        super().__init__(settings, client)
        self.accounts: dict[Any, dict[str, str]] = {}

    def finish_login(self, received: MultiDict[str, str]) -> str:
        """Signs the user in; where the browser goes on. Or raises Rejected and leaves the session as it was."""
        if self.is_unasked(received):
            self.begin_session(self.identify_unasked(received))
            return HOME
        parameters = self.callback_parameters(received)
        pending = self.take_pending_login(parameters)
        self.check_response_issuer(parameters)
        self.check_error(parameters)
        if "token" in self.response_types():
            self.check_token_type(parameters)
        front = self.identify_by_front_channel(parameters, pending)
        if "code" not in self.response_types():
            self.begin_session(self.with_userinfo(front, parameters.get("access_token")))
            return pending.return_to or HOME
        tokens = self.redeem(self.code(parameters), pending)
        claims = self.identify(tokens, pending)
        self.check_same_user(front, claims)
        self.begin_session(self.with_userinfo(claims, tokens.get("access_token")))
        self.keep_tokens(claims, tokens, pending)
        self.keep_hint(tokens)
        return pending.return_to or HOME

    def renew_session(self) -> None:
        """The user's data anew, or the end of the session and Rejected."""
        try:
            self.show(self.renew())
        except Rejected:
            self.end_session()
            raise

    def end_session(self) -> None:
        flask.session.clear()

    def log_out(self) -> None:
        """At the user's wish. The session at the IdP goes on, or the browser ends it there next."""
        flask.session.clear()

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
        self.check_s_hash(claims, pending)
        if "token" in asked:
            self.check_bound_access_token(claims, access_token)
        return claims

    def check_bound_access_token(self, claims: Claims, access_token: str | None) -> None:
        """OIDC Core 3.2.2.10: where both come from the front channel, at_hash is required."""
        if not access_token or "at_hash" not in claims:
            raise Rejected("ID Token", "access token or at_hash is missing")

    def check_same_user(self, front: Claims, back: Claims) -> None:
        """OIDC Core 3.3.3.6: two ID Tokens of one login have the same iss and sub."""
        if any(front[name] != back[name] for name in ("iss", "sub") if name in front):
            raise Rejected("ID Token", "its iss or sub differs from that of the front channel")

    def begin_session(self, claims: Claims) -> None:
        """A new session for this user; of the old one only other logins under way survive."""
        session = flask.session
        kept = {key: value for key, value in session.items() if key.startswith("_state_")}
        session.clear()
        session.update(kept)
        self.show(claims)

    def show(self, claims: Claims) -> None:
        about = {"iss": text(claims.get("iss")), "email_verified": self.email_is_verified(claims)}
        flask.session["user"] = {**self.account(claims), **about}

    def account(self, claims: Claims) -> dict[str, str]:
        """This user's account, as the first login has made it."""
        if len(self.accounts) >= MOST_ACCOUNTS:
            self.accounts.clear()
        made = {name: text(claims.get(name)) for name in ("sub", "email", "name")}
        return self.accounts.setdefault(self.account_key(claims), made)

    def account_key(self, claims: Claims) -> Any:
        """OIDC Core 5.7: issuer and subject, exactly as they are, and nothing else."""
        return text(claims.get("iss")), text(claims.get("sub"))

    def email_is_verified(self, claims: Claims) -> bool:
        """OIDC Core 5.1: a JSON boolean."""
        return claims.get("email_verified") is True

    def told(self, error: Rejected) -> str:
        """What the page says about a refusal; the template escapes it."""
        return str(error)

    def user(self) -> dict[str, str] | None:
        """Who is signed in in this browser."""
        return flask.session.get("user")


def text(value: Any) -> str:
    """A claim for display."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
