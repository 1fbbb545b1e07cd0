"""Sign-in redirect URIs: what is registered against what the application sends (okta.md 2.4, 2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding
from mock_idp.doctor.login import asked, form

_PLACEHOLDER = re.compile(
    r"\bclient_?id\b|your[-_ ]?(?:domain|company|collate-domain|org)|[<>{}\[\]]|%7B|%3C|\bconfig_?id\b", re.IGNORECASE
)
_APP_ID = re.compile(r"0oa[0-9A-Za-z]{10,}")
_PREFILLED = ("http://localhost:8080/authorization-code/callback", "http://localhost:8080/login/callback")


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.settings.app is None:
        return
    yield from _registered(facts)
    yield from _sent(facts)
    yield from _wildcard(facts)
    yield from _silent(facts)


def _registered(facts: Facts) -> Iterator[Finding]:
    uris, client_id = facts.settings.uris(), facts.settings.client_id
    if not uris and facts.settings.client.get("application_type") != "service":
        message = "No sign-in redirect URI is registered, so no login can come back."
        fix = "Add the application's callback URL."
        yield finding(facts, "redirect-uris.none", "error", controls.REDIRECT_URIS, message, fix)
    places = [(controls.REDIRECT_URIS, uri) for uri in uris]
    if initiate := facts.settings.client.get("initiate_login_uri"):
        places.append((controls.INITIATE_URI, initiate))
    for control, uri in places:
        if found := _PLACEHOLDER.search(urlunsplit(("", "", *urlsplit(uri)[2:])) + urlsplit(uri).netloc):
            message = f"{uri} still has the placeholder {found[0]!r} of a guide in it."
            fix = f"Replace {found[0]!r}, for a client id with {client_id}."
            yield finding(facts, "redirect-uris.placeholder", "error", control, message, fix)
        for other in _APP_ID.findall(urlsplit(uri).path):
            if other != client_id and client_id.startswith("0oa"):
                message = f"{uri} names the client id {other}, and this app's is {client_id}."
                fix = f"Replace {other} with {client_id}."
                yield finding(facts, "redirect-uris.other-client-id", "error", control, message, fix)
        parts = urlsplit(uri)
        if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            message = f"{uri} is not https: codes travel in the clear."
            fix = f"Serve the application over https and set https{uri.removeprefix('http')}."
            yield finding(facts, "redirect-uris.no-tls", "warning", control, message, fix)
    for uri in _PREFILLED:
        if uri in uris and facts.origin and facts.origin != "http://localhost:8080":
            message = f"{uri} is what the wizard has filled in; the application is at {facts.origin}."
            fix = f"Remove {uri}."
            yield finding(facts, "redirect-uris.prefilled", "warning", controls.REDIRECT_URIS, message, fix)


def _sent(facts: Facts) -> Iterator[Finding]:
    if facts.settings.learned:
        return
    uris = facts.settings.uris()
    for exchange in facts.login.at("authorize"):
        sent = asked(exchange).get("redirect_uri", "")
        if sent in uris or _fits_wildcard(facts, sent):
            continue
        message = f"The application sends redirect_uri {sent or '(none)'}, registered: {', '.join(uris) or 'none'}."
        near = next((why for uri in uris if (why := difference(uri, sent))), "")
        fix = f"Add {sent} (the comparison is exact{f': {near}' if near else ''})." if sent else "Let it send one."
        yield finding(facts, "redirect-uris.not-registered", "error", controls.REDIRECT_URIS, message, fix, exchange)
        return
    first = facts.login.asked.get("redirect_uri")
    for exchange in facts.login.code_requests:
        if first and (again := form(exchange).get("redirect_uri", "")) != first:
            message = (
                f"The token request says redirect_uri {again or '(none)'}, the authorization request said {first}."
            )
            fix = "Let the application send the same redirect URI in both requests."
            yield finding(facts, "redirect-uris.changed", "error", controls.TOKEN_REQUEST, message, fix, exchange)


def difference(registered: str, sent: str) -> str:
    """In what little way two redirect URIs differ; empty when they have not much in common."""
    if registered.rstrip("/") == sent.rstrip("/"):
        return "a slash at the end"
    if registered.lower() == sent.lower():
        return "upper and lower case"
    if registered.strip() == sent.strip():
        return "white space"
    if _letters(registered) == _letters(sent):
        return "underscores or asterisks, which Markdown takes away"
    one, two = urlsplit(registered), urlsplit(sent)
    if one[1:] == two[1:]:
        return f"{one.scheme} against {two.scheme}"
    if one[:3] == two[:3]:
        return "the query"
    if one.path == two.path:
        return f"the host, {one.netloc} against {two.netloc}"
    if one.netloc == two.netloc:
        return f"the path, {one.path} against {two.path}"
    return ""


def _letters(uri: str) -> str:
    return re.sub(r"[_*\\]", "", uri)


def _fits_wildcard(facts: Facts, sent: str) -> bool:
    if facts.settings.client.get("wildcard_redirect") != "SUBDOMAIN":
        return False
    patterns = [re.escape(uri).replace(r"\*", "[A-Za-z0-9-]+") for uri in facts.settings.uris() if "*" in uri]
    return any(re.fullmatch(pattern, sent) for pattern in patterns)


def _wildcard(facts: Facts) -> Iterator[Finding]:
    starred = [uri for uri in facts.settings.uris() if "*" in uri]
    allowed = facts.settings.client.get("wildcard_redirect") == "SUBDOMAIN"
    if allowed:
        message = "Wildcards are allowed in sign-in redirect URIs: every subdomain that fits is sent codes."
        fix = (
            "Clear the box and name each redirect URI." if starred else "Clear the box: no redirect URI has a wildcard."
        )
        yield finding(facts, "redirect-uris.wildcard", "warning", controls.WILDCARD, message, fix)
    elif starred:
        message = f"{starred[0]} has a wildcard, and wildcards are not allowed."
        fix = "Name each redirect URI, or tick the box."
        yield finding(facts, "redirect-uris.wildcard-off", "error", controls.WILDCARD, message, fix)


def _silent(facts: Facts) -> Iterator[Finding]:
    used = {asked(exchange).get("redirect_uri") for exchange in facts.login.at("authorize")}
    for uri in facts.settings.uris():
        if facts.login.succeeded and "silent" in urlsplit(uri).path and uri not in used:
            message = f"{uri} is registered and was never asked for: this application renews without it."
            fix = f"Remove {uri}."
            yield finding(facts, "redirect-uris.silent-unused", "note", controls.REDIRECT_URIS, message, fix)
