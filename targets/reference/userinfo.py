"""UserInfo: more about the user whom the ID Token has named, never about another. OIDC Core 5.3."""

from __future__ import annotations

from typing import Any

import requests

from targets.reference.foundation import Claims, Foundation
from targets.reference.rejection import Rejected, log, shown

WHAT = "UserInfo"


class UserInfos(Foundation):
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
        return self.fetch(WHAT, endpoint, headers={"Authorization": f"Bearer {access_token}"})

    def read_userinfo(self, response: requests.Response) -> dict[str, Any]:
        if response.status_code != 200:
            raise Rejected(WHAT, f"HTTP {response.status_code}")
        try:
            return self.parse_json(response.content)
        except ValueError as error:
            raise Rejected(WHAT, f"it is malformed: {error}") from error

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        """OIDC Core 5.3.2: without the very same sub its values must not be used."""
        if userinfo.get("sub") != claims["sub"]:
            raise Rejected(WHAT, f"sub is {shown(userinfo.get('sub'))}, not that of the ID Token")
        return {**claims, **userinfo}
