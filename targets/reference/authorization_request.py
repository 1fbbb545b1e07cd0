"""The start of a login: the authorization request and what is remembered of it.

Sources: OIDC Core 3.1.2.1, RFC 7636 4 (PKCE), RFC 9700 2.1.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from targets.reference.callback import PendingLogin
from targets.reference.request_object import RequestObjects

PENDING_LIMIT = 5


class AuthorizationRequests(RequestObjects):
    pending_limit = PENDING_LIMIT
    """Logins that one browser can have under way; they live in its cookie, which has 4 KB."""

    redirect_status = 302
    """Browsers go on with GET, whatever they sent here: with 307 they would send a form on to the IdP."""

    def start_login(self, *, login_hint: str | None = None, return_to: str = "") -> str:
        """Remembers a new login in this browser; the URL to send it to. `return_to`: where it goes on afterwards."""
        endpoint = self.metadata()["authorization_endpoint"]
        pending = PendingLogin(
            state=self.new_state(),
            nonce=self.new_nonce(),
            code_verifier=self.new_code_verifier(),
            redirect_uri=self.redirect_uri(),
            started=self.now(),
            issuer=self.settings.issuer,
            return_to=return_to,
        )
        self.remember(pending)
        parameters = {**self.parameters(pending), "login_hint": login_hint}
        if self.settings.request_object_signing_alg:
            parameters = {**self.outside(parameters), "request": self.request_object(parameters)}
        if self.settings.pushed_requests:
            return self.pushed(endpoint, parameters)
        with self.client.session() as session:
            url, _ = session.create_authorization_url(endpoint, **parameters)
        return str(url)

    def new_state(self) -> str:
        return secrets.token_urlsafe(32)

    def new_nonce(self) -> str | None:
        """An RP with PKCE may leave it out in the code flow (RFC 9700 2.1.1)."""
        return secrets.token_urlsafe(32) if self.settings.send_nonce else None

    def new_code_verifier(self) -> str | None:
        """A confidential client may rely on the nonce instead (RFC 9700 2.1.1)."""
        return secrets.token_urlsafe(32) if self.settings.send_code_challenge else None

    def redirect_uri(self) -> str:
        """From the configuration alone: nothing in the request can change it."""
        return f"{self.settings.base_url}{self.settings.callback}"

    def scope(self) -> str:
        return self.settings.scope

    def code_challenge(self, verifier: str) -> tuple[str, str]:
        """Challenge and method (RFC 7636 4.2)."""
        digest = hashlib.sha256(verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "S256"

    def parameters(self, pending: PendingLogin) -> dict[str, Any]:
        """Parameters of the authorization request; None is not sent."""
        challenge, method = None, None
        if pending.code_verifier and "code" in self.response_types():
            challenge, method = self.code_challenge(pending.code_verifier)
        return {
            "response_type": self.response_type(),
            "response_mode": self.response_mode(),
            "redirect_uri": pending.redirect_uri,
            "scope": self.scope(),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge,
            "code_challenge_method": method,
            "max_age": self.settings.max_age,
            "acr_values": self.settings.acr_values or None,
            "prompt": self.settings.prompt or None,
        }

    def remember(self, pending: PendingLogin) -> None:
        store, framework = self.pending_logins(), self.client.framework
        for state in self.known_states()[self.pending_limit - 1 :]:
            framework.clear_state_data(store, state)
        framework.set_state_data(store, pending.state, pending.to_json())
