"""Signing out at Okta (okta.md 7)."""

from __future__ import annotations

from collections.abc import Iterator

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding
from mock_idp.doctor.login import asked
from mock_idp.doctor.redirect_uris import difference

_PREFILLED = "http://localhost:8080"


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.settings.app is None or facts.settings.learned:
        return
    uris = facts.settings.uris("post_logout_redirect_uris")
    for exchange in facts.login.at("logout"):
        sent = asked(exchange)
        back = sent.get("post_logout_redirect_uri", "")
        if back and back not in uris:
            near = next((why for uri in uris if (why := difference(uri, back))), "")
            message = (
                f"The application wants to return to {back} after signing out; registered: {', '.join(uris) or 'none'}."
            )
            fix = f"Add {back}{f' (the comparison is exact: {near})' if near else ''}."
            yield finding(facts, "sign-out.not-registered", "error", controls.SIGN_OUT_URIS, message, fix, exchange)
        elif not sent.get("id_token_hint"):
            message = "The logout request has no id_token_hint, without which Okta does not know whose session to end."
            fix = "Let the application send the ID Token of the login as id_token_hint."
            yield finding(facts, "sign-out.no-hint", "error", controls.LOGOUT_REQUEST, message, fix, exchange)
    if _PREFILLED in uris and facts.origin and facts.origin != _PREFILLED:
        message = f"{_PREFILLED} is what the wizard has filled in; the application is at {facts.origin}."
        fix = f"Replace it with where the application wants its users after signing out, or remove {_PREFILLED}."
        yield finding(facts, "sign-out.prefilled", "warning", controls.SIGN_OUT_URIS, message, fix)
