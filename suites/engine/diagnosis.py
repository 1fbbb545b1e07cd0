"""Why an honest login did not sign anybody in: which side is wrong, and what to change there."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

from suites.engine.context import RunContext
from suites.engine.driver import Attempt
from suites.engine.evidence import Redactor
from suites.engine.verdicts import (
    CERTIFICATE,
    CLIENT_MISMATCH,
    NO_HONEST_LOGIN,
    OTHER_ISSUER,
    REDIRECT_URI,
    SetupError,
)

Exchange = dict[str, Any]
WELL_KNOWN = "/.well-known/"
ABOUT_TLS = re.compile(r"certificate|\bSSL|\bTLS|x\.?509|self.?signed", re.IGNORECASE)
QUOTED = 300
"""Characters of a page or answer that a message quotes."""
LOG_TAIL = 20_000


def diagnose(context: RunContext, attempt: Attempt, unbound: list[Exchange]) -> SetupError:
    """The most specific explanation; the caller raises it. `unbound`: requests that belong to no attempt."""
    return fault(context, attempt, unbound) or not_signed_in(context, attempt)


def fault(context: RunContext, attempt: Attempt, unbound: list[Exchange]) -> SetupError | None:
    """What went wrong between the target and the IdP; None when the protocol went well to its end."""
    found = _fault(context, attempt, unbound)
    return _told(context, attempt, found) if found else None


def not_signed_in(context: RunContext, attempt: Attempt) -> SetupError:
    """The protocol went well, yet nobody can be seen signed in."""
    probe = attempt.probe
    saw = f"{probe.url} gave {probe.status}: {_words(probe.text)[:200]}" if probe else "no probe"
    where = "in a target file" if context.target.bare else "in the target file"
    text = (
        f"an honest login signs nobody in that [session] probe could see ({saw}). After the login "
        f"{_page(attempt)}. If that is the target's refusal, its own log says why; if the login worked, name a page "
        f"that shows the user as [session] probe {where}."
    )
    return _told(context, attempt, (text, NO_HONEST_LOGIN))


def _told(context: RunContext, attempt: Attempt, found: tuple[str, int]) -> SetupError:
    text, code = found
    return SetupError(Redactor(context, [attempt]).text(f"{context.target.name}: {text}"), code)


def _words(text: str) -> str:
    return " ".join(text.split())


def _page(attempt: Attempt) -> str:
    text = _words(attempt.page.text)[:QUOTED]
    return f"it ended at {attempt.page.url} with status {attempt.page.status}: {text or '(no text)'}"


def _fault(context: RunContext, attempt: Attempt, unbound: list[Exchange]) -> tuple[str, int] | None:
    transcript = attempt.transcript(again=True)
    if not transcript["bound"]:
        return _never_arrived(context, attempt, unbound)
    authorize = attempt.requests("authorize") + attempt.requests("sign_in")
    if elsewhere := _other_server(context, authorize):
        return elsewhere
    if other := _other_client(context, authorize):
        return other
    if authorize and authorize[-1]["status"] == 400:
        return _refused(context, attempt, authorize[-1])
    if not transcript["authorization_responses"]:
        return f"the login reached the IdP but made no authorization request there; {_page(attempt)}", OTHER_ISSUER
    parameters = dict(transcript["authorization_responses"][-1]["parameters"])
    if "error" in parameters:
        return (
            f"the IdP refused the honest authorization request: {parameters['error']}: "
            f"{parameters.get('error_description', '')} Change the target's request or [client] in the target file.",
            NO_HONEST_LOGIN,
        )
    if "code" not in parameters:
        return None
    tokens = attempt.requests("token")
    if not tokens:
        return _code_not_redeemed(context, attempt)
    return _token_refused(context, tokens[-1]) if tokens[-1]["status"] >= 400 else None


def _never_arrived(context: RunContext, attempt: Attempt, unbound: list[Exchange]) -> tuple[str, int]:
    issuer = context.issuer
    for hop in (*attempt.page.trail, attempt.page.url):
        url = hop.split(" ")[-1]
        query = parse_qs(urlsplit(url).query)
        if "response_type" in query and "client_id" in query:
            return (
                f"it sends its users to another IdP: {url.partition('?')[0]}. The mock's issuer is {issuer}: set "
                "that as the target's issuer, or let the mock listen where the target looks (--issuer).",
                OTHER_ISSUER,
            )
    asked = sorted({e["url"].partition("?")[0] for e in unbound if WELL_KNOWN in e["url"]})
    if asked and not any(url.startswith(issuer + WELL_KNOWN) for url in asked):
        return (
            f"it asked the mock for {asked[-1]}, so its issuer is another one than {issuer}: set that as the "
            "target's issuer, or say the target's in [idp] issuer or --issuer.",
            OTHER_ISSUER,
        )
    start = f"the login start {context.target.login_url} did not lead to the IdP; {_page(attempt)}."
    if asked:
        return (
            f"{start} The target did ask the mock for its metadata, so its issuer is right: look at the target's log, "
            "and at [login] in the target file.",
            NO_HONEST_LOGIN,
        )
    if context.idp_origin.startswith("https") and ABOUT_TLS.search(attempt.page.text + _log_tail(context)):
        return f"{start} {_trust(context)}", CERTIFICATE
    hint = f" {_trust(context)}" if context.idp_origin.startswith("https") else ""
    hint += _listening(issuer)
    return (
        f"{start} The target never asked the mock for anything: its issuer must be {issuer}; if it is, look at "
        f"[login] in the target file.{hint}",
        OTHER_ISSUER,
    )


def _listening(issuer: str) -> str:
    """What to do when the issuer's host leads elsewhere than to loopback, where the mock listens by default."""
    host = urlsplit(issuer).hostname or ""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        found = set()
    if found and all(ipaddress.ip_address(str(one).partition("%")[0]).is_loopback for one in found):
        return ""
    return (
        f" {host} is not loopback here: unless a proxy or tunnel leads to the mock, let it listen where the target can "
        "reach it, with --idp-host 0.0.0.0."
    )


def _trust(context: RunContext) -> str:
    files = ", ".join(str(path) for path in context.ca_files)
    return f"The mock serves https with a certificate of its own authority: the target must trust {files}."


def _log_tail(context: RunContext) -> str:
    log = context.target_log
    return log.read_text(errors="replace")[-LOG_TAIL:] if log and log.exists() else ""


def _other_server(context: RunContext, authorize: list[Exchange]) -> tuple[str, int] | None:
    """The RP uses another authorization server of the same org than the one that it was to use."""
    prefix = f"{context.issuer}/oauth2/v1/" if context.issuer == context.idp_origin else f"{context.issuer}/v1/"
    wrong = [e["url"].partition("?")[0] for e in authorize if e["endpoint"] == "authorize"]
    wrong = [url for url in wrong if not url.startswith(prefix)]
    if not wrong:
        return None
    return (
        f"its authorization request went to {wrong[0]}, which belongs to another issuer than {context.issuer}: make "
        "the target's issuer and the one in [idp] of the target file (or --issuer) the same.",
        OTHER_ISSUER,
    )


def _refused(context: RunContext, attempt: Attempt, exchange: Exchange) -> tuple[str, int]:
    sent = _parameters(exchange)
    client = context.target.client
    known = attempt.control.client(str(sent.get("client_id"))) or {}
    registered = known.get("redirect_uris", client.redirect_uris)
    if sent.get("redirect_uri") not in registered:
        return (
            f"it sends redirect_uri {sent.get('redirect_uri')!r}; registered: {', '.join(registered) or 'none'}. "
            "The comparison is exact: correct [client] redirect_uris in the target file, or the target's setting.",
            REDIRECT_URI,
        )
    return f"the IdP refused the login; {_page(attempt)}", NO_HONEST_LOGIN


def _other_client(context: RunContext, authorize: list[Exchange]) -> tuple[str, int] | None:
    """The RP is another client than the target file says, though perhaps one that the mock knows too."""
    expected = context.target.client.client_id
    for exchange in authorize:
        if exchange["endpoint"] == "authorize" and expected:
            sent = _parameters(exchange).get("client_id")
            return None if sent == expected else wrong_client_id(sent, expected)
    return None


def _parameters(exchange: Exchange) -> dict[str, str]:
    return dict(exchange["request"]["query"] or exchange["request"]["form"])


def wrong_client_id(sent: str | None, expected: str) -> tuple[str, int]:
    return (
        f"it sends client_id {sent!r}, registered is {expected!r}: make [client] client_id and the target's "
        "setting equal.",
        CLIENT_MISMATCH,
    )


def _code_not_redeemed(context: RunContext, attempt: Attempt) -> tuple[str, int]:
    text = f"it got a code but never called the token endpoint; {_page(attempt)}."
    if context.idp_origin.startswith("https") and ABOUT_TLS.search(attempt.page.text + _log_tail(context)):
        return f"{text} {_trust(context)}", CERTIFICATE
    return f"{text} Its own log says why.", NO_HONEST_LOGIN


def _token_refused(context: RunContext, exchange: Exchange) -> tuple[str, int]:
    body = _words(exchange["response"]["body"])[:QUOTED]
    if exchange["status"] != 401:
        return f"the token endpoint answered {exchange['status']}: {body}", NO_HONEST_LOGIN
    expected = context.target.client.token_endpoint_auth_method
    form = dict(exchange["request"]["form"])
    used = "none"
    if "Authorization" in exchange["request"]["headers"]:
        used = "client_secret_basic"
    elif "client_secret" in form:
        used = "client_secret_post"
    if used != expected:
        advice = (
            f"it authenticates with {used}, [client] token_endpoint_auth_method says {expected}: make the two equal."
        )
    else:
        advice = "its client secret is not the client_secret of [client] in the target file: make the two equal."
    return f"the token endpoint refused its credentials: {advice} The answer was {body}", CLIENT_MISMATCH
