"""Grant types and response types: what is enabled against what is used (okta.md 2.3, 5.3; seeds.md 5, Q1)."""

from __future__ import annotations

from collections.abc import Iterator

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding
from mock_idp.doctor.login import form

_NEVER = {
    "password": "Resource Owner Password",
    "client_credentials": "Client Credentials",
    "interaction_code": "Interaction Code",
}


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.settings.app is None or facts.settings.learned:
        return
    yield from _needed(facts)
    yield from _implicit(facts)
    yield from _unused(facts)


def _needed(facts: Facts) -> Iterator[Finding]:
    client, types, seen = facts.settings.client, set(facts.response_types), facts.login.authorize
    allowed = {part for entry in client.get("response_types", ()) for part in entry.split()}
    if client.get("application_type") == "service":
        message = "The app is of type API Services: nobody can sign in to it."
        fix = "Create an app integration of type Web Application, Single-Page Application or Native Application."
        yield finding(facts, "grants.service", "error", controls.APPLICATION_TYPE, message, fix)
        return
    if "code" in types and not facts.settings.has_grant("authorization_code"):
        message = "The application uses the authorization code flow, and the grant is not enabled."
        fix = "Tick Authorization Code."
        yield finding(facts, "grants.no-code", "error", controls.GRANTS, message, fix, seen)
    elif "code" in types and "code" not in allowed:
        message = "The grant Authorization Code is enabled without the response type code."
        yield finding(
            facts, "grants.no-code-type", "error", controls.GRANTS, message, "Add the response type code.", seen
        )
    front = types & {"id_token", "token"}
    if front and not facts.settings.has_grant("implicit"):
        message = (
            f"The application asks for response_type {' '.join(facts.response_types)}, without the implicit grant."
        )
        fix = "Let the application ask for response_type=code, or tick Implicit (hybrid)."
        yield finding(facts, "grants.no-implicit", "error", controls.IMPLICIT, message, fix, seen)
    elif missing := front - allowed:
        names = " and ".join(
            {"id_token": "Allow ID Token", "token": "Allow Access Token"}[one] for one in sorted(missing)
        )
        message = f"The application asks for response_type {' '.join(facts.response_types)}, which is not allowed."
        fix = f"Tick {names} with implicit grant type."
        yield finding(facts, "grants.response-type", "error", controls.RESPONSE_TYPES, message, fix, seen)


def _implicit(facts: Facts) -> Iterator[Finding]:
    """Enabled, and nothing uses it."""
    if not facts.settings.has_grant("implicit"):
        return
    types = set(facts.response_types)
    for_tile = facts.settings.launch_mode == "OKTA"
    allowed = {part for entry in facts.settings.client.get("response_types", ()) for part in entry.split()}
    if not types & {"id_token", "token"} and not for_tile:
        message = (
            "The implicit grant is enabled, and the application uses the code flow: it only widens what is allowed."
        )
        fix = "Clear Implicit (hybrid)."
        yield finding(
            facts, "grants.implicit-unused", "warning", controls.IMPLICIT, message, fix, facts.login.authorize
        )
    elif "token" in allowed and "token" not in types:
        message = "Access tokens are allowed with the implicit grant, and the application never asks for one."
        fix = "Clear Allow Access Token with implicit grant type."
        yield finding(facts, "grants.implicit-token-unused", "warning", controls.RESPONSE_TYPES, message, fix)


def _unused(facts: Facts) -> Iterator[Finding]:
    used = {form(exchange).get("grant_type") for exchange in facts.login.at("token")}
    for grant, label in _NEVER.items():
        if facts.settings.has_grant(grant) and grant not in used:
            message = f"The grant {label} is enabled and was not used."
            yield finding(facts, "grants.unused", "note", controls.GRANTS, message, f"Clear {label}.")
    asked = "offline_access" in facts.scopes
    if facts.settings.has_grant("refresh_token") and facts.login.authorize and not asked:
        message = "The grant Refresh Token is enabled, and the application never asks for offline_access."
        fix = "Clear Refresh Token, or let the application ask for the scope offline_access."
        yield finding(facts, "grants.refresh-unused", "note", controls.GRANTS, message, fix, facts.login.authorize)
