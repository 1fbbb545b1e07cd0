"""Who the application says it is, and how it proves it (okta.md 3.4, 3.5; seeds.md 3c for the introspection probe)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding
from mock_idp.doctor.login import Exchange, Refusal, credentials

_OKTAS, _SHORTEST = re.compile(r"[0-9A-Za-z]{20,}"), 20
_LABELS = {
    "none": "None",
    "client_secret_basic": "Client secret",
    "client_secret_post": "Client secret",
    "client_secret_jwt": "Client secret",
    "private_key_jwt": "Public key / Private key",
}


def rules(facts: Facts) -> Iterator[Finding]:
    yield from _client(facts)
    if facts.settings.app is None or facts.settings.learned:
        return
    yield from _kind(facts)
    for exchange in facts.login.at("token"):
        yield from _request(facts, exchange)
    for refusal in facts.login.refusals:
        if refusal.at == "introspect":
            yield _introspection(facts, refusal)


def _client(facts: Facts) -> Iterator[Finding]:
    sent = facts.login.asked.get("client_id", "")
    if sent and sent != facts.settings.client_id:
        spaces = " (there is white space in it)" if sent.strip() == facts.settings.client_id else ""
        message = f"The application sends client_id {sent!r}{spaces}; this app's is {facts.settings.client_id!r}."
        fix = f"Set the application's client id to {facts.settings.client_id}."
        yield finding(facts, "client.other-id", "error", controls.CLIENT_ID_FIELD, message, fix, facts.login.authorize)
    if facts.settings.app is None:
        message = f"No app of this org has the client id {facts.settings.client_id!r}."
        fix = "Copy the Client ID of the app into the application, or create the app."
        yield finding(facts, "client.unknown", "error", controls.CLIENT_ID, message, fix, facts.login.authorize)
    elif facts.settings.app["status"] != "ACTIVE":
        message = f"The app {facts.settings.label} is not active: the org answers as if it did not exist."
        yield finding(facts, "client.inactive", "error", controls.STATUS, message, "Activate it.")


def _kind(facts: Facts) -> Iterator[Finding]:
    """Whether the type of the app goes with what the application does."""
    kind, method = facts.settings.client.get("application_type"), _method(facts)
    secret = [one for one in facts.login.at("token") if credentials(one).method.startswith("client_secret")]
    if kind in ("browser", "native") and method == "none" and secret:
        message = f"The application sends a client secret, and an app of type {kind} has none."
        fix = "Create the app as a Web Application, or take the secret out of the application's settings."
        yield finding(facts, "client.public-type", "error", controls.APPLICATION_TYPE, message, fix, secret[0])
    if not _OKTAS.fullmatch(facts.settings.client_id):
        message = f"The client id {facts.settings.client_id!r} is not like Okta's, which some applications insist on."
        fix = "Let Okta make the client id: 20 letters and digits that begin with 0oa."
        yield finding(facts, "client.unusual-id", "note", controls.CLIENT_ID, message, fix)
    if any(len(one["client_secret"]) < _SHORTEST for one in facts.settings.secrets):
        message = "A client secret has less than 20 characters: it can be guessed, and some applications refuse it."
        fix = "Generate a new secret, and copy it into the application."
        yield finding(facts, "client.short-secret", "note", controls.SECRETS, message, fix)
    active = [one for one in facts.settings.secrets if one["status"] == "ACTIVE"]
    if method.startswith("client_secret") and not active:
        message = "The app authenticates with a client secret, and has no active one."
        yield finding(facts, "client.no-secret", "error", controls.SECRETS, message, "Generate or activate a secret.")


def _request(facts: Facts, exchange: Exchange) -> Iterator[Finding]:
    used, method = credentials(exchange), _method(facts)
    # Only the registered key tells whether an assertion is the client's; which method made it cannot be seen.
    same = used.method == method or (used.method == "private_key_jwt" and method.endswith("_jwt"))
    if not same:
        message = f"The application authenticates with {used.method}, the app is set to {method}."
        if {used.method, method} == {"client_secret_basic", "client_secret_post"}:
            fix = f"Set token_endpoint_auth_method to {used.method}, or the application to {method}."
        elif used.method == "none":
            fix = "Give the application the client secret, or choose None and require PKCE."
        else:
            fix = f"Choose {_LABELS[used.method]}, or set the application to {method}."
        yield finding(facts, "client.method", "error", controls.METHOD, message, fix, exchange)
    elif used.secret:
        yield from _secret(facts, exchange, used.secret)


def _secret(facts: Facts, exchange: Exchange, sent: str) -> Iterator[Finding]:
    secrets = sorted(facts.settings.secrets, key=lambda one: str(one["created"]), reverse=True)
    known = next((one for one in secrets if one["client_secret"] == sent), None)
    if known is None:
        spaces = " but for white space" if any(one["client_secret"] == sent.strip() for one in secrets) else ""
        message = f"The client secret that the application sends is none of this app's{spaces}."
        fix = "Copy the active secret into the application."
        yield finding(facts, "client.wrong-secret", "error", controls.SECRETS, message, fix, exchange)
    elif known["status"] != "ACTIVE":
        message = "The client secret that the application sends has been deactivated."
        fix = "Copy the active secret into the application, or activate this one."
        yield finding(facts, "client.inactive-secret", "error", controls.SECRETS, message, fix, exchange)
    elif known is not secrets[0] and secrets[0]["status"] == "ACTIVE":
        message = "The application uses the older of two active client secrets."
        fix = "Copy the newer secret into the application, then deactivate the older one."
        yield finding(facts, "client.older-secret", "warning", controls.SECRETS, message, fix, exchange)


def _introspection(facts: Facts, refusal: Refusal) -> Finding:
    """Okta names an unknown client in its own error format, a wrong secret in OAuth's (seeds.md 3c)."""
    if "client_id" in refusal.text:
        message = "A probe of the introspection endpoint was refused: no app has the client id that it used."
        fix = "Copy the Client ID of the app into the application."
        return finding(facts, "client.unknown", "error", controls.CLIENT_ID, message, fix, refusal.exchange)
    message = f"A probe of the introspection endpoint was refused: {refusal.text}"
    fix = "Copy the active secret into the application, and use the registered method."
    return finding(facts, "client.wrong-secret", "error", controls.SECRETS, message, fix, refusal.exchange)


def _method(facts: Facts) -> str:
    return str(facts.settings.credentials.get("token_endpoint_auth_method", ""))
