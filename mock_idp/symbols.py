"""Symbols: values of an edit that need the context in which they are served.

A symbol is data (a name and arguments), so that a misbehaviour stays JSON; `resolve` looks it up in a `Scope`
when the artefact is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class SymbolError(LookupError):
    """A symbol that is unknown, or has no value at this point of the login."""


@dataclass(frozen=True)
class Symbol:
    """`Symbol("now", (-86400,))`: a value to be looked up when it is served."""

    name: str
    args: tuple[Any, ...] = ()


class Scope(Protocol):
    """What symbols can see. Every member may raise SymbolError when it has no value yet."""

    def now(self) -> int: ...
    def lookup(self, name: str, args: tuple[Any, ...]) -> Any: ...


ORIGINAL = "original"


def resolve(value: Any, scope: Scope, original: Any = None) -> Any:
    """`value` with every symbol replaced; `original` is what stands at the edited place."""
    if isinstance(value, Symbol):
        if value.name == ORIGINAL:
            return original
        args = tuple(resolve(a, scope, original) for a in value.args)
        if value.name == "now":
            return scope.now() + int(args[0] if args else 0)
        return scope.lookup(value.name, args)
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


def canary_url(name: str) -> Symbol:
    """A URL at the IdP that records every fetch; `jku` and `x5u` serve the rogue key."""
    return Symbol("canary_url", (name,))


def published_key(which: str) -> Symbol:
    """Another key of the same issuer's JWKS: `ES256`, or `next` (RS256)."""
    return Symbol("published_key", (which,))


def published_key_as_hmac(encoding: str) -> Symbol:
    """The active public key's text as an HMAC key: pkcs1, spki, pkcs1-stripped, spki-stripped."""
    return Symbol("published_key_as_hmac", (encoding,))


original = _constant(ORIGINAL)
issuer = _constant("issuer")
org_issuer = _constant("org_issuer")
client_id = _constant("client_id")
other_client = _constant("other_client")
random = _constant("random")
rogue_key = _constant("rogue_key")
rogue_jwk = _constant("rogue_jwk")
rogue_x5c = _constant("rogue_x5c")
other_server_key = _constant("other_server_key")
client_secret = _constant("client_secret")
replayed_id_token = _constant("replayed_id_token")
the_access_token = _constant("the_access_token")
