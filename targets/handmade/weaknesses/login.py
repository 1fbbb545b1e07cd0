"""Weaknesses of what a login is bound by: state, nonce, PKCE, redirect URI, and of errors that it ends with."""

from __future__ import annotations

import secrets

from flask import abort, redirect, request
from werkzeug.datastructures import MultiDict

from targets.handmade.http import Json
from targets.handmade.id_token import Started
from targets.handmade.party import Logins, Party
from targets.handmade.weaknesses.registry import weakness


@weakness("sends-no-nonce")
class SendsNoNonce(Party):
    """A code flow without a nonce works as well."""

    def new_nonce(self) -> str:
        return ""

    def check_nonce(self, claims: Json, login: Started) -> None:
        pass


@weakness("sends-no-pkce")
class SendsNoPkce(Party):
    """We have a client secret."""

    def new_verifier(self) -> str:
        return ""

    def challenge(self, login: Started) -> dict[str, str]:  # noqa: ARG002
        return {}


@weakness("uses-plain-pkce")
class UsesPlainPkce(Party):
    """The hash was left for later."""

    def challenge(self, login: Started) -> dict[str, str]:
        return {"code_challenge": login.verifier, "code_challenge_method": "plain"}


@weakness("reuses-code-verifier")
class ReusesCodeVerifier(Party):
    """The verifier is a constant of the module."""

    constant = secrets.token_hex(32)

    def new_verifier(self) -> str:
        return self.constant


@weakness("reuses-nonce")
class ReusesNonce(Party):
    """The nonce is a constant of the module."""

    constant = secrets.token_hex(16)

    def new_nonce(self) -> str:
        return self.constant


@weakness("ignores-state")
class IgnoresState(Party):
    """The newest login of this browser is taken for the one that is answered."""

    def started_login(self, response: dict[str, str], logins: Logins) -> Started:
        if response.get("state") and logins:
            return next(iter(logins.values()))
        return super().started_login(response, logins)


@weakness("accepts-missing-state")
class AcceptsMissingState(Party):
    """Without a state there is nothing to compare."""

    def started_login(self, response: dict[str, str], logins: Logins) -> Started:
        if "state" not in response and logins:
            return next(iter(logins.values()))
        return super().started_login(response, logins)


@weakness("short-state")
class ShortState(Party):
    """A state that fits into a log line."""

    def new_state(self) -> str:
        return secrets.token_hex(3)


@weakness("uses-last-of-duplicate-parameters")
class UsesLastOfDuplicateParameters(Party):
    """The query string becomes a dict."""

    def read_response(self, query: MultiDict[str, str]) -> dict[str, str]:
        return {name: values[-1] for name, values in query.lists()}


@weakness("ignores-error-parameter")
class IgnoresErrorParameter(Party):
    """When there is a code, what should have gone wrong?"""

    def check_error(self, response: dict[str, str]) -> None:
        pass


@weakness("redirect-uri-from-host")
class RedirectUriFromHost(Party):
    """The address that the browser used must be right."""

    def redirect_uri(self) -> str:
        return f"{request.scheme}://{request.host}/callback"


@weakness("restarts-login-after-error")
class RestartsLoginAfterError(Party):
    """Whoever is not signed in is sent to the IdP, also when the IdP has just said no."""

    def check_error(self, response: dict[str, str]) -> None:
        if "error" in response:
            abort(redirect("/login"))
