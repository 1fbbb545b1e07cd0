"""Refresh tokens: asked for, allowed, given, used (okta.md 3.6; seeds.md 3)."""

from __future__ import annotations

from collections.abc import Iterator

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding
from mock_idp.doctor.login import form


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.settings.app is None or facts.settings.learned:
        return
    yield from _given(facts)
    yield from _rotation(facts)
    yield from _used_again(facts)


def _given(facts: Facts) -> Iterator[Finding]:
    asked, granted = "offline_access" in facts.scopes, facts.settings.has_grant("refresh_token")
    seen = facts.login.authorize
    if asked and not granted:
        message = (
            "The application asks for offline_access, and the grant Refresh Token is off: it silently gets no token."
        )
        fix = "Tick Refresh Token, or take offline_access out of the request."
        yield finding(facts, "refresh.no-grant", "error", controls.GRANTS, message, fix, seen)
    elif facts.party.renews and seen and not asked and not facts.login.silent:
        message = "The application renews, and never asks for offline_access: it gets no refresh token."
        fix = "Add the scope offline_access to the application's request."
        yield finding(facts, "refresh.not-asked", "error", controls.REQUEST, message, fix, seen)


def _rotation(facts: Facts) -> Iterator[Finding]:
    client = facts.settings.client
    refresh = client.get("refresh_token") or {}
    if not refresh:
        return
    if client.get("application_type") == "browser" and refresh.get("rotation_type") == "STATIC":
        message = "The refresh tokens of a page stay the same: one that is stolen works until it expires."
        yield finding(
            facts, "refresh.static", "warning", controls.ROTATION, message, "Choose Rotate token after every use."
        )
    elif refresh.get("rotation_type") == "ROTATE" and refresh.get("leeway") == 0:
        message = "Refresh tokens rotate without a grace period: two tabs that renew at once sign each other out."
        fix = "Set a grace period of some seconds."
        yield finding(facts, "refresh.no-grace", "note", controls.LEEWAY, message, fix)


def _used_again(facts: Facts) -> Iterator[Finding]:
    if (facts.settings.client.get("refresh_token") or {}).get("rotation_type") != "ROTATE":
        return
    seen: set[str] = set()
    for exchange in facts.login.refreshes:
        token = form(exchange).get("refresh_token", "")
        if token in seen and exchange["status"] >= 400:
            message = "The application uses a refresh token again that was rotated."
            fix = "Let the application keep the new refresh token of each answer, or choose Use persistent token."
            yield finding(facts, "refresh.used-again", "error", controls.ROTATION, message, fix, exchange)
            return
        seen.add(token)
