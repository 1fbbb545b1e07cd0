"""Logins that somebody else begins: third-party-initiated login, and Okta's "Send ID Token directly to app".

Sources: OIDC Core 4, RFC 9700 4.11.1. Of the second nothing but Okta's documentation speaks; it is off unless the
settings ask for it, because an ID Token that nobody asked for may be another person's who wants us to be signed in.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from targets.reference.authorization_request import AuthorizationRequests
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.id_token import IdTokens
from targets.reference.rejection import Rejected, shown

WHAT = "Initiated login"


class InitiatedLogins(AuthorizationRequests, IdTokens):
    def start_initiated_login(self, sent: MultiDict[str, str], shown_in: str) -> str:
        """Remembers a new login; the URL to send the browser to. Parameters that we do not know are ignored.

        `shown_in`: where the browser is to show the answer (Fetch Metadata): document, iframe, image, ...
        """
        self.check_not_framed(shown_in)
        self.check_initiator(sent.get("iss"))
        target = self.checked_target(sent.get("target_link_uri", ""))
        return self.start_login(login_hint=self.login_hint(sent), return_to=target)

    def check_not_framed(self, shown_in: str) -> None:
        """A page that has us in a frame must not change who is signed in here (OIDC Core 4)."""
        if shown_in != "document":
            raise Rejected(WHAT, f"it is to be shown in {shown(shown_in)}")

    def check_initiator(self, issuer: str | None) -> None:
        """Only our IdP. Okta names none after an e-mail's link, and from a tile always its org server."""
        own = self.settings.issuer
        if issuer is not None and issuer not in (own, own.partition("/oauth2/")[0]):
            raise Rejected(WHAT, f"iss is {shown(issuer)}")

    def login_hint(self, sent: MultiDict[str, str]) -> str | None:
        return sent.get("login_hint")

    def checked_target(self, target: str) -> str:
        """A page of ours, or nothing. Browsers read backslashes and control characters in their own way."""
        if not target:
            return ""
        if any(character <= " " or character == "\\" for character in target) or not self.is_own_page(target):
            raise Rejected(WHAT, f"target_link_uri is {shown(target)}")
        return target

    def is_own_page(self, target: str) -> bool:
        own = urlsplit(self.settings.base_url)
        try:
            parts = urlsplit(target)
        except ValueError:
            return False
        return (parts.scheme, parts.netloc) == (own.scheme, own.netloc)

    # ---- Okta Simplified --------------------------------------------------------------------------------------

    def received(self, method: str, query: MultiDict[str, str], form: MultiDict[str, str]) -> MultiDict[str, str]:
        return form if method == "POST" and self.is_unasked(form) else super().received(method, query, form)

    def is_unasked(self, received: MultiDict[str, str]) -> bool:
        """Whether this is an ID Token that nobody has asked for, and the settings take those."""
        return self.settings.okta_simplified and set(received) == {"id_token"}

    def identify_unasked(self, received: MultiDict[str, str]) -> Claims:
        """The claims of the ID Token, which signs in once."""
        nothing_asked = PendingLogin("", None, None, self.redirect_uri(), self.now(), self.settings.issuer)
        claims = self.validate_id_token(received["id_token"], nothing_asked, None)
        self.check_first_use(claims)
        return claims

    def check_first_use(self, claims: Claims) -> None:
        if not isinstance(claims.get("jti"), str):
            raise Rejected("ID Token", "jti is missing")
        self.used = {jti: expires for jti, expires in self.used.items() if expires > self.now()}
        if claims["jti"] in self.used:
            raise Rejected("ID Token", "it has been used before")
        self.used[claims["jti"]] = self.number(claims, "exp") + self.leeway
