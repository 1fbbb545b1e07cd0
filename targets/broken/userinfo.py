"""Weaknesses of UserInfo."""

from __future__ import annotations

from typing import Any

import requests

from targets.broken.registry import weakness
from targets.reference.foundation import Claims
from targets.reference.relying_party import RelyingParty
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


@weakness("throws-userinfo-away")
class ThrowsUserinfoAway(RelyingParty):
    """UserInfo is fetched and compared, and its claims are then left behind."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        super().merge_userinfo(claims, userinfo)
        return claims
