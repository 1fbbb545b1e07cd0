"""Logins under generated edits, and what the model says of the ID Tokens in them."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import replace
from typing import Any

import httpx

from mock_idp.edits.symbols import symbols_in
from mock_idp.misbehaviour import Misbehaviour
from suites._core.login import Login, Outcome
from suites.engine.case_run import CaseRun
from suites.engine.driver import HONEST, Attempt
from suites.engine.flows import asked
from suites.engine.oracle import UNCLEAR, VICTIM
from suites.engine.preflight import ID_TOKEN_ROOT
from suites.engine.verdicts import Concluded, Verdict
from suites.forgery import judgement
from suites.forgery.judgement import ACCEPT, FREE, Judgement
from suites.forgery.model import judge_all
from suites.forgery.strategies import VICTIMS_LONGEST


def applicable(login: Login) -> CaseRun:
    """The case's run. NOT_APPLICABLE without a budget, and where a root finding says it all."""
    run = login.run
    if not run.driver.context.forgery.examples:
        raise Concluded(Verdict.NOT_APPLICABLE, reason="--forgery-examples is 0")
    if run.driver.context.roots.get("id_token.claims") == ID_TOKEN_ROOT:
        raise Concluded(Verdict.NOT_APPLICABLE, reason=f"the RP does not check the ID Token: {ID_TOKEN_ROOT}")
    features = run.driver.context.features
    if not {"alg-public", "alg-hmac"} & features or "encrypted-id-token" in features:
        reason = "the model knows ID Tokens that are signed and not encrypted"
        raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)
    return run


def log_in(run: CaseRun, edits: Misbehaviour, role: str) -> Attempt:
    """A login under these edits. Where they name the other person, that person has signed in before."""
    driver = run.driver
    named = any(symbol.name == "victim" for edit in edits for symbol in symbols_in(edit.value))
    if not named or "fresh-people" not in driver.context.features or edits.issuer_wide:
        return driver.login(edits, role=role)
    victim = driver.identities.take()
    for before in (HONEST, VICTIMS_LONGEST):
        attempt = driver.start(before, role="observation", own=victim)
        driver.finish(attempt)
        driver.release([attempt])
        run.logins += 1
    attempt = driver.start(edits, role=role, victim=victim)
    # By e-mail and name only: the subject of the token may be made of the victim's.
    attempt.others = {VICTIM: replace(victim, sub="")}
    attempt.delivered_to_rp = True
    driver.finish(attempt)
    return attempt


def outcome_of(run: CaseRun, edits: Misbehaviour) -> Outcome:
    """A login under these edits as an attempt of the case."""
    attempt = run.add(log_in(run, edits, "attack"))
    return Outcome(run, attempt, attempt, lambda: run.add(log_in(run, edits, "repeat")))


def judgement_of(run: CaseRun, attempt: Attempt, keys: tuple[dict[str, Any], ...]) -> Judgement | None:
    """What the model says of the ID Tokens of this login; None: they cannot be judged.

    So it is where a good token is about the other person, who rightly is signed in then.
    """
    transcript = attempt.transcript(again=True)
    requests = attempt.requests("authorize")
    unclear = attempt.signed_in is None or attempt.signed_in.who == UNCLEAR
    made: defaultdict[str, list[str]] = defaultdict(list)
    for artefact in transcript["artefacts"]:
        made[artefact["kind"]].append(artefact["value"])
    if not made["id_token"] or not requests or transcript["failures"] or unclear:
        return None
    responses = transcript["authorization_responses"]
    front = {str(value) for response in responses for _, value in response["parameters"]}
    context, sent = run.driver.context, asked(requests[0])
    client = context.target.client
    algorithm = client.id_token_signed_response_alg

    def known(token: str) -> judgement.Login:
        in_front = token in front

        def beside(kind: str) -> tuple[str, ...]:
            return tuple(value for value in made[kind] if (value in front) == in_front)

        return judgement.Login(
            issuer=context.issuer,
            client_id=client.client_id,
            nonce=sent.get("nonce"),
            keys=keys,
            now=time.time() + context.clock_offset,
            algorithm=algorithm,
            secret=client.client_secret or None,
            front_channel=in_front,
            access_tokens=beside("access_token"),
            codes=beside("code"),
            state=sent.get("state"),
            max_age=float(sent["max_age"]) if "max_age" in sent else None,
            acr_values=tuple(sent.get("acr_values", "").split()),
        )

    found = judge_all([(token, known(token)) for token in made["id_token"]])
    subjects = [artefact.get("claims", {}).get("sub") for artefact in transcript["artefacts"]]
    return None if found.answer in (FREE, ACCEPT) and attempt.victim.sub in subjects else found


def published_keys(run: CaseRun) -> tuple[dict[str, Any], ...]:
    """The issuer's keys, as anybody can fetch them."""
    issuer = run.driver.context.issuer
    with httpx.Client(verify=run.driver.trust(), trust_env=False, timeout=15) as client:
        discovered = client.get(f"{issuer}/.well-known/openid-configuration").json()
        return tuple(client.get(discovered["jwks_uri"]).json()["keys"])
