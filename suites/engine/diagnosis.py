"""Why an honest login did not sign anybody in: which side is wrong, and what to change there."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from suites.engine.context import RunContext
from suites.engine.driver import Attempt
from suites.engine.verdicts import (
    CERTIFICATE,
    CLIENT_MISMATCH,
    NO_HONEST_LOGIN,
    OTHER_ISSUER,
    REDIRECT_URI,
    SetupError,
)


def diagnose(context: RunContext, attempt: Attempt, unbound: list[dict[str, Any]]) -> SetupError:
    """The most specific explanation; the caller raises it."""
    transcript = attempt.transcript(again=True)
    if not transcript["bound"]:
        return _never_arrived(context, attempt, unbound)
    authorize = attempt.requests("authorize") + attempt.requests("sign_in")
    if authorize and authorize[-1]["status"] == 400:
        return _refused(context, attempt, authorize[-1])
    if not transcript["authorization_responses"]:
        return _authorize_not_reached(context, attempt)
    parameters = dict(transcript["authorization_responses"][-1]["parameters"])
    if "error" in parameters:
        return SetupError(
            f"{context.target.name}: the IdP refused the honest authorization request: {parameters['error']}: "
            f"{parameters.get('error_description', '')} Change the target's request or its [client] settings.",
            NO_HONEST_LOGIN,
        )
    if context.kinds and "front-channel" in context.kinds:
        return _not_signed_in(context, attempt)
    tokens = attempt.requests("token")
    if not tokens:
        return _code_not_redeemed(context, attempt)
    if tokens[-1]["status"] >= 400:
        return _token_refused(context, tokens[-1])
    return _not_signed_in(context, attempt)


def _page(attempt: Attempt) -> str:
    text = " ".join(attempt.page.text.split())[:300]
    return f"it ended at {attempt.page.url} with status {attempt.page.status}: {text or '(no text)'}"


def _never_arrived(context: RunContext, attempt: Attempt, unbound: list[dict[str, Any]]) -> SetupError:
    target, issuer = context.target, context.issuer
    for hop in (*attempt.page.trail, attempt.page.url):
        url = hop.split(" ")[-1]
        query = parse_qs(urlsplit(url).query)
        if "response_type" in query and "client_id" in query:
            return SetupError(
                f"{target.name} sends its users to another IdP: {url.partition('?')[0]}. The mock's issuer is "
                f"{issuer}: set that as the target's issuer, or start the mock where the target looks "
                "(gauntlet check --issuer …).",
                OTHER_ISSUER,
            )
    asked = [e for e in unbound if e["endpoint"] in ("discovery", "keys")]
    if asked:
        hint = f"It did ask the mock for {urlsplit(asked[-1]['url']).path}, so its issuer is right."
    else:
        hint = f"It never asked the mock ({context.idp_origin}) for anything: is its issuer {issuer}?"
    return SetupError(
        f"{target.name}: the login start {target.login_url} did not lead to the IdP; {_page(attempt)}. {hint} "
        "Check the target's issuer and [login] in the target file.",
        OTHER_ISSUER if not asked else NO_HONEST_LOGIN,
    )


def _authorize_not_reached(context: RunContext, attempt: Attempt) -> SetupError:
    return SetupError(
        f"{context.target.name}: the login reached the IdP but made no authorization request at {context.issuer}; "
        f"{_page(attempt)}. Does the target use another authorization server of the same org?",
        OTHER_ISSUER,
    )


def _refused(context: RunContext, attempt: Attempt, exchange: dict[str, Any]) -> SetupError:
    sent = dict(exchange["request"]["query"] or exchange["request"]["form"])
    target = context.target
    if sent.get("client_id") != target.client.client_id:
        return SetupError(
            f"{target.name} sends client_id {sent.get('client_id')!r}, the mock knows "
            f"{target.client.client_id!r}: make [client] client_id in the target file and the target's setting "
            "equal.",
            CLIENT_MISMATCH,
        )
    if sent.get("redirect_uri") not in target.client.redirect_uris:
        registered = ", ".join(target.client.redirect_uris) or "none"
        return SetupError(
            f"{target.name} sends redirect_uri {sent.get('redirect_uri')!r}; registered: {registered}. The "
            "comparison is exact: correct [client] redirect_uris in the target file, or the target's setting.",
            REDIRECT_URI,
        )
    return SetupError(f"{target.name}: the IdP refused the login; {_page(attempt)}", NO_HONEST_LOGIN)


def _code_not_redeemed(context: RunContext, attempt: Attempt) -> SetupError:
    if context.idp_origin.startswith("https"):
        files = ", ".join(str(path) for path in context.ca_files)
        return SetupError(
            f"{context.target.name} got a code but never called the token endpoint; {_page(attempt)}. The mock "
            f"serves https: does the target trust its certificate authority ({files})?",
            CERTIFICATE,
        )
    return SetupError(
        f"{context.target.name} got a code but never called the token endpoint; {_page(attempt)}",
        NO_HONEST_LOGIN,
    )


def _token_refused(context: RunContext, exchange: dict[str, Any]) -> SetupError:
    body = exchange["response"]["body"][:300]
    if exchange["status"] == 401:
        method = context.target.client.token_endpoint_auth_method
        return SetupError(
            f"{context.target.name}: the token endpoint refused its credentials ({body}). The mock expects "
            f"{method} with the client_secret of [client] in the target file.",
            CLIENT_MISMATCH,
        )
    return SetupError(
        f"{context.target.name}: the token endpoint answered {exchange['status']}: {body}", NO_HONEST_LOGIN
    )


def _not_signed_in(context: RunContext, attempt: Attempt) -> SetupError:
    probe = attempt.probe
    saw = f"{probe.url} gave {probe.status}: {' '.join(probe.text.split())[:200]}" if probe else "no probe"
    return SetupError(
        f"{context.target.name}: an honest login signs nobody in that [session] probe could see ({saw}). After "
        f"the login {_page(attempt)}. Correct [session] probe in the target file, or look at the target's log.",
        NO_HONEST_LOGIN,
    )
