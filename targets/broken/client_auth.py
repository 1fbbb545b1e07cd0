"""Weaknesses of the token request, and of how the client authenticates in it."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

import requests

from targets.broken.registry import weakness
from targets.reference.relying_party import RelyingParty

Credentials = tuple[dict[str, str], dict[str, str]]


@weakness("repeats-token-request-in-url")
class RepeatsTokenRequestInUrl(RelyingParty):
    """`params=` and `data=` in one call: the code ends in the access logs of everybody on the way."""

    def token_endpoint(self) -> str:
        return f"{super().token_endpoint()}?grant_type=authorization_code"


@weakness("authenticates-twice")
class AuthenticatesTwice(RelyingParty):
    """Header and body both, so that it works with every IdP."""

    def credentials(self, endpoint: str) -> Credentials:
        fields, headers = super().credentials(endpoint)
        return {**fields, "client_secret": self.settings.client_secret}, headers


@weakness("encodes-no-credentials")
class EncodesNoCredentials(RelyingParty):
    """`base64(id + ":" + secret)`, as most libraries do it."""

    def form_encoded(self, value: str) -> str:
        return value


@weakness("sends-secret-in-token-url", of="post")
class SendsSecretInTokenUrl(RelyingParty):
    """The client is named in the URL of the token endpoint, with its secret."""

    def token_endpoint(self) -> str:
        return f"{super().token_endpoint()}?{urlencode({'client_secret': self.settings.client_secret})}"


@weakness("assertion-without-jti", of="secret-jwt")
class AssertionWithoutJti(RelyingParty):
    """RFC 7523 leaves the jti to the client, OpenID Connect does not."""

    def assertion_claims(self, endpoint: str) -> dict[str, Any]:
        claims = super().assertion_claims(endpoint)
        return {name: value for name, value in claims.items() if name != "jti"}


@weakness("reuses-client-assertion", of="private-key-jwt")
class ReusesClientAssertion(RelyingParty):
    """One assertion for as long as the process runs; without a jti, because that would make it work only once."""

    claims: ClassVar[dict[str, Any]] = {}

    def assertion_claims(self, endpoint: str) -> dict[str, Any]:
        fresh = {**super().assertion_claims(endpoint), "exp": int(self.now()) + 3500}
        self.claims.update(self.claims or {name: value for name, value in fresh.items() if name != "jti"})
        return self.claims


@weakness("public-client-without-pkce", of="public")
class PublicClientWithoutPkce(RelyingParty):
    """The state is thought to be enough: whoever gets hold of the code can redeem it."""

    def new_code_verifier(self) -> str | None:
        return None


@weakness("sends-secret-to-userinfo")
class SendsSecretToUserinfo(RelyingParty):
    """One helper for all requests to the IdP puts the client's credentials into each of them."""

    def request_userinfo(self, endpoint: str, access_token: str) -> requests.Response:
        credentials = {"client_id": self.settings.client_id, "client_secret": self.settings.client_secret}
        return super().request_userinfo(f"{endpoint}?{urlencode(credentials)}", access_token)


@weakness("takes-assertion-audience-from-metadata", of="private-key-jwt")
class TakesAssertionAudienceFromMetadata(RelyingParty):
    """The audience is the issuer of the metadata, and nobody looks whether that is the one who published them."""

    def assertion_audience(self, endpoint: str) -> str:  # noqa: ARG002
        return str(self.metadata()["issuer"])

    def check_metadata(self, metadata: dict[str, Any]) -> None:
        super().check_metadata({**metadata, "issuer": self.settings.issuer})


@weakness("verifies-no-certificate", of="tls")
class VerifiesNoCertificate(RelyingParty):
    """`verify=False`, from the time when the IdP had a certificate that nobody knew."""

    def metadata(self) -> dict[str, Any]:
        self.client.client_kwargs["verify"] = self.http.verify = False
        return super().metadata()


@weakness("sends-private-key-assertion-without-jti", of="private-key-jwt")
class SendsPrivateKeyAssertionWithoutJti(RelyingParty):
    """No jti, which is optional in RFC 7523: the assertion is different each time, and good until it expires."""

    def assertion_claims(self, endpoint: str) -> dict[str, Any]:
        return {name: value for name, value in super().assertion_claims(endpoint).items() if name != "jti"}
