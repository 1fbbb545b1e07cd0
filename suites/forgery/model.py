"""What a correct RP must do with an ID Token: the strict model that generated tokens are measured by.

Rules as the texts have them: OIDC Core 2 and 3.1.3.7, RFC 7515, RFC 7519, RFC 8725. Where they leave an RP the choice,
so does the model: `FREE`; where they advise to refuse, or most do, it says `AVOID`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

REFUSE, AVOID, FREE, ACCEPT = "refuse", "avoid", "leave free", "accept"
STRICTEST_FIRST = (REFUSE, AVOID, FREE, ACCEPT)
LEEWAY = 300
"""Seconds; RFC 7519 4.1.4 speaks of a few minutes."""
SLIGHT = 10
"""Seconds by which clocks differ anywhere; no RP may be thrown by them."""
YEAR_10000 = 253_402_300_800
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_SYMMETRIC = ("HS256", "HS384", "HS512")
_KEY_HEADERS = ("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256")
Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Login:
    """What the RP knows when the token arrives: its registration, its request, the issuer's keys, the time.

    `keys` are public JWKs; `secret` is the client's, where it is registered for HMAC with that, and only there;
    `now` is in seconds since the epoch; `nonce` None: none was sent.
    """

    issuer: str
    client_id: str
    nonce: str | None
    keys: tuple[Mapping[str, Any], ...]
    now: float
    algorithm: str = "RS256"
    secret: str | None = None
    front_channel: bool = False
    access_tokens: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """REFUSE, AVOID, FREE or ACCEPT, and the rule from which it follows."""

    answer: str
    rule: str = ""


def judge(token: str, login: Login) -> Judgement:
    """What the RP must do with this token in this login; the strictest rule that applies counts."""
    found: list[Judgement] = []
    parts = token.split(".")
    if len(parts) != 3:
        return _lenient(token, login, f"{len(parts)} parts instead of three (RFC 7515 7.1)")
    if not all(_is_base64url(part) for part in parts):
        return _lenient(token, login, "a part that is not base64url without padding (RFC 7515 2)")
    try:
        header, header_twice = _object(parts[0])
        claims, claims_twice = _object(parts[1])
    except ValueError as error:
        return Judgement(REFUSE, f"not a JSON object: {error} (RFC 7519 7.2)")
    if header_twice or claims_twice:
        found.append(Judgement(AVOID, "a member twice: reject, or take the last (RFC 7515 4, RFC 7519 4)"))
    found += [*_signature(token, header, login), *_claims(claims, login)]
    return strictest(found)


def _lenient(token: str, login: Login, rule: str) -> Judgement:
    """An RP that reads generously (padding, white space) may take what is good otherwise."""
    parts = [re.sub(r"[=\s]", "", part).replace("+", "-").replace("/", "_") for part in token.split(".")]
    plain = ".".join(parts[:3])
    same = plain != token and all(_is_base64url(part) for part in parts) and len(parts) == 3
    return Judgement(AVOID if same and judge(plain, login).answer != REFUSE else REFUSE, rule)


def strictest(found: list[Judgement]) -> Judgement:
    """The judgement that decides; ACCEPT when no rule has anything to say."""
    return min(found, key=lambda judgement: STRICTEST_FIRST.index(judgement.answer), default=Judgement(ACCEPT))


# ---- the signature (RFC 7515 5.2, OIDC Core 3.1.3.7 items 6 to 8, RFC 8725 3.1 and 3.3) ------------------------


def _signature(token: str, header: Claims, login: Login) -> Iterator[Judgement]:
    algorithm = header.get("alg")
    if "crit" in header:
        yield Judgement(REFUSE, "crit names an extension that is not understood (RFC 7515 4.1.11)")
    known = _ASYMMETRIC if login.secret is None else _ASYMMETRIC + _SYMMETRIC
    if not isinstance(algorithm, str) or algorithm not in known:
        yield Judgement(REFUSE, f"alg {algorithm!r} is not what the client registered (RFC 8725 3.1)")
        return
    if algorithm != login.algorithm:
        yield Judgement(AVOID, f"alg {algorithm} instead of {login.algorithm}: SHOULD (OIDC Core 3.1.3.7 item 7)")
    keys = login.keys if algorithm in _ASYMMETRIC else (_octets(login.secret or ""),)
    fitting = [key for key in keys if _verifies(token, algorithm, key)]
    if not fitting:
        yield Judgement(REFUSE, "no key of the issuer or the client verifies it (OIDC Core 3.1.3.7 items 6 and 8)")
    elif algorithm in _ASYMMETRIC and header.get("kid") not in [key.get("kid") for key in fitting]:
        yield Judgement(FREE, "kid names no key, or another one (OIDC Core 10.1)")
    if "b64" in header:
        yield Judgement(FREE, "b64 without crit (RFC 7797 6)")
    if set(_KEY_HEADERS) & set(header):
        yield Judgement(FREE, "a key in the header: to be ignored, and suspicious (RFC 8725 3.10)")
    if not isinstance(header.get("typ", "JWT"), str) or header.get("typ", "JWT").lower() != "jwt":
        yield Judgement(FREE, "another typ (RFC 8725 3.11)")
    if "cty" in header:
        yield Judgement(FREE, "cty on a token that is not nested (RFC 7519 5.2)")


def _verifies(token: str, algorithm: str, jwk: Mapping[str, Any]) -> bool:
    try:
        key = _imported(json.dumps({name: jwk[name] for name in sorted(jwk) if name not in ("use", "key_ops", "alg")}))
        head, payload, mark = token.split(".")
        instance = jws.JWSRegistry.algorithms[algorithm]
        return bool(
            instance.key_type == key.key_type
            and instance.verify(f"{head}.{payload}".encode("ascii"), _decoded(mark), key)
        )
    except (JoseError, ValueError, TypeError, KeyError):
        return False


def _octets(secret: str) -> dict[str, str]:
    """The client secret as a JWK (OIDC Core 3.1.3.7 item 8)."""
    return {"kty": "oct", "k": base64.urlsafe_b64encode(secret.encode()).rstrip(b"=").decode()}


_keys: dict[str, Key] = {}


def _imported(jwk: str) -> Key:
    if jwk not in _keys:
        _keys[jwk] = import_key(json.loads(jwk))
    return _keys[jwk]


# ---- the claims (OIDC Core 2 and 3.1.3.7, RFC 7519 4.1) ---------------------------------------------------------


def _claims(claims: Claims, login: Login) -> Iterator[Judgement]:
    for rule in (_issuer, _subject, _audience, _authorized_party, _expiry, _issued, _not_before, _nonce, _hashes):
        yield from rule(claims, login)
    for name in ("auth_time", "acr", "amr", "sub_jwk", "_claim_names", "_claim_sources"):
        if name in claims and not _usual(name, claims[name]):
            yield Judgement(FREE, f"an unusual {name}")


def _issuer(claims: Claims, login: Login) -> Iterator[Judgement]:
    if claims.get("iss") != login.issuer:
        yield Judgement(REFUSE, "iss is not the issuer (OIDC Core 3.1.3.7 item 2)")


def _subject(claims: Claims, login: Login) -> Iterator[Judgement]:  # noqa: ARG001
    subject = claims.get("sub")
    if not isinstance(subject, str):
        yield Judgement(REFUSE, "sub is missing or no string (OIDC Core 2)")
    elif not subject.strip():
        yield Judgement(AVOID, "sub is empty: everybody's account (OIDC Core 2)")
    elif len(subject) > 255 or not subject.isascii():
        yield Judgement(FREE, "sub is longer than 255 ASCII characters (OIDC Core 2)")


def _audience(claims: Claims, login: Login) -> Iterator[Judgement]:
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    if login.client_id not in listed:
        yield Judgement(REFUSE, "aud does not name the client (OIDC Core 3.1.3.7 item 3)")
    elif any(one != login.client_id for one in listed):
        yield Judgement(REFUSE, "aud names others, whom the client does not trust (OIDC Core 3.1.3.7 item 3)")
    elif len(listed) > 1:
        yield Judgement(FREE, "aud names the client twice")


def _authorized_party(claims: Claims, login: Login) -> Iterator[Judgement]:
    if claims.get("azp", login.client_id) != login.client_id:
        yield Judgement(AVOID, "azp is another client: SHOULD (OIDC Core 3.1.3.7 item 5)")


def _expiry(claims: Claims, login: Login) -> Iterator[Judgement]:
    at = claims.get("exp")
    if not _is_number(at):
        yield Judgement(REFUSE, "exp is missing or no number (OIDC Core 2, RFC 7519 4.1.4)")
    elif at <= login.now - LEEWAY:
        yield Judgement(REFUSE, "the token has expired (OIDC Core 3.1.3.7 item 9)")
    elif at <= login.now + SLIGHT or at > YEAR_10000:
        yield Judgement(FREE, "exp is a matter of leeway, or beyond calendars")


def _issued(claims: Claims, login: Login) -> Iterator[Judgement]:
    at = claims.get("iat")
    if not _is_number(at):
        yield Judgement(REFUSE, "iat is missing or no number (OIDC Core 2)")
    elif at > login.now + LEEWAY:
        yield Judgement(AVOID, "iat is in the future")
    elif not login.now - LEEWAY <= at <= login.now + SLIGHT:
        yield Judgement(FREE, "iat is far from now: the client may refuse (OIDC Core 3.1.3.7 item 10)")


def _not_before(claims: Claims, login: Login) -> Iterator[Judgement]:
    if "nbf" not in claims:
        return
    at = claims["nbf"]
    if not _is_number(at):
        yield Judgement(FREE, "nbf is no number")
    elif at > login.now + LEEWAY:
        yield Judgement(AVOID, "the token is not valid yet, for an RP that knows nbf (RFC 7519 4.1.5)")
    elif at > login.now + SLIGHT or at < 0:
        yield Judgement(FREE, "nbf is a matter of leeway")


def _nonce(claims: Claims, login: Login) -> Iterator[Judgement]:
    if login.nonce is not None and claims.get("nonce") != login.nonce:
        yield Judgement(REFUSE, "nonce is not that of the request (OIDC Core 3.1.3.7 item 11)")
    elif login.nonce is None and "nonce" in claims:
        yield Judgement(FREE, "a nonce that nobody asked for")


def _hashes(claims: Claims, login: Login) -> Iterator[Judgement]:
    for name, values, answer in (
        ("at_hash", login.access_tokens, REFUSE if login.front_channel else AVOID),
        ("c_hash", login.codes, REFUSE if login.front_channel else FREE),
    ):
        if name in claims and claims[name] not in [_left_half(value, login.algorithm) for value in values]:
            yield Judgement(answer if values else FREE, f"{name} does not fit (OIDC Core 3.1.3.8, 3.2.2.9, 3.3.2.10)")


# ---- reading ----------------------------------------------------------------------------------------------------


def _left_half(value: str, algorithm: str) -> str:
    functions = {"384": hashlib.sha384, "512": hashlib.sha512, "DSA": hashlib.sha512}
    hashed = functions.get(algorithm[-3:], hashlib.sha256)(value.encode()).digest()
    return base64.urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()


def _usual(name: str, value: Any) -> bool:
    fits: Mapping[str, Callable[[Any], bool]] = {
        "auth_time": _is_number,
        "acr": lambda value: isinstance(value, str),
        "amr": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    }
    return name in fits and fits[name](value)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_base64url(part: str) -> bool:
    return bool(_BASE64URL.fullmatch(part)) and len(part) % 4 != 1


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _object(part: str) -> tuple[dict[str, Any], bool]:
    """The JSON object in a part, and whether a member of its top level stands there twice."""
    tables: list[list[tuple[str, Any]]] = []

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        tables.append(pairs)
        return dict(pairs)

    found = json.loads(_decoded(part).decode("utf-8"), object_pairs_hook=keep)
    if not isinstance(found, dict):
        raise ValueError(f"it is a {type(found).__name__}")
    return found, len(tables[-1]) > len(found)
