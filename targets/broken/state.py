"""Weaknesses of state, of the binding of a login to a browser, and of the callback's parameters."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any, ClassVar

import flask
from authlib.integrations.base_client import OAuthError
from werkzeug.datastructures import MultiDict

from targets.broken.registry import weakness
from targets.reference.callback import WHAT, PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty


def newest_state(party: RelyingParty) -> str:
    """The state of this browser's newest pending login."""
    for state in party.known_states():
        return state
    raise Rejected(WHAT, "this browser has started no login")


@weakness("sends-no-state")
class SendsNoState(RelyingParty):
    """No state at all; nonce and PKCE in the session cookie are what binds the login to the browser."""

    def new_state(self) -> str:
        return ""

    def find_state(self, received: str | None) -> str:  # noqa: ARG002
        return newest_state(self)


@weakness("short-state")
class ShortState(RelyingParty):
    """A state of 24 bits, as `Math.random().toString(36)` gives after somebody cut it."""

    def new_state(self) -> str:
        return secrets.token_urlsafe(3)


@weakness("ignores-state")
class IgnoresState(RelyingParty):
    """One login per session is remembered, and the state of the response is never looked at."""

    def find_state(self, received: str | None) -> str:
        return newest_state(self) if received else super().find_state(received)


@weakness("accepts-missing-state")
class AcceptsMissingState(RelyingParty):
    """`if state and state != expected`: the check is skipped when the parameter is left out."""

    def find_state(self, received: str | None) -> str:
        return newest_state(self) if received is None else super().find_state(received)


@weakness("accepts-empty-state")
class AcceptsEmptyState(RelyingParty):
    """An empty state counts as no state, and the IdP is thought not to have sent any."""

    def find_state(self, received: str | None) -> str:
        return newest_state(self) if received == "" else super().find_state(received)


@weakness("compares-state-without-case")
class ComparesStateWithoutCase(RelyingParty):
    """State is a key of a database column with a case-insensitive collation."""

    def state_fits(self, known: str, received: str) -> bool:
        return known.lower() == received.lower()


@weakness("compares-state-by-prefix")
class ComparesStateByPrefix(RelyingParty):
    """`strncmp` with the shorter of the two lengths."""

    def state_fits(self, known: str, received: str) -> bool:
        return known.startswith(received) or received.startswith(known)


@weakness("uses-first-of-duplicate-parameters")
class UsesFirstOfDuplicateParameters(RelyingParty):
    """A framework's `args.get()`: the first of several values, silently."""

    def only_value(self, name: str, values: list[str]) -> str:  # noqa: ARG002
        return values[0]


@weakness("uses-last-of-duplicate-parameters")
class UsesLastOfDuplicateParameters(RelyingParty):
    """A framework that fills a dict from the query string: the last of several values, silently."""

    def only_value(self, name: str, values: list[str]) -> str:  # noqa: ARG002
        return values[-1]


@weakness("refuses-unknown-callback-parameters")
class RefusesUnknownCallbackParameters(RelyingParty):
    """A schema without additional properties: the login breaks when the IdP adds a parameter."""

    def callback_parameters(self, received: MultiDict[str, str]) -> dict[str, str]:
        parameters = super().callback_parameters(received)
        if len(parameters) < len(received):
            raise Rejected(WHAT, "it has parameters that are not known")
        return parameters


@weakness("shares-pending-logins")
class SharesPendingLogins(RelyingParty):
    """Pending logins in one server-side cache, keyed by state alone: any browser can finish any login."""

    shared: ClassVar[dict[str, Any]] = {}
    pending_limit = 1000

    def pending_logins(self) -> MutableMapping[str, Any]:
        return self.shared


@weakness("accepts-unsolicited-callback")
class AcceptsUnsolicitedCallback(RelyingParty):
    """IdP-initiated login by code: an unsolicited callback is redeemed without state, nonce, verifier."""

    def take_pending_login(self, parameters: dict[str, str]) -> PendingLogin:
        if self.known_states():
            return super().take_pending_login(parameters)
        return PendingLogin("", None, None, self.redirect_uri(), self.now(), self.settings.issuer)

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        if pending.nonce:
            super().check_nonce(claims, pending)


@weakness("takes-empty-state-for-no-login")
class TakesEmptyStateForNoLogin(AcceptsUnsolicitedCallback):
    """`request.get("state", "") == session.get("state", "")`: both are empty where no login was started."""

    def take_pending_login(self, parameters: dict[str, str]) -> PendingLogin:
        if parameters.get("state") == "":
            return super().take_pending_login(parameters)
        return RelyingParty.take_pending_login(self, parameters)


@weakness("keeps-state-after-use")
class KeepsStateAfterUse(RelyingParty):
    """The pending login is never deleted: a callback can be opened again and again."""

    def forget(self, state: str) -> None:
        pass


@weakness("ignores-error-parameter")
class IgnoresErrorParameter(RelyingParty):
    """`if code:` comes before `if error:`."""

    def check_error(self, parameters: dict[str, str]) -> None:
        pass


@weakness("crashes-on-error-response")
class CrashesOnErrorResponse(RelyingParty):
    """The library's exception for an error response is caught nowhere."""

    def check_error(self, parameters: dict[str, str]) -> None:
        if "error" in parameters:
            raise OAuthError(parameters["error"])


@weakness("reads-callback-undecoded")
class ReadsCallbackUndecoded(RelyingParty):
    """The query is taken apart by hand: what is percent-encoded in it stays so."""

    def callback_parameters(self, received: MultiDict[str, str]) -> dict[str, str]:
        pairs = [pair.partition("=") for pair in flask.request.query_string.decode().split("&")]
        return super().callback_parameters(MultiDict((name, value) for name, _, value in pairs) or received)


@weakness("return-url-in-state")
class ReturnUrlInState(RelyingParty):
    """The state is a random part and the page to return to; only the random part is compared."""

    def new_state(self) -> str:
        return f"{super().new_state()}:/me"

    def state_fits(self, known: str, received: str) -> bool:
        return super().state_fits(known.partition(":")[0], received.partition(":")[0])


@weakness("keeps-first-pending-login")
class KeepsFirstPendingLogin(RelyingParty):
    """A login under way is not overwritten by another one that starts in the same browser; its state fits nothing."""

    def remember(self, pending: PendingLogin) -> None:
        if not self.known_states():
            super().remember(pending)


@weakness("shows-newest-user")
class ShowsNewestUser(RelyingParty):
    """The user is a field of the one service object: every session shows whoever signed in last."""

    newest: ClassVar[dict[str, str] | None] = None

    def begin_session(self, claims: Claims) -> None:
        super().begin_session(claims)
        ShowsNewestUser.newest = super().user()

    def user(self) -> dict[str, str] | None:
        return self.newest if super().user() else None


@weakness("follows-error-uri")
class FollowsErrorUri(RelyingParty):
    """`redirect(error_uri)`, so that the IdP explains it itself."""

    def check_error(self, parameters: dict[str, str]) -> None:
        if "error_uri" in parameters:
            flask.abort(flask.redirect(parameters["error_uri"]))
        super().check_error(parameters)


@weakness("reads-errors-as-documented")
class ReadsErrorsAsDocumented(RelyingParty):
    """`MESSAGES[error]`, and a description that is there, in ASCII: all three as in the IdP's documentation."""

    def check_error(self, parameters: dict[str, str]) -> None:
        if "error" in parameters:
            known = ("access_denied", "invalid_request", "invalid_scope", "login_required", "server_error")
            known[known.index(parameters["error"])]
            parameters["error_description"].encode("ascii")
        super().check_error(parameters)


@weakness("forgets-logins-on-error")
class ForgetsLoginsOnError(RelyingParty):
    """An error ends whatever is under way in this browser, before anybody asks whose error it is."""

    def find_state(self, received: str | None) -> str:
        if "error" in flask.request.values:
            flask.session.clear()
        return super().find_state(received)


@weakness("uses-first-of-several-states")
class UsesFirstOfSeveralStates(RelyingParty):
    """`args["state"]`, where all else goes through a check of the parameters."""

    def only_value(self, name: str, values: list[str]) -> str:
        return values[0] if name == "state" else super().only_value(name, values)


@weakness("uses-first-of-several-issuers")
class UsesFirstOfSeveralIssuers(RelyingParty):
    """`iss` was added to the parameters later, and not to their check."""

    def only_value(self, name: str, values: list[str]) -> str:
        return values[0] if name == "iss" else super().only_value(name, values)


@weakness("remembers-codes-instead-of-states")
class RemembersCodesInsteadOfStates(RelyingParty):
    """A callback works once because its code does; the state that came with it stays good."""

    used_codes: ClassVar[set[str]] = set()

    def forget(self, state: str) -> None:
        pass

    def code(self, parameters: dict[str, str]) -> str:
        code = super().code(parameters)
        if code in self.used_codes:
            raise Rejected(WHAT, "the code was used before")
        self.used_codes.add(code)
        return code
