"""Scopes, claims and consent (okta.md 2.3, 2.5, 4.4, 4.5)."""

from __future__ import annotations

from collections.abc import Iterator

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.settings.app is None:
        return
    yield from _consent(facts)
    if facts.login.authorize is None or not facts.server_id:
        return
    yield from _known(facts)
    yield from _claims(facts)


def _known(facts: Facts) -> Iterator[Finding]:
    seen, server = facts.login.authorize, facts.server
    known = {entry["name"] for entry in server["scopes"]} if server else set(facts.settings.org_scopes)
    unknown = [name for name in facts.scopes if name not in known]
    if unknown and server:
        message = f"The authorization server {server['name']} has no scope {', '.join(unknown)}."
        fix = f"Add the scope {', '.join(unknown)}, or take it out of the application's request."
        yield finding(facts, "scopes.unknown", "error", controls.SERVER_SCOPES, message, fix, seen)
    elif unknown:
        message = f"The org authorization server has no scope {', '.join(unknown)}, and cannot be given any."
        fix = "Take it out of the application's request, or use a custom authorization server as the issuer."
        yield finding(facts, "scopes.custom-at-org", "error", controls.REQUEST, message, fix, seen)
    if not facts.scopes and not (server and any(entry["default"] for entry in server["scopes"])):
        message = "The application asks for no scope, and no scope is the default."
        fix = "Let the application ask for openid and what else it needs."
        yield finding(facts, "scopes.none", "error", controls.REQUEST, message, fix, seen)
    elif facts.scopes and "openid" not in facts.scopes:
        message = f"The application asks for {' '.join(facts.scopes)}, without openid: it gets no ID Token."
        yield finding(facts, "scopes.no-openid", "error", controls.REQUEST, message, "Add the scope openid.", seen)


def _claims(facts: Facts) -> Iterator[Finding]:
    seen, server, app = facts.login.authorize, facts.server, facts.settings.app or {}
    if "groups" in facts.scopes and facts.login.succeeded:
        at_server = server and any(entry["name"] == "groups" for entry in server["claims"])
        if not (at_server if server else app.get("groupsClaim")):
            control = controls.SERVER_CLAIMS if server else controls.GROUPS_CLAIM
            message = "The application asks for the scope groups, and no claim `groups` is defined."
            yield finding(facts, "scopes.no-groups-claim", "warning", control, message, "Add a groups claim.", seen)
    given = facts.login.claims("id_token") | facts.login.claims("userinfo")
    if given and "email" in facts.scopes and "email" not in given:
        asked_userinfo = bool(facts.login.at("userinfo"))
        message = "The ID Token has no claim `email`, and " + (
            "UserInfo has none" if asked_userinfo else "UserInfo was not asked"
        )
        message += ": an application that tells people by their address cannot."
        fix = "Let the application read UserInfo, and give the person an address."
        yield finding(facts, "scopes.no-email", "warning", controls.OTHER, message, fix, seen)
    elif "email" not in facts.scopes:
        message = "The application does not ask for the scope email: no token and no UserInfo will have an address."
        fix = "Add the scope email, if the application tells its users by their address."
        yield finding(facts, "scopes.email-not-asked", "note", controls.REQUEST, message, fix, seen)


def _consent(facts: Facts) -> Iterator[Finding]:
    if facts.settings.client.get("consent_method") == "REQUIRED" and facts.login.silent:
        message = "The app requires consent, and the application renews in a hidden frame, where nobody can be asked."
        fix = "Clear Require consent, or let the application renew with a refresh token."
        silent = facts.login.silent[0]
        yield finding(facts, "scopes.consent-silent", "error", controls.CONSENT, message, fix, silent)
