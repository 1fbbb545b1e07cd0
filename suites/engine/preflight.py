"""Learns what the target is, and whether it can be judged at all (design 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import (
    access_token,
    authorization_response,
    claim,
    compact,
    now,
    other_client,
    userinfo,
    victim,
)
from suites.engine import learning
from suites.engine.context import RunContext
from suites.engine.diagnosis import diagnose, fault, not_signed_in
from suites.engine.driver import HONEST, Attempt, Driver
from suites.engine.flows import asked, flow_features, given, pairs_tokens
from suites.engine.learning import Look
from suites.engine.oracle import NOBODY, SELF, UNCLEAR
from suites.engine.renewals import refreshes, tokens_at_userinfo
from suites.engine.verdicts import NO_HONEST_LOGIN, NOT_JUDGEABLE, UNREACHABLE, SetupError

WRONG = "https://wrong-issuer.example"
DENIED = authorization_response.error("access_denied", "User is not assigned to the client application.")
# The honest token with a broken signature: an RP that only misses a known kid has not verified anything.
BAD_SIGNATURE = compact("signature").corrupt()
BAD_ID_TOKEN = claim("iss").set(WRONG) & claim("aud").set(other_client()) & BAD_SIGNATURE
BAD_USERINFO = (
    userinfo("sub").set(victim("sub")) & userinfo("email").set(victim("email")) & userinfo("name").set(victim("name"))
)
BAD_ACCESS_TOKEN = (
    access_token("iss").set(WRONG) & access_token("aud").set(WRONG) & access_token("exp").set(now(days=-1))
)

ID_TOKEN_ROOT = "preflight.id-token-is-checked"
SIGNATURE_ROOT = "preflight.id-token-signature-is-verified"
BELOW_SIGNATURE = ("id_token.header", "id_token.signing", "id_token.compact", "id_token.encryption")
ID_TOKEN_SEAMS = ("id_token.claims", "id_token.payload", "id_token.encryption_header", *BELOW_SIGNATURE)
"""Where something of the ID Token can be wrong; at the first ones only, when its signature counts for nothing."""


@dataclass
class Preflight:
    """What was learned: the completed context, rows for the report, and root findings as `{id: observed}`."""

    context: RunContext
    rows: list[dict[str, Any]] = field(default_factory=list)
    roots: dict[str, str] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    logins: int = 0
    discovered: bool = False

    def note(self, name: str, verdict: str, observed: str) -> None:
        self.rows.append({"name": name, "verdict": verdict, "observed": observed})


def run_preflight(context: RunContext) -> Preflight:
    """Raises SetupError (20 to 29) when the target cannot be judged, TargetError when it cannot be driven."""
    found = Preflight(context)
    with ExitStack() as drivers:
        honest = _honest(found, drivers)
        driver = honest.driver
        drivers.callback(driver.release, found.attempts)
        driver.context = found.context
        _denied(driver, found, honest)
        driver.context = found.context
        _features(found, honest.attempt)
        driver.context = found.context
        if found.context.target.second_idp is not None:
            _second_idp(driver, found, honest.attempt)
            driver.context = found.context
        _sources(driver, found)
    return found


def _honest(found: Preflight, drivers: ExitStack) -> Look:
    """An honest login must sign in; an RP that fails only Okta's own rules is judged by the specifications."""

    before = found.context.target.session

    def tried(context: RunContext) -> Look:
        driver = Driver(context)
        drivers.callback(driver.close)
        seen = learning.look(driver)
        drivers.callback(driver.release, [seen.attempt])
        driver.identities.give_back()  # the next look has a driver of its own, and needs people, too
        found.logins += 1
        return seen

    seen = tried(replace(found.context, strictness="okta"))
    if refused := learning.okta_refusal(seen.attempt):
        # Also when it signs in all the same: what Okta refuses would hide what the RP does with an answer.
        lenient = tried(replace(found.context, strictness="core"))
        if lenient.oracle is not None or seen.oracle is None:
            seen = lenient
        if lenient.oracle is not None:
            text = f"Okta would refuse this RP: {refused}; judged by the specifications"
            found.note("Okta's own rules", "WARN", text)
    if problem := fault(seen.driver.context, seen.attempt, seen.driver.control.unbound()):
        raise problem
    if not (found.context.target.session.probe or seen.good):
        seen = _best(seen, tried)
    if seen.oracle is None:
        raise not_signed_in(seen.driver.context, seen.attempt)
    assert seen.attempt.probe is not None
    context = replace(seen.driver.context, oracle=seen.oracle)
    found.context = learning.with_client(context, seen.attempt)
    found.discovered = any(exchange["endpoint"] == "discovery" for exchange in seen.driver.control.unbound())
    text = seen.oracle.ask(seen.attempt.probe, seen.attempt.own, {}).text
    found.note("an honest login signs in", "PASS", text)
    if seen.driver.context.target.session != before:
        found.note("where the user can be seen", "PASS", f"learned: {context.target.probe_url}")
    return seen


def _best(seen: Look, tried: Callable[[RunContext], Look]) -> Look:
    """The target file names no page that shows the user: look for one that does."""
    best = seen
    for url in learning.other_probes(seen):
        other = tried(learning.with_probe(seen.driver.context, url))
        if other.good:
            return other
        if best.oracle is None:
            best = other
    return best


def _login(driver: Driver, found: Preflight, misbehaviour: Misbehaviour, role: str) -> Attempt:
    attempt = driver.login(misbehaviour, role=role)
    found.attempts.append(attempt)
    found.logins += 1
    return attempt


def _denied(driver: Driver, found: Preflight, honest: Look) -> None:
    attempt = _login(driver, found, DENIED, "control")
    assert attempt.signed_in is not None
    if attempt.signed_in.anybody:
        raise SetupError(
            f"{found.context.target.name}: after error=access_denied the probe still shows {attempt.signed_in.text}: "
            "signed in and signed out cannot be told apart. Choose another [session] probe.",
            NO_HONEST_LOGIN,
        )
    oracle = found.context.oracle
    assert oracle is not None
    assert attempt.probe is not None
    assert honest.attempt.probe is not None
    oracle = oracle.knowing(honest.attempt.probe, honest.signed_out, attempt.probe)
    found.context = replace(found.context, oracle=oracle)
    found.note("a denied login signs nobody in", "PASS", oracle.ask(attempt.probe, attempt.own, {}).text)
    if not oracle.names_people:
        text = f"{found.context.target.probe_url} does not say who is signed in: whose session it is cannot be judged"
        found.note("the probe page names the user", "WARN", text)


def _features(found: Preflight, honest: Attempt) -> None:
    context = found.context
    requests = honest.requests("authorize")
    sent = asked(requests[0]) if requests else {}
    tokens = honest.requests("token")
    form = dict(tokens[0]["request"]["form"]) if tokens else {}
    told = {*form, *(tokens[0]["request"]["headers"] if tokens else ())}
    authorised = bool(told & {"Authorization", "client_secret", "client_assertion"})
    has_secret = authorised and context.target.client.token_endpoint_auth_method != "private_key_jwt"
    learned = {
        "state": bool(sent.get("state")),
        "nonce": bool(sent.get("nonce")),
        "pkce": bool(sent.get("code_challenge")),
        "id-token": any(made["kind"] == "id_token" for made in honest.transcript()["artefacts"]),
        "userinfo": any(made["status"] == 200 for made in honest.requests("userinfo")),
        "raw-headers": context.browser == "none",
        "jwt-access-token": context.issuer != context.idp_origin and pairs_tokens(sent),
        "client-secret": has_secret,
        "no-nonce": bool(sent) and not sent.get("nonce"),
        **learning.client_features(context.target.client),
        **flow_features(sent, given(requests[0]) if requests else {}),
        "renewal": context.target.renewal is not None and _renews(honest),
        "logout": context.target.logout is not None
        and (context.browser != "none" or context.target.logout.kind != "button"),
        "signed-userinfo": any(_is_jwt(made) for made in honest.requests("userinfo")),
        "userinfo-shown": False,
        "bearer-body": False,
        "trusted-audience": False,
        "promised-issuer": True,
        "tokens-without-kid": True,
        "userinfo-after-renewal": bool(tokens_at_userinfo(honest)),
        # A target that ran before us may have read the metadata long ago.
        "discovery": context.target.start is None or found.discovered or bool(honest.requests("discovery")),
        "tls": context.issuer.startswith("https:"),
        # With the issuer's keys; until `_sources` has shown the opposite.
        "signature": not context.target.client.id_token_signed_response_alg.startswith("HS"),
        "max-age": "max_age" in sent,
        "acr-values": bool(sent.get("acr_values")),
        "initiate-login": bool(context.target.client.initiate_login_uri),
        "deep-link": False,
        "okta-simplified": False,
        "fresh-people": context.target.identities.kind == "fresh",
        **dict.fromkeys(learning.token_features(context.target.client), True),
    }
    for name, declared in context.target.features.items():
        if name in learned:
            learned[name] = bool(declared)
    learned["no-okta-simplified"] = not learned["okta-simplified"]
    learned["no-pkce"] = bool(sent) and not learned["pkce"]
    if context.target.renewal and not learned["renewal"]:
        found.note("renewal", "WARN", "[renewal] led to no request with a refresh token; nothing about it is judged")
    types = sent.get("response_type", "code").split()
    where = "front-channel" if "id_token" in types else "code"
    who = "confidential" if authorised else "public"
    kinds = (where, who, *(name for name in ("pkce", "nonce") if learned[name]))
    features = frozenset(name for name, has in learned.items() if has)
    found.context = replace(context, features=features, kinds=kinds)
    found.note("what the RP does", "PASS", f"{', '.join(kinds)}; sends or uses {', '.join(sorted(features))}")


def _second_idp(driver: Driver, found: Preflight, at_first: Attempt) -> None:
    """An honest login at the target's other IdP must sign in too."""
    context = found.context
    attempt = driver.login(role="control", second=True)
    found.attempts.append(attempt)
    found.logins += 1
    assert attempt.signed_in is not None
    if attempt.signed_in.who != SELF:
        raise SetupError(
            f"{context.target.name}: [second_idp]: an honest login there, at {context.second_issuer}, shows "
            f"{attempt.signed_in.text}; the page ({attempt.page.status}) says: {attempt.page.text[:200]}",
            NO_HONEST_LOGIN,
        )
    found.note("an honest login at the second IdP signs in", "PASS", attempt.signed_in.text)
    there, here = (asked(one.requests("authorize")[0]) for one in (attempt, at_first))
    learned = {
        "two-providers": True,
        "same-client-at-both": there.get("client_id") == here.get("client_id"),
        "distinct-redirect-uris": there.get("redirect_uri") != here.get("redirect_uri"),
    }
    features = context.features | {name for name, has in learned.items() if has}
    found.context = replace(context, features=features, kinds=("two-providers", *context.kinds))


def _is_jwt(exchange: dict[str, Any]) -> bool:
    return str(exchange["response"]["headers"].get("Content-Type", "")).startswith("application/jwt")


def _renews(honest: Attempt) -> bool:
    """Whether the target's recipe leads to a refresh request."""
    honest.profile.renew()
    honest.transcript(again=True)
    return bool(refreshes(honest))


def _sources(driver: Driver, found: Preflight) -> None:
    """Corrupt each source of identity alone, then all together; then make sure that the target still works."""

    def tried(name: str, misbehaviour: Misbehaviour, *fine: str) -> str:
        attempt = _login(driver, found, misbehaviour, "attack")
        assert attempt.signed_in is not None
        who = attempt.signed_in.who
        found.note(name, "PASS" if who in fine else "WARN", attempt.signed_in.text)
        if who == UNCLEAR and attempt.probe is not None and attempt.probe.status == 0:
            raise SetupError(
                f"the target {found.context.target.name} cannot be reached: {attempt.probe.url} gave no page: "
                f"{attempt.probe_text}",
                UNREACHABLE,
            )
        if who == UNCLEAR:
            raise SetupError(
                f"{found.context.target.name}: {name}: the probe {found.context.target.probe_url} shows "
                f"{attempt.signed_in.text}: {attempt.probe_text!r}. Choose another [session] probe.",
                NO_HONEST_LOGIN,
            )
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
    elif tried("an ID Token with a broken signature signs nobody in", BAD_SIGNATURE, NOBODY) != NOBODY:
        found.roots[SIGNATURE_ROOT] = "an ID Token with a broken signature signs in"
    if "userinfo" in found.context.features:
        tried("the UserInfo of another person signs nobody else in", BAD_USERINFO, NOBODY, SELF)
    tried("a corrupted access token signs nobody else in", BAD_ACCESS_TOKEN, NOBODY, SELF)
    again = _login(driver, found, HONEST, "control")
    if again.signed_in is None or again.signed_in.who != SELF:
        raise diagnose(found.context, again, driver.control.unbound())
    features = found.context.features - {"signature"} if found.roots else found.context.features
    found.context = replace(found.context, roots=_covered(found.roots), features=features)


def _covered(roots: dict[str, str]) -> dict[str, str]:
    """Seam → id of the root finding that explains acceptances there."""
    if ID_TOKEN_ROOT in roots:
        return dict.fromkeys(ID_TOKEN_SEAMS, ID_TOKEN_ROOT)
    if SIGNATURE_ROOT in roots:
        return dict.fromkeys(BELOW_SIGNATURE, SIGNATURE_ROOT)
    return {}
