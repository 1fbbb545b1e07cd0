"""The claims of an ID Token, one rule each: OIDC Core 2 and 3.1.3.7, RFC 7519 4.1."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from suites.forgery.judgement import AVOID, FREE, REFUSE, Claims, Judgement, Login

LEEWAY = 300
"""Seconds; RFC 7519 4.1.4 speaks of a few minutes."""
NO_LEEWAY = 3600
"""Seconds; less than that an RP may call leeway, since no text has a number."""
SLIGHT = 10
"""Seconds by which clocks differ anywhere; no RP may be thrown by them."""
LONG_AGO = 86_400
"""Seconds; no login takes so long."""
LONGEST_SUBJECT = 255
YEAR_10000 = 253_402_300_800


def judge_claims(claims: Claims, login: Login) -> Iterator[Judgement]:
    for rule in (_issuer, _subject, _audience, _authorized_party, _expiry, _issued, _not_before, _nonce):
        yield from rule(claims, login)
    yield from _hashes(claims, login)
    yield from _authentication(claims, login)
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
    elif len(subject) > LONGEST_SUBJECT:
        yield Judgement(AVOID, "sub is longer than 255 characters, and may be cut off somewhere (OIDC Core 2)")
    elif not subject.isascii() or subject != subject.strip():
        yield Judgement(FREE, "sub is not ASCII, or begins or ends with white space (OIDC Core 2)")


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
    elif at <= login.now - NO_LEEWAY:
        yield Judgement(REFUSE, "the token has expired (OIDC Core 3.1.3.7 item 9)")
    elif at <= login.now - LEEWAY:
        yield Judgement(AVOID, "the token has expired by more than a few minutes (OIDC Core 3.1.3.7 item 9)")
    elif at <= login.now + SLIGHT or at > YEAR_10000:
        yield Judgement(FREE, "exp is a matter of leeway, or beyond calendars")


def _issued(claims: Claims, login: Login) -> Iterator[Judgement]:
    at = claims.get("iat")
    if not _is_number(at):
        yield Judgement(REFUSE, "iat is missing or no number (OIDC Core 2)")
    elif at > login.now + LEEWAY:
        yield Judgement(AVOID, "iat is in the future")
    elif at < login.now - LONG_AGO:
        yield Judgement(AVOID, "iat is long before the login that the token answers (OIDC Core 3.1.3.7 item 10)")
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
    front = login.front_channel
    states = () if login.state is None else (login.state,)
    for name, values, wrong, needed in (
        ("at_hash", login.access_tokens, REFUSE if front else AVOID, front),
        ("c_hash", login.codes, REFUSE if front else FREE, front),
        ("s_hash", states, AVOID if front else FREE, False),
    ):
        source = "(OIDC Core 3.1.3.8, 3.2.2.9, 3.3.2.10, 3.3.2.11; FAPI 1.0 Advanced 5.2.3.1)"
        if name not in claims and values and needed:
            yield Judgement(REFUSE, f"{name} is missing {source}")
        elif name in claims and claims[name] not in [_left_half(value, login.algorithm) for value in values]:
            yield Judgement(wrong if values else FREE, f"{name} does not fit {source}")


def _authentication(claims: Claims, login: Login) -> Iterator[Judgement]:
    at = claims.get("auth_time")
    if login.max_age is not None and (not _is_number(at) or at + login.max_age + LEEWAY <= login.now):
        yield Judgement(AVOID, "auth_time is missing, or longer ago than max_age (OIDC Core 3.1.3.7 item 13)")
    elif login.max_age is not None and _is_number(at) and at + login.max_age <= login.now + SLIGHT:
        yield Judgement(FREE, "auth_time is a matter of leeway")
    if login.acr_values and claims.get("acr") not in login.acr_values:
        yield Judgement(AVOID, "acr is none of acr_values (OIDC Core 3.1.3.7 item 12)")


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
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
