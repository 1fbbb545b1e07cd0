"""Weaknesses of who answers: IdPs that are taken for each other, and `iss` in the authorization response."""

from __future__ import annotations

from typing import Any, ClassVar

import flask
from werkzeug.datastructures import MultiDict

from targets.broken.registry import weakness
from targets.reference.callback import WHAT, PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty

TWO = "two-providers"
ONE_ID = "two-providers-one-id"


def known_as(party: RelyingParty, issuer: object) -> RelyingParty:
    """The app's relying party for this issuer; without one, the party itself."""
    found = [one for one in party.siblings if one.settings.issuer == issuer]
    return found[0] if found and isinstance(found[0], RelyingParty) else party


@weakness("goes-on-at-the-idp-of-the-state", of=TWO)
class GoesOnAtTheIdpOfTheState(RelyingParty):
    """One handler behind all redirect URIs looks up by the state which IdP it was (RFC 9700 4.4.1)."""

    def finish_login(self, received: MultiDict[str, str]) -> str:
        state = self.callback_parameters(received).get("state")
        data = self.client.framework.get_state_data(self.pending_logins(), state) or {}
        return RelyingParty.finish_login(known_as(self, data.get("issuer")), received)


@weakness("takes-any-redirect-uri-of-its-own", of=TWO)
class TakesAnyRedirectUriOfItsOwn(RelyingParty):
    """There is a redirect URI for each IdP, and nobody looks whether the login was meant for this one."""

    def check_asked_here(self, pending: PendingLogin) -> None:
        pass


@weakness("remembers-one-idp", of=TWO)
class RemembersOneIdp(RelyingParty):
    """`session["provider"]` is one for the whole browser, and the newest login overwrites it."""

    def start_login(self, **options: Any) -> str:
        flask.session["provider"] = self.settings.issuer
        return super().start_login(**options)

    def finish_login(self, received: MultiDict[str, str]) -> str:
        return RelyingParty.finish_login(known_as(self, flask.session.get("provider")), received)

    def check_asked_here(self, pending: PendingLogin) -> None:
        pass


@weakness("compares-issuer-of-newest-login", of=TWO)
class ComparesIssuerOfNewestLogin(RelyingParty):
    """Endpoints and keys come from the login that is answered, the expected issuer from the session."""

    def start_login(self, **options: Any) -> str:
        flask.session["issuer"] = self.settings.issuer
        return super().start_login(**options)

    def check_issuer(self, claims: Claims) -> None:
        if claims.get("iss") != flask.session.get("issuer"):
            super().check_issuer(claims)


@weakness("trusts-every-configured-issuer", of=TWO)
class TrustsEveryConfiguredIssuer(RelyingParty):
    """`iss in TRUSTED_ISSUERS`: that it is the one which was asked is not seen to."""

    def check_issuer(self, claims: Claims) -> None:
        if claims.get("iss") not in [one.settings.issuer for one in self.siblings]:
            super().check_issuer(claims)


@weakness("chooses-idp-by-token", of=ONE_ID)
class ChoosesIdpByToken(RelyingParty):
    """A JWT filter with several issuers: the token's own iss says with whose keys it is verified."""

    def validate_id_token(
        self, compact: str, pending: PendingLogin, access_token: str | None, code: str | None = None
    ) -> Claims:
        named = known_as(self, self.claims_of(self.read(compact)).get("iss"))
        return RelyingParty.validate_id_token(named, compact, pending, access_token, code)


@weakness("finds-endpoints-by-authorization-endpoint", of=TWO)
class FindsEndpointsByAuthorizationEndpoint(RelyingParty):
    """One table of endpoints for all IdPs, whose key is where the browser was sent (arXiv 1508.04324)."""

    token_endpoints: ClassVar[dict[str, str]] = {}

    def metadata(self) -> dict[str, Any]:
        found = super().metadata()
        if not found.get("noted"):
            self.token_endpoints[found["authorization_endpoint"]] = found["token_endpoint"]
        found |= {"noted": True, "token_endpoint": self.token_endpoints[found["authorization_endpoint"]]}
        return found


@weakness("ends-all-logins-on-error", of=TWO)
class EndsAllLoginsOnError(RelyingParty):
    """`session.clear()` in the error handler, before anybody looks which login has failed."""

    def check_response_issuer(self, parameters: dict[str, str]) -> None:
        if "error" in parameters:
            flask.session.clear()
        super().check_response_issuer(parameters)


@weakness("ignores-response-issuer")
class IgnoresResponseIssuer(RelyingParty):
    """A library from before RFC 9207."""

    def check_response_issuer(self, parameters: dict[str, str]) -> None:
        pass


@weakness("compares-response-issuer-when-present")
class ComparesResponseIssuerWhenPresent(RelyingParty):
    """What the metadata promises is not read, so that leaving the parameter out is enough."""

    def check_response_issuer(self, parameters: dict[str, str]) -> None:
        if "iss" in parameters:
            super().check_response_issuer(parameters)


@weakness("refuses-response-issuer")
class RefusesResponseIssuer(RelyingParty):
    """The parameters of RFC 6749 and no others: the login breaks when the IdP begins to send iss."""

    def check_response_issuer(self, parameters: dict[str, str]) -> None:
        if "iss" in parameters:
            raise Rejected(WHAT, "iss is not known")
