"""Weaknesses of signature and algorithm."""

from __future__ import annotations

import hmac
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import Key, RSAKey
from joserfc.jws import JWSRegistry

from targets.broken.registry import weakness
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty
from targets.reference.signature import WHAT, Jws


@weakness("skips-signature")
class SkipsSignature(RelyingParty):
    """`jwt.decode(token, verify=False)`: TLS is thought to be enough."""

    def verify_signature(self, jws: Jws) -> None:
        self.check_algorithm(jws.header)


@weakness("trusts-known-kid")
class TrustsKnownKid(RelyingParty):
    """The key that the kid names is looked up among the published ones, and never used."""

    def signature_fits(self, algorithm: str, jws: Jws, key: Key) -> bool:  # noqa: ARG002
        return True


@weakness("accepts-empty-signature")
class AcceptsEmptySignature(RelyingParty):
    """A token without a signature is taken for one that needs none, with or without the last dot."""

    def split(self, compact: str) -> tuple[str, str, str]:
        return super().split(compact if compact.count(".") > 1 else f"{compact}.")

    def signature_fits(self, algorithm: str, jws: Jws, key: Key) -> bool:
        return jws.signature == b"" or super().signature_fits(algorithm, jws, key)


@weakness("accepts-alg-none")
class AcceptsAlgNone(RelyingParty):
    """A library that implements "none" and an app that does not say which algorithm it wants."""

    def verify_signature(self, jws: Jws) -> None:
        if jws.header.get("alg") != "none":
            super().verify_signature(jws)


@weakness("accepts-alg-none-in-any-case")
class AcceptsAlgNoneInAnyCase(RelyingParty):
    """A deny list knows "none" only, and the comparison that serves it later is more generous."""

    def verify_signature(self, jws: Jws) -> None:
        algorithm = str(jws.header.get("alg"))
        if algorithm == "none" or algorithm.strip().lower() != "none":
            super().verify_signature(jws)


@weakness("falls-back-to-rs256")
class FallsBackToRs256(RelyingParty):
    """`ALGORITHMS.get(alg, RS256)`: an unknown algorithm is treated as the usual one."""

    def check_algorithm(self, header: dict[str, Any]) -> str:
        if header.get("alg") not in JWSRegistry.algorithms:
            return self.registered_algorithm
        return super().check_algorithm(header)


@weakness("accepts-any-published-algorithm")
class AcceptsAnyPublishedAlgorithm(RelyingParty):
    """Every asymmetric algorithm that the library knows is good, if only a published key fits."""

    def check_algorithm(self, header: dict[str, Any]) -> str:
        asymmetric = [name for name in JWSRegistry.algorithms if name[:2] in ("RS", "PS", "ES")]
        return header["alg"] if header.get("alg") in asymmetric else super().check_algorithm(header)

    def key_is_for(self, jwk: dict[str, Any], algorithm: str) -> bool:  # noqa: ARG002
        return True


@weakness("uses-public-key-as-hmac-secret")
class UsesPublicKeyAsHmacSecret(RelyingParty):
    """One `verify(token, key)` for all algorithms: the public key's text is an HMAC key (CVE-2015-9235)."""

    def verify_signature(self, jws: Jws) -> None:
        if jws.header.get("alg") != "HS256":
            super().verify_signature(jws)
            return
        keys = [RSAKey.import_key(jwk) for jwk in self.published_keys({}) if jwk.get("kty") == "RSA"]
        forms = (PublicFormat.PKCS1, PublicFormat.SubjectPublicKeyInfo)
        pems = [key.public_key.public_bytes(Encoding.PEM, form) for key in keys for form in forms]
        secrets = [*pems, *(b"".join(pem.splitlines()[1:-1]) for pem in pems)]
        if jws.signature not in [hmac.digest(secret, jws.signing_input, "sha256") for secret in secrets]:
            raise Rejected(WHAT, "signature does not fit")


@weakness("accepts-client-secret-hmac")
class AcceptsClientSecretHmac(RelyingParty):
    """HS256 is accepted beside the registered algorithm: whoever knows the client secret can make users."""

    def verify_signature(self, jws: Jws) -> None:
        secret = self.settings.client_secret.encode()
        symmetric = jws.header.get("alg") == "HS256"
        if not symmetric or hmac.digest(secret, jws.signing_input, "sha256") != jws.signature:
            super().verify_signature(jws)


@weakness("accepts-unsecured-jws")
class AcceptsUnsecuredJws(RelyingParty):
    """A careful library knows "none" as RFC 7518 3.6 has it, with an empty signature, and the app left it on."""

    def verify_signature(self, jws: Jws) -> None:
        if jws.header.get("alg") != "none" or jws.signature:
            super().verify_signature(jws)


@weakness("wants-a-signature-of-alg-none")
class WantsASignatureOfAlgNone(RelyingParty):
    """The mending of an old hole: tokens without a signature are refused, and alg decides how one is verified."""

    def verify_signature(self, jws: Jws) -> None:
        if jws.header.get("alg") != "none" or not jws.signature:
            super().verify_signature(jws)


def has_hmac_of(party: RelyingParty, jws: Jws, form: PublicFormat) -> bool:
    """Whether it is HS256 with the text of a published key."""
    if jws.header.get("alg") != "HS256":
        return False
    keys = [RSAKey.import_key(jwk) for jwk in party.published_keys({}) if jwk.get("kty") == "RSA"]
    pems = [key.public_key.public_bytes(Encoding.PEM, form) for key in keys]
    return jws.signature in [hmac.digest(pem, jws.signing_input, "sha256") for pem in pems]


@weakness("uses-pkcs1-text-as-hmac-secret")
class UsesPkcs1TextAsHmacSecret(RelyingParty):
    """`BEGIN RSA PUBLIC KEY` is not on the list of texts that a library refuses as an HMAC secret (CVE-2022-29217)."""

    def verify_signature(self, jws: Jws) -> None:
        if not has_hmac_of(self, jws, PublicFormat.PKCS1):
            super().verify_signature(jws)


@weakness("uses-spki-text-as-hmac-secret")
class UsesSpkiTextAsHmacSecret(RelyingParty):
    """`BEGIN PUBLIC KEY`, what most tools write, goes into whatever algorithm the token names."""

    def verify_signature(self, jws: Jws) -> None:
        if not has_hmac_of(self, jws, PublicFormat.SubjectPublicKeyInfo):
            super().verify_signature(jws)


@weakness("takes-keys-of-every-server")
class TakesKeysOfEveryServer(RelyingParty):
    """One cache of keys for all authorization servers of the IdP, by kid."""

    def signing_keys(self, header: dict[str, Any], algorithm: str) -> list[Key]:
        origin = self.settings.issuer.partition("/oauth2/")[0]
        addresses = (f"{origin}/oauth2/v1/keys", f"{origin}/oauth2/default/v1/keys")
        everybody = [jwk for address in addresses for jwk in self.fetch_keys(address)]
        found = [key for jwk in everybody if (key := self.usable_key(jwk, header, algorithm))]
        return found if found and "kid" in header else super().signing_keys(header, algorithm)
