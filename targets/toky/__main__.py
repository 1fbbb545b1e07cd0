"""python -m targets.toky: the reference with what the Toky guide shows, and settings for what it does not.

Beside the reference's variables: ISS_POLICY, what becomes of the `iss` that a tile adds (OIDC Core 4): `hint`
(default), `ignore` or `strict`; SEND_PKCE (yes); CHECK_STATE (no: the response answers the browser's newest login);
USERINFO (no: the ID Token alone says who it is); USER_KEY, by what an account is found: `email` (default) or `subject`.
LOGIN_PATH and CALLBACK_PATH hold the tenant, which is the client id.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import flask

from targets.reference.app import main
from targets.reference.foundation import Claims
from targets.reference.initiated_login import WHAT
from targets.reference.rejection import Rejected, shown
from targets.reference.relying_party import RelyingParty, text

SETTINGS = {
    "ISS_POLICY": ("hint", "ignore", "strict"),
    "SEND_PKCE": ("no", "yes"),
    "CHECK_STATE": ("yes", "no"),
    "USERINFO": ("yes", "no"),
    "USER_KEY": ("email", "subject"),
}
CHOSEN = {name: os.environ.get(name) or choices[0] for name, choices in SETTINGS.items()}


class Toky(RelyingParty):
    """The path has chosen the tenant, and with it issuer and client, before anything else is looked at."""

    def start_login(self, *, login_hint: str | None = None, return_to: str = "") -> str:
        self.check_initiator(flask.request.values.get("iss"))
        return super().start_login(login_hint=login_hint, return_to=return_to)

    def check_initiator(self, issuer: str | None) -> None:
        """A tile names the org, whose authorization server the configured issuer is."""
        if CHOSEN["ISS_POLICY"] == "hint":
            super().check_initiator(issuer)
        elif CHOSEN["ISS_POLICY"] == "strict" and issuer not in (None, self.settings.issuer):
            raise Rejected(WHAT, f"iss is {shown(issuer)}")

    def new_code_verifier(self) -> str | None:
        return super().new_code_verifier() if CHOSEN["SEND_PKCE"] == "yes" else None

    def find_state(self, received: str | None) -> str:
        known = self.known_states()
        return known[0] if CHOSEN["CHECK_STATE"] == "no" and known else super().find_state(received)

    def with_userinfo(self, claims: Claims, access_token: str | None) -> Claims:
        return super().with_userinfo(claims, access_token) if CHOSEN["USERINFO"] == "yes" else claims

    def account_key(self, claims: Claims) -> Any:
        return text(claims.get("email")).lower() if CHOSEN["USER_KEY"] == "email" else super().account_key(claims)


if __name__ == "__main__":
    for name, choices in SETTINGS.items():
        if CHOSEN[name] not in choices:
            sys.exit(f"toky: {name} must be one of {', '.join(choices)}, got {CHOSEN[name]!r}")
    main(Toky)
