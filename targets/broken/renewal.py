"""Weaknesses of renewals: refresh requests, their answers, and where the tokens are kept."""

from __future__ import annotations

from typing import Any

import flask
import requests

from targets.broken.registry import weakness
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.renewal import WHAT, Held
from targets.reference.signature import Jws
from targets.reference.token_response import Tokens


@weakness("keeps-old-access-token", of="renewal")
class KeepsOldAccessToken(RelyingParty):
    """Only the refresh token is stored again; requests go on with the first access token until it expires."""

    def take_tokens(self, held: Held, tokens: Tokens) -> None:
        held.refresh_token = str(tokens.get("refresh_token", held.refresh_token))


@weakness("keeps-first-refresh-token", of="renewal")
class KeepsFirstRefreshToken(RelyingParty):
    """Written for an IdP without rotation."""

    def take_tokens(self, held: Held, tokens: Tokens) -> None:
        held.access_token = tokens["access_token"]


@weakness("gives-up-on-refused-access-token", of="renewal")
class GivesUpOnRefusedAccessToken(RelyingParty):
    """Tokens are renewed by the clock alone; a 401 is an error like any other."""

    def is_refused(self, response: requests.Response) -> bool:  # noqa: ARG002
        return False


@weakness("renews-in-parallel", of="renewal")
class RenewsInParallel(RelyingParty):
    """Every request that finds the access token expired renews it, which IdPs with reuse detection take for theft."""

    def renew_once(self, held: Held, seen: int) -> Claims:  # noqa: ARG002
        return self.renewed_user(held)


@weakness("outlives-revoked-grant", of="renewal")
class OutlivesRevokedGrant(RelyingParty):
    """A failed renewal shows an error page, and the session goes on."""

    def end_session(self) -> None:
        pass


@weakness("retries-refused-refresh-token", of="renewal")
class RetriesRefusedRefreshToken(RelyingParty):
    """A retry policy for outages that does not look at what the error was."""

    def request_refresh(self, held: Held) -> requests.Response:
        for _ in range(4):
            response = super().request_refresh(held)
            if response.status_code == 200:
                break
        return response


@weakness("asks-for-wider-scope", of="renewal")
class AsksForWiderScope(RelyingParty):
    """The refresh request repeats a scope list that has grown since the login."""

    def request_refresh(self, held: Held) -> requests.Response:
        scope = f"{self.scope()} phone"
        return self.ask_for_tokens(grant_type="refresh_token", refresh_token=held.refresh_token, scope=scope)


@weakness("asks-for-scope-of-last-answer", of="renewal")
class AsksForScopeOfLastAnswer(RelyingParty):
    """The token response is stored whole, and its scope is sent with the next refresh request."""

    def request_refresh(self, held: Held) -> requests.Response:
        scope = held.claims.get("scope")
        return self.ask_for_tokens(grant_type="refresh_token", refresh_token=held.refresh_token, scope=scope)

    def take_tokens(self, held: Held, tokens: Tokens) -> None:
        super().take_tokens(held, tokens)
        held.claims = {**held.claims, "scope": tokens.get("scope")}


@weakness("ignores-issuer-of-refreshed-token", of="renewal")
class IgnoresIssuerOfRefreshedToken(RelyingParty):
    """The issuer was checked at the login, and is taken for settled."""

    def check_refreshed_claims(self, header: dict[str, Any], claims: Claims, held: Held) -> None:
        super().check_refreshed_claims(header, {**claims, "iss": held.claims["iss"]}, held)


@weakness("ignores-subject-of-refreshed-token", of="renewal")
class IgnoresSubjectOfRefreshedToken(RelyingParty):
    """The session becomes that of whoever the newest ID Token names."""

    def check_refreshed_claims(self, header: dict[str, Any], claims: Claims, held: Held) -> None:
        super().check_refreshed_claims(header, {**claims, "sub": held.claims["sub"]}, held)


@weakness("ignores-audience-of-refreshed-token", of="renewal")
class IgnoresAudienceOfRefreshedToken(RelyingParty):
    """The audience is looked at in the callback only."""

    def check_refreshed_claims(self, header: dict[str, Any], claims: Claims, held: Held) -> None:
        super().check_refreshed_claims(header, {**claims, "aud": self.settings.client_id}, held)


@weakness("ignores-expiry-of-refreshed-token", of="renewal")
class IgnoresExpiryOfRefreshedToken(RelyingParty):
    """What has just come from the IdP is taken for fresh."""

    def check_refreshed_claims(self, header: dict[str, Any], claims: Claims, held: Held) -> None:
        super().check_refreshed_claims(header, {**claims, "exp": self.now() + self.leeway}, held)


@weakness("ignores-signature-of-refreshed-token", of="renewal")
class IgnoresSignatureOfRefreshedToken(RelyingParty):
    """The refreshed ID Token is decoded, not verified."""

    def verified(self, compact: str) -> Jws:
        return self.read(compact)


@weakness("ignores-nonce-of-refreshed-token", of="renewal")
class IgnoresNonceOfRefreshedToken(RelyingParty):
    """A nonce is compared at the login only."""

    def expected_nonce(self, claims: Claims, held: Held) -> str | None:  # noqa: ARG002
        return claims.get("nonce")


@weakness("requires-nonce-of-refreshed-token", of="renewal")
class RequiresNonceOfRefreshedToken(RelyingParty):
    """The check of the login is used again, although a refreshed ID Token should have no nonce."""

    def expected_nonce(self, claims: Claims, held: Held) -> str | None:  # noqa: ARG002
        return held.pending.nonce


@weakness("refuses-nonce-of-refreshed-token", of="renewal")
class RefusesNonceOfRefreshedToken(RelyingParty):
    """No nonce is expected, so any is refused, even that of the login."""

    def expected_nonce(self, claims: Claims, held: Held) -> str | None:  # noqa: ARG002
        return "" if "nonce" in claims else None


@weakness("requires-refreshed-id-token", of="renewal")
class RequiresRefreshedIdToken(RelyingParty):
    """The answer to a code and the answer to a refresh token are taken for the same."""

    def refreshed_claims(self, tokens: Tokens, held: Held) -> Claims:
        if "id_token" not in tokens:
            raise Rejected(WHAT, "id_token is missing")
        return super().refreshed_claims(tokens, held)


@weakness("hands-tokens-to-scripts", of="renewal")
class HandsTokensToScripts(RelyingParty):
    """The refresh token in a cookie that the page's scripts can read."""

    def keep_tokens(self, claims: Claims, tokens: Tokens, pending: PendingLogin) -> None:
        super().keep_tokens(claims, tokens, pending)

        @flask.after_this_request
        def remember(response: flask.Response) -> flask.Response:
            response.set_cookie("refresh_token", str(tokens.get("refresh_token", "")))
            return response
