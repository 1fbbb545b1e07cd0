"""Whose origin is whose, and what a failure to reach one means. Used by both user agents."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from targets.errors import CERTIFICATE, UNREACHABLE, TargetError
from targets.origins import host, is_loopback, origin, registrable
from targets.shapes import Carrier
from targets.target_schema import Target

SELF_SIGNED = (18, 19)  # X509_V_ERR codes of OpenSSL
EXPIRED = (10,)
NOT_YET = (9,)
WRONG_HOST = (62, 64)

ADVICE = {
    "self-signed": "is self-signed; name the CA or the certificate itself as ca_file",
    "expired": "has expired; renew it",
    "not yet valid": "is not valid yet; look at the clocks of both machines",
    "wrong host": "is for another host name; use the name in the certificate, or issue one for this name",
    "not trusted": "comes from a CA that this machine does not know; name that CA as ca_file",
}


@dataclass(frozen=True)
class Reach:
    """The origins of a run: the harness talks to the target, to the IdP and to loopback, to nobody else."""

    target: Target

    @property
    def target_origins(self) -> set[str]:
        return {origin(url) for url in (self.target.base_url, self.target.login_url, self.target.probe_url)}

    def idp_origin(self, carrier: Carrier | None) -> str:
        return carrier.idp_origin if carrier else origin(self.target.idp.issuer)

    def is_ours(self, url: str, carrier: Carrier | None) -> bool:
        """Whether a user agent may go there: same site as the target or the IdP, or loopback."""
        client = self.target.client
        known = [
            *self.target_origins,
            self.idp_origin(carrier),
            *client.redirect_uris,
            *client.post_logout_redirect_uris,
        ]
        name = host(url)
        return is_loopback(name) or registrable(name) in {registrable(host(one)) for one in known if host(one)}

    def side(self, url: str, carrier: Carrier | None) -> str:
        """ "the target", "the IdP", or "" for anybody else."""
        if origin(url) in self.target_origins:
            return "the target"
        return "the IdP" if origin(url) == self.idp_origin(carrier) else ""

    def unreachable(self, url: str, carrier: Carrier | None, reason: str) -> TargetError | None:
        """The error when the target or the IdP does not answer; None when it is anybody else."""
        side = self.side(url, carrier)
        if not side:
            return None
        return TargetError(f"{side} at {origin(url)} cannot be reached: {reason}. Does it run?", UNREACHABLE)

    def untrusted(self, url: str, carrier: Carrier | None, fault: str) -> TargetError:
        """The error for a certificate; `fault` is a key of ADVICE."""
        side = self.side(url, carrier) or "a third party"
        where = " in the target file" if side == "the target" and "ca_file" in ADVICE[fault] else ""
        return TargetError(f"the certificate of {side} at {origin(url)} {ADVICE[fault]}{where}", CERTIFICATE)


def certificate_fault(error: ssl.SSLCertVerificationError) -> str:
    """The key of ADVICE that this error means."""
    code = error.verify_code
    if code in SELF_SIGNED:
        return "self-signed"
    if code in EXPIRED:
        return "expired"
    if code in NOT_YET:
        return "not yet valid"
    return "wrong host" if code in WRONG_HOST else "not trusted"
