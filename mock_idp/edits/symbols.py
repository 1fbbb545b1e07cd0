"""Symbols: values of an edit that need the context in which they are served.

A symbol is data (a name and arguments), so that a misbehaviour stays JSON; `resolve` looks it up in a `Scope`
when the artefact is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mock_idp.edits.app_urls import APP_URLS


class SymbolError(LookupError):
    """A symbol that is unknown, or has no value at this point of the login."""


@dataclass(frozen=True)
class Symbol:
    """`Symbol("now", (-86400,))`: a value to be looked up when it is served."""

    name: str
    args: tuple[Any, ...] = ()


class Scope(Protocol):
    """What symbols can see."""

    def lookup(self, name: str, args: tuple[Any, ...]) -> Any:
        """The value of a checked symbol; SymbolError when it has none at this point of the login."""
        ...


ORIGINAL = "original"
KEYS = frozenset({"rogue_key", "published_key", "other_server_key", "other_idp_key", "extra_key"})
"""Symbols that stand for a signing key; they make sense at `signing("key")` only."""
HMAC_ENCODINGS = ("pkcs1", "spki", "pkcs1-stripped", "spki-stripped", "jwk", "jwk-e", "jwk-n", "jwk-kty", "jwk-alg")
CHAINS = ("published-first", "rogue-first")
PUBLISHED_KEYS = ("ES256", "next", "active", "retired")
CLAIMS_JWTS = ("signed", "unsigned")
EXTRA_KEYS = ("RSA-1024", "RSA-2048")
OTHER_PATHS = frozenset({"moved", "elsewhere"})
MOVABLE = ("authorize", "token", "userinfo", "keys")
PLAIN = ("issuer", *MOVABLE)
BULKS = ("keys", "nested", "padded")
OTHER_IDP = ("issuer", "authorize", "token", "userinfo", "keys")
_CANARY = re.compile(r"[A-Za-z0-9._-]+")
PERSON = ("sub", "email", "name", "preferred_username")

UNTRUSTED = ("self-signed", "other-host", "expired")
# What the one argument of a symbol may be; symbols that are not here take none.
_ARGUMENTS: Mapping[str, Callable[[Any], bool]] = {
    "now": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "victim": lambda value: value in PERSON,
    "request": lambda value: isinstance(value, str) and bool(value),
    "request_hash": lambda value: isinstance(value, str) and bool(value),
    "canary_url": lambda value: isinstance(value, str) and bool(_CANARY.fullmatch(value)),
    "canary_elsewhere": lambda value: isinstance(value, str) and bool(_CANARY.fullmatch(value)),
    "claims_jwt": lambda value: value in CLAIMS_JWTS,
    "other_host_url": lambda value: isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9._-]+", value)),
    "published_key": lambda value: value in PUBLISHED_KEYS,
    "published_key_as_hmac": lambda value: value in HMAC_ENCODINGS,
    "published_jwk": lambda value: value in PUBLISHED_KEYS,
    "extra_key": lambda value: value in EXTRA_KEYS,
    "extra_jwk": lambda value: value in EXTRA_KEYS,
    "moved": lambda value: value in MOVABLE,
    "plain": lambda value: value in PLAIN,
    "untrusted": lambda value: value in UNTRUSTED,
    "bulk": lambda value: value in BULKS,
    "pbes2_token": lambda value: isinstance(value, int) and 0 < value < 2**31,
    "x5c_chain": lambda value: value in CHAINS,
    "other_idp": lambda value: value in OTHER_IDP,
    "app_url": lambda value: value in APP_URLS,
}
_CONSTANTS = frozenset(
    {
        ORIGINAL,
        "issuer",
        "org_issuer",
        "issuer_with_user",
        "client_id",
        "other_client",
        "random",
        "rogue_key",
        "rogue_jwk",
        "rogue_x5c",
        "active_kid",
        "elsewhere",
        "other_server_key",
        "other_idp_key",
        "client_secret",
        "replayed_id_token",
        "front_channel_id_token",
        "the_access_token",
        "the_logout_token",
    }
)
SYMBOLS = _CONSTANTS | set(_ARGUMENTS)


def check(symbol: Symbol) -> None:
    """Raises SymbolError for a symbol that is unknown, or whose arguments are wrong."""
    if symbol.name not in SYMBOLS:
        raise SymbolError(f"unknown symbol {symbol.name!r}; known: {', '.join(sorted(SYMBOLS))}")
    fits = _ARGUMENTS.get(symbol.name)
    if len(symbol.args) != (1 if fits else 0):
        raise SymbolError(f"{symbol.name}() takes {1 if fits else 0} argument(s), got {len(symbol.args)}")
    if fits and not (isinstance(symbol.args[0], int | str) and fits(symbol.args[0])):
        raise SymbolError(f"{symbol.name}({symbol.args[0]!r}): no such argument")


def symbols_in(value: Any) -> Iterator[Symbol]:
    """Every symbol in a value."""
    if isinstance(value, Symbol):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from symbols_in(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from symbols_in(member)


def resolve(value: Any, scope: Scope, original: Any = None) -> Any:
    """`value` with every symbol replaced; `original` is what stands at the edited place."""
    if isinstance(value, Symbol):
        if value.name == ORIGINAL:
            return original
        return scope.lookup(value.name, value.args)
    if isinstance(value, Mapping):
        return {key: resolve(member, scope, original) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(member, scope, original) for member in value]
    return value


def _constant(name: str) -> Callable[[], Symbol]:
    def make() -> Symbol:
        return Symbol(name)

    make.__name__ = name
    return make


def now(*, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> Symbol:
    """The attempt's time in seconds since the epoch, shifted."""
    return Symbol("now", (((days * 24 + hours) * 60 + minutes) * 60 + seconds,))


def victim(member: str) -> Symbol:
    """A member of the other person's identity: sub, email, name, preferred_username."""
    return Symbol("victim", (member,))


def request(parameter: str) -> Symbol:
    """A parameter of this login's authorization request."""
    return Symbol("request", (parameter,))


def request_hash(parameter: str) -> Symbol:
    """The hash of a parameter of the authorization request, as `s_hash` is that of `state` (SHA-256, left half)."""
    return Symbol("request_hash", (parameter,))


def canary_url(name: str) -> Symbol:
    """A URL at the IdP that records every fetch; `jku` and `x5u` serve the rogue key."""
    return Symbol("canary_url", (name,))


def canary_elsewhere(name: str) -> Symbol:
    """The canary URL at another name of the IdP's host, which is another origin."""
    return Symbol("canary_elsewhere", (name,))


def app_url(kind: str) -> Symbol:
    """A URL made from the app's first redirect URI (`mock_idp.edits.app_urls`)."""
    return Symbol("app_url", (kind,))


def other_idp(what: str) -> Symbol:
    """Of the other IdP of a relying party that has two: its issuer, or the URL of one of its endpoints."""
    return Symbol("other_idp", (what,))


def claims_jwt(kind: str) -> Symbol:
    """A JWT of aggregated claims (OIDC Core 5.6.2): `signed`, an address; `unsigned`, the victim's identity."""
    return Symbol("claims_jwt", (kind,))


def other_host_url(name: str) -> Symbol:
    """The canary URL of this name at another host name, which leads to the same IdP."""
    return Symbol("other_host_url", (name,))


def published_key(which: str) -> Symbol:
    """A key of the same issuer's JWKS: `ES256`, `next` (RS256), `active`, or `retired` (after a rotation)."""
    return Symbol("published_key", (which,))


def published_jwk(which: str) -> Symbol:
    """The public JWK of `published_key(which)`."""
    return Symbol("published_jwk", (which,))


def extra_key(kind: str) -> Symbol:
    """A key that nobody publishes unless an edit does: `RSA-1024`, `RSA-2048`."""
    return Symbol("extra_key", (kind,))


def extra_jwk(kind: str) -> Symbol:
    """The public JWK of `extra_key(kind)`."""
    return Symbol("extra_jwk", (kind,))


def moved(endpoint: str) -> Symbol:
    """Another URL of one endpoint of an issuer of its own, whose usual URL is 404 then: authorize, token, …"""
    return Symbol("moved", (endpoint,))


def plain(endpoint: str) -> Symbol:
    """The URL of one endpoint without TLS, of a mock that is served with it: authorize, token, userinfo, keys.

    `issuer`: the issuer itself with http in the place of https.
    """
    return Symbol("plain", (endpoint,))


def untrusted(certificate: str) -> Symbol:
    """The token endpoint behind a certificate that is `self-signed`, of an `other-host` or `expired`."""
    return Symbol("untrusted", (certificate,))


def bulk(kind: str) -> Symbol:
    """The text of a JWKS that is far too large: 10 000 `keys`, 100 000 levels (`nested`), 10 MB of a member (`padded`).

    The issuer's honest keys are in it.
    """
    return Symbol("bulk", (kind,))


def published_key_as_hmac(encoding: str) -> Symbol:
    """The active public key's text as an HMAC key: pkcs1, spki, each also -stripped, jwk, or a member as in jwk-e."""
    return Symbol("published_key_as_hmac", (encoding,))


def x5c_chain(order: str) -> Symbol:
    """Certificates of the active key and of the rogue key in one list: `published-first` or `rogue-first`."""
    return Symbol("x5c_chain", (order,))


def pbes2_token(count: int) -> Symbol:
    """A JWE that nobody can open, and that wants the key derived from a password in so many rounds."""
    return Symbol("pbes2_token", (count,))


original = _constant(ORIGINAL)
issuer = _constant("issuer")
org_issuer = _constant("org_issuer")
issuer_with_user = _constant("issuer_with_user")
client_id = _constant("client_id")
other_client = _constant("other_client")
random = _constant("random")
rogue_key = _constant("rogue_key")
rogue_jwk = _constant("rogue_jwk")
rogue_x5c = _constant("rogue_x5c")
active_kid = _constant("active_kid")
elsewhere = _constant("elsewhere")
other_server_key = _constant("other_server_key")
other_idp_key = _constant("other_idp_key")
client_secret = _constant("client_secret")
replayed_id_token = _constant("replayed_id_token")
front_channel_id_token = _constant("front_channel_id_token")
the_access_token = _constant("the_access_token")
the_logout_token = _constant("the_logout_token")
