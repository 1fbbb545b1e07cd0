"""Weaknesses of where the key comes from: the token itself says so."""

from __future__ import annotations

import hmac
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, RSAKey

from targets.broken.registry import weakness
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT, Jws
from targets.reference.strict import decode_base64url


def rsa_key(material: Any) -> list[Key]:
    """The key of a JWK or of a PEM certificate."""
    try:
        return [RSAKey.import_key(material)]
    except (JoseError, ValueError) as error:
        raise Rejected(WHAT, "the key in its header cannot be read") from error


def pem(entry: str) -> bytes:
    """An entry of x5c as a PEM certificate."""
    return "\n".join(("-----BEGIN CERTIFICATE-----", entry, "-----END CERTIFICATE-----")).encode()


def follow(party: RelyingParty, url: Any) -> None:
    """Fetch what is a URL; what comes back makes no difference."""
    if isinstance(url, str) and url.startswith("http"):
        party.fetch(WHAT, url)


def member(header: dict[str, Any], name: str) -> Any:
    """A member of the key in the header."""
    return header["jwk"].get(name) if isinstance(header.get("jwk"), dict) else None


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
        return rsa_key(pem(header["x5c"][0]))


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


@weakness("trusts-embedded-hmac-key")
class TrustsEmbeddedHmacKey(RelyingParty):
    """A key of any type in the header verifies the token, a symmetric one included."""

    def verify_signature(self, jws: Jws) -> None:
        jwk = jws.header.get("jwk", {})
        if "k" not in jwk or hmac.digest(decode_base64url(jwk["k"]), jws.signing_input, "sha256") != jws.signature:
            super().verify_signature(jws)


@weakness("trusts-certificate-of-embedded-jwk")
class TrustsCertificateOfEmbeddedJwk(RelyingParty):
    """A bare key in the header is refused, one with a certificate is not, whoever has made that."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        if "x5c" in header.get("jwk", {}):
            return rsa_key(header["jwk"])
        return super().signing_keys(header, algorithm)


@weakness("trusts-chain-with-a-known-key")
class TrustsChainWithAKnownKey(RelyingParty):
    """One certificate of the list has to be of a published key; the token may be signed with that of another."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        keys = [key for entry in header.get("x5c", ()) for key in rsa_key(pem(entry))]
        known = {jwk["n"] for jwk in self.published_keys(header) if "n" in jwk}
        if any(key.as_dict(private=False)["n"] in known for key in keys):
            return keys
        return super().signing_keys(header, algorithm)


@weakness("trusts-kid-that-is-a-key")
class TrustsKidThatIsAKey(RelyingParty):
    """`import_key(header["kid"])` where a kid is not found, as some frameworks name key objects."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        return (
            rsa_key(header["kid"]) if isinstance(header.get("kid"), dict) else super().signing_keys(header, algorithm)
        )


@weakness("follows-jku-of-embedded-jwk")
class FollowsJkuOfEmbeddedJwk(RelyingParty):
    """The key in the header is not trusted before the set that it claims to come from was asked."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        follow(self, member(header, "jku"))
        return super().published_keys(header, again=again)


@weakness("follows-x5u-of-embedded-jwk")
class FollowsX5uOfEmbeddedJwk(RelyingParty):
    """The certificate of the key in the header is fetched in order to check it."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        follow(self, member(header, "x5u"))
        return super().published_keys(header, again=again)


@weakness("fetches-jwk")
class FetchesJwk(RelyingParty):
    """A key parser that takes URLs, too."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        follow(self, header.get("jwk"))
        return super().published_keys(header, again=again)


@weakness("fetches-kid")
class FetchesKid(RelyingParty):
    """Keys are named by URLs in this house, and who does not know a key fetches it."""

    def published_keys(self, header: dict[str, Any], *, again: bool = False) -> list[dict[str, Any]]:
        follow(self, header.get("kid"))
        return super().published_keys(header, again=again)


@weakness("reads-crit-loosely")
class ReadsCritLoosely(RelyingParty):
    """Only an extension that is in the header and unknown counts; whether the list is one that may be, nobody asks."""

    def check_critical(self, header: dict[str, Any]) -> None:
        listed = header.get("crit", ())
        if any(name in header and name != "alg" for name in listed if len(name) > 1):
            super().check_critical(header)


@weakness("knows-every-critical-header")
class KnowsEveryCriticalHeader(RelyingParty):
    """The list is checked to the letter, and what it lists is not."""

    def check_critical(self, header: dict[str, Any]) -> None:
        listed = header.get("crit")
        names = set(listed) if isinstance(listed, list) else set()
        if not names or names & {"alg", "kid", "typ"} or not names <= header.keys():
            super().check_critical(header)
