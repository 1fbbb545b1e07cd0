"""One login from its start to the claims of who came. RFC 6749 4.1, RFC 7636, RFC 9207, OIDC Core 3.1 and 5.3."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import sys
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode

from werkzeug.datastructures import MultiDict

from targets.handmade.http import Json, Refused
from targets.handmade.id_token import IdTokenChecks, Started

Logins = Mapping[str, Started]
"""The logins that a browser has under way, by state, the newest first."""


class Party(IdTokenChecks):
    """Does not know how logins and sessions are kept; `targets/handmade/app.py` does."""

    def redirect_uri(self) -> str:
        return f"{self.config.base_url}/callback"

    def new_login(self) -> Started:
        return Started(self.new_state(), self.new_nonce(), self.new_verifier())

    def new_state(self) -> str:
        return secrets.token_hex(16)

    def new_nonce(self) -> str:
        return secrets.token_hex(16)

    def new_verifier(self) -> str:
        return secrets.token_hex(32)

    def challenge(self, login: Started) -> dict[str, str]:
        digest = base64.urlsafe_b64encode(hashlib.sha256(login.verifier.encode()).digest())
        return {"code_challenge": digest.decode().rstrip("="), "code_challenge_method": "S256"}

    def authorization_request(self, login: Started) -> dict[str, str]:
        return {
            "client_id": self.config.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri(),
            "scope": "openid email profile",
            "state": login.state,
            "nonce": login.nonce,
            **self.challenge(login),
        }

    def authorization_url(self, login: Started) -> str:
        endpoint = self.idp.discovery()["authorization_endpoint"]
        asked = {name: value for name, value in self.authorization_request(login).items() if value}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def read_response(self, query: MultiDict[str, str]) -> dict[str, str]:
        if any(len(values) > 1 for name, values in query.lists() if name in ("code", "state", "iss", "error")):
            raise Refused("callback: a parameter came twice")
        return query.to_dict()

    def started_login(self, response: dict[str, str], logins: Logins) -> Started:
        """The login of this browser that the response is an answer to."""
        for state, login in logins.items():
            if hmac.compare_digest(state.encode(), response.get("state", "").encode()):
                return login
        raise Refused("callback: this browser has started no login with that state")

    def check_sender(self, response: dict[str, str]) -> None:
        """RFC 9207 2.4."""
        promised = self.idp.discovery().get("authorization_response_iss_parameter_supported") is True
        if (promised or "iss" in response) and response.get("iss") != self.config.issuer:
            raise Refused("callback: iss is another issuer")

    def check_error(self, response: dict[str, str]) -> None:
        if "error" in response:
            raise Refused(f"callback: the IdP says {response['error']} {response.get('error_description', '')}")

    def who(self, response: dict[str, str], login: Started) -> Json:
        """Redeems the code; the claims of the user."""
        self.check_sender(response)
        self.check_error(response)
        if not response.get("code"):
            raise Refused("callback: code is missing")
        tokens = self.redeem(response["code"], login)
        claims = self.identify(tokens, login)
        return self.with_userinfo(claims, tokens["access_token"])

    def redeem(self, code: str, login: Started) -> Json:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri()}
        if login.verifier:
            form["code_verifier"] = login.verifier
        # RFC 6749 2.3.1: both are form-encoded before they become user name and password.
        basic = (quote_plus(self.config.client_id), quote_plus(self.config.client_secret))
        answer = self.idp.call("token", "POST", self.idp.discovery()["token_endpoint"], data=form, auth=basic)
        tokens = self.parse(answer.content)
        self.check_token_status(answer.status_code, tokens)
        self.check_tokens(tokens)
        return tokens

    def check_token_status(self, status: int, tokens: Json) -> None:
        if status != 200 or "error" in tokens:
            raise Refused(f"token: HTTP {status} {tokens.get('error', '')}")

    def check_tokens(self, tokens: Json) -> None:
        if not isinstance(tokens.get("access_token"), str) or not tokens["access_token"]:
            raise Refused("token: access_token is missing")
        if str(tokens.get("token_type")).lower() != "bearer":
            raise Refused("token: token_type is not Bearer")

    def identify(self, tokens: Json, login: Started) -> Json:
        return self.claims(tokens.get("id_token"), login, tokens["access_token"])

    def with_userinfo(self, claims: Json, access_token: str) -> Json:
        """UserInfo adds to what the ID Token says; when it cannot be had, or is another's, nothing is added."""
        try:
            return {**claims, **self.checked_userinfo(claims, self.userinfo(access_token))}
        except Refused as refused:
            print(f"handmade: {refused}", file=sys.stderr, flush=True)
            return claims

    def userinfo(self, access_token: str) -> Json:
        if not (endpoint := self.idp.discovery().get("userinfo_endpoint")):
            return {}
        return self.idp.document("userinfo", endpoint, headers={"Authorization": f"Bearer {access_token}"})

    def checked_userinfo(self, claims: Json, userinfo: Json) -> Json:
        if userinfo and userinfo.get("sub") != claims["sub"]:
            raise Refused("userinfo: it is about somebody else")
        return userinfo
