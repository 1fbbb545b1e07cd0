"""The Content-Security-Policy and the other headers of a page (CSP Level 3; okta.md 8)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response


@dataclass(frozen=True)
class Policy:
    """What a page may load, and where it may stand and lead; without inline script and inline style.

    `ancestors`: who may show it in a frame; None for anybody. `images`, `frames`: sources besides the mock itself.
    `forms`: where its forms may lead, redirects included; None for anywhere (sign-in ends at a relying party).
    `script`: the text of the one script that stands in the page.
    """

    ancestors: Sequence[str] | None = ("'self'",)
    images: Sequence[str] = ()
    frames: Sequence[str] = ()
    forms: Sequence[str] | None = ("'self'",)
    script: str = ""

    def __str__(self) -> str:
        scripts = f"'sha256-{_digest(self.script)}'" if self.script else "'self'"
        directives = {
            "default-src": ["'none'"],
            "script-src": [scripts],
            "style-src": ["'self'"],
            "img-src": ["'self'", "data:", *self.images],
            "connect-src": ["'self'"],
            "frame-src": list(self.frames),
            "form-action": list(self.forms or ()),
            "base-uri": ["'none'"],
            "frame-ancestors": list(self.ancestors or ()),
        }
        return "; ".join(" ".join([name, *sources]) for name, sources in directives.items() if sources)


def protect(response: Response, policy: Policy) -> Response:
    """The headers of a page (okta.md 8). Not HSTS: the browser would then refuse http at this host for everybody."""
    response.headers["Cache-Control"] = "no-cache, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-XSS-Protection"] = "0"
    # Not no-referrer: a form_post page would then send `Origin: null` to the relying party.
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["p3p"] = 'CP="HONK"'
    response.headers["Content-Security-Policy"] = str(policy)
    if policy.ancestors == ("'self'",):  # it knows no list, and would forbid what the policy allows to others
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
