"""python -m targets.lenient"""

from __future__ import annotations

import json
from typing import Any

from targets.reference.app import main
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import Jws


class Lenient(RelyingParty):
    """What it must check it checks; every method here says which text leaves it the choice."""

    @property
    def in_front_channel(self) -> bool:
        """Whether ID Tokens come by the browser: then signature, nonce and at_hash are no choice (3.2.2.11)."""
        return "id_token" in self.response_types()

    leeway = 300
    """RFC 7519 4.1.4: a small leeway, usually no more than a few minutes."""

    def verify_signature(self, jws: Jws) -> None:
        """OIDC Core 3.1.3.7 item 6: TLS may stand in for it; so it may for UserInfo (5.3.4 item 3)."""
        if self.in_front_channel:
            super().verify_signature(jws)

    def check_type(self, header: dict[str, Any]) -> None:
        """RFC 7519 5.1: typ is for applications that want to tell objects apart."""

    def check_authorized_party(self, claims: Claims) -> None:
        """OIDC Core 3.1.3.7 items 4 and 5: only for those who use extensions."""

    def check_party_of_several(self, claims: Claims) -> None:
        """The same: since errata set 2 several audiences alone demand no azp."""

    def check_issue_time(self, claims: Claims) -> None:
        """OIDC Core 3.1.3.7 item 10: iat, which is required, can be used to reject tokens."""
        self.number(claims, "iat")

    def check_not_before(self, claims: Claims) -> None:
        """RFC 7519 4.1: no claim of its list has to be known in every case, and OIDC Core does not speak of nbf."""

    def new_nonce(self) -> str | None:
        """OIDC Core 3.1.2.1: optional in the code flow; PKCE and state bind the answer to the browser."""
        return super().new_nonce() if self.in_front_channel else None

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        """OIDC Core 3.1.3.7 item 11: only when one was sent."""
        if pending.nonce:
            super().check_nonce(claims, pending)

    def check_at_hash(self, claims: Claims, access_token: str | None, algorithm: str) -> None:
        """OIDC Core 3.1.3.8: optional in the code flow."""
        if self.in_front_channel:
            super().check_at_hash(claims, access_token, algorithm)

    def check_s_hash(self, claims: Claims, pending: PendingLogin) -> None:
        """FAPI 1.0 Advanced 5.2.3.1: for those who follow that profile."""

    def only_value(self, name: str, values: list[str]) -> str:  # noqa: ARG002
        """RFC 6749 3.1 forbids to send a parameter twice; nothing says what the reader has to do."""
        return values[-1]

    def parse_json(self, data: bytes) -> dict[str, Any]:
        """RFC 7519 4: a parser may return the last member of a name that occurs twice."""
        document = json.loads(data)
        if not isinstance(document, dict):
            raise ValueError("it is not a JSON object")
        return document


if __name__ == "__main__":
    main(Lenient)
