"""Who a token names: user name and e-mail address from the first of the principal claims that it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from targets.openmetadata.settings import Settings


class NoPrincipal(Exception):
    """None of the claims that may name the user is there."""


def user_of(claims: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """`{"name", "email", "displayName"}`: the name is what stands before the @, in lower case."""
    lower = {name.lower(): value for name, value in claims.items()}
    principal = next((str(lower[name]) for name in settings.principal_claims if lower.get(name)), "")
    if not principal:
        raise NoPrincipal(f"Invalid JWT token, none of the following claims are present {settings.principal_claims}")
    email = principal if "@" in principal else f"{principal}@{settings.principal_domain}"
    shown = lower.get("name")
    return {
        "name": principal.partition("@")[0].lower(),
        "email": email.lower(),
        "displayName": shown if isinstance(shown, str) else "",
    }
