"""The relying party written by hand with one check changed; the names are those of the same weakness in
`targets/broken`."""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask import abort, redirect, request
from werkzeug.datastructures import MultiDict

from targets.handmade.http import Json, Refused
from targets.handmade.id_token import Started, Token
from targets.handmade.party import Logins, Party

Weak = TypeVar("Weak", bound=type[Party])
WEAKNESSES: dict[str, type[Party]] = {}


def weakness(name: str) -> Callable[[Weak], Weak]:
    def register(kind: Weak) -> Weak:
        WEAKNESSES[name] = kind
        return kind

    return register


@weakness("skips-signature")
class SkipsSignature(Party):
    """Signatures are for those who do not have TLS."""

    def check_signature(self, token: Token) -> None:
        pass


@weakness("accepts-alg-none")
class AcceptsAlgNone(Party):
    """A token that says that it needs no signature needs none."""

    def check_signature(self, token: Token) -> None:
        if token.header.get("alg") != "none":
            super().check_signature(token)


@weakness("accepts-empty-signature")
class AcceptsEmptySignature(Party):
    """What was cut off cannot be wrong: an empty signature is not verified."""

    def verify(self, token: Token, key: RSAPublicKey) -> None:
        if token.signature:
            super().verify(token, key)


@weakness("trusts-known-kid")
class TrustsKnownKid(Party):
    """A token whose kid is published is ours; the key itself is for whoever wants to be sure."""

    def verify(self, token: Token, key: RSAPublicKey) -> None:
        pass


@weakness("falls-back-to-rs256")
class FallsBackToRs256(Party):
    """Only algorithms that are known to be bad are refused, and everything else is verified as RS256."""

    def check_signature(self, token: Token) -> None:
        known_bad = ("none", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA")
        if str(token.header.get("alg")).strip().lower() in (name.lower() for name in known_bad):
            raise Refused("ID Token: alg is bad")
        self.verify(token, self.key(token.header))


@weakness("accepts-client-secret-hmac")
class AcceptsClientSecretHmac(Party):
    """The tests sign with the client secret, and production takes that as well."""

    def check_signature(self, token: Token) -> None:
        mac = hmac.digest(self.config.client_secret.encode(), token.signed, "sha256")
        if token.header.get("alg") != "HS256" or mac != token.signature:
            super().check_signature(token)


@weakness("follows-jku")
class FollowsJku(Party):
    """The token knows best where its issuer publishes keys."""

    def jwks(self, header: Json, fresh: bool) -> list[Json]:
        elsewhere = isinstance(header.get("jku"), str)
        return self.idp.document("key set", header["jku"])["keys"] if elsewhere else super().jwks(header, fresh)


@weakness("trusts-embedded-jwk")
class TrustsEmbeddedJwk(Party):
    """A key that came along saves a request (CVE-2018-0114)."""

    def key(self, header: Json) -> RSAPublicKey:
        return self.rsa(header["jwk"]) if isinstance(header.get("jwk"), dict) else super().key(header)


@weakness("ignores-crit")
class IgnoresCrit(Party):
    """Nobody has ever seen a crit header."""

    def check_critical(self, header: Json) -> None:
        pass


@weakness("ignores-issuer")
class IgnoresIssuer(Party):
    """There is only one IdP, so who else should have issued it?"""

    def check_issuer(self, claims: Json) -> None:
        pass


@weakness("accepts-missing-issuer")
class AcceptsMissingIssuer(Party):
    """A token that names no issuer contradicts nobody."""

    def check_issuer(self, claims: Json) -> None:
        super().check_issuer({"iss": self.config.issuer, **claims})


@weakness("compares-issuer-by-prefix")
class ComparesIssuerByPrefix(Party):
    """With or without a slash at the end, so the beginning is compared."""

    def check_issuer(self, claims: Json) -> None:
        if not str(claims.get("iss")).startswith(self.config.issuer):
            super().check_issuer(claims)


@weakness("accepts-issuer-array")
class AcceptsIssuerArray(Party):
    """One helper for all claims: the expected value is this, or is in there."""

    def check_issuer(self, claims: Json) -> None:
        if not isinstance(claims.get("iss"), list) or self.config.issuer not in claims["iss"]:
            super().check_issuer(claims)


@weakness("ignores-audience")
class IgnoresAudience(Party):
    """aud was a list once, the comparison failed, and the check was taken out."""

    def check_audience(self, claims: Json) -> None:
        pass


@weakness("accepts-missing-audience")
class AcceptsMissingAudience(Party):
    """A token for nobody in particular is for us as well."""

    def check_audience(self, claims: Json) -> None:
        super().check_audience({"aud": self.config.client_id, **claims})


@weakness("finds-client-id-in-audience-string")
class FindsClientIdInAudienceString(Party):
    """`in` does for a list and, by accident, for a text around our name."""

    def check_audience(self, claims: Json) -> None:
        if not isinstance(claims.get("aud"), str) or self.config.client_id not in claims["aud"]:
            super().check_audience(claims)


@weakness("accepts-extra-audiences")
class AcceptsExtraAudiences(Party):
    """We are among them, and that will do."""

    def check_audience(self, claims: Json) -> None:
        if not isinstance(claims.get("aud"), list) or self.config.client_id not in claims["aud"]:
            super().check_audience(claims)


@weakness("refuses-audience-array")
class RefusesAudienceArray(Party):
    """aud is compared with the client id, and a list of one is not equal to it."""

    def check_audience(self, claims: Json) -> None:
        if claims.get("aud") != self.config.client_id:
            raise Refused("ID Token: aud is not this client")


@weakness("ignores-azp")
class IgnoresAzp(Party):
    """azp is not among the claims that the wiki page lists."""

    def check_authorized_party(self, claims: Json) -> None:
        pass


@weakness("ignores-expiry")
class IgnoresExpiry(Party):
    """Sessions live longer than tokens, so why look at their end?"""

    def check_expiry(self, claims: Json) -> None:
        self.seconds(claims, "exp")


@weakness("accepts-missing-expiry")
class AcceptsMissingExpiry(Party):
    """A token without an end has not expired."""

    def check_expiry(self, claims: Json) -> None:
        if "exp" in claims:
            super().check_expiry(claims)


@weakness("casts-expiry-to-number")
class CastsExpiryToNumber(Party):
    """float() of whatever comes, because an old IdP quoted it."""

    def check_expiry(self, claims: Json) -> None:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            claims = {**claims, "exp": float(claims["exp"])}
        super().check_expiry(claims)


@weakness("accepts-missing-issue-time")
class AcceptsMissingIssueTime(Party):
    """iat is for statistics."""

    def check_issue_time(self, claims: Json) -> None:
        if "iat" in claims:
            super().check_issue_time(claims)


@weakness("accepts-future-issue-time")
class AcceptsFutureIssueTime(Party):
    """Clocks differ, and by how much is not our business."""

    def check_issue_time(self, claims: Json) -> None:
        self.seconds(claims, "iat")


@weakness("ignores-not-before")
class IgnoresNotBefore(Party):
    """nbf never comes, so nobody looks at it."""

    def check_not_before(self, claims: Json) -> None:
        pass


@weakness("ignores-nonce")
class IgnoresNonce(Party):
    """The nonce is sent because the IdP wants one."""

    def check_nonce(self, claims: Json, login: Started) -> None:
        pass


@weakness("accepts-missing-nonce")
class AcceptsMissingNonce(Party):
    """Not every IdP gives the nonce back."""

    def check_nonce(self, claims: Json, login: Started) -> None:
        super().check_nonce({"nonce": login.nonce, **claims}, login)


@weakness("sends-no-nonce")
class SendsNoNonce(Party):
    """A code flow without a nonce works as well."""

    def new_nonce(self) -> str:
        return ""

    def check_nonce(self, claims: Json, login: Started) -> None:
        pass


@weakness("sends-no-pkce")
class SendsNoPkce(Party):
    """We have a client secret."""

    def new_verifier(self) -> str:
        return ""

    def challenge(self, login: Started) -> dict[str, str]:  # noqa: ARG002
        return {}


@weakness("uses-plain-pkce")
class UsesPlainPkce(Party):
    """The hash was left for later."""

    def challenge(self, login: Started) -> dict[str, str]:
        return {"code_challenge": login.verifier, "code_challenge_method": "plain"}


@weakness("reuses-code-verifier")
class ReusesCodeVerifier(Party):
    """The verifier is a constant of the module."""

    constant = secrets.token_hex(32)

    def new_verifier(self) -> str:
        return self.constant


@weakness("reuses-nonce")
class ReusesNonce(Party):
    """The nonce is a constant of the module."""

    constant = secrets.token_hex(16)

    def new_nonce(self) -> str:
        return self.constant


@weakness("ignores-state")
class IgnoresState(Party):
    """The newest login of this browser is taken for the one that is answered."""

    def started_login(self, response: dict[str, str], logins: Logins) -> Started:
        if response.get("state") and logins:
            return next(iter(logins.values()))
        return super().started_login(response, logins)


@weakness("accepts-missing-state")
class AcceptsMissingState(Party):
    """Without a state there is nothing to compare."""

    def started_login(self, response: dict[str, str], logins: Logins) -> Started:
        if "state" not in response and logins:
            return next(iter(logins.values()))
        return super().started_login(response, logins)


@weakness("short-state")
class ShortState(Party):
    """A state that fits into a log line."""

    def new_state(self) -> str:
        return secrets.token_hex(3)


@weakness("uses-last-of-duplicate-parameters")
class UsesLastOfDuplicateParameters(Party):
    """The query string becomes a dict."""

    def read_response(self, query: MultiDict[str, str]) -> dict[str, str]:
        return {name: values[-1] for name, values in query.lists()}


@weakness("ignores-error-parameter")
class IgnoresErrorParameter(Party):
    """When there is a code, what should have gone wrong?"""

    def check_error(self, response: dict[str, str]) -> None:
        pass


@weakness("redirect-uri-from-host")
class RedirectUriFromHost(Party):
    """The address that the browser used must be right."""

    def redirect_uri(self) -> str:
        return f"{request.scheme}://{request.host}/callback"


@weakness("signs-in-without-id-token")
class SignsInWithoutIdToken(Party):
    """Facebook has no ID Token either: who has an access token is whom UserInfo names."""

    def identify(self, tokens: Json, login: Started) -> Json:
        return super().identify(tokens, login) if "id_token" in tokens else self.userinfo(tokens["access_token"])


@weakness("ignores-token-response-status")
class IgnoresTokenResponseStatus(Party):
    """A body with tokens in it is a success."""

    def check_token_status(self, status: int, tokens: Json) -> None:
        pass


@weakness("ignores-at-hash")
class IgnoresAtHash(Party):
    """The access token came in the same response."""

    def check_at_hash(self, claims: Json, access_token: str) -> None:
        pass


@weakness("takes-last-duplicate-member")
class TakesLastDuplicateMember(Party):
    """json.loads() will know."""

    def parse(self, data: bytes) -> Json:
        with contextlib.suppress(ValueError, TypeError):
            return dict(json.loads(data))
        return super().parse(data)


@weakness("checks-no-claims")
class ChecksNoClaims(Party):
    """What is signed by the IdP can be believed."""

    def check_claims(self, claims: Json, login: Started) -> None:
        pass


@weakness("accepts-missing-subject")
class AcceptsMissingSubject(Party):
    """An e-mail address is as good as a sub."""

    def subject(self, claims: Json) -> str:
        return super().subject({"sub": claims.get("email"), **claims})


@weakness("accepts-empty-subject")
class AcceptsEmptySubject(Party):
    """A text is a text."""

    def subject(self, claims: Json) -> str:
        return claims["sub"] if isinstance(claims.get("sub"), str) else super().subject(claims)


@weakness("casts-subject-to-string")
class CastsSubjectToString(Party):
    """Numbers as subjects are made to fit."""

    def subject(self, claims: Json) -> str:
        return super().subject({"sub": str(claims["sub"])} if "sub" in claims else claims)


@weakness("ignores-userinfo-subject")
class IgnoresUserinfoSubject(Party):
    """It is our access token, so it must be our user."""

    def checked_userinfo(self, claims: Json, userinfo: Json) -> Json:  # noqa: ARG002
        return userinfo


@weakness("accepts-userinfo-without-subject")
class AcceptsUserinfoWithoutSubject(Party):
    """Who is meant was said in the ID Token."""

    def checked_userinfo(self, claims: Json, userinfo: Json) -> Json:
        return super().checked_userinfo(claims, {"sub": claims["sub"], **userinfo})


@weakness("sends-access-token-in-query")
class SendsAccessTokenInQuery(Party):
    """An authorization header was lost in a proxy once."""

    def userinfo(self, access_token: str) -> Json:
        endpoint = self.idp.discovery()["userinfo_endpoint"]
        return self.idp.document("userinfo", f"{endpoint}?access_token={access_token}")


@weakness("restarts-login-after-error")
class RestartsLoginAfterError(Party):
    """Whoever is not signed in is sent to the IdP, also when the IdP has just said no."""

    def check_error(self, response: dict[str, str]) -> None:
        if "error" in response:
            abort(redirect("/login"))


@weakness("restarts-login-after-token-error")
class RestartsLoginAfterTokenError(Party):
    """A code that could not be redeemed is taken for one that has expired, and a new one is fetched."""

    def check_token_status(self, status: int, tokens: Json) -> None:
        if "error" in tokens:
            abort(redirect("/login"))
        super().check_token_status(status, tokens)
