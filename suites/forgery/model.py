"""What a correct RP must do with an ID Token: the strict model that generated tokens are measured by.

Rules as the texts have them: OIDC Core 2 and 3.1.3.7, RFC 7515, RFC 7519, RFC 8725. Where they leave an RP the choice,
so does the model: `FREE`; where they advise to refuse, or most do, it says `AVOID`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from suites.forgery.claims import judge_claims
from suites.forgery.judgement import AVOID, FREE, REFUSE, Claims, Judgement, Login, strictest

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_SYMMETRIC = ("HS256", "HS384", "HS512")
_KEY_HEADERS = ("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256")


def judge(token: str, login: Login) -> Judgement:
    """What the RP must do with this token in this login; the strictest rule that applies counts."""
    found: list[Judgement] = []
    parts = token.split(".")
    if len(parts) != 3:
        return _misspelt(token, login, f"{len(parts)} parts instead of three (RFC 7515 7.1)")
    if not all(_is_base64url(part) for part in parts):
        return _misspelt(token, login, "a part that is not base64url without padding (RFC 7515 5.2)")
    try:
        header, header_twice = _object(parts[0])
        claims, claims_twice = _object(parts[1])
    except ValueError as error:
        return Judgement(REFUSE, f"not a JSON object: {error} (RFC 7519 7.2)")
    if header_twice or claims_twice:
        found.append(Judgement(AVOID, "a member twice: reject, or take the last (RFC 7515 4, RFC 7519 4)"))
    if any(header[name] != claims[name] for name in set(header) & set(claims)):
        found.append(Judgement(FREE, "a claim in the header that says otherwise: ignore, or reject (RFC 7519 5.3)"))
    found += [*_signature(token, header, login), *judge_claims(claims, login)]
    return strictest(found)


def judge_all(tokens: Sequence[tuple[str, Login]]) -> Judgement:
    """What the RP must do with the ID Tokens of one login together: hybrid flows bring two."""
    found = [judge(token, login) for token, login in tokens]
    people = [_subject_of(token) for token, _ in tokens]
    if any(person != people[0] for person in people):
        found.append(Judgement(REFUSE, "two ID Tokens are about two people (OIDC Core 3.3.3.6)"))
    return strictest(found)


def _subject_of(token: str) -> Any:
    """The sub that a token claims, whoever has signed it; None where it cannot be read."""
    try:
        return _object(token.split(".")[1])[0].get("sub")
    except (IndexError, ValueError):
        return None


def _misspelt(token: str, login: Login, rule: str) -> Judgement:
    """Whether nothing else is wrong: an RP that reads generously takes it for the token that the issuer signed."""
    parts = [re.sub(r"[=\s]", "", part).replace("+", "-").replace("/", "_") for part in token.split(".")]
    plain = ".".join(parts[:3])
    readable = plain != token and len(parts) >= 3 and all(_is_base64url(part) for part in parts[:3])
    return Judgement(REFUSE, rule, spelling=readable and judge(plain, login).answer != REFUSE)


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


# ---- reading ----------------------------------------------------------------------------------------------------


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
