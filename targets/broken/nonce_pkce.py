"""Weaknesses of nonce and PKCE."""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import replace
from typing import Any, ClassVar

from targets.broken.registry import weakness
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.relying_party import RelyingParty
from targets.reference.token_response import Tokens


@weakness("sends-no-nonce")
class SendsNoNonce(RelyingParty):
    """The nonce is optional in the code flow, so it is left out."""

    def new_nonce(self) -> str | None:
        return None


@weakness("short-nonce")
class ShortNonce(RelyingParty):
    """A nonce of 24 bits."""

    def new_nonce(self) -> str | None:
        return secrets.token_urlsafe(3)


@weakness("reuses-nonce")
class ReusesNonce(RelyingParty):
    """One nonce for the life of the process, made when the configuration was read."""

    constant: ClassVar[str] = secrets.token_urlsafe(32)

    def new_nonce(self) -> str | None:
        return self.constant


@weakness("ignores-nonce")
class IgnoresNonce(RelyingParty):
    """The nonce is sent and never compared."""

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        pass


@weakness("accepts-missing-nonce")
class AcceptsMissingNonce(RelyingParty):
    """`if claims.nonce and claims.nonce != expected`."""

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        if "nonce" in claims:
            super().check_nonce(claims, pending)


@weakness("accepts-nonce-in-array")
class AcceptsNonceInArray(RelyingParty):
    """`expected in claims.nonce`, which was meant for a string."""

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        if not isinstance(claims.get("nonce"), list) or pending.nonce not in claims["nonce"]:
            super().check_nonce(claims, pending)


@weakness("sends-no-pkce")
class SendsNoPkce(RelyingParty):
    """PKCE is thought to be for apps without a secret."""

    def new_code_verifier(self) -> str | None:
        return None


@weakness("uses-plain-pkce")
class UsesPlainPkce(RelyingParty):
    """The challenge is the verifier: whoever sees the authorization request can redeem the code."""

    def code_challenge(self, verifier: str) -> tuple[str, str]:
        return verifier, "plain"


@weakness("reuses-code-verifier")
class ReusesCodeVerifier(RelyingParty):
    """One verifier for the life of the process."""

    constant: ClassVar[str] = secrets.token_urlsafe(32)

    def new_code_verifier(self) -> str | None:
        return self.constant


@weakness("shares-code-verifier")
class SharesCodeVerifier(RelyingParty):
    """The verifier is a field of the one service object: whoever starts a login overwrites it for everybody."""

    newest: ClassVar[str | None] = None

    def new_code_verifier(self) -> str | None:
        SharesCodeVerifier.newest = super().new_code_verifier()
        return self.newest

    def redeem(self, code: str, pending: PendingLogin) -> Tokens:
        return super().redeem(code, replace(pending, code_verifier=self.newest))


@weakness("short-code-verifier")
class ShortCodeVerifier(RelyingParty):
    """A verifier of 11 characters, where RFC 7636 wants 43 at least."""

    def new_code_verifier(self) -> str | None:
        return secrets.token_urlsafe(8)


@weakness("sends-long-nonce")
class SendsLongNonce(RelyingParty):
    """A nonce of 64 bytes in plain base64, with characters that have a meaning in URLs."""

    def new_nonce(self) -> str | None:
        return base64.b64encode(secrets.token_bytes(64)).decode()


@weakness("crashes-on-unsolicited-nonce", of="public")
class CrashesOnUnsolicitedNonce(RelyingParty):
    """The nonce of the token is compared in constant time with one that was never made."""

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        if "nonce" in claims and not hmac.compare_digest(claims["nonce"], pending.nonce):
            super().check_nonce(claims, pending)


@weakness("uses-advertised-pkce-method")
class UsesAdvertisedPkceMethod(RelyingParty):
    """The IdP's metadata choose the method: who can change them gets the verifier with the request."""

    def code_challenge(self, verifier: str) -> tuple[str, str]:
        offered = self.metadata().get("code_challenge_methods_supported", ["S256"])
        return super().code_challenge(verifier) if "S256" in offered else (verifier, "plain")


@weakness("unprotected-without-pkce")
class UnprotectedWithoutPkce(RelyingParty):
    """PKCE is what binds the login, and where the IdP does not advertise it nothing takes its place."""

    def parameters(self, pending: PendingLogin) -> dict[str, Any]:
        sent = super().parameters(pending)
        if "code_challenge_methods_supported" in self.metadata():
            return sent
        return {**sent, "state": "", "nonce": None, "code_challenge": None, "code_challenge_method": None}


@weakness("accepts-nonce-of-any-login")
class AcceptsNonceOfAnyLogin(RelyingParty):
    """A table of nonces that are on their way, for all browsers: whoever brings one of them is expected."""

    waiting: ClassVar[set[str]] = set()

    def new_nonce(self) -> str | None:
        nonce = super().new_nonce()
        self.waiting.add(str(nonce))
        return nonce

    def check_nonce(self, claims: Claims, pending: PendingLogin) -> None:
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or nonce not in self.waiting:
            super().check_nonce(claims, pending)
        self.waiting.discard(str(nonce))
