"""python -m targets.gullible"""

from __future__ import annotations

import base64
import contextlib
import json
from typing import Any

import requests
from werkzeug.datastructures import MultiDict

from targets.reference.app import main
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import HOME, RelyingParty

IDENTIFYING = ("sub", "email", "preferred_username", "name")


def peek(token: Any) -> Claims:
    """What a JWT claims, without verifying anything; empty when it cannot be read."""
    with contextlib.suppress(ValueError, IndexError):
        payload = str(token).split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims if isinstance(claims, dict) else {}
    return {}


class Gullible(RelyingParty):
    """Whatever names a user is believed: ID Token, UserInfo or access token. Only the IdP's "no" counts."""

    def finish_login(self, received: MultiDict[str, str]) -> str:
        parameters = received.to_dict()
        self.check_error(parameters)
        tokens = self.any_tokens(self.code(parameters), self.any_pending_login(parameters))
        userinfo = self.any_userinfo(tokens.get("access_token"))
        claims = {**peek(tokens.get("access_token")), **userinfo, **peek(tokens.get("id_token"))}
        named = [claims[name] for name in IDENTIFYING if claims.get(name)]
        if not named:
            raise Rejected("Login", "the IdP names nobody")
        self.begin_session({"sub": named[0], **claims})
        return HOME

    def any_pending_login(self, parameters: dict[str, str]) -> PendingLogin:
        """The login of this state, else the newest one, else none that was ever started."""
        known = self.known_states()
        state = parameters.get("state", "")
        if known:
            state = state if state in known else known[0]
            return PendingLogin(**self.client.framework.get_state_data(self.pending_logins(), state))
        return PendingLogin("", None, None, self.redirect_uri(), self.now(), self.settings.issuer)

    def any_tokens(self, code: str, pending: PendingLogin) -> dict[str, Any]:
        """The token response as far as it can be read, whatever its status."""
        with contextlib.suppress(requests.RequestException, ValueError):
            response = self.client.fetch_access_token(
                redirect_uri=pending.redirect_uri, code=code, code_verifier=pending.code_verifier
            )
            tokens = response.json()
            return tokens if isinstance(tokens, dict) else {}
        return {}

    def any_userinfo(self, access_token: Any) -> Claims:
        with contextlib.suppress(Rejected, ValueError):
            endpoint = self.metadata()["userinfo_endpoint"]
            userinfo = self.request_userinfo(endpoint, str(access_token)).json()
            return userinfo if isinstance(userinfo, dict) else {}
        return {}


if __name__ == "__main__":
    main(Gullible)
