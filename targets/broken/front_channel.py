"""Weaknesses of the implicit and the hybrid flow."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from targets.broken.registry import weakness
from targets.reference.callback import KNOWN_PARAMETERS, WHAT, PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import HOME, RelyingParty
from targets.reference.token_response import Tokens


@weakness("accepts-id-token-in-place-of-code")
class AcceptsIdTokenInPlaceOfCode(RelyingParty):
    """One callback for all flows of a library: whatever arrives is used, whichever was asked for."""

    def finish_login(self, received: MultiDict[str, str]) -> str:
        if "code" in received or "id_token" not in received:
            return super().finish_login(received)
        pending = self.take_pending_login(self.callback_parameters(received))
        self.begin_session(self.validate_id_token(received["id_token"], pending, None))
        return HOME


@weakness("refuses-unknown-front-channel-parameters", of="implicit")
class RefusesUnknownFrontChannelParameters(RelyingParty):
    """A strict schema for the fragment: the login breaks when the IdP adds a parameter."""

    def callback_parameters(self, received: MultiDict[str, str]) -> dict[str, str]:
        if unknown := set(received) - set(KNOWN_PARAMETERS):
            raise Rejected(WHAT, f"what is {unknown.pop()}?")
        return super().callback_parameters(received)


@weakness("accepts-tokens-in-query", of="implicit")
class AcceptsTokensInQuery(RelyingParty):
    """A framework's merged parameters: query and form are the same to it."""

    def received(self, method: str, query: MultiDict[str, str], form: MultiDict[str, str]) -> MultiDict[str, str]:
        return form if method == "POST" else query


@weakness("shows-error-as-markup", of="implicit")
class ShowsErrorAsMarkup(RelyingParty):
    """`{{ message | safe }}`, because a message once had a link in it; what was refused is quoted."""

    def told(self, error: Rejected) -> str:
        return Markup(super().told(error))


@weakness("quotes-id-token-as-markup", of="implicit")
class QuotesIdTokenAsMarkup(RelyingParty):
    """The page for developers shows the token that could not be read, as it came."""

    def validate_id_token(
        self, compact: str, pending: PendingLogin, access_token: str | None, code: str | None = None
    ) -> Claims:
        try:
            return super().validate_id_token(compact, pending, access_token, code)
        except Rejected as error:
            raise Rejected("ID Token", Markup(f"{error}: {compact}")) from error

    def told(self, error: Rejected) -> str:
        return Markup(error) if "ID Token" in str(error) else super().told(error)


@weakness("compares-front-channel-token-type-exactly", of="implicit-token")
class ComparesFrontChannelTokenTypeExactly(RelyingParty):
    """`token_type === "Bearer"`."""

    def check_token_type(self, tokens: Tokens) -> None:
        if tokens.get("token_type") != "Bearer":
            raise Rejected(WHAT, "token_type is not Bearer")


@weakness("ignores-front-channel-at-hash", of="implicit-token")
class IgnoresFrontChannelAtHash(RelyingParty):
    """at_hash has to be there, and nobody computes it: any access token can be put beside the ID Token."""

    def check_at_hash(self, claims: Claims, access_token: str | None, algorithm: str) -> None:
        pass


@weakness("accepts-missing-front-channel-at-hash", of="implicit-token")
class AcceptsMissingFrontChannelAtHash(RelyingParty):
    """at_hash is optional, as in the code flow: `if claims.at_hash and ...`."""

    def check_bound_access_token(self, claims: Claims, access_token: str | None) -> None:
        pass


@weakness("needs-email-in-front-channel", of="hybrid")
class NeedsEmailInFrontChannel(RelyingParty):
    """The account is looked up by e-mail as soon as the first ID Token is there."""

    def check_s_hash(self, claims: Claims, pending: PendingLogin) -> None:
        super().check_s_hash(claims, pending)
        if "email" not in claims:
            raise Rejected("ID Token", "email is missing")


@weakness("needs-front-channel-lifetime", of="hybrid-code-token")
class NeedsFrontChannelLifetime(RelyingParty):
    """`int(params["expires_in"])`, before anything else."""

    def check_token_type(self, tokens: Tokens) -> None:
        int(tokens["expires_in"])
        super().check_token_type(tokens)


@weakness("needs-at-hash-everywhere", of="hybrid-token")
class NeedsAtHashEverywhere(RelyingParty):
    """The rules of the authorization response are applied to the ID Token from the token endpoint."""

    def identify(self, tokens: Tokens, pending: PendingLogin) -> Claims:
        claims = super().identify(tokens, pending)
        self.check_bound_access_token(claims, tokens["access_token"])
        return claims


@weakness("ignores-c-hash", of="hybrid")
class IgnoresCHash(RelyingParty):
    """Nobody computes c_hash: another person's code can be put beside the ID Token."""

    def check_c_hash(self, claims: Claims, code: str, algorithm: str) -> None:
        if "c_hash" not in claims:
            super().check_c_hash(claims, code, algorithm)


@weakness("accepts-missing-c-hash", of="hybrid")
class AcceptsMissingCHash(RelyingParty):
    """`if claims.c_hash and ...`."""

    def check_c_hash(self, claims: Claims, code: str, algorithm: str) -> None:
        if "c_hash" in claims:
            super().check_c_hash(claims, code, algorithm)


@weakness("ignores-s-hash", of="hybrid")
class IgnoresSHash(RelyingParty):
    """s_hash is a claim that nobody has heard of."""

    def check_s_hash(self, claims: Claims, pending: PendingLogin) -> None:
        pass


@weakness("ignores-who-front-channel-named", of="hybrid")
class IgnoresWhoFrontChannelNamed(RelyingParty):
    """The second ID Token replaces the first, and nobody asks whether both are about the same person."""

    def check_same_user(self, front: Claims, back: Claims) -> None:
        pass


@weakness("checks-nonce-in-front-channel-only", of="hybrid")
class ChecksNonceInFrontChannelOnly(RelyingParty):
    """The nonce is deleted when the first ID Token has been checked, so the second is checked without."""

    def identify(self, tokens: Tokens, pending: PendingLogin) -> Claims:
        own = self.claims_of(self.read(self.id_token(tokens))).get("nonce")
        return super().identify(tokens, replace(pending, nonce=own))
