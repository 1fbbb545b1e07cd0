"""Weaknesses of requests that somebody else chooses."""

from __future__ import annotations

from typing import Any

import requests

from targets.broken.registry import weakness
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.idp_client import TIMEOUT
from targets.reference.relying_party import RelyingParty


@weakness("discovers-the-issuer-of-a-token")
class DiscoversTheIssuerOfAToken(RelyingParty):
    """Metadata is looked up where the unverified token says, to be ready for any tenant."""

    def validate_id_token(
        self, compact: str, pending: PendingLogin, access_token: str | None, code: str | None = None
    ) -> Claims:
        issuer = self.claims_of(self.read(compact)).get("iss")
        if isinstance(issuer, str) and issuer != self.settings.issuer:
            self.fetch("Discovery", f"{issuer}/.well-known/openid-configuration")
        return super().validate_id_token(compact, pending, access_token, code)


@weakness("follows-redirects")
class FollowsRedirects(RelyingParty):
    """An HTTP library's default: what an endpoint redirects to is fetched, wherever that is."""

    def fetch(self, what: str, url: str, method: str = "GET", **request: Any) -> requests.Response:  # noqa: ARG002
        return self.http.request(method, url, timeout=TIMEOUT, **request)
