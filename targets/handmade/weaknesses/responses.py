"""Weaknesses of how token response and UserInfo are read."""

from __future__ import annotations

from flask import abort, redirect

from targets.handmade.http import Json
from targets.handmade.id_token import Started
from targets.handmade.party import Party
from targets.handmade.weaknesses.registry import weakness


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


@weakness("restarts-login-after-token-error")
class RestartsLoginAfterTokenError(Party):
    """A code that could not be redeemed is taken for one that has expired, and a new one is fetched."""

    def check_token_status(self, status: int, tokens: Json) -> None:
        if "error" in tokens:
            abort(redirect("/login"))
        super().check_token_status(status, tokens)
