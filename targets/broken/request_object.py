"""Weaknesses of signed authorization requests."""

from __future__ import annotations

from typing import Any

from targets.broken.registry import weakness
from targets.reference.relying_party import RelyingParty

Parameters = dict[str, Any]


@weakness("names-no-issuer-in-request-object", of="request-object")
class NamesNoIssuerInRequestObject(RelyingParty):
    """No aud: what was signed for one authorization server can be shown to another."""

    def request_claims(self, parameters: Parameters) -> Parameters:
        return {name: value for name, value in super().request_claims(parameters).items() if name != "aud"}


@weakness("refers-to-request-in-request-object", of="request-object")
class RefersToRequestInRequestObject(RelyingParty):
    """All of the request's parameters are signed, those that only refer to it too."""

    def request_claims(self, parameters: Parameters) -> Parameters:
        return {**super().request_claims(parameters), "request_uri": f"{self.settings.base_url}/request"}


@weakness("signs-another-response-type", of="request-object")
class SignsAnotherResponseType(RelyingParty):
    """What stands beside the request object was left as it had been before there was one."""

    def outside(self, parameters: Parameters) -> Parameters:
        return {**super().outside(parameters), "response_type": "id_token"}


@weakness("names-client-as-request-subject", of="request-object")
class NamesClientAsRequestSubject(RelyingParty):
    """The code that makes client assertions makes request objects too."""

    def request_claims(self, parameters: Parameters) -> Parameters:
        return {**super().request_claims(parameters), "sub": self.settings.client_id}


@weakness("signs-requests-for-ever", of="request-object")
class SignsRequestsForEver(RelyingParty):
    """A signed request without an end: whoever finds one in a log can send users into it."""

    def request_claims(self, parameters: Parameters) -> Parameters:
        return {name: value for name, value in super().request_claims(parameters).items() if name != "exp"}
