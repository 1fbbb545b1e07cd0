"""The relying party written by hand with one check changed; the names are those of the same weakness in
`targets/broken`."""

from __future__ import annotations

from targets.handmade.weaknesses import claims, login, responses, signature
from targets.handmade.weaknesses.registry import WEAKNESSES

__all__ = ["WEAKNESSES", "claims", "login", "responses", "signature"]
