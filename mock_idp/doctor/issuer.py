"""The issuer: how it was typed, whether there is such a server, and whether tokens will carry the same one.

Libraries compare it byte for byte (OIDC Core 3.1.3.7); okta.md 1, seeds.md 5 (Q2, Q3).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Document, Facts
from mock_idp.doctor.findings import Finding, Severity, finding
from mock_idp.doctor.login import Exchange, told

WELL_KNOWN = "/.well-known/"


def rules(facts: Facts) -> Iterator[Finding]:
    yield from _spelling(facts)
    yield from _server(facts)
    yield from _requests(facts)
    yield from _mode(facts)


def good_issuers(facts: Facts) -> list[str]:
    """Every issuer that this org has, as its settings stand."""
    return [facts.settings.org_url, *(str(server["issuer"]) for server in facts.settings.servers)]


def _spelling(facts: Facts) -> Iterator[Finding]:
    typed = facts.party.issuer
    if not typed:
        return
    issuer = typed.strip()
    org = urlsplit(facts.settings.org_url)
    whole = issuer if "://" in issuer else f"{org.scheme}://{issuer}"
    parts = urlsplit(whole)
    admin = _is_admin(parts.netloc, org.netloc, facts.settings.admin_host)
    base = facts.settings.org_url if admin else f"{parts.scheme}://{parts.netloc}"
    fix = f"Type '{base}{parts.path.rstrip('/')}'."
    wrong: list[tuple[str, str]] = []
    if issuer != typed:
        wrong.append(("white-space", f"{typed!r} has white space around it, and issuers are compared byte for byte."))
    if whole != issuer:
        wrong.append(("no-scheme", f"{issuer!r} has no scheme; an issuer is a URL that begins with {org.scheme}://."))
    if issuer.endswith("/"):
        wrong.append(("trailing-slash", f"{issuer!r} ends with a slash, which the `iss` of the tokens does not."))
    if admin:
        text = f"{parts.netloc} is the host of the admin console; users and applications use the org URL."
        wrong.append(("admin-host", text))
    elif parts.netloc not in (org.netloc, urlsplit(facts.settings.custom_url).netloc):
        wrong.append(("other-host", f"{parts.netloc} is not this org: its URL is {facts.settings.org_url}."))
        fix = f"Type one of this org's issuers: {', '.join(good_issuers(facts))}."
    elif parts.scheme == "http" and org.scheme == "https" and not _loopback(parts.hostname or ""):
        wrong.append(("no-tls", f"{issuer!r} begins with http, and the org's URL with https."))
        fix = f"Type 'https{whole.removeprefix('http').rstrip('/')}'."
    for name, text in wrong:
        yield finding(facts, f"issuer.{name}", "error", controls.ISSUER_FIELD, f"The issuer: {text}", fix)


def _is_admin(host: str, org: str, admin: str) -> bool:
    return host != org and (host == admin or host.partition(".")[0].endswith("-admin"))


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _server(facts: Facts) -> Iterator[Finding]:
    issuer = facts.party.issuer.strip() or facts.login.issuer
    path = urlsplit(issuer if "://" in issuer else f"https://{issuer}").path
    if path.rstrip("/").endswith("oauth-authorization-server"):
        message = f"{issuer} is the metadata of OAuth 2.0; what OpenID Connect clients read is openid-configuration."
        fix = f"Type '{issuer.replace('oauth-authorization-server', 'openid-configuration')}'."
        yield finding(facts, "issuer.oauth-metadata", "warning", controls.ISSUER_FIELD, message, fix)
    path = path.partition(WELL_KNOWN)[0].rstrip("/")
    if path and (re.fullmatch(r"/oauth2(/v1(/.*)?)?|/oauth2/[^/]+/v1(/.*)?", path) or not path.startswith("/oauth2/")):
        message = f"{issuer} is no issuer: it has the path of an endpoint or page."
        fix = f"Type one of this org's issuers: {', '.join(good_issuers(facts))}."
        yield finding(facts, "issuer.endpoint", "error", controls.ISSUER_FIELD, message, fix)
    elif _unknown_server(facts):
        # What it asks for tells more than what somebody says was typed.
        issuer = facts.login.issuer or issuer
        message = f"{issuer}: there is no authorization server {facts.server_id!r} in this org."
        fix = f"Type one of this org's issuers: {', '.join(good_issuers(facts))}."
        yield finding(facts, "issuer.unknown-server", "error", controls.ISSUER_FIELD, message, fix, _in_vain(facts))
    elif facts.server is not None and facts.server["status"] != "ACTIVE":
        message = f"The authorization server {facts.server['name']!r} is not active."
        fix = "Activate it."
        yield finding(facts, "issuer.inactive-server", "error", controls.SERVER_STATUS, message, fix)


def _unknown_server(facts: Facts) -> bool:
    return facts.server is None and facts.server_id not in ("", "org")


def _in_vain(facts: Facts) -> Exchange | None:
    """The request for metadata that are not there."""
    asked = (one for one in facts.login.everything if one["status"] == 404 and WELL_KNOWN in one["url"])
    return next(asked, None)


def _requests(facts: Facts) -> Iterator[Finding]:
    """What the application asked for in vain where metadata and keys are."""
    for exchange in facts.login.everything:
        path = urlsplit(exchange["url"]).path
        if re.search(r"/oauth2/[^/]+/oauth2/", path):
            message = f"The application asks for {path}: the org server's path behind a custom server's issuer."
            fix = "Let it take its endpoints from the issuer's metadata, or use the org URL as the issuer."
            yield finding(facts, "issuer.appended-path", "error", controls.ISSUER_FIELD, message, fix, exchange)
        elif WELL_KNOWN in path and "//" in path:
            message = (
                "The application asks for its metadata with two slashes: the issuer was typed with a slash at its end."
            )
            fix = "Remove the slash at the end of the issuer."
            yield finding(facts, "issuer.trailing-slash", "error", controls.ISSUER_FIELD, message, fix, exchange)
        elif WELL_KNOWN in path and exchange["status"] == 404 and not _unknown_server(facts):
            message = f"There is no metadata at {exchange['url']}."
            fix = f"Set the issuer to one of: {', '.join(good_issuers(facts))}."
            yield finding(facts, "issuer.no-metadata", "error", controls.ISSUER_FIELD, message, fix, exchange)
        elif path.endswith("/keys") and exchange["status"] == 404:
            yield _keys(facts, "error", f"There are no keys at {exchange['url']}.", exchange)
        elif path.endswith("/keys") and facts.server_id and _server_of_keys(path) != facts.server_id:
            # Another application of the org may have asked, at the same time.
            message = f"The keys of another authorization server were read during the login: {told(exchange)}."
            yield _keys(facts, "warning", message, exchange)


def _keys(facts: Facts, severity: Severity, message: str, exchange: Document) -> Finding:
    base = facts.settings.org_url
    right = f"{base}/oauth2/{facts.server_id}/v1/keys" if facts.server else f"{base}/oauth2/v1/keys"
    fix = f"Set the application's JWKS URL to {right}."
    return finding(facts, "issuer.keys-elsewhere", severity, controls.ISSUER_FIELD, message, fix, exchange)


def _server_of_keys(path: str) -> str:
    found = re.fullmatch(r"/oauth2(?:/([^/]+))?/v1/keys", path)
    return (found[1] or "org") if found else ""


def _mode(facts: Facts) -> Iterator[Finding]:
    """Whether the tokens name the issuer that the application knows."""
    for claims in facts.login.id_tokens():
        expected, named = facts.issuer.strip().partition(WELL_KNOWN)[0].rstrip("/"), claims.get("iss")
        if expected and expected != named and "://" in expected:
            message = f"The ID Token was issued by {named}, the application expects {expected}."
            yield finding(facts, "issuer.mismatch", "error", *_remedy(facts, expected, message))
            return
    custom, mode = facts.settings.custom_url, _mode_of(facts)
    if custom and facts.server and facts.settings.client.get("issuer_mode", "ORG_URL") != "ORG_URL":
        message = "The app's own issuer setting is for tokens of the org authorization server, which it does not use."
        fix = f"Set the issuer of {facts.server['name']} instead, under Security → API."
        yield finding(facts, "issuer.unused-mode", "note", controls.APP_ISSUER, message, fix)
    if not custom or not facts.issuer:
        return
    used = urlsplit(facts.issuer.strip()).netloc
    named_host = {"ORG_URL": facts.settings.org_url, "CUSTOM_URL": custom}.get(mode, "")
    if mode == "DYNAMIC":
        message = (
            f"The issuer is Dynamic: tokens name {facts.settings.org_url} or {custom}, whichever a request came in at."
        )
        fix = f"Choose {'Custom URL' if used == urlsplit(custom).netloc else 'Okta URL'}, which the application uses."
        yield finding(facts, "issuer.dynamic", "warning", _control(facts), message, fix)
    elif named_host and used != urlsplit(named_host).netloc:
        message = f"Tokens name {named_host} as their issuer, the application uses {facts.issuer.strip()}."
        yield finding(facts, "issuer.mismatch", "error", *_remedy(facts, facts.issuer.strip(), message))


def _mode_of(facts: Facts) -> str:
    return str(facts.server["issuerMode"] if facts.server else facts.settings.client.get("issuer_mode", "ORG_URL"))


def _control(facts: Facts) -> controls.Control:
    """A custom server's tokens have that server's issuer; only the org server's have the app's."""
    return controls.SERVER_ISSUER if facts.server else controls.APP_ISSUER


def _remedy(facts: Facts, expected: str, message: str) -> tuple[controls.Control, str, str]:
    """The control, what is wrong and what to do: at the org where it can name the expected host, else at the RP."""
    custom = facts.settings.custom_url
    if custom and urlsplit(expected).netloc == urlsplit(custom).netloc:
        return _control(facts), message, "Choose Custom URL."
    if custom and urlsplit(expected).netloc == urlsplit(facts.settings.org_url).netloc:
        return _control(facts), message, "Choose Okta URL."
    return controls.ISSUER_FIELD, message, "Set the application's issuer to the one that the tokens name."
