"""Weaknesses of UserInfo."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import flask
import requests

from targets.broken.registry import weakness
from targets.reference.foundation import Claims
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import Jws
from targets.reference.strict import decode_base64url
from targets.reference.userinfo import WHAT


@weakness("ignores-userinfo-subject")
class IgnoresUserinfoSubject(RelyingParty):
    """UserInfo is merged over the ID Token's claims without comparing whom it is about."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        return {**claims, **userinfo}


@weakness("accepts-userinfo-without-subject")
class AcceptsUserinfoWithoutSubject(RelyingParty):
    """sub is compared when it is there."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        return super().merge_userinfo(claims, {"sub": claims["sub"], **userinfo})


@weakness("finds-subject-in-userinfo-array")
class FindsSubjectInUserinfoArray(RelyingParty):
    """`claims.sub in userinfo.sub`, which was meant for strings."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        if isinstance(userinfo.get("sub"), list) and claims["sub"] in userinfo["sub"]:
            return {**claims, **userinfo}
        return super().merge_userinfo(claims, userinfo)


@weakness("takes-the-last-of-userinfo-subjects")
class TakesTheLastOfUserinfoSubjects(RelyingParty):
    """A member with several values is flattened to one, as query parameters are."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        subject = userinfo.get("sub")
        last = subject[-1] if isinstance(subject, list) and subject else subject
        return super().merge_userinfo(claims, {**userinfo, "sub": last})


@weakness("sends-access-token-in-query")
class SendsAccessTokenInQuery(RelyingParty):
    """The access token in the URL, and so in every log on the way (RFC 6750 2.3)."""

    def request_userinfo(self, endpoint: str, access_token: str) -> requests.Response:
        return self.fetch(WHAT, endpoint, params={"access_token": access_token})


@weakness("crashes-on-userinfo-error")
class CrashesOnUserinfoError(RelyingParty):
    """Exceptions of the HTTP library and the JSON parser are caught nowhere."""

    def read_userinfo(self, response: requests.Response) -> dict[str, Any]:
        response.raise_for_status()
        return dict(response.json())


@weakness("starts-again-after-userinfo-error")
class StartsAgainAfterUserinfoError(RelyingParty):
    """Whoever has no profile is sent to the IdP to get one."""

    def read_userinfo(self, response: requests.Response) -> dict[str, Any]:
        if response.status_code == 401:
            flask.abort(flask.redirect(self.start_login()))
        return super().read_userinfo(response)


@weakness("throws-userinfo-away")
class ThrowsUserinfoAway(RelyingParty):
    """UserInfo is fetched and compared, and its claims are then left behind."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        super().merge_userinfo(claims, userinfo)
        return claims


@weakness("sends-access-token-in-form")
class SendsAccessTokenInForm(RelyingParty):
    """A habit of older libraries; many servers that protect resources know the header only."""

    def request_userinfo(self, endpoint: str, access_token: str) -> requests.Response:
        return self.fetch(WHAT, endpoint, "POST", data={"access_token": access_token})


@weakness("sends-access-token-twice", of="signed-userinfo")
class SendsAccessTokenTwice(RelyingParty):
    """In the form as configured, and in the header, which the HTTP client adds to every request (RFC 6750 2)."""

    def request_userinfo(self, endpoint: str, access_token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.fetch(WHAT, endpoint, "POST", data={"access_token": access_token}, headers=headers)


def with_subjects(response: requests.Response) -> dict[str, Any]:
    """UserInfo as a lenient parser reads it, with every `sub` that there is in `subjects`."""
    pairs = json.loads(response.content, object_pairs_hook=list)
    return {**dict(pairs), "subjects": [value for name, value in pairs if name == "sub"]}


@weakness("compares-first-subject-only")
class ComparesFirstSubjectOnly(RelyingParty):
    """A validator that keeps the first of two members in front of a parser that keeps the last."""

    def plain_userinfo(self, response: requests.Response) -> dict[str, Any]:
        return with_subjects(response)

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        merged = super().merge_userinfo(claims, {**userinfo, "sub": next(iter(userinfo["subjects"]), None)})
        return {**merged, "sub": userinfo["subjects"][-1]}


@weakness("compares-last-subject-only")
class ComparesLastSubjectOnly(RelyingParty):
    """A validator that keeps the last of two members in front of a parser that keeps the first."""

    def plain_userinfo(self, response: requests.Response) -> dict[str, Any]:
        return with_subjects(response)

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        return {**super().merge_userinfo(claims, userinfo), "sub": userinfo["subjects"][0]}


@weakness("lets-userinfo-replace-all-claims")
class LetsUserinfoReplaceAllClaims(RelyingParty):
    """`{**id_token, **userinfo}`: what the ID Token was checked for is overwritten afterwards."""

    def profile_claims(self, userinfo: Claims) -> Claims:
        return userinfo


@weakness("decodes-userinfo-jwt")
class DecodesUserinfoJwt(RelyingParty):
    """A JWT is taken apart by its content type, whatever was registered, and not verified."""

    def plain_userinfo(self, response: requests.Response) -> dict[str, Any]:
        if response.headers["Content-Type"] == "application/jwt":
            return self.parse_json(decode_base64url(response.text.split(".")[1]))
        return super().plain_userinfo(response)


@weakness("greets-by-first-name")
class GreetsByFirstName(RelyingParty):
    """`userinfo["name"].split()[0]`: the claim is taken for granted, and its type too."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        return {**super().merge_userinfo(claims, userinfo), "greeting": userinfo["name"].split()[0]}


@weakness("takes-any-email-for-verified")
class TakesAnyEmailForVerified(RelyingParty):
    """`if claims["email_verified"]`: a string that is not empty is true."""

    def email_is_verified(self, claims: Claims) -> bool:
        return bool(claims.get("email_verified"))


@weakness("fetches-picture")
class FetchesPicture(RelyingParty):
    """The avatar is downloaded by the server, from wherever the claim says."""

    def show(self, claims: Claims) -> None:
        super().show(claims)
        if "picture" in claims:
            self.fetch("Picture", claims["picture"])


@weakness("reads-userinfo-as-json-only", of="signed-userinfo")
class ReadsUserinfoAsJsonOnly(RelyingParty):
    """Registered for a signed response that the code has never known."""

    def signed_userinfo(self, compact: str) -> dict[str, Any]:
        return self.parse_json(compact.encode())


@weakness("skips-userinfo-signature", of="signed-userinfo")
class SkipsUserinfoSignature(RelyingParty):
    """The signed response is decoded, not verified."""

    def verify_userinfo_signature(self, jws: Jws) -> None:
        pass


@weakness("ignores-userinfo-issuer", of="signed-userinfo")
class IgnoresUserinfoIssuer(RelyingParty):
    """A good signature is enough, whoever the response says that it is from."""

    def check_userinfo_issuer(self, claims: Claims) -> None:
        pass


@weakness("ignores-userinfo-audience", of="signed-userinfo")
class IgnoresUserinfoAudience(RelyingParty):
    """A response to another client of the same IdP is as good as one's own."""

    def check_userinfo_audience(self, claims: Claims) -> None:
        pass


@weakness("crashes-on-refused-userinfo")
class CrashesOnRefusedUserinfo(RelyingParty):
    """The access token is new, so UserInfo cannot refuse it: nothing catches what it answers when it does."""

    def read_userinfo(self, response: requests.Response) -> dict[str, Any]:
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response.raise_for_status()
        return super().read_userinfo(response)


@weakness("crashes-on-userinfo-that-is-no-json")
class CrashesOnUserinfoThatIsNoJson(RelyingParty):
    """A good status promises JSON."""

    def read_userinfo(self, response: requests.Response) -> dict[str, Any]:
        if response.ok:
            response.json()
        return super().read_userinfo(response)
