"""Weaknesses of how the token response is read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import requests

from targets.broken.registry import weakness
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.token_response import WHAT, Tokens

KNOWN_MEMBERS = {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"}
HAMMERED = 6


@weakness("signs-in-without-id-token")
class SignsInWithoutIdToken(RelyingParty):
    """Without an ID Token the user is whom UserInfo names."""

    def identify(self, tokens: Tokens, pending: PendingLogin) -> Claims:
        if "id_token" in tokens:
            return super().identify(tokens, pending)
        endpoint = self.metadata()["userinfo_endpoint"]
        return self.read_userinfo(self.request_userinfo(endpoint, tokens["access_token"]))


@weakness("ignores-token-response-status")
class IgnoresTokenResponseStatus(RelyingParty):
    """`response.json()["id_token"]` without a look at the status."""

    def check_no_error(self, status: int, tokens: Tokens) -> None:
        pass


@weakness("compares-token-type-exactly")
class ComparesTokenTypeExactly(RelyingParty):
    """`token_type == "Bearer"`, although the value is case insensitive."""

    def check_token_type(self, tokens: Tokens) -> None:
        if tokens.get("token_type") != "Bearer":
            raise Rejected(WHAT, "token_type is not Bearer")


@weakness("ignores-token-type")
class IgnoresTokenType(RelyingParty):
    """Every access token is used as a bearer token."""

    def check_token_type(self, tokens: Tokens) -> None:
        pass


@weakness("refuses-unknown-token-members")
class RefusesUnknownTokenMembers(RelyingParty):
    """A response class without additional properties."""

    def check_token_members(self, tokens: Tokens) -> None:
        if tokens.keys() - KNOWN_MEMBERS:
            raise Rejected(WHAT, "it has members that are not known")


@weakness("requires-expires-in")
class RequiresExpiresIn(RelyingParty):
    """expires_in is demanded, although it is only recommended."""

    def check_token_members(self, tokens: Tokens) -> None:
        if "expires_in" not in tokens:
            raise Rejected(WHAT, "expires_in is missing")


@weakness("requires-scope")
class RequiresScope(RelyingParty):
    """scope is demanded, although it may be left out when it is what was asked for."""

    def check_token_members(self, tokens: Tokens) -> None:
        if "scope" not in tokens:
            raise Rejected(WHAT, "scope is missing")


@weakness("tolerates-missing-access-token")
class ToleratesMissingAccessToken(RelyingParty):
    """Only the ID Token is looked at, the response around it is not."""

    def check_access_token(self, tokens: Tokens) -> None:
        pass


@weakness("crashes-on-token-error")
class CrashesOnTokenError(RelyingParty):
    """Exceptions of the HTTP library and the JSON parser are caught nowhere."""

    def read_token_response(self, response: requests.Response) -> Tokens:
        response.raise_for_status()
        return dict(response.json())


@weakness("retries-refused-code")
class RetriesRefusedCode(RelyingParty):
    """Every failed request is tried again by the HTTP layer, the one with the code as well."""

    def redeem(self, code: str, pending: PendingLogin) -> Tokens:
        try:
            return super().redeem(code, pending)
        except Rejected:
            return super().redeem(code, pending)


@weakness("hammers-busy-token-endpoint")
class HammersBusyTokenEndpoint(RelyingParty):
    """429 means try again, and nobody reads Retry-After."""

    def ask_for_tokens(self, **parameters: Any) -> requests.Response:
        response = super().ask_for_tokens(**parameters)
        for _ in range(HAMMERED):
            if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                response = super().ask_for_tokens(**parameters)
        return response


@weakness("requires-email")
class RequiresEmail(RelyingParty):
    """`claims["email"].lower()`: a claim that a user may withhold is taken for granted."""

    def begin_session(self, claims: Claims) -> None:
        super().begin_session({**claims, "email": claims["email"].lower()})


@weakness("follows-token-redirects")
class FollowsTokenRedirects(RelyingParty):
    """The HTTP library's default: the form goes wherever the answer points to."""

    redirect_limit = 5


@weakness("shows-credentials-in-errors")
class ShowsCredentialsInErrors(RelyingParty):
    """The error page quotes the settings, which helped while the login was being set up."""

    def check_no_error(self, status: int, tokens: Tokens) -> None:
        if status == 401:
            raise Rejected(WHAT, f"{tokens}, client {self.settings.client_id}, secret {self.settings.client_secret}")
        super().check_no_error(status, tokens)


@weakness("waits-for-tokens-for-ever")
class WaitsForTokensForEver(RelyingParty):
    """`requests` has no timeout unless one is given."""

    patience = None


@weakness("crashes-on-server-error-of-token-endpoint")
class CrashesOnServerErrorOfTokenEndpoint(RelyingParty):
    """What the IdP answers when it is broken was never seen: `raise_for_status()` for a status from 500."""

    def read_token_response(self, response: requests.Response) -> Tokens:
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            response.raise_for_status()
        return super().read_token_response(response)


@weakness("crashes-on-refused-code")
class CrashesOnRefusedCode(RelyingParty):
    """`response["access_token"]` before a look at the error."""

    def check_no_error(self, status: int, tokens: Tokens) -> None:
        if tokens.get("error") == "invalid_grant":
            _ = tokens["access_token"]
        super().check_no_error(status, tokens)


@weakness("crashes-on-token-response-of-other-shape")
class CrashesOnTokenResponseOfOtherShape(RelyingParty):
    """`response.json().get(...)`: JSON is taken for an object, whatever it is."""

    def read_token_response(self, response: requests.Response) -> Tokens:
        if response.content.startswith(b"["):
            response.json().get("access_token")
        return super().read_token_response(response)


@weakness("crashes-on-cut-off-token-response")
class CrashesOnCutOffTokenResponse(RelyingParty):
    """A good status and the right content type promise JSON that can be parsed."""

    def read_token_response(self, response: requests.Response) -> Tokens:
        if response.ok and "json" in response.headers.get("Content-Type", ""):
            response.json()
        return super().read_token_response(response)
