"""The authorization response: does it answer a login that this very browser has started?

Sources: RFC 6749 4.1.2 and 10.12, RFC 9207 2.4 (iss), RFC 9700 2.1, 4.4 and 4.7.
"""

from __future__ import annotations

import hmac
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

import flask
from werkzeug.datastructures import MultiDict

from targets.reference.foundation import Foundation
from targets.reference.idp_client import NAME
from targets.reference.rejection import Rejected, shown

WHAT = "Authorization response"
KNOWN_PARAMETERS = (
    *("state", "code", "iss", "error", "error_description", "error_uri"),
    *("id_token", "access_token", "token_type", "expires_in", "scope"),
)
LIFETIME = 3600


@dataclass(frozen=True)
class PendingLogin:
    """What has to be remembered between the two redirects; `started` in seconds since the epoch.

    `issuer`: the IdP that was asked. `return_to`: a page of ours, empty for the usual one.
    """

    state: str
    nonce: str | None
    code_verifier: str | None
    redirect_uri: str
    started: float
    issuer: str
    return_to: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Callbacks(Foundation):
    def response_type(self) -> str:
        return self.settings.response_type

    def response_types(self) -> list[str]:
        return self.response_type().split()

    def response_mode(self) -> str | None:
        """Tokens do not travel in query strings, and a server cannot see a fragment."""
        usual = None if self.response_type() == "code" else "form_post"
        return self.settings.response_mode or usual

    def received(self, method: str, query: MultiDict[str, str], form: MultiDict[str, str]) -> MultiDict[str, str]:
        """The parameters, from where the response mode that was asked for puts them."""
        wanted = "POST" if self.response_mode() == "form_post" else "GET"
        if method != wanted:
            raise Rejected(WHAT, f"it came by {method}, not by {wanted}")
        return form if method == "POST" else query

    def callback_parameters(self, received: MultiDict[str, str]) -> dict[str, str]:
        """The parameters that we know; others are ignored (RFC 6749 4.1.2)."""
        return {name: self.only_value(name, received.getlist(name)) for name in KNOWN_PARAMETERS if name in received}

    def only_value(self, name: str, values: list[str]) -> str:
        """RFC 6749 3.1: parameters must not be included more than once."""
        if len(values) > 1:
            raise Rejected(WHAT, f"{name} occurs {len(values)} times")
        return values[0]

    def pending_logins(self) -> MutableMapping[str, Any]:
        """The logins of this browser and of no other: they are in its signed cookie."""
        return flask.session

    def known_states(self) -> list[str]:
        """The states of this browser's pending logins, the newest first; Authlib keeps an entry for each."""
        store, prefix = self.pending_logins(), f"_state_{NAME}_"
        entries = [(entry["exp"], key) for key, entry in dict(store).items() if key.startswith(prefix)]
        return [key.removeprefix(prefix) for _, key in sorted(entries, reverse=True)]

    def take_pending_login(self, parameters: dict[str, str]) -> PendingLogin:
        """The login that this response answers; it is gone afterwards, however the response turns out."""
        state = self.find_state(parameters.get("state"))
        data = self.client.framework.get_state_data(self.pending_logins(), state)
        self.forget(state)
        pending = PendingLogin(**data)
        self.check_asked_here(pending)
        if pending.started + LIFETIME < self.now():
            raise Rejected(WHAT, "the login was started too long ago")
        return pending

    def check_asked_here(self, pending: PendingLogin) -> None:
        """Every IdP has a redirect URI of its own, so that one cannot answer for another (RFC 9700 4.4.2.2)."""
        if pending.issuer != self.settings.issuer:
            raise Rejected(WHAT, "the login was started at another IdP")

    def find_state(self, received: str | None) -> str:
        if received is None:
            raise Rejected(WHAT, "state is missing")
        if not received:
            raise Rejected(WHAT, "state is empty")
        for known in self.known_states():
            if self.state_fits(known, received):
                return known
        raise Rejected(WHAT, "state belongs to no login that this browser has started")

    def state_fits(self, known: str, received: str) -> bool:
        return hmac.compare_digest(known.encode(), received.encode())

    def forget(self, state: str) -> None:
        self.client.framework.clear_state_data(self.pending_logins(), state)

    def check_response_issuer(self, parameters: dict[str, str]) -> None:
        promised = self.metadata().get("authorization_response_iss_parameter_supported") is True
        if ("iss" in parameters or promised) and parameters.get("iss") != self.settings.issuer:
            raise Rejected(WHAT, f"iss is {shown(parameters.get('iss'))}, not {self.settings.issuer}")

    def check_error(self, parameters: dict[str, str]) -> None:
        if "error" in parameters:
            told = " ".join(parameters[name] for name in ("error", "error_description") if name in parameters)
            raise Rejected(WHAT, f"the IdP reports the error {shown(told, 300)}")

    def code(self, parameters: dict[str, str]) -> str:
        if not parameters.get("code"):
            raise Rejected(WHAT, "code is missing")
        return parameters["code"]
