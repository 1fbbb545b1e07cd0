"""Weaknesses of where the key comes from: the token itself says so."""

from __future__ import annotations

from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, RSAKey

from targets.broken.registry import weakness
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT


def rsa_key(material: Any) -> list[Key]:
    """The key of a JWK or of a PEM certificate."""
    try:
        return [RSAKey.import_key(material)]
    except (JoseError, ValueError) as error:
        raise Rejected(WHAT, "the key in its header cannot be read") from error


@weakness("trusts-embedded-jwk")
class TrustsEmbeddedJwk(RelyingParty):
    """The key in the token's own header verifies the token (CVE-2018-0114)."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        return rsa_key(header["jwk"]) if "jwk" in header else super().signing_keys(header, algorithm)


@weakness("trusts-x5c-header")
class TrustsX5cHeader(RelyingParty):
    """The certificate in the token's header is used, and its issuer is not looked at."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        if "x5c" not in header:
            return super().signing_keys(header, algorithm)
        lines = ("-----BEGIN CERTIFICATE-----", header["x5c"][0], "-----END CERTIFICATE-----")
        return rsa_key("\n".join(lines).encode())


@weakness("follows-jku")
class FollowsJku(RelyingParty):
    """The key set is fetched from where the token's header says."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        if "jku" in header:
            return self.fetch_keys(header["jku"])
        return super().published_keys(header, again=again)


@weakness("follows-x5u")
class FollowsX5u(RelyingParty):
    """The certificate is fetched from where the token's header says."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        if "x5u" in header:
            return rsa_key(self.fetch(WHAT, header["x5u"]).content)
        return super().signing_keys(header, algorithm)


@weakness("ignores-crit")
class IgnoresCrit(RelyingParty):
    """Critical header parameters are skipped like any unknown ones."""

    def check_critical(self, header: dict[str, Any]) -> None:
        pass
