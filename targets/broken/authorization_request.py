"""Weaknesses of what the authorization request says."""

from __future__ import annotations

from typing import Any

from targets.broken.registry import weakness
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.relying_party import RelyingParty
from targets.reference.token_response import Tokens


@weakness("omits-openid-scope")
class OmitsOpenidScope(RelyingParty):
    """Plain OAuth used as a login: no ID Token is asked for, the user is whom the access token names."""

    def scope(self) -> str:
        return "profile email"

    def identify(self, tokens: Tokens, pending: PendingLogin) -> Claims:
        if "id_token" in tokens:
            return super().identify(tokens, pending)
        access_token = self.read(tokens["access_token"])
        self.verify_signature(access_token)
        claims = self.claims_of(access_token)
        self.check_issuer(claims)
        return claims


@weakness("sends-client-secret-in-request")
class SendsClientSecretInRequest(RelyingParty):
    """One parameter map for both endpoints: the secret ends in browser history and logs."""

    def parameters(self, pending: PendingLogin) -> dict[str, Any]:
        return {**super().parameters(pending), "client_secret": self.settings.client_secret}


@weakness("asks-for-front-channel-token")
class AsksForFrontChannelToken(RelyingParty):
    """A response type from an old tutorial: an access token travels through the browser for nothing."""

    def response_type(self) -> str:
        return "code token"


@weakness("sends-posted-form-to-idp")
class SendsPostedFormToIdp(RelyingParty):
    """`redirect(url, 307)`, because it keeps the method: the browser posts the login form again, to the IdP."""

    redirect_status = 307
