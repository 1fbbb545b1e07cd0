"""The tile: who may start a login, and where it leads (okta.md 5.3, 5.4; seeds.md 5, Q4)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, Severity, finding


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.settings.app is None or facts.settings.learned:
        return
    mode = facts.settings.launch_mode
    hidden = bool(facts.settings.app["visibility"]["hide"]["web"])
    if mode == "DISABLED":
        if not hidden:
            message = "The icon is to be displayed, and login is initiated by the app only: there is no tile."
            fix = "Choose Either Okta or App, or do not display the icon."
            yield finding(facts, "tile.app-only", "warning", controls.INITIATED_BY, message, fix)
        return
    if hidden:
        message = "Okta may start a login, and the icon is hidden: nobody sees a tile."
        fix = "Tick Display application icon to users."
        yield finding(facts, "tile.hidden", "warning", controls.ICON, message, fix)
    if facts.party.strict_cookies:
        message = f"Cookies of the application are SameSite=Strict: {', '.join(facts.party.strict_cookies)}."
        message += " A browser that comes from Okta's page, by a tile or a redirect, does not send them."
        fix = "Let the cookies that a login needs be SameSite=Lax."
        yield finding(facts, "tile.strict-cookies", "note", controls.OTHER, message, fix)
    yield from _initiate_uri(facts, mode)
    if mode == "OKTA":
        yield from _simplified(facts)
    elif facts.server:
        message = (
            f"The tile sends iss={facts.settings.org_url}, the application's issuer is {facts.server['issuer']}: who "
            "compares them starts no login."
        )
        fix = "Let the application take the tile's iss as a hint only."
        yield finding(facts, "tile.other-iss", "note", controls.OTHER, message, fix)


def _initiate_uri(facts: Facts, mode: str) -> Iterator[Finding]:
    uri, uris = str(facts.settings.client.get("initiate_login_uri") or ""), facts.settings.uris()
    if not uri:
        message = "Okta may start a login, and there is no Initiate login URI: the tile leads to an error."
        fix = "Type the address that starts a login in the application."
        severity: Severity = "error" if mode == "SPEC" else "warning"
        yield finding(facts, "tile.no-uri", severity, controls.INITIATE_URI, message, fix)
        return
    if mode == "SPEC" and any(uri.rstrip("/") == known.rstrip("/") for known in uris):
        message = f"The Initiate login URI {uri} is a sign-in redirect URI: the tile opens a callback without a code."
        fix = "Type the address that starts a login in the application, which is not its callback."
        yield finding(facts, "tile.callback", "error", controls.INITIATE_URI, message, fix)
    hosts = {urlsplit(known).netloc for known in uris}
    if uris and urlsplit(uri).netloc not in hosts:
        message = (
            f"The Initiate login URI is at {urlsplit(uri).netloc}, the redirect URIs at {', '.join(sorted(hosts))}."
        )
        fix = "Type an address of the same application."
        yield finding(facts, "tile.other-host", "warning", controls.INITIATE_URI, message, fix)


def _simplified(facts: Facts) -> Iterator[Finding]:
    """Okta Simplified: the tile posts an ID Token that the implicit grant has to allow."""
    if not facts.settings.has_grant("implicit"):
        message = "Login flow sends the ID Token directly to the app (Okta Simplified), without the implicit grant."
        fix = "Choose Redirect to app to initiate login (OIDC Compliant), or tick Implicit (hybrid)."
        yield finding(facts, "tile.no-implicit", "error", controls.IMPLICIT, message, fix)
    elif not any("id_token" in entry.split() for entry in facts.settings.client.get("response_types", ())):
        message = "Login flow sends the ID Token directly to the app (Okta Simplified), and ID Tokens are not allowed."
        fix = "Tick Allow ID Token with implicit grant type."
        yield finding(facts, "tile.no-id-token", "error", controls.ALLOW_ID_TOKEN, message, fix)
    if not facts.settings.client["idp_initiated_login"].get("default_scope"):
        message = "Okta Simplified needs scopes for the ID Token that it sends, and there are none."
        fix = "Name openid, profile and email."
        yield finding(facts, "tile.no-scopes", "error", controls.LAUNCH_SCOPES, message, fix)
