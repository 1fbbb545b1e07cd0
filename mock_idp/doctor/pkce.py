"""Proof Key for Code Exchange: required against sent (RFC 7636, okta.md 2.3 and 3.4)."""

from __future__ import annotations

from collections.abc import Iterator

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding
from mock_idp.doctor.login import form


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.settings.app is None or facts.settings.learned:
        return
    required = bool(facts.settings.credentials.get("pkce_required"))
    public = facts.settings.credentials.get("token_endpoint_auth_method") == "none"
    asked, seen = facts.login.asked, facts.login.authorize
    if seen is None or "code" not in facts.response_types:
        return
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    if not challenge and (required or public):
        message = "The app requires PKCE, and the application sends no code_challenge."
        fix = "Turn PKCE (S256) on in the application."
        fix += "" if public else " If it cannot, clear the box."
        yield finding(facts, "pkce.not-sent", "error", controls.PKCE, message, fix, seen)
    elif challenge and method != "S256":
        message = f"The application sends code_challenge_method {method or '(none, which means plain)'}; Okta has S256."
        yield finding(facts, "pkce.method", "error", controls.REQUEST, message, "Let the application use S256.", seen)
    elif challenge and not required:
        message = "The application sends PKCE, and the app does not require it: who steals a request can leave it out."
        yield finding(facts, "pkce.not-required", "note", controls.PKCE, message, "Tick the box.", seen)
    for exchange in facts.login.code_requests:
        if challenge and not form(exchange).get("code_verifier"):
            message = "The application sent a code_challenge, and its token request has no code_verifier."
            fix = "Let the application keep the verifier until the callback, in a session that survives the redirect."
            yield finding(facts, "pkce.no-verifier", "error", controls.TOKEN_REQUEST, message, fix, exchange)
