"""The token request and its answer. Sources: RFC 6749 4.1.3 and 5, OIDC Core 3.1.3.3."""

from __future__ import annotations

from typing import Any

import requests

from targets.reference.callback import PendingLogin
from targets.reference.client_auth import ClientAuthentication
from targets.reference.idp_client import TIMEOUT
from targets.reference.rejection import Rejected, shown

WHAT = "Token response"
Tokens = dict[str, Any]


class TokenResponses(ClientAuthentication):
    redirect_limit = 0
    """A redirect would take code and credentials to somebody else (RFC 9700 4.12)."""
    patience: float | None = TIMEOUT
    """Seconds for the token endpoint's answer; the user is waiting, and so is a thread."""

    def token_endpoint(self) -> str:
        """Where the token request goes."""
        return str(self.metadata()["token_endpoint"])

    def redeem(self, code: str, pending: PendingLogin) -> Tokens:
        """The checked token response for this code."""
        asked = {"redirect_uri": pending.redirect_uri, "code": code, "code_verifier": pending.code_verifier}
        return self.checked_tokens(self.ask_for_tokens(grant_type="authorization_code", **asked))

    def ask_for_tokens(self, **parameters: Any) -> requests.Response:
        fields, headers = self.credentials(self.metadata()["token_endpoint"])
        try:
            with self.client.session() as session:
                session.max_redirects = self.redirect_limit
                response: requests.Response = session.fetch_token(
                    self.token_endpoint(),
                    auth=lambda request: request,  # ours are there already
                    headers={"Accept": "application/json", **headers},
                    timeout=self.patience,
                    allow_redirects=self.redirect_limit > 0,
                    **parameters,
                    **fields,
                )
                return response
        except requests.RequestException as error:
            raise Rejected(WHAT, f"there is none ({type(error).__name__})") from error

    def checked_tokens(self, response: requests.Response) -> Tokens:
        tokens = self.read_token_response(response)
        self.check_no_error(response.status_code, tokens)
        self.check_token_members(tokens)
        self.check_token_type(tokens)
        self.check_access_token(tokens)
        return tokens

    def read_token_response(self, response: requests.Response) -> Tokens:
        try:
            return self.parse_json(response.content)
        except ValueError as error:
            raise Rejected(WHAT, f"HTTP {response.status_code} is not a JSON object: {error}") from error

    def check_no_error(self, status: int, tokens: Tokens) -> None:
        if status != 200 or "error" in tokens:
            told = [tokens[name] for name in ("error", "error_description") if name in tokens]
            raise Rejected(WHAT, f"HTTP {status} {shown(told, 300)}")

    def check_token_members(self, tokens: Tokens) -> None:
        """Members that we do not know, and those that may be missing, do not matter (RFC 6749 5.1)."""

    def check_token_type(self, tokens: Tokens) -> None:
        kind = tokens.get("token_type")
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise Rejected(WHAT, f"token_type is {shown(kind)}, not Bearer")

    def check_access_token(self, tokens: Tokens) -> None:
        token = tokens.get("access_token")
        if not isinstance(token, str) or not token:
            raise Rejected(WHAT, "access_token is missing")

    def id_token(self, tokens: Tokens) -> str:
        token = tokens.get("id_token")
        if not isinstance(token, str) or not token:
            raise Rejected(WHAT, "id_token is missing")
        return token
