"""Weaknesses of what a relying party makes of the issuer's metadata."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import requests

from targets.broken.registry import weakness
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty


@weakness("ignores-issuer-of-metadata")
class IgnoresIssuerOfMetadata(RelyingParty):
    """The document is used without a look at whose it is (the step of Discovery 4.3 that is most often left out)."""

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        super().check_metadata({**metadata, "issuer": self.settings.issuer})


@weakness("misses-no-issuer-in-metadata")
class MissesNoIssuerInMetadata(RelyingParty):
    """`metadata.get("issuer", configured)`: what is not there cannot differ."""

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        super().check_metadata({"issuer": self.settings.issuer, **metadata})


@weakness("takes-issuer-from-metadata")
class TakesIssuerFromMetadata(RelyingParty):
    """The issuer that tokens are compared with is what the document says, and not what was configured."""

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        self.settings = dataclasses.replace(self.settings, issuer=str(metadata.get("issuer")))
        super().check_metadata(metadata)


@weakness("ignores-slash-after-issuer")
class IgnoresSlashAfterIssuer(RelyingParty):
    """Issuers are compared after `rstrip("/")`, because somebody once configured one with a slash."""

    def same_issuer(self, given: Any, expected: str) -> bool:
        return isinstance(given, str) and given.rstrip("/") == expected.rstrip("/")


@weakness("knows-the-endpoints")
class KnowsTheEndpoints(RelyingParty):
    """The endpoints are made from the issuer, as this IdP happens to have them."""

    def metadata(self) -> dict[str, Any]:
        found = super().metadata()
        for name in ("authorize", "token", "userinfo"):
            member = f"{name.replace('authorize', 'authorization')}_endpoint"
            found[member] = f"{self.settings.issuer}/v1/{name}"
        return found


@weakness("knows-the-jwks-uri")
class KnowsTheJwksUri(RelyingParty):
    """The keys are asked for where they always were."""

    def metadata(self) -> dict[str, Any]:
        found = super().metadata()
        found["jwks_uri"] = f"{self.settings.issuer}/v1/keys"
        return found


@weakness("guesses-missing-endpoints")
class GuessesMissingEndpoints(RelyingParty):
    """A member that is missing gets the value that it usually has."""

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        usual = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        for member, name in usual.items():
            metadata.setdefault(member, f"{self.settings.issuer}/v1/{name}")
        super().check_metadata(metadata)


@weakness("accepts-http-endpoints", of="tls")
class AcceptsHttpEndpoints(RelyingParty):
    """Any URL will do for an endpoint, also one that sends code and secret in the clear."""

    def check_transport(self, name: str, url: str) -> None:
        pass


@weakness("compares-issuer-of-metadata-without-scheme", of="tls")
class ComparesIssuerOfMetadataWithoutScheme(RelyingParty):
    """http or https, it is the same host: the scheme is cut off before issuers are compared."""

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        if str(metadata.get("issuer")).partition("://")[2] == self.settings.issuer.partition("://")[2]:
            metadata["issuer"] = self.settings.issuer
        super().check_metadata(metadata)


@weakness("refuses-unknown-metadata")
class RefusesUnknownMetadata(RelyingParty):
    """The document is read into a class that has no place for what it does not know."""

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        if any(name.startswith("x_") for name in metadata):
            raise Rejected("Discovery", "it has members that are not known")
        if metadata["response_types_supported"][0] != "code":
            raise Rejected("Discovery", "its first response type is another")
        if not set(metadata["id_token_signing_alg_values_supported"]) <= {"RS256", "ES256"}:
            raise Rejected("Discovery", "it has an algorithm that is not known")
        super().check_metadata(metadata)


@weakness("follows-redirects-of-discovery")
class FollowsRedirectsOfDiscovery(RelyingParty):
    """The HTTP client follows redirects, as it does by default."""

    def metadata(self) -> dict[str, Any]:
        self.client.client_kwargs["max_redirects"] = 5
        return super().metadata()


@weakness("keeps-metadata-on-disk")
class KeepsMetadataOnDisk(RelyingParty):
    """The document is kept in a file that nobody ever renews."""

    def metadata(self) -> dict[str, Any]:
        name = hashlib.sha256(self.settings.issuer.encode()).hexdigest()
        file = Path(os.environ["RUN_DIR"], f"{name}.json")
        if not file.exists():
            file.write_text(json.dumps(super().metadata()))
        found: dict[str, Any] = self.client.server_metadata
        found.update(json.loads(file.read_text()), _loaded_at=self.now())
        return found


@weakness("remembers-that-discovery-failed")
class RemembersThatDiscoveryFailed(RelyingParty):
    """The first failure stays in the cache, and only a restart brings the login back."""

    failed = False

    def metadata(self) -> dict[str, Any]:
        if self.failed:
            raise Rejected("Discovery", "it could not be read")
        self.failed = True
        found = super().metadata()
        self.failed = False
        return found


@weakness("waits-for-discovery-for-ever")
class WaitsForDiscoveryForEver(RelyingParty):
    """The HTTP client has no time limit."""

    def metadata(self) -> dict[str, Any]:
        self.client.client_kwargs["default_timeout"] = None
        return super().metadata()


@weakness("guesses-where-keys-are")
class GuessesWhereKeysAre(RelyingParty):
    """The address of the key set is the one that this kind of IdP always has."""

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        metadata.setdefault("jwks_uri", f"{self.settings.issuer}/v1/keys")
        super().check_metadata(metadata)


@weakness("guesses-where-tokens-are")
class GuessesWhereTokensAre(RelyingParty):
    """The token endpoint is the one that this kind of IdP always has."""

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        metadata.setdefault("token_endpoint", f"{self.settings.issuer}/v1/token")
        super().check_metadata(metadata)


@weakness("remembers-that-discovery-was-unreachable")
class RemembersThatDiscoveryWasUnreachable(RelyingParty):
    """An IdP that is down once is taken out of service by hand, as a circuit breaker that nothing closes again."""

    tripped = False

    def metadata(self) -> dict[str, Any]:
        if self.tripped:
            raise Rejected("Discovery", "it could not be reached")
        try:
            return super().metadata()
        except Rejected as rejected:
            self.tripped = isinstance(rejected.__cause__, requests.HTTPError)
            raise


@weakness("remembers-what-discovery-could-not-be-read")
class RemembersWhatDiscoveryCouldNotBeRead(RelyingParty):
    """Whatever came with status 200 is cached, be it a page that says that the IdP is being mended."""

    unreadable = False

    def metadata(self) -> dict[str, Any]:
        if self.unreadable:
            raise Rejected("Discovery", "what is cached cannot be read")
        try:
            return super().metadata()
        except Rejected as rejected:
            self.unreadable = not isinstance(rejected.__cause__, requests.HTTPError)
            raise
