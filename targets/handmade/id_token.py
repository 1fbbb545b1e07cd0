"""The ID Token, checked by hand with nothing but RSA from a library. OIDC Core 3.1.3.7, RFC 7515 5.2, RFC 8725 3."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from targets.handmade.http import Config, Idp, Json, Refused
from targets.reference.strict import decode_base64url, parse_object

CLOCK_SKEW = 120  # seconds
LONG_AGO = 3600  # seconds; a login does not take longer
LATEST = 10**11  # seconds since the epoch; what is beyond is milliseconds or nonsense


@dataclass(frozen=True)
class Started:
    """A login that was started: what the answer has to fit to."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Token:
    """A compact JWS in parts."""

    header: Json
    payload: bytes
    signed: bytes
    signature: bytes


class IdTokenChecks:
    """One method for each thing that can be wrong; each raises Refused."""

    def __init__(self, config: Config) -> None:
        self.config, self.idp = config, Idp(config)

    def claims(self, compact: Any, login: Started, access_token: str) -> Json:
        """The claims of an ID Token that passed everything."""
        token = self.token(compact)
        self.check_critical(token.header)
        self.check_typ(token.header)
        self.check_signature(token)
        claims = self.parse(token.payload)
        self.check_claims(claims, login)
        self.check_at_hash(claims, access_token)
        return {**claims, "sub": self.subject(claims)}

    def parse(self, data: bytes) -> Json:
        try:
            return parse_object(data)
        except ValueError as error:
            raise Refused(f"ID Token: {error}") from error

    def token(self, compact: Any) -> Token:
        try:
            header, payload, signature = str(compact).split(".")
            signed = f"{header}.{payload}".encode("ascii")
            return Token(
                self.parse(decode_base64url(header)), decode_base64url(payload), signed, decode_base64url(signature)
            )
        except ValueError as error:
            raise Refused(f"ID Token: it is no compact JWS ({error})") from error

    def check_critical(self, header: Json) -> None:
        if "crit" in header:
            raise Refused("ID Token: crit names what nobody here knows")

    def check_typ(self, header: Json) -> None:
        if str(header.get("typ", "JWT")).lower().endswith("+jwt"):
            raise Refused("ID Token: typ says that it is something else")

    def check_signature(self, token: Token) -> None:
        if token.header.get("alg") != "RS256":
            raise Refused("ID Token: alg is not RS256")
        self.verify(token, self.key(token.header))

    def verify(self, token: Token, key: RSAPublicKey) -> None:
        try:
            key.verify(token.signature, token.signed, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise Refused("ID Token: the signature is wrong") from error

    def key(self, header: Json) -> RSAPublicKey:
        """The published key with the token's kid, or the only one there is; the key set is fetched again once."""
        for fresh in (False, True):
            usable = [key for key in self.jwks(header, fresh) if self.usable(key)]
            named = [key for key in usable if key.get("kid") == header["kid"]] if "kid" in header else usable
            if len(named) == 1:
                return self.rsa(named[0])
        raise Refused("ID Token: no published key is meant by its kid")

    def jwks(self, header: Json, fresh: bool) -> list[Json]:  # noqa: ARG002
        return self.idp.keys(fresh=fresh)

    def usable(self, key: Json) -> bool:
        if key.get("use", "sig") != "sig" or "verify" not in key.get("key_ops", ["verify"]):
            return False
        return key.get("kty") == "RSA" and key.get("alg", "RS256") == "RS256"

    def rsa(self, key: Json) -> RSAPublicKey:
        try:
            exponent, modulus = (int.from_bytes(decode_base64url(key[name])) for name in ("e", "n"))
            public = RSAPublicNumbers(exponent, modulus).public_key()
        except (KeyError, ValueError, AttributeError) as error:
            raise Refused("key set: the key is malformed") from error
        if public.key_size < 2048:
            raise Refused("key set: the key is too small")
        return public

    def check_claims(self, claims: Json, login: Started) -> None:
        self.check_issuer(claims)
        self.check_audience(claims)
        self.check_authorized_party(claims)
        self.check_expiry(claims)
        self.check_issue_time(claims)
        self.check_not_before(claims)
        self.check_nonce(claims, login)

    def check_issuer(self, claims: Json) -> None:
        if claims.get("iss") != self.config.issuer:
            raise Refused("ID Token: iss is another issuer")

    def check_audience(self, claims: Json) -> None:
        audience = claims.get("aud")
        if audience != self.config.client_id and audience != [self.config.client_id]:
            raise Refused("ID Token: aud is not this client alone")

    def check_authorized_party(self, claims: Json) -> None:
        if "azp" in claims and claims["azp"] != self.config.client_id:
            raise Refused("ID Token: azp is another client")

    def seconds(self, claims: Json, name: str) -> float:
        value = claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LATEST:
            raise Refused(f"ID Token: {name} is no time")
        return float(value)

    def check_expiry(self, claims: Json) -> None:
        if self.seconds(claims, "exp") <= time.time() - CLOCK_SKEW:
            raise Refused("ID Token: it has expired")

    def check_issue_time(self, claims: Json) -> None:
        if not time.time() - LONG_AGO < self.seconds(claims, "iat") <= time.time() + CLOCK_SKEW:
            raise Refused("ID Token: it is from the future, or was issued long ago")

    def check_not_before(self, claims: Json) -> None:
        if "nbf" in claims and self.seconds(claims, "nbf") > time.time() + CLOCK_SKEW:
            raise Refused("ID Token: it is not valid yet")

    def check_nonce(self, claims: Json, login: Started) -> None:
        if claims.get("nonce") != login.nonce:
            raise Refused("ID Token: nonce belongs to another login")

    def check_at_hash(self, claims: Json, access_token: str) -> None:
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        if claims.get("at_hash", hashed := base64.urlsafe_b64encode(half).rstrip(b"=").decode()) != hashed:
            raise Refused("ID Token: at_hash belongs to another access token")

    def subject(self, claims: Json) -> str:
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject.strip() or len(subject) > 255:
            raise Refused("ID Token: sub names nobody")
        return subject
