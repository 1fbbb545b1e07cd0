"""Learns what the target is, and whether it can be judged at all (design 6.1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import (
    access_token,
    authorization_response,
    claim,
    now,
    other_client,
    rogue_key,
    signing,
    userinfo,
    victim,
)
from suites.engine.context import RunContext
from suites.engine.diagnosis import diagnose
from suites.engine.driver import Attempt, Driver
from suites.engine.oracle import NOBODY, SELF, Fingerprint, Oracle, shown
from suites.engine.verdicts import NO_HONEST_LOGIN, NOT_JUDGEABLE, SetupError
from targets.shapes import Page

WRONG = "https://wrong-issuer.example"
DENIED = authorization_response.error("access_denied", "User is not assigned to the client application.")
BAD_SIGNATURE = signing("key").set(rogue_key())
BAD_ID_TOKEN = BAD_SIGNATURE & claim("iss").set(WRONG) & claim("aud").set(other_client())
BAD_USERINFO = (
    userinfo("sub").set(victim("sub")) & userinfo("email").set(victim("email")) & userinfo("name").set(victim("name"))
)
BAD_ACCESS_TOKEN = (
    access_token("iss").set(WRONG) & access_token("aud").set(WRONG) & access_token("exp").set(now(days=-1))
)

ID_TOKEN_ROOT = "preflight.id-token-is-checked"
SIGNATURE_ROOT = "preflight.id-token-signature-is-verified"


@dataclass
class Preflight:
    """What was learned: the completed context, rows for the report, and root findings as `{id: observed}`."""

    context: RunContext
    rows: list[dict[str, Any]] = field(default_factory=list)
    roots: dict[str, str] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    logins: int = 0

    def note(self, name: str, verdict: str, observed: str) -> None:
        self.rows.append({"name": name, "verdict": verdict, "observed": observed})


def run_preflight(context: RunContext) -> Preflight:
    """Raises SetupError (20 to 29) when the target cannot be judged, TargetError when it cannot be driven."""
    found = Preflight(context)
    driver = Driver(context)
    try:
        honest = _honest(driver, found)
        driver.context = found.context
        _denied(driver, found)
        _features(found, honest)
        driver.context = found.context
        _sources(driver, found)
    finally:
        driver.release(found.attempts)
        driver.close()
    return found


def _anonymous(driver: Driver) -> Page:
    profile = driver.agent.open(None)
    try:
        return profile.probe()
    finally:
        profile.close()


def _honest(driver: Driver, found: Preflight) -> Attempt:
    """An honest login must sign in; an RP that fails only Okta's own rules is judged by the specifications."""
    context = found.context
    signed_out = _anonymous(driver)
    for strictness in ("okta", "core"):
        driver.context = context = replace(context, strictness=strictness)
        attempt = driver.start(role="control")
        found.attempts.append(attempt)
        found.logins += 1
        driver.control.close_attempt(attempt.id)
        attempt.probe = attempt.profile.probe()
        oracle = _oracle(attempt, attempt.probe, signed_out)
        if oracle:
            break
        if strictness == "okta" and not _only_okta_refuses(attempt):
            raise diagnose(context, attempt, driver.control.unbound())
    else:
        raise diagnose(context, found.attempts[0], driver.control.unbound())
    if strictness == "core":
        refused = _okta_refusal(found.attempts[0])
        found.note("Okta's own rules", "WARN", f"Okta would refuse this RP: {refused}; judged by the specifications")
    found.context = replace(context, oracle=oracle)
    found.note("an honest login signs in", "PASS", oracle.ask(attempt.probe, attempt.own, {}).text)
    return attempt


def _only_okta_refuses(attempt: Attempt) -> bool:
    return bool(_okta_refusal(attempt))


def _okta_refusal(attempt: Attempt) -> str:
    """Okta's words against something that the specifications allow; empty when there are none."""
    for response in attempt.transcript(again=True)["authorization_responses"]:
        given = dict(response["parameters"])
        if given.get("error") == "invalid_request":
            return str(given.get("error_description", ""))
    for exchange in attempt.requests("userinfo"):
        if exchange["status"] == 400:
            return "The access token cannot be presented in a query string."
    return ""


def _oracle(attempt: Attempt, probe: Page, signed_out: Page) -> Oracle | None:
    """None when nobody is signed in; an oracle that is blind raises SetupError(28)."""
    names = shown(probe, attempt.own) is not None
    if names and shown(signed_out, attempt.own):
        raise SetupError(
            f"the probe page {signed_out.url} names the user to anybody: choose another [session] probe",
            NO_HONEST_LOGIN,
        )
    seen, unseen = Fingerprint.of(probe), Fingerprint.of(signed_out)
    if names or seen != unseen:
        return Oracle(seen, unseen, names)
    return None


def _denied(driver: Driver, found: Preflight) -> None:
    attempt = driver.login(DENIED, role="control")
    found.attempts.append(attempt)
    found.logins += 1
    assert attempt.signed_in is not None
    if attempt.signed_in.anybody:
        raise SetupError(
            f"{found.context.target.name}: after error=access_denied the probe still shows {attempt.signed_in.text}: "
            "signed in and signed out cannot be told apart. Choose another [session] probe.",
            NO_HONEST_LOGIN,
        )
    found.note("a denied login signs nobody in", "PASS", attempt.signed_in.text)


def _features(found: Preflight, honest: Attempt) -> None:
    context = found.context
    requests = honest.requests("authorize")
    sent = dict(requests[0]["request"]["query"] or requests[0]["request"]["form"]) if requests else {}
    tokens = honest.requests("token")
    form = dict(tokens[0]["request"]["form"]) if tokens else {}
    authorised = bool(tokens and ("Authorization" in tokens[0]["request"]["headers"] or "client_secret" in form))
    learned = {
        "state": bool(sent.get("state")),
        "nonce": bool(sent.get("nonce")),
        "pkce": bool(sent.get("code_challenge")),
        "userinfo": bool(honest.requests("userinfo")),
        "raw-headers": context.browser == "none",
        "jwt-access-token": context.issuer != context.idp_origin,
        "client-secret": authorised,
    }
    for name, declared in context.target.features.items():
        if name in learned:
            learned[name] = bool(declared)
    types = sent.get("response_type", "code").split()
    kinds = ("front-channel" if "id_token" in types else "code", "confidential" if authorised else "public")
    features = frozenset(name for name, has in learned.items() if has)
    found.context = replace(context, features=features, kinds=kinds)
    found.note("what the RP does", "PASS", f"{', '.join(kinds)}; sends or uses {', '.join(sorted(features))}")


def _sources(driver: Driver, found: Preflight) -> None:
    """Corrupt each source of identity alone, then all together; then make sure that the target still works."""

    def tried(name: str, misbehaviour: Misbehaviour, *fine: str) -> str:
        attempt = driver.login(misbehaviour, role="attack")
        found.attempts.append(attempt)
        found.logins += 1
        assert attempt.signed_in is not None
        who = attempt.signed_in.who
        found.note(name, "PASS" if who in fine else "WARN", attempt.signed_in.text)
        return who

    everything = BAD_ID_TOKEN & BAD_USERINFO & BAD_ACCESS_TOKEN
    if tried("ID Token, UserInfo and access token corrupted together sign nobody in", everything, NOBODY) != NOBODY:
        raise SetupError(
            f"{found.context.target.name} trusts everything: with a foreign ID Token, another person's UserInfo and a "
            "foreign access token in one login it still signs somebody in. No single check could be judged.",
            NOT_JUDGEABLE,
        )
    id_token = tried("a foreign ID Token signs nobody in", BAD_ID_TOKEN, NOBODY)
    if id_token != NOBODY:
        found.roots[ID_TOKEN_ROOT] = f"signed in as {id_token} with a foreign ID Token"
    elif tried("an ID Token signed with an unpublished key signs nobody in", BAD_SIGNATURE, NOBODY) != NOBODY:
        found.roots[SIGNATURE_ROOT] = "an ID Token that is signed with an unpublished key signs in"
    if "userinfo" in found.context.features:
        tried("the UserInfo of another person signs nobody else in", BAD_USERINFO, NOBODY, SELF)
    tried("a corrupted access token signs nobody else in", BAD_ACCESS_TOKEN, NOBODY, SELF)
    again = driver.login(role="control")
    found.attempts.append(again)
    found.logins += 1
    if again.signed_in is None or again.signed_in.who != SELF:
        raise diagnose(found.context, again, driver.control.unbound())
    found.context = replace(found.context, roots=_covered(found.roots))


def _covered(roots: dict[str, str]) -> dict[str, str]:
    """Seam → id of the root finding that explains acceptances there."""
    if ID_TOKEN_ROOT in roots:
        seams = ("id_token.header", "id_token.claims", "id_token.signing", "id_token.compact")
        return dict.fromkeys(seams, ID_TOKEN_ROOT)
    if SIGNATURE_ROOT in roots:
        return dict.fromkeys(("id_token.header", "id_token.signing", "id_token.compact"), SIGNATURE_ROOT)
    return {}
