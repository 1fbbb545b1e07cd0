"""Weaknesses that come to light when the app's settings at the IdP do not fit the RP."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.datastructures import MultiDict

from targets.broken.registry import weakness
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.renewal import Held
from targets.reference.token_response import Tokens


@weakness("restarts-login-after-error")
class RestartsLoginAfterError(RelyingParty):
    """Whoever is not signed in is sent to the IdP, also when the IdP has just said no."""

    def check_error(self, parameters: dict[str, str]) -> None:
        if "error" in parameters:
            flask.abort(flask.redirect(self.start_login()))


@weakness("restarts-hybrid-login-after-error", of="hybrid-token")
class RestartsHybridLoginAfterError(RelyingParty):
    """The same where tokens come from the front channel."""

    check_error = RestartsLoginAfterError.check_error


@weakness("restarts-login-without-pkce-after-error", of="without-pkce")
class RestartsLoginWithoutPkceAfterError(RelyingParty):
    """The same without PKCE."""

    check_error = RestartsLoginAfterError.check_error


@weakness("restarts-login-after-token-error")
class RestartsLoginAfterTokenError(RelyingParty):
    """A code that could not be redeemed is taken for one that has expired, and a new one is fetched."""

    def check_no_error(self, status: int, tokens: Tokens) -> None:
        if "error" in tokens:
            flask.abort(flask.redirect(self.start_login()))
        RelyingParty.check_no_error(self, status, tokens)


@weakness("restarts-login-after-refused-post", of="post")
class RestartsLoginAfterRefusedPost(RelyingParty):
    """The same with client_secret_post."""

    check_no_error = RestartsLoginAfterTokenError.check_no_error


@weakness("restarts-login-after-refused-assertion", of="private-key-jwt")
class RestartsLoginAfterRefusedAssertion(RelyingParty):
    """The same with private_key_jwt."""

    check_no_error = RestartsLoginAfterTokenError.check_no_error


@weakness("restarts-login-of-public-client", of="public")
class RestartsLoginOfPublicClient(RelyingParty):
    """The same without credentials."""

    check_no_error = RestartsLoginAfterTokenError.check_no_error


@weakness("opens-session-at-start")
class OpensSessionAtStart(RelyingParty):
    """The session is there before the answer, and only an answer that is no good ends it."""

    def start_login(self, **options: Any) -> str:
        flask.session.setdefault("user", {"sub": "", "name": "", "email": ""})
        return super().start_login(**options)

    def finish_login(self, received: MultiDict[str, str]) -> str:
        flask.session.pop("user", None)
        return super().finish_login(received)


@weakness("wants-a-refresh-token", of="renewal")
class WantsARefreshToken(RelyingParty):
    """It asked for offline_access, so the refresh token is there."""

    def check_token_members(self, tokens: Tokens) -> None:
        if "refresh_token" not in tokens:
            raise Rejected("Token response", "refresh_token is missing")


@weakness("wants-another-refresh-token", of="renewal")
class WantsAnotherRefreshToken(RelyingParty):
    """A refresh token that comes back unchanged is taken for a replay."""

    def take_tokens(self, held: Held, tokens: Tokens) -> None:
        if tokens.get("refresh_token") == held.refresh_token:
            raise Rejected("Renewal", "the refresh token has been seen before")
        super().take_tokens(held, tokens)


def ask_again(party: RelyingParty, parameters: dict[str, str], error: str) -> None:
    """One error of the IdP is answered with another request."""
    if parameters.get("error") == error:
        flask.abort(flask.redirect(party.start_login()))


@weakness("asks-again-after-access-denied")
class AsksAgainAfterAccessDenied(RelyingParty):
    """Whoever was denied may choose another account, without being asked whether they have one."""

    def check_error(self, parameters: dict[str, str]) -> None:
        ask_again(self, parameters, "access_denied")
        super().check_error(parameters)


@weakness("asks-again-after-unsupported-response-type")
class AsksAgainAfterUnsupportedResponseType(RelyingParty):
    """The next attempt was to fall back to another response type, and nobody wrote that part."""

    def check_error(self, parameters: dict[str, str]) -> None:
        ask_again(self, parameters, "unsupported_response_type")
        super().check_error(parameters)


@weakness("asks-again-after-login-required")
class AsksAgainAfterLoginRequired(RelyingParty):
    """A login is required, so a login is started: the same request that has just been answered."""

    def check_error(self, parameters: dict[str, str]) -> None:
        ask_again(self, parameters, "login_required")
        super().check_error(parameters)


@weakness("asks-again-after-server-error")
class AsksAgainAfterServerError(RelyingParty):
    """The IdP has failed, which happens, so it is tried again at once."""

    def check_error(self, parameters: dict[str, str]) -> None:
        ask_again(self, parameters, "server_error")
        super().check_error(parameters)


@weakness("asks-again-after-unauthorized-client", of="hybrid-token")
class AsksAgainAfterUnauthorizedClient(RelyingParty):
    """An administrator may have changed the app meanwhile."""

    def check_error(self, parameters: dict[str, str]) -> None:
        ask_again(self, parameters, "unauthorized_client")
        super().check_error(parameters)


@weakness("asks-for-a-code-again-after-wrong-client")
class AsksForACodeAgainAfterWrongClient(RelyingParty):
    """A client that could not be authenticated gets another code, and fails with that as well."""

    def check_no_error(self, status: int, tokens: Tokens) -> None:
        if tokens.get("error") in ("invalid_client", "unauthorized_client"):
            flask.abort(flask.redirect(self.start_login()))
        super().check_no_error(status, tokens)


@weakness("asks-for-a-code-again-after-missing-proof")
class AsksForACodeAgainAfterMissingProof(RelyingParty):
    """An IdP that wants a DPoP proof gets another code, and no proof."""

    def check_no_error(self, status: int, tokens: Tokens) -> None:
        if tokens.get("error") == "invalid_dpop_proof":
            flask.abort(flask.redirect(self.start_login()))
        super().check_no_error(status, tokens)
