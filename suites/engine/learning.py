"""Learns from honest logins how to see who is signed in at the target, and which client it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, quote_plus, urldefrag, urlsplit

from suites.engine import diagnosis
from suites.engine.context import RunContext
from suites.engine.driver import Attempt, Driver
from suites.engine.flows import asked
from suites.engine.oracle import Fingerprint, Oracle, shown
from suites.engine.provider import adopts
from suites.engine.verdicts import CLIENT_MISMATCH, NO_HONEST_LOGIN, UNREACHABLE, SetupError
from targets.shapes import Page
from targets.target_schema import Client

_OF_CLIENTS = (
    "Client credentials cannot be supplied via query parameters.",
    "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header,"
    " credentials in the post body, or a client_assertion in the post body.",
    "The audience claim for client_assertion must be the endpoint invoked for the request.",
)
"""What Okta says of a client that authenticates in a way that other servers accept, even where it is wrong."""


def token_features(client: Client) -> list[str]:
    """What kind of ID Token the client is registered for: features that cases can need."""
    alg, encryption = client.id_token_signed_response_alg, client.id_token_encrypted_response_alg
    families = {"RS": "rsa", "PS": "rsa", "ES": "ec", "HS": "hmac", "Ed": "eddsa"}
    found = [f"alg-{alg.lower()}", f"alg-{families[alg[:2]]}"]
    found += ["alg-public"] if not alg.startswith("HS") else []
    found += ["alg-other"] if alg != "RS256" else []
    if encryption:
        to_key = encryption.startswith(("RSA", "ECDH"))
        found += ["encrypted-id-token", "encrypted-to-key" if to_key else "encrypted-to-secret"]
    return found


@dataclass(frozen=True)
class Look:
    """One honest login, and the probe page with and without it. `oracle` None: they look alike."""

    driver: Driver
    attempt: Attempt
    signed_out: Page
    oracle: Oracle | None

    @property
    def starts_login(self) -> bool:
        """Without a session the probe page leads to the IdP: looking at it starts a login."""
        return _origin(self.signed_out.url) == self.driver.context.idp_origin

    @property
    def good(self) -> bool:
        """The probe page names the user, and changes nothing."""
        return bool(self.oracle and self.oracle.names_people and not self.starts_login)


def stranger(driver: Driver) -> Page:
    """The probe page without a login; SetupError(21) when the target gives none."""
    profile = driver.agent.open(None)
    try:
        page = profile.probe()
    finally:
        profile.close()
    target = driver.context.target
    if page.status == 0 and _origin(page.url) == _origin(target.base_url):
        raise SetupError(f"the target {target.name} at {page.url} gives no page: {page.text}", UNREACHABLE)
    return page


def look(driver: Driver) -> Look:
    """Visit the probe page as a stranger, log in, and visit it again."""
    signed_out = stranger(driver)
    attempt = driver.start(role="control")
    driver.control.close_attempt(attempt.id)
    attempt.probe = attempt.profile.probe()
    return Look(driver, attempt, signed_out, _oracle(attempt, attempt.probe, signed_out))


def _oracle(attempt: Attempt, probe: Page, signed_out: Page) -> Oracle | None:
    names = shown(probe, attempt.own) is not None
    if names and shown(signed_out, attempt.own):
        raise SetupError(
            f"the probe page {signed_out.url} names the user to anybody: choose another [session] probe",
            NO_HONEST_LOGIN,
        )
    seen, unseen = Fingerprint.of(probe), Fingerprint.of(signed_out)
    return Oracle(seen, unseen, names) if names or seen != unseen else None


def other_probes(found: Look) -> list[str]:
    """Pages that might show the user, where the target file names none: the last page, the home page."""
    target = found.driver.context.target
    landing = urldefrag(found.attempt.page.url).url
    parts = urlsplit(landing)
    callbacks = {urlsplit(response["redirect_uri"]).path for response in _responses(found.attempt)}
    pages = []
    if parts.path not in callbacks and not {"code", "state"} & set(parse_qs(parts.query)):
        pages.append(landing)
    pages.append(f"{_origin(target.base_url)}/")
    known = {_origin(target.base_url), _origin(target.login_url)}
    return [url for url in dict.fromkeys(pages) if _origin(url) in known and url != target.probe_url]


def client_features(client: Client) -> dict[str, bool]:
    """How the client is registered to authenticate, and whether it makes a difference to encode its credentials."""
    method = client.token_endpoint_auth_method
    secret = client.client_secret if method.startswith("client_secret") else ""
    return {
        method: True,
        "client-assertion": method.endswith("_jwt"),
        "reserved-characters": any(quote_plus(text) != text for text in (client.client_id, secret)),
    }


def with_probe(context: RunContext, url: str) -> RunContext:
    """The same run, looking at another page."""
    target = context.target
    return replace(context, target=replace(target, session=replace(target.session, probe=url)))


def with_client(context: RunContext, attempt: Attempt) -> RunContext:
    """The same run, knowing the client that the mock has adopted. SetupError(23) when it is not the file's."""
    target = context.target
    requests = attempt.requests("authorize")
    if not requests:
        return context
    sent = asked(requests[0])
    told, client_id = target.client, str(sent.get("client_id"))
    if told.client_id and told.client_id != client_id:
        text, code = diagnosis.wrong_client_id(client_id, told.client_id)
        raise SetupError(f"{target.name}: {text}", code)
    if not adopts(target):
        return context
    known = attempt.control.client(client_id) or {}
    if told.client_secret and known.get("client_secret") and known["client_secret"] != told.client_secret:
        raise SetupError(
            f"{target.name}: its client secret is not the client_secret of [client] in the target file: make the two "
            "equal.",
            CLIENT_MISMATCH,
        )
    client = replace(
        told,
        client_id=client_id,
        client_secret=known.get("client_secret", ""),
        redirect_uris=tuple(known.get("redirect_uris", ())),
        response_types=tuple(known.get("response_types", told.response_types)),
        token_endpoint_auth_method=known.get("token_endpoint_auth_method", told.token_endpoint_auth_method),
    )
    return replace(context, target=replace(target, client=client))


def okta_refusal(attempt: Attempt) -> str:
    """Okta's words against something that the specifications allow; empty when there are none."""
    for response in _responses(attempt):
        given = dict(response["parameters"])
        if given.get("error") in ("invalid_request", "invalid_request_object", "invalid_client"):
            return str(given.get("error_description", ""))
    for exchange in attempt.requests("userinfo"):
        if exchange["status"] == 400:
            return "The access token cannot be presented in a query string."
    bodies = [exchange["response"]["body"] for exchange in attempt.requests("token") if exchange["status"] >= 400]
    return next((text for text in _OF_CLIENTS for body in bodies if text in body), "")


def _responses(attempt: Attempt) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = attempt.transcript(again=True)["authorization_responses"]
    return found


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
