"""Where the weaknesses are listed. A weakness is a subclass of the reference with one check changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TypeVar

from targets.reference.relying_party import RelyingParty

TOPICS = (
    "authorization_request",
    "redirect_uri",
    "app_settings",
    "initiated_login",
    "state",
    "nonce_pkce",
    "issuer_subject",
    "audience",
    "times",
    "contents",
    "signature",
    "algorithms",
    "serialization",
    "encryption",
    "authentication",
    "keys",
    "keys_without_kid",
    "client_auth",
    "token_response",
    "userinfo",
    "front_channel",
    "form_post",
    "request_object",
    "claim_sources",
    "renewal",
    "discovery",
    "jwks",
    "mix_up",
    "ssrf",
    "browser_flows",
)
Weak = TypeVar("Weak", bound=type[RelyingParty])
_found: dict[str, type[RelyingParty]] = {}
_variants: dict[str, str] = {}


def weakness(name: str, of: str = "") -> Callable[[Weak], Weak]:
    """Registers a class under the weakness's name; the docstring says which real bug it stands for.

    `of`: the variant of the reference that it is with this one change, for what only that variant does (`hybrid`:
    `targets/reference/hybrid.toml` without it, `targets/broken/hybrid.toml` with it).
    """

    def register(kind: Weak) -> Weak:
        if name in _found:
            raise ValueError(f"two weaknesses are called {name}")
        if not kind.__doc__:
            raise ValueError(f"{name}: say in a docstring which bug it stands for")
        _found[name] = kind
        _variants[name] = of
        return kind

    return register


def all_weaknesses() -> Mapping[str, type[RelyingParty]]:
    """Every weakness by name."""
    for topic in TOPICS:
        import_module(f"targets.broken.{topic}")
    return _found


def variant_of(name: str) -> str:
    """The variant of the reference that this weakness is a change of; empty: the reference itself."""
    all_weaknesses()
    return _variants[name]
