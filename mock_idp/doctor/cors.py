"""Browsers that call Okta themselves: origins of redirect URIs and Trusted Origins (okta.md 3.4 and 8)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Document, Facts
from mock_idp.doctor.findings import Finding, finding
from mock_idp.doctor.login import header


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.settings.app is None or facts.settings.learned:
        return
    client, own = facts.settings.client, _own_origins(facts)
    browser = client.get("application_type") == "browser"
    calling = {header(one, "Origin"): one for one in facts.login.at("token", "userinfo") if header(one, "Origin")}
    for origin, exchange in calling.items():
        if not browser and origin != "null":
            message = f"Token requests carry the browser's Origin {origin}: a server that forwards it is refused."
            fix = "Do not forward the Origin header, or create the app as a Single-Page Application."
            yield finding(facts, "cors.forwarded", "warning", controls.TOKEN_REQUEST, message, fix, exchange)
        elif browser and origin not in own and not trusted(facts, origin):
            message = f"The page at {origin} calls Okta, and is neither a redirect URI's origin nor a Trusted Origin."
            fix = f"Add {origin} with CORS and Redirect."
            yield finding(facts, "cors.unknown-origin", "error", controls.TRUSTED_ORIGINS, message, fix, exchange)
    if not browser:
        return
    for origin in sorted({facts.origin or next(iter(sorted(own)), "")} - {""}):
        if trusted(facts, origin):
            continue
        known = next((one for one in facts.settings.trusted_origins if _is(one, origin)), None)
        if known is None:
            message = f"{origin} is no Trusted Origin: the page cannot read Okta's session, to sign out for example."
            fix = f"Add {origin} with CORS and Redirect (Base URIs in the wizard)."
        elif known["status"] != "ACTIVE":
            message, fix = f"The Trusted Origin {origin} is not active.", "Activate it."
        else:
            message, fix = f"The Trusted Origin {origin} has no CORS.", "Tick CORS."
        yield finding(facts, "cors.not-trusted", "warning", controls.TRUSTED_ORIGINS, message, fix)


def trusted(facts: Facts, origin: str) -> bool:
    """Whether it is an active Trusted Origin with CORS."""
    known = [one for one in facts.settings.trusted_origins if _is(one, origin)]
    return any(one["status"] == "ACTIVE" and any(s["type"] == "CORS" for s in one["scopes"]) for one in known)


def _is(entry: Document, origin: str) -> bool:
    return bool(entry["origin"].rstrip("/") == origin)


def _own_origins(facts: Facts) -> set[str]:
    parts = [urlsplit(uri) for uri in facts.settings.uris()]
    return {f"{part.scheme}://{part.netloc}" for part in parts if part.scheme in ("http", "https")}
