"""UserInfo: more about the user whom the ID Token has named, never about another. OIDC Core 5.3."""

from __future__ import annotations

from typing import Any

import requests

from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected, log, shown
from targets.reference.signature import Jws, Signatures

WHAT = "UserInfo"
OF_THE_ID_TOKEN = frozenset(
    ("iss", "aud", "exp", "iat", "nbf", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "sid")
)


class UserInfos(Signatures):
    def with_userinfo(self, claims: Claims, access_token: str | None) -> Claims:
        """The claims, completed from UserInfo; its failure does not undo a login."""
        endpoint = self.metadata().get("userinfo_endpoint")
        if not endpoint or not access_token:
            return claims
        try:
            response = self.request_userinfo(endpoint, access_token)
        except Rejected as rejected:
            log(str(rejected))
            return claims
        return self.completed(claims, response)

    def completed(self, claims: Claims, response: requests.Response) -> Claims:
        try:
            return self.merge_userinfo(claims, self.read_userinfo(response))
        except Rejected as rejected:
            log(str(rejected))
            return claims

    def request_userinfo(self, endpoint: str, access_token: str) -> requests.Response:
        if self.settings.bearer_in_body:
            return self.fetch(WHAT, endpoint, "POST", data={"access_token": access_token})
        return self.fetch(WHAT, endpoint, headers={"Authorization": f"Bearer {access_token}"})

    def read_userinfo(self, response: requests.Response) -> dict[str, Any]:
        if response.status_code != 200:
            raise Rejected(WHAT, f"HTTP {response.status_code}")
        try:
            signed = self.settings.userinfo_signed_response_alg
            return self.signed_userinfo(response.text) if signed else self.plain_userinfo(response)
        except ValueError as error:
            raise Rejected(WHAT, f"it is malformed: {error}") from error

    def plain_userinfo(self, response: requests.Response) -> dict[str, Any]:
        return self.parse_json(response.content)

    def signed_userinfo(self, compact: str) -> dict[str, Any]:
        """OIDC Core 5.3.2: signed as registered, by this issuer, for this client."""
        jws = self.read(compact)
        self.check_critical(jws.header)
        self.verify_userinfo_signature(jws)
        claims = self.parse_json(jws.payload)
        self.check_userinfo_issuer(claims)
        self.check_userinfo_audience(claims)
        return claims

    def verify_userinfo_signature(self, jws: Jws) -> None:
        self.verify_signature(jws)

    def check_userinfo_issuer(self, claims: Claims) -> None:
        if claims.get("iss") != self.settings.issuer:
            raise Rejected(WHAT, f"iss is {shown(claims.get('iss'))}, not {self.settings.issuer}")

    def check_userinfo_audience(self, claims: Claims) -> None:
        if claims.get("aud") not in (self.settings.client_id, [self.settings.client_id]):
            raise Rejected(WHAT, f"aud is {shown(claims.get('aud'))}, not {self.settings.client_id}")

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        """OIDC Core 5.3.2: without the very same sub its values must not be used."""
        if userinfo.get("sub") != claims["sub"]:
            raise Rejected(WHAT, f"sub is {shown(userinfo.get('sub'))}, not that of the ID Token")
        return {**claims, **self.profile_claims(userinfo)}

    def profile_claims(self, userinfo: Claims) -> Claims:
        """What it says of the person: nothing of the login itself, and no empty values."""
        return {k: v for k, v in userinfo.items() if k not in OF_THE_ID_TOKEN and v not in (None, "")}
